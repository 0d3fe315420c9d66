#include "engine/server/pack_trial.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/examples/examples.h"
#include "engine/runtime/build_id.h"
#include "engine/runtime/error.h"

namespace entente {
namespace {

constexpr char kTried[] = "pack_tried";

}  // namespace

absl::StatusOr<Certification> TryPack(const PackShelf& shelf, const LoadedPack& pack, const std::string& where, bool is_forced) {
  absl::StatusOr<Certification> certification = CheckPackCertified(*pack.pack, where, is_forced);
  if (!certification.ok()) return certification;
  const absl::Status held = CheckExamples(pack.files, shelf.OptionsFor());
  if (held.ok()) return certification;
  if (!is_forced || ReasonOf(held) != "PACK_EXAMPLES_FAIL") return held;
  const std::string sentence = SentenceOf(held);
  absl::StrAppend(&certification->missing, certification->missing.empty() ? "" : " ", "The pack runs because the configuration forces it; ", sentence.substr(0, sentence.find('\n')));
  return certification;
}

absl::StatusOr<Certification> TryPackOnce(const PackShelf& shelf, const LoadedPack& pack, const std::string& where, bool is_forced,
                                          const std::map<std::string, std::string>& meta, std::map<std::string, std::optional<std::string>>* remember) {
  // The hash is of the rules with the values of parameters; the digest of the files, examples included.
  const std::string what = BuildId().empty() ? "" : absl::StrCat(BuildId(), " ", pack.pack->hash, " ", pack.files.Digest(), " ");
  if (const auto known = meta.find(kTried); known != meta.end() && !what.empty() && absl::StartsWith(known->second, what)) {
    return Certification{.hash = known->second.substr(what.size()), .missing = ""};
  }
  absl::StatusOr<Certification> certification = TryPack(shelf, pack, where, is_forced);
  if (certification.ok() && certification->missing.empty() && !what.empty()) (*remember)[kTried] = absl::StrCat(what, certification->hash);
  return certification;
}

}  // namespace entente
