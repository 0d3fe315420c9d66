#include "engine/server/pack_trial.h"

#include "absl/strings/str_cat.h"
#include "engine/examples/examples.h"
#include "engine/runtime/error.h"

namespace entente {

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

}  // namespace entente
