#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tools/sandbox/sage/action.h"
#include "tools/sandbox/sage/refusal.h"
#include "tools/sandbox/sage/row_json.h"

// Prices and stock.
namespace entente::sandbox::sage {
namespace {

using nlohmann::json;

// Updates the row with this key, or makes it.
absl::StatusOr<Row> Put(CompanyDatabase& database, const std::string& table, const Row& key, const Row& cells) {
  SAGE_ASSIGN(const std::optional<Row> held, database.Find(table, key));
  if (held.has_value()) return database.Update(table, held->Int("cbMarq"), cells);
  Row fresh = key;
  for (const auto& [name, value] : cells) fresh.Set(name, value);
  return database.Insert(table, fresh);
}

absl::StatusOr<Row> RequireArticle(CompanyDatabase& database, const std::string& reference) {
  SAGE_ASSIGN(const std::optional<Row> article, database.Find("F_ARTICLE", {{"AR_Ref", reference}}));
  if (!article.has_value()) return Refuse({.code = "NOT_FOUND", .text = absl::StrCat("there is no article ", reference), .field = "AR_Ref"});
  return *article;
}

absl::StatusOr<json> SetPrice(Installation& sage, const Arguments& arguments) {
  CompanyDatabase& database = *sage.database;
  SAGE_ASSIGN(const Row article, RequireArticle(database, arguments.Text("ref", 0)));
  SAGE_ASSIGN(const Decimal price, arguments.Amount("price", 1));
  SAGE_ASSIGN(const std::int64_t category, arguments.Number("category", 0));
  const std::string client = arguments.Text("client");
  if (category == 0 && client.empty()) {
    SAGE_ASSIGN(const Row row, database.Update("F_ARTICLE", article.Int("cbMarq"), {{"AR_PrixVen", price}}));
    return RowJson(row, *database.schema().Find("F_ARTICLE"));
  }
  Row cells = {{"AC_PrixVen", price}, {"AC_PrixTTC", article.Int("AR_PrixTTC")}};
  if (arguments.Has("discount")) {
    SAGE_ASSIGN(const Decimal discount, arguments.Amount("discount"));
    cells.Set("AC_Remise", discount);
  }
  const Row key = {{"AR_Ref", article.Text("AR_Ref")}, {"AC_Categorie", client.empty() ? category : 0}, {"CT_Num", client}};
  SAGE_ASSIGN(const Row row, Put(database, "F_ARTCLIENT", key, cells));
  return RowJson(row, *database.schema().Find("F_ARTCLIENT"));
}

absl::StatusOr<json> SetStock(Installation& sage, const Arguments& arguments) {
  CompanyDatabase& database = *sage.database;
  SAGE_ASSIGN(const Row article, RequireArticle(database, arguments.Text("ref", 0)));
  SAGE_ASSIGN(const Decimal quantity, arguments.Amount("quantity", 1));
  SAGE_ASSIGN(const std::int64_t warehouse, arguments.Number("warehouse", 1));
  SAGE_ASSIGN(const std::int64_t variant1, arguments.Number("variant1", 0));
  SAGE_ASSIGN(const std::int64_t variant2, arguments.Number("variant2", 0));
  const std::string table = variant1 == 0 ? "F_ARTSTOCK" : "F_GAMSTOCK";
  const std::string prefix = variant1 == 0 ? "AS_" : "GS_";
  Row key = {{"AR_Ref", article.Text("AR_Ref")}, {"DE_No", warehouse}};
  if (variant1 != 0) key.Set("AG_No1", variant1).Set("AG_No2", variant2);
  Row cells = {{prefix + "QteSto", quantity}, {prefix + "Mouvemente", 1}};
  static constexpr std::pair<const char*, const char*> kOthers[] = {{"reserved", "QteRes"}, {"ordered", "QteCom"}, {"prepared", "QtePrepa"}};
  for (const auto& [name, column] : kOthers) {
    if (!arguments.Has(name)) continue;
    SAGE_ASSIGN(const Decimal other, arguments.Amount(name));
    cells.Set(prefix + column, other);
  }
  SAGE_ASSIGN(const Row row, Put(database, table, key, cells));
  return RowJson(row, *database.schema().Find(table));
}

}  // namespace

std::vector<Action> ItemActions() {
  return {
      {"set-price", "REF PRICE [category=N | client=CODE] [discount=PERCENT]", "the price of an article, for all, a category or a client", true,
       SetPrice},
      {"set-stock", "REF QUANTITY [warehouse=N] [reserved=Q] [prepared=Q] [ordered=Q] [variant1=N variant2=N]", "the stock of an article", true,
       SetStock},
  };
}

}  // namespace entente::sandbox::sage
