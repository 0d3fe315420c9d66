#include "connectors/sage100/stock.h"

#include "absl/strings/str_cat.h"
#include "connectors/sage100/anchor_walk.h"
#include "connectors/sage100/variants.h"

namespace entente::sage100 {
namespace {

Amount Read(const Row& row, const std::string& column) {
  const auto text = row.Decimal(column);
  return text.has_value() ? Amount::Parse(*text) : Amount();
}

absl::Status AddTable(const Reading& reading, const char* table, const std::string& prefix, const std::vector<std::string>& articles,
                      std::map<std::string, StockFigures>* out) {
  std::vector<odbc::Parameter> values;
  std::string where = In("AR_Ref", articles, &values);
  if (reading.schema.Column("F_DEPOT", "DE_Exclure") != nullptr) {
    where = And(where, R"("DE_No" NOT IN (SELECT d."DE_No" FROM "F_DEPOT" d WHERE d."DE_Exclure" = 1 AND d."DE_No" IS NOT NULL))");
  }
  auto rows = Fetch(reading, {.table = table,
                              .columns = {"AR_Ref", "AG_No1", "AG_No2", prefix + "QteSto", prefix + "QteRes", prefix + "QtePrepa",
                                          prefix + "QteCom"},
                              .where = where,
                              .values = values});
  if (!rows.ok()) return rows.status();
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const Row row = (*rows)[i];
    StockFigures& sum = (*out)[ArticleKey(row.Text("AR_Ref").value_or(""), row.Code("AG_No1"), row.Code("AG_No2"))];
    sum.physical = sum.physical + Read(row, prefix + "QteSto");
    sum.reserved = sum.reserved + Read(row, prefix + "QteRes");
    sum.prepared = sum.prepared + Read(row, prefix + "QtePrepa");
    sum.ordered = sum.ordered + Read(row, prefix + "QteCom");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::map<std::string, StockFigures>> ReadStock(const Reading& reading, const std::vector<std::string>& articles) {
  std::map<std::string, StockFigures> out;
  if (articles.empty()) return out;
  if (absl::Status s = AddTable(reading, "F_ARTSTOCK", "AS_", articles, &out); !s.ok()) return s;
  if (absl::Status s = AddTable(reading, "F_GAMSTOCK", "GS_", articles, &out); !s.ok()) return s;
  return out;
}

}  // namespace entente::sage100
