#include "tools/sandbox/sage/hash_chain.h"

#include <openssl/sha.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {

absl::Status ChainDocument(CompanyDatabase& database, const Row& head) {
  Connection& connection = database.connection();
  SAGE_ASSIGN(const std::vector<Row> last, connection.Query("SELECT \"cbHashOrder\" AS place, HEX(\"cbHash\") AS hash FROM \"F_DOCENTETE\" "
                                                            "WHERE \"cbHash\" IS NOT NULL ORDER BY \"cbHashOrder\" DESC LIMIT 1"));
  const std::string before = last.empty() ? "" : last.front().At("hash").text();
  const std::int64_t place = last.empty() ? 1 : last.front().Int("place") + 1;
  std::string content = before;
  for (const char* column : {"DO_Type", "DO_Piece", "DO_Tiers", "DO_Date", "DO_TotalHTNet", "DO_TotalTTC"}) {
    absl::StrAppend(&content, "|", head.At(column).text());
  }
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return connection.Run(absl::StrCat("UPDATE \"F_DOCENTETE\" SET \"cbHash\" = X'", absl::BytesToHexString(digest),
                                     "', \"cbHashOrder\" = ?1, \"cbHashDate\" = ?2 WHERE \"cbMarq\" = ?3"),
                        {place, database.clock().LocalNow(), head.Int("cbMarq")});
}

}  // namespace entente::sandbox::sage
