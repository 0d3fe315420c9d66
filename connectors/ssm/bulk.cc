#include "connectors/ssm/bulk.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <span>

#include "absl/strings/str_cat.h"
#include "connectors/sdk/logging.h"

namespace entente::ssm {
namespace {

using Kind = WriteOutcome::Kind;

std::string NewGuid() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  const std::uint64_t a = random();
  const std::uint64_t b = random();
  char out[40];
  std::snprintf(out, sizeof out, "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(a >> 32U), static_cast<unsigned>(a >> 16U & 0xFFFFU),
                static_cast<unsigned>(a & 0xFFFFU), static_cast<unsigned>(b >> 48U), static_cast<unsigned long long>(b & 0xFFFFFFFFFFFFULL));
  return out;
}

WriteOutcome OutcomeOf(const ApiReply& reply) {
  WriteOutcome out;
  out.reason = reply.reason;
  out.text = reply.text;
  out.retry_after = reply.retry_after;
  switch (reply.outcome) {
    case ApiReply::Outcome::kDone: out.kind = Kind::kDone; break;
    case ApiReply::Outcome::kRefused: out.kind = Kind::kRefused; break;
    case ApiReply::Outcome::kAgain: out.kind = Kind::kAgain; break;
    case ApiReply::Outcome::kUnknown: out.kind = Kind::kUnknown; break;
  }
  return out;
}

class Writer {
 public:
  Writer(const Access& access, const std::string& method, const std::string& path, const std::function<bool()>& may_start)
      : access_(access), method_(method), path_(path), may_start_(may_start) {}

  void Write(std::span<const WriteItem> items, std::span<WriteOutcome> outcomes) {
    const auto step = static_cast<std::size_t>(access_.bulk_size);
    for (std::size_t first = 0; first < items.size(); first += step) {
      const std::size_t count = std::min(step, items.size() - first);
      WriteChunk(items.subspan(first, count), outcomes.subspan(first, count));
    }
  }

 private:
  void WriteChunk(std::span<const WriteItem> items, std::span<WriteOutcome> outcomes) {
    if (items.size() == 1) {
      outcomes[0] = WriteOne(items[0]);
      return;
    }
    std::vector<std::string> guids;
    const ApiReply reply = Send(path_ + "/bulk", BulkBody(items, &guids));
    if (reply.outcome == ApiReply::Outcome::kRefused) {
      const std::size_t half = items.size() / 2;
      WriteChunk(items.first(half), outcomes.first(half));
      WriteChunk(items.subspan(half), outcomes.subspan(half));
      return;
    }
    if (!reply.is_done()) {
      std::fill(outcomes.begin(), outcomes.end(), OutcomeOf(reply));
      return;
    }
    Match(reply.body, items, guids, outcomes);
  }

  Json BulkBody(std::span<const WriteItem> items, std::vector<std::string>* guids) const {
    Json body = Json::Array();
    for (const WriteItem& item : items) {
      guids->push_back(NewGuid());
      Json entry = Json::Object();
      entry.Set("guid", Json::String(guids->back()));
      if (method_ != "POST") entry.Set("id", Json::Number(item.id));
      if (method_ != "DELETE") entry.Set("data", item.data);
      body.Push(std::move(entry));
    }
    return body;
  }

  void Match(const Json& answer, std::span<const WriteItem> items, const std::vector<std::string>& guids, std::span<WriteOutcome> outcomes) {
    const std::uint64_t sequence = access_.sequence.Next();
    std::map<std::string, const Json*> by_guid;
    for (const Json& entry : answer.items()) {
      if (const Json* guid = entry.Find("guid")) by_guid[guid->text()] = &entry;
    }
    std::vector<std::size_t> refused;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto found = by_guid.find(guids[i]);
      if (found == by_guid.end()) {
        outcomes[i].kind = Kind::kUnknown;
        outcomes[i].reason = "ANSWER_INCOMPLETE";
        outcomes[i].text = "the answer to a bulk names no outcome for this row";
        continue;
      }
      const Json* code = found->second->Find("code");
      if (code == nullptr || code->text() != "1") {
        refused.push_back(i);
        continue;
      }
      const std::string id = method_ == "POST" ? IdIn(*found->second, "id") : items[i].id;
      outcomes[i] = id.empty() ? Nameless() : Done(id, sequence);
    }
    for (const std::size_t i : refused) outcomes[i] = WriteOne(items[i]);
  }

  WriteOutcome WriteOne(const WriteItem& item) {
    const ApiReply reply = Send(method_ == "POST" ? path_ : absl::StrCat(path_, "/", item.id),
                                method_ == "DELETE" ? std::optional<Json>() : std::optional<Json>(item.data));
    if (!reply.is_done()) return OutcomeOf(reply);
    const std::string id = method_ == "POST" ? IdIn(reply.body, "id") : item.id;
    return id.empty() ? Nameless() : Done(id, access_.sequence.Next());
  }

  ApiReply Send(const std::string& path, std::optional<Json> body) {
    ApiCall call;
    call.method = method_;
    call.path = path;
    call.body = std::move(body);
    call.may_start = may_start_;
    return access_.api.Call(call);
  }

  static WriteOutcome Done(const std::string& id, std::uint64_t sequence) {
    WriteOutcome out;
    out.kind = Kind::kDone;
    out.id = id;
    out.sequence = sequence;
    return out;
  }

  static WriteOutcome Nameless() {
    WriteOutcome out;
    out.kind = Kind::kUnknown;
    out.reason = "ANSWER_UNREADABLE";
    out.text = "SSM says it created a row and names no id";
    return out;
  }

  const Access& access_;
  const std::string method_;
  const std::string path_;
  const std::function<bool()>& may_start_;
};

}  // namespace

std::vector<WriteOutcome> WriteRows(const Access& access, const std::string& method, const std::string& path,
                                    const std::vector<WriteItem>& items, const std::function<bool()>& may_start) {
  std::vector<WriteOutcome> outcomes(items.size());
  Writer(access, method, path, may_start).Write(items, outcomes);
  return outcomes;
}

v1::Failure FailureOf(const WriteOutcome& outcome) {
  v1::Failure failure;
  switch (outcome.kind) {
    case Kind::kRefused: failure.set_class_(v1::Failure::NEVER); break;
    case Kind::kUnknown: failure.set_class_(v1::Failure::UNCERTAIN); break;
    default: failure.set_class_(v1::Failure::AGAIN);
  }
  failure.set_reason(outcome.reason);
  failure.set_text(sdk::OneLine(outcome.text));
  failure.set_retry_after_millis(absl::ToInt64Milliseconds(outcome.retry_after));
  return failure;
}

v1::Failure FailureOf(const absl::Status& status) {
  v1::Failure failure;
  failure.set_class_(status.code() == absl::StatusCode::kFailedPrecondition ? v1::Failure::NEVER : v1::Failure::AGAIN);
  const std::string text(status.message());
  const std::size_t colon = text.find(": ");
  failure.set_reason(colon == std::string::npos ? "READ_FAILED" : text.substr(0, colon));
  failure.set_text(sdk::OneLine(colon == std::string::npos ? text : text.substr(colon + 2)));
  return failure;
}

}  // namespace entente::ssm
