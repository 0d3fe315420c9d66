#include "engine/rpc/pack_certified.h"

#include "absl/strings/str_cat.h"
#include "engine/certificate/certificate.h"
#include "engine/runtime/error.h"

namespace entente {
namespace {

constexpr std::size_t kShownRefusals = 20;

std::string Shown(const std::vector<certificate::Refusal>& refusals) {
  std::string found;
  for (std::size_t i = 0; i < refusals.size() && i < kShownRefusals; ++i) {
    absl::StrAppend(&found, "\n", std::string(refusals[i].law), "  ", refusals[i].problem.ToString());
  }
  return found;
}

}  // namespace

absl::StatusOr<Certification> CheckPackCertified(const Pack& pack, std::string_view directory, bool is_forced) {
  const certificate::Certificate proved = certificate::Certify(pack);
  Certification certification;
  certification.hash = proved.hash;
  if (proved.holds()) return certification;
  if (!is_forced) {
    const std::string at(directory);
    return MakeError(absl::StatusCode::kFailedPrecondition, "PACK_UNCERTIFIED",
                     absl::StrCat("The pack ", at, " is not certified: with ", proved.refusals.size(), " of its rules edits may be lost or values go back and forth. Correct it (entente pack check ", at,
                                  " shows how), or set force_uncertified = true for the instance.", Shown(proved.refusals)));
  }
  certification.missing = absl::StrCat("The pack is not certified and runs because the configuration forces it; ", proved.refusals.size(), " laws are not kept, the first: ", proved.refusals.front().problem.ToString());
  return certification;
}

}  // namespace entente
