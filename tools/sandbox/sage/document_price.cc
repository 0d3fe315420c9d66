#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/document.h"
#include "tools/sandbox/sage/money.h"
#include "tools/sandbox/sage/refusal.h"
#include "tools/sandbox/sage/stock.h"
#include "tools/sandbox/sage/tariff.h"
#include "tools/sandbox/sage/tax.h"

namespace entente::sandbox::sage {
namespace {

constexpr char kNoGuid[] = "00000000-0000-0000-0000-000000000000";
constexpr int kLineStep = 1000;
const Decimal kQuantityLimit = Decimal::FromInt(1000000000);

// Builds one priced document, collecting what is wrong on the way.
class Pricing {
 public:
  Pricing(CompanyDatabase& database, const DocumentRequest& request) : database_(database), request_(request) {}

  absl::StatusOr<Document> Run() {
    document_.priced_at = database_.clock().UtcNow();
    day_ = request_.day.empty() ? database_.clock().LocalNow().substr(0, 10) : request_.day.substr(0, 10);
    SAGE_RETURN_IF_ERROR(FindClient());
    SAGE_RETURN_IF_ERROR(FillHead());
    SAGE_RETURN_IF_ERROR(FillFee());
    if (request_.lines.empty()) AddProblem({.code = "DOCUMENT_REFUSED", .text = "a document needs at least one line", .field = "lines"});
    for (std::size_t i = 0; i < request_.lines.size(); ++i) SAGE_RETURN_IF_ERROR(AddLine(request_.lines[i], static_cast<int>(i) + 1));
    CheckFit(document_.head, "F_DOCENTETE", 0);
    const Totals totals = TotalsOf(document_.head, document_.LineCells());
    WriteTotals(totals, Decimal(), document_.head);
    document_.taxes = totals.taxes;
    return std::move(document_);
  }

 private:
  void AddProblem(Problem problem) { document_.problems.push_back(std::move(problem)); }

  absl::Status FindClient() {
    SAGE_ASSIGN(const std::optional<Row> client, database_.Find("F_COMPTET", {{"CT_Num", request_.client}}));
    if (request_.client.empty() || !client.has_value() || client->Int("CT_Type") != 0) {
      AddProblem({.code = "UNKNOWN_PARTY", .text = absl::StrCat("there is no client ", request_.client), .field = "DO_Tiers"});
    } else {
      client_ = *client;
      if (client_.Int("CT_Sommeil") == 1) {
        AddProblem({.code = "DORMANT", .text = absl::StrCat("the client ", request_.client, " is dormant; wake it in Sage"), .field = "DO_Tiers"});
      }
    }
    SAGE_ASSIGN(owner_, OwnerOfTariff(database_, client_));
    accounting_category_ = std::max<std::int64_t>(1, client_.Int("N_CatCompta"));
    return absl::OkStatus();
  }

  absl::Status FillHead() {
    SAGE_ASSIGN(const std::optional<Row> preferences, database_.Find("P_PREFERENCES", {}));
    const std::int64_t series = request_.series.value_or(preferences.has_value() ? preferences->Int("PR_Souche") : 0);
    SAGE_ASSIGN(const std::optional<Row> series_row, database_.Find("P_SOUCHEVENTE", {{"cbIndice", series + 1}}));
    if (!series_row.has_value() || series_row->Int("S_Valide") != 1) {
      AddProblem({.code = "VALUE_DOES_NOT_FIT", .text = absl::StrCat("there is no valid series ", series), .field = "DO_Souche"});
    }
    const std::int64_t collaborator = request_.collaborator.value_or(client_.Int("CO_No"));
    SAGE_ASSIGN(const std::optional<Row> collaborator_row, database_.Find("F_COLLABORATEUR", {{"CO_No", collaborator}}));
    if (request_.collaborator.has_value() && collaborator != 0 && !collaborator_row.has_value()) {
      AddProblem({.code = "VALUE_DOES_NOT_FIT", .text = absl::StrCat("there is no collaborator ", collaborator), .field = "CO_No"});
    }
    SAGE_ASSIGN(const std::optional<Row> address, database_.Find("F_LIVRAISON", {{"CT_Num", client_.Text("CT_Num")}, {"LI_Principal", 1}}));
    SAGE_ASSIGN(const std::optional<Row> currency, database_.Find("P_DEVISE", {{"cbIndice", client_.Int("N_Devise")}}));
    warehouse_ = client_.Int("DE_No") != 0 ? client_.Int("DE_No") : preferences.has_value() ? preferences->Int("DE_No") : 1;

    Row& head = document_.head;
    head.Set("DO_Domaine", 0).Set("DO_Type", request_.type).Set("DO_DocType", request_.type).Set("DO_Provenance", request_.provenance);
    head.Set("DO_Date", day_).Set("DO_Heure", Hour()).Set("DO_Ref", request_.reference).Set("DO_Tiers", request_.client);
    head.Set("CT_NumPayeur", client_.Text("CT_NumPayeur").empty() ? request_.client : client_.Text("CT_NumPayeur"));
    head.Set("CT_NumCentrale", client_.Text("CT_NumCentrale")).Set("CG_Num", client_.Text("CG_NumPrinc"));
    head.Set("CO_No", collaborator).Set("DO_Souche", series).Set("DE_No", warehouse_);
    head.Set("LI_No", address.has_value() ? address->Int("LI_No") : 0);
    head.Set("DO_Expedit", client_.Int("N_Expedition")).Set("DO_Condition", client_.Int("N_Condition")).Set("DO_Period", client_.Int("N_Period"));
    head.Set("DO_Devise", client_.Int("N_Devise")).Set("DO_Cours", currency.has_value() ? currency->Number("D_Cours") : Decimal());
    head.Set("DO_Tarif", owner_.category).Set("N_CatCompta", accounting_category_).Set("DO_TxEscompte", client_.Number("CT_Taux02"));
    head.Set("DO_Statut", 0).Set("DO_RefExterne", request_.external_reference).Set("DO_NoWeb", request_.web_number);
    head.Set("DO_Contact", request_.contact).Set("DO_PieceOrig", request_.original_piece).Set("DO_GUID", kNoGuid);
    head.Set("DO_Transaction", 11).Set("DO_Regime", 21).Set("DO_Langue", client_.Int("CT_Langue"));
    return absl::OkStatus();
  }

  // "000HHMMSS".
  std::string Hour() const {
    const std::string now = database_.clock().LocalNow();
    return absl::StrCat("000", now.substr(11, 2), now.substr(14, 2), now.substr(17, 2));
  }

  // The shipping mode brings the fee, its threshold, and the article that carries the fee's tax.
  absl::Status FillFee() {
    SAGE_ASSIGN(const std::optional<Row> mode, database_.Find("P_EXPEDITION", {{"cbIndice", client_.Int("N_Expedition")}}));
    if (!mode.has_value() || !request_.has_fee) return absl::OkStatus();
    Row& head = document_.head;
    for (const char* field : {"TypeFrais", "TypeLigneFrais", "TypeFranco", "TypeLigneFranco"}) {
      head.Set(absl::StrCat("DO_", field), mode->Int(absl::StrCat("E_", field)));
    }
    head.Set("DO_ValFrais", mode->Number("E_ValFrais")).Set("DO_ValFranco", mode->Number("E_ValFranco"));
    SAGE_ASSIGN(const std::optional<Row> article, database_.Find("F_ARTICLE", {{"AR_Ref", mode->Text("AR_Ref")}}));
    if (!article.has_value() || mode->Text("AR_Ref").empty()) return absl::OkStatus();
    SAGE_ASSIGN(const LineTaxes taxes, TaxesOf(database_, *article, accounting_category_, request_.provenance, day_));
    WriteTaxes(taxes, "DO_", head);
    return absl::OkStatus();
  }

  absl::Status AddLine(const LineRequest& request, int number) {
    DocumentLine& line = document_.lines.emplace_back();
    Row& cells = line.cells;
    line.long_text = request.long_text;
    cells.Set("DO_Domaine", 0).Set("DO_Type", request_.type).Set("DO_DocType", request_.type).Set("CT_Num", request_.client);
    cells.Set("DO_Date", day_).Set("DO_Ref", request_.reference).Set("CO_No", document_.head.Int("CO_No")).Set("DE_No", warehouse_);
    cells.Set("DL_Ligne", number * kLineStep).Set("DL_Qte", request.quantity).Set("EU_Qte", request.quantity).Set("DL_Valorise", 1);
    cells.Set("DL_TypePL", request_.provenance).Set("PF_Num", "").Set("DL_RefExterne", "");
    cells.Set("DL_Design", request.design.value_or("")).Set("AG_No1", request.variant1).Set("AG_No2", request.variant2);
    if (request.quantity >= kQuantityLimit || request.quantity <= kQuantityLimit.Negated()) {
      AddProblem({.code = "VALUE_DOES_NOT_FIT", .text = "the quantity has more than nine digits", .field = "DL_Qte", .line = number});
      return absl::OkStatus();
    }
    if (!request.article.empty()) SAGE_RETURN_IF_ERROR(PriceArticleLine(request, number, line));
    CheckFit(cells, "F_DOCLIGNE", number);
    return absl::OkStatus();
  }

  absl::Status PriceArticleLine(const LineRequest& request, int number, DocumentLine& line) {
    SAGE_ASSIGN(const std::optional<Row> article, database_.Find("F_ARTICLE", {{"AR_Ref", request.article}}));
    if (!article.has_value()) {
      line.cells.Set("AR_Ref", request.article);
      AddProblem({.code = "UNKNOWN_ARTICLE", .text = absl::StrCat("there is no article ", request.article), .field = "AR_Ref", .line = number});
      return absl::OkStatus();
    }
    SAGE_RETURN_IF_ERROR(CheckArticle(*article, request, number));
    SAGE_ASSIGN(const LineTaxes taxes, TaxesOf(database_, *article, accounting_category_, request_.provenance, day_));
    const PriceQuestion question{.owner = owner_,
                                 .article = *article,
                                 .variant1 = request.variant1,
                                 .variant2 = request.variant2,
                                 .quantity = request.quantity,
                                 .vat_rate = VatRate(taxes),
                                 .day = day_};
    SAGE_ASSIGN(PriceAnswer price, PriceOf(database_, question));
    if (request.unit_price.has_value()) {
      price.unit_price = request.unit_price->Rounded(kPriceDecimals);
      price.unit_price_with_tax = WithPercent(price.unit_price, question.vat_rate).Rounded(kPriceDecimals);
      price.is_entered_with_tax = false;
    }
    if (request.discounts.has_value()) price.discounts = *request.discounts;
    AddAskedDiscounts(request, number, price.discounts);
    FillArticleCells(*article, request, price, taxes, line.cells);
    SAGE_ASSIGN(line.available, AvailableStock(database_, *article, request.variant1, request.variant2));
    if (line.available.has_value() && request.quantity > *line.available && !request.quantity.IsNegative()) {
      AddProblem({.is_error = false,
                  .code = "STOCK_SHORT",
                  .text = absl::StrCat("only ", line.available->ToString(), " of ", article->Text("AR_Ref"), " available"),
                  .field = "DL_Qte",
                  .line = number});
    }
    return absl::OkStatus();
  }

  void AddAskedDiscounts(const LineRequest& request, int number, Discounts& discounts) {
    discounts.resize(kDiscountsMax, Discount{.type = Discount::kPercent, .value = Decimal()});
    for (std::size_t slot = 0; slot < kDiscountsMax; ++slot) {
      if (request.asked_discounts[slot].has_value()) discounts[slot] = {.type = Discount::kPercent, .value = *request.asked_discounts[slot]};
    }
    std::erase_if(discounts, [](const Discount& discount) { return discount.value.IsZero(); });
    for (const Decimal& percent : request.more_discounts) {
      if (!percent.IsZero()) discounts.push_back({.type = Discount::kPercent, .value = percent});
    }
    const Decimal hundred = Decimal::FromInt(100);
    for (const Discount& discount : discounts) {
      const bool is_percent = discount.type != Discount::kPercent || (!discount.value.IsNegative() && discount.value <= hundred);
      if (!is_percent) AddProblem({.code = "VALUE_DOES_NOT_FIT", .text = "a discount lies between 0 and 100 percent", .field = "DL_Remise01REM_Valeur", .line = number});
    }
    if (discounts.size() <= kDiscountsMax) return;
    AddProblem({.code = "DISCOUNT_SLOTS", .text = "the line has no room for a further discount: Sage holds three", .field = "DL_Remise03REM_Valeur", .line = number});
    discounts.resize(kDiscountsMax);
  }

  absl::Status CheckArticle(const Row& article, const LineRequest& request, int number) {
    if (article.Int("AR_Sommeil") == 1) {
      AddProblem({.code = "DORMANT", .text = absl::StrCat("the article ", request.article, " is dormant"), .field = "AR_Ref", .line = number});
    }
    const bool needs_variant = article.Int("AR_Gamme1") != 0;
    SAGE_ASSIGN(const std::optional<Row> variant, database_.Find("F_ARTGAMME", {{"AR_Ref", request.article}, {"AG_No", request.variant1}}));
    if (needs_variant && !variant.has_value()) {
      AddProblem({.code = "UNKNOWN_ARTICLE",
                  .text = absl::StrCat("the article ", request.article, " has variants; name one of its own"),
                  .field = "AG_No1",
                  .line = number});
    }
    return absl::OkStatus();
  }

  static void FillArticleCells(const Row& article, const LineRequest& request, const PriceAnswer& price, const LineTaxes& taxes, Row& cells) {
    const bool is_by_weight = article.Int("AR_FactPoids") == 1;
    const Decimal net_weight = Times(article.Number("AR_PoidsNet"), request.quantity);
    const Decimal measure = is_by_weight ? net_weight : request.quantity;
    const Decimal amount = LineAmount(price.unit_price, measure, price.discounts);
    const Decimal with_tax = price.is_entered_with_tax
                                 ? LineAmount(price.unit_price_with_tax, measure, price.discounts)
                                 : WithPercent(amount, VatRate(taxes)).Rounded(kAmountDecimals);
    cells.Set("AR_Ref", article.Text("AR_Ref")).Set("DL_Design", request.design.value_or(article.Text("AR_Design")));
    cells.Set("DL_PrixUnitaire", price.unit_price).Set("DL_PUTTC", price.unit_price_with_tax).Set("DL_PUDevise", price.unit_price);
    cells.Set("DL_TTC", price.is_entered_with_tax ? 1 : 0).Set("DL_MontantHT", amount).Set("DL_MontantTTC", with_tax);
    cells.Set("DL_FactPoids", article.Int("AR_FactPoids")).Set("DL_Escompte", article.Int("AR_Escompte"));
    cells.Set("DL_PoidsNet", net_weight.Rounded(6)).Set("DL_PoidsBrut", Times(article.Number("AR_PoidsBrut"), request.quantity).Rounded(6));
    cells.Set("DL_PrixRU", article.Number("AR_CoutStd")).Set("DL_CMUP", article.Number("AR_CoutStd"));
    WriteDiscounts(price.discounts, "DL_Remise", cells);
    WriteTaxes(taxes, "DL_", cells);
  }

  void CheckFit(const Row& cells, const std::string& table, int line) {
    for (const auto& [name, value] : cells) {
      const Column* column = database_.schema().Find(table)->Find(name);
      if (column == nullptr) continue;
      const absl::StatusOr<Value> fitted = database_.Fitted(*column, value);
      if (fitted.ok()) continue;
      AddProblem({.code = "VALUE_DOES_NOT_FIT", .text = std::string(RefusalOf(fitted.status())->text), .field = name, .line = line});
    }
  }

  CompanyDatabase& database_;
  const DocumentRequest& request_;
  Document document_;
  std::string day_;
  Row client_;
  TariffOwner owner_;
  std::int64_t accounting_category_ = 1;
  std::int64_t warehouse_ = 1;
};

}  // namespace

bool Document::HasErrors() const {
  return std::any_of(problems.begin(), problems.end(), [](const Problem& problem) { return problem.is_error; });
}

std::vector<Row> Document::LineCells() const {
  std::vector<Row> cells;
  for (const DocumentLine& line : lines) cells.push_back(line.cells);
  return cells;
}

absl::StatusOr<Document> PriceDocument(CompanyDatabase& database, const DocumentRequest& request) { return Pricing(database, request).Run(); }

}  // namespace entente::sandbox::sage
