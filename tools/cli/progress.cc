#include "tools/cli/progress.h"

#include <algorithm>
#include <map>
#include <ostream>

#include "absl/strings/str_cat.h"

namespace entente::cli {
namespace {

constexpr int kBarWidth = 30;

// Sums counters that begin with `prefix` ("listed.").
std::int64_t Sum(const v1::Run& run, const std::string& prefix) {
  std::int64_t sum = 0;
  for (const auto& [name, count] : run.counts()) {
    if (name.rfind(prefix, 0) == 0) sum += count;
  }
  return sum;
}

}  // namespace

void Progress::Show(const v1::Run& run) {
  if (out_.is_json()) return out_.Json(run, true);
  listings_ = std::max(listings_, run.pending_size());
  const int done = listings_ - run.pending_size();
  const int percent = run.state() != "running" ? 100 : listings_ == 0 ? 0 : 99 * done / listings_;
  const std::string text = absl::StrCat("listings ", done, "/", listings_, "  records ", Sum(run, "listed."), "  linked ", Sum(run, "linked"), "  created ", Sum(run, "created"), "  writes ", Sum(run, "writes"));
  if (out_.is_terminal()) {
    const int filled = kBarWidth * percent / 100;
    std::string bar;
    for (int i = 0; i < kBarWidth; ++i) bar += i < filled ? "█" : "░";
    out_.out() << "\r\033[K" << run.kind() << " " << bar << " " << percent << " %  " << text << std::flush;
    is_drawn_ = true;
  } else if (percent / 10 != shown_tenth_) {
    shown_tenth_ = percent / 10;
    out_.Line(absl::StrCat(run.kind(), " ", percent, " %  ", text));
  }
}

void Progress::End(const v1::Run& run) {
  if (out_.is_json()) return;
  if (is_drawn_) out_.Line("");
  const bool is_done = run.state() == "done";
  out_.Line(absl::StrCat("run ", run.id(), " ", run.kind(), ": ", out_.Paint(is_done ? Colour::kGood : Colour::kBad, run.state()), run.problem().empty() ? "" : "  ", run.problem()));
  const std::map<std::string, std::int64_t> counts(run.counts().begin(), run.counts().end());
  Table table({"COUNTED", "RECORDS"});
  for (const auto& [name, count] : counts) table.Add({name, absl::StrCat(count)});
  if (!table.empty()) table.Print(out_);
}

}  // namespace entente::cli
