#include "engine/server/tokens.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/runtime/secret_file.h"

namespace entente {
namespace {

constexpr int kTokenBytes = 32;

absl::StatusOr<std::string> ReadOrMake(const std::string& path, Random& random) {
  if (!std::filesystem::exists(path)) {
    if (absl::Status written = ReplaceFile(path, random.Hex(kTokenBytes) + "\n", 0600); !written.ok()) return written;
  }
  absl::StatusOr<std::string> token = ReadSecretFile(path);
  if (token.ok() && token->empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "TOKEN_EMPTY", absl::StrCat("The token file ", path, " is empty. Delete it; the engine makes a new one at its next start."));
  }
  return token;
}

}  // namespace

absl::StatusOr<Tokens> ReadOrMakeTokens(const std::string& state_dir, const Pack& pack, Random& random) {
  const std::string folder = state_dir + "/tokens";
  if (absl::Status made = MakeDirectory(folder, 0700); !made.ok()) return made;
  Tokens tokens;
  absl::StatusOr<std::string> token = ReadOrMake(folder + "/operator.token", random);
  if (!token.ok()) return token.status();
  tokens.operator_token = *token;
  for (const Side side : kSides) {
    token = ReadOrMake(absl::StrCat(folder, "/", pack.sides[side].name, ".token"), random);
    if (!token.ok()) return token.status();
    tokens.side_tokens[side] = *token;
  }
  return tokens;
}

}  // namespace entente
