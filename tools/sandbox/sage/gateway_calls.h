#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "nlohmann/json_fwd.hpp"
#include "tools/sandbox/sage/installation.h"

// The calls of the gateway contract, without HTTP. Each takes what the request carries and answers the body of the success; a refusal becomes
// the error object. REQUIRES, for all: the installation's mutex is held; a write runs inside one transaction.
namespace entente::sandbox::sage {

using Query = std::map<std::string, std::string>;

absl::StatusOr<nlohmann::json> Info(Installation& sage);
absl::StatusOr<nlohmann::json> GetParty(Installation& sage, const std::string& code);
absl::StatusOr<nlohmann::json> PostParty(Installation& sage, const nlohmann::json& body);
absl::StatusOr<nlohmann::json> PatchParty(Installation& sage, const std::string& code, const nlohmann::json& body);
absl::StatusOr<nlohmann::json> GetContact(Installation& sage, std::int64_t number);
absl::StatusOr<nlohmann::json> ListContacts(Installation& sage, const Query& query);
absl::StatusOr<nlohmann::json> PostContact(Installation& sage, const std::string& party, const nlohmann::json& body);
absl::StatusOr<nlohmann::json> PatchContact(Installation& sage, std::int64_t number, const nlohmann::json& body);
absl::StatusOr<nlohmann::json> RemoveContact(Installation& sage, std::int64_t number);
absl::StatusOr<nlohmann::json> Price(Installation& sage, const nlohmann::json& body);
absl::StatusOr<nlohmann::json> PostQuote(Installation& sage, const nlohmann::json& body);
absl::StatusOr<nlohmann::json> ListQuotes(Installation& sage, const Query& query);
absl::StatusOr<nlohmann::json> GetQuote(Installation& sage, const std::string& piece);

// The record a DUPLICATE_KEY or REVISION_MISMATCH is about, or the problems of a refused document: merged into the error object.
absl::StatusOr<nlohmann::json> ErrorDetails(Installation& sage, const std::string& route, const std::string& code, const std::string& key,
                                            const nlohmann::json& body);

}  // namespace entente::sandbox::sage
