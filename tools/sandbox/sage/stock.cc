#include "tools/sandbox/sage/stock.h"

#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/document.h"
#include "tools/sandbox/sage/money.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

constexpr int kStockStateForbids = 2881;
constexpr std::int64_t kFinancialCredit = 2;

// Which quantity of the stock row a document of this type holds, and its sign; nullptr for none.
struct Effect {
  const char* quantity = nullptr;
  bool is_taken = false;
};

Effect EffectOf(std::int64_t type, std::int64_t provenance) {
  switch (type) {
    case kOrder:
      return {"QteRes", false};
    case kPreparation:
      return {"QtePrepa", false};
    case kDelivery:
    case kReturn:
      return {"QteSto", true};
    case kInvoice:
    case kPostedInvoice:
      return provenance == kFinancialCredit ? Effect{} : Effect{"QteSto", true};
    default:
      return {};
  }
}

// The stock row of a line: by variant where the article has variants.
struct Place {
  std::string table;
  std::string prefix;
  Row key;
};

Place PlaceOf(const Row& line) {
  Row key = {{"AR_Ref", line.Text("AR_Ref")}, {"DE_No", std::max<std::int64_t>(1, line.Int("DE_No"))}};
  if (line.Int("AG_No1") == 0) return {"F_ARTSTOCK", "AS_", key};
  key.Set("AG_No1", line.Int("AG_No1")).Set("AG_No2", line.Int("AG_No2"));
  return {"F_GAMSTOCK", "GS_", key};
}

absl::Status AddTo(CompanyDatabase& database, const Row& line, const Effect& effect, const Decimal& change) {
  const Place place = PlaceOf(line);
  const std::string column = place.prefix + effect.quantity;
  SAGE_ASSIGN(std::optional<Row> row, database.Find(place.table, place.key));
  if (!row.has_value()) {
    SAGE_ASSIGN(row, database.Insert(place.table, place.key));
  }
  const Decimal after = Plus(row->Number(column), change);
  if (effect.is_taken && after.IsNegative() && change.IsNegative()) {
    SAGE_ASSIGN(const std::optional<Row> preferences, database.Find("P_PREFERENCES", {}));
    if (!preferences.has_value() || preferences->Int("PR_StockNeg") == 0) {
      return Refuse({.code = "DOCUMENT_REFUSED",
                     .text = absl::StrCat("the stock of ", line.Text("AR_Ref"), " does not allow the line; receive stock first"),
                     .sage_code = kStockStateForbids,
                     .field = "DL_Qte"});
    }
  }
  return database.Update(place.table, row->Int("cbMarq"), {{column, after}, {place.prefix + "Mouvemente", 1}}).status();
}

}  // namespace

absl::StatusOr<std::optional<Decimal>> AvailableStock(CompanyDatabase& database, const Row& article, std::int64_t variant1,
                                                      std::int64_t variant2) {
  if (article.Int("AR_SuiviStock") == 0) return std::optional<Decimal>();
  const bool is_variant = variant1 != 0;
  Row key = {{"AR_Ref", article.Text("AR_Ref")}};
  if (is_variant) key.Set("AG_No1", variant1).Set("AG_No2", variant2);
  SAGE_ASSIGN(const std::vector<Row> rows, database.List(is_variant ? "F_GAMSTOCK" : "F_ARTSTOCK", key));
  const std::string prefix = is_variant ? "GS_" : "AS_";
  Decimal available;
  for (const Row& row : rows) {
    SAGE_ASSIGN(const std::optional<Row> warehouse, database.Find("F_DEPOT", {{"DE_No", row.Int("DE_No")}}));
    if (warehouse.has_value() && warehouse->Int("DE_Exclure") == 1) continue;
    const Decimal held_back = Plus(row.Number(prefix + "QteRes"), row.Number(prefix + "QtePrepa"));
    available = Plus(available, Minus(row.Number(prefix + "QteSto"), held_back));
  }
  return std::optional<Decimal>(available);
}

absl::Status MoveStock(CompanyDatabase& database, const Row& line, std::int64_t from, std::int64_t to, std::int64_t provenance) {
  if (line.Text("AR_Ref").empty()) return absl::OkStatus();
  SAGE_ASSIGN(const std::optional<Row> article, database.Find("F_ARTICLE", {{"AR_Ref", line.Text("AR_Ref")}}));
  if (!article.has_value() || article->Int("AR_SuiviStock") == 0) return absl::OkStatus();
  const Decimal quantity = line.Number("DL_Qte");
  const Effect before = EffectOf(from, provenance);
  const Effect after = EffectOf(to, provenance);
  if (before.quantity == after.quantity) return absl::OkStatus();
  if (before.quantity != nullptr) {
    SAGE_RETURN_IF_ERROR(AddTo(database, line, before, before.is_taken ? quantity : quantity.Negated()));
  }
  if (after.quantity == nullptr) return absl::OkStatus();
  return AddTo(database, line, after, after.is_taken ? quantity.Negated() : quantity);
}

}  // namespace entente::sandbox::sage
