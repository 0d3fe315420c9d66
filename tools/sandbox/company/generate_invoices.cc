#include <map>

#include "tools/sandbox/company/generate.h"

namespace entente::sandbox {
namespace {

Decimal Sum(const Decimal& a, const Decimal& b) { return *Decimal::Add(a, b); }
Decimal Less(const Decimal& a, const Decimal& b) { return *Decimal::Subtract(a, b); }
Decimal Times(const Decimal& a, const Decimal& b) { return *Decimal::Multiply(a, b); }
Decimal Share(const Decimal& amount, const Decimal& percent, int decimals) {
  return *Decimal::Divide(Times(amount, percent), Decimal::FromInt(100), decimals);
}

// Amounts of a document by the rules of VAT and totals: taxes per code on the summed base, rounded once.
void FillTotals(Invoice& invoice) {
  Decimal total;
  std::map<std::string, std::pair<Decimal, Decimal>> bases;  // code → rate, base
  for (const InvoiceLine& line : invoice.lines) {
    if (line.DL_Valorise == 0) continue;
    total = Sum(total, line.DL_MontantHT);
    auto& [rate, base] = bases[line.DL_CodeTaxe1.value_or("")];
    rate = line.DL_Taxe1;
    base = Sum(base, line.DL_MontantHT);
  }
  invoice.DO_TotalHT = total;
  Decimal taxes;
  for (auto& [code, entry] : bases) {
    const Decimal base = Less(entry.second, Share(entry.second, invoice.DO_TxEscompte, 2));
    taxes = Sum(taxes, Share(base, entry.first, 2));
  }
  if (!invoice.DO_ValFrais.IsZero()) taxes = Sum(taxes, Share(invoice.DO_ValFrais, Decimal::FromInt(20), 2));
  invoice.DO_TotalHTNet = Less(Sum(total, invoice.DO_ValFrais), Share(total, invoice.DO_TxEscompte, 2));
  invoice.DO_TotalTTC = Sum(invoice.DO_TotalHTNet, taxes);
  invoice.DO_NetAPayer = invoice.DO_TotalTTC;
}

class InvoiceMaker {
 public:
  InvoiceMaker(std::uint64_t seed, const Counts& counts, Company& company) : dice_(seed, "invoices"), company_(company) {
    for (const Party& party : company.parties) {
      if (party.IsCustomer()) customers_.push_back(&party);
    }
    for (const Article& article : company.articles) {
      if (article.AR_Nomencl == 0) articles_.push_back(&article);
    }
    for (const FamilyTax& tax : company.family_taxes) {
      family_tax_[tax.FA_CodeFamille + "|" + std::to_string(tax.FCP_Champ)] = tax.FCP_ComptaCPT_Taxe1.value_or("EXO");
    }
    for (const ArticleTax& tax : company.article_taxes) article_tax_[tax.AR_Ref] = tax.ACP_ComptaCPT_Taxe1.value_or("EXO");
    for (const Tax& tax : company.parameters.taxes) rate_[tax.TA_Code] = tax.TA_Taux;
    for (const DeliveryAddress& address : company.delivery_addresses) address_[address.CT_Num] = address.LI_No;
    for (const VariantReference& variant : company.variant_references) variant_.emplace(variant.AR_Ref, &variant);
    count_ = counts.invoices;
  }

  void Make() {
    int invoices = 0;
    int credit_notes = 0;
    for (int i = 0; i < count_; ++i) {
      Invoice invoice = Head(i);
      const bool is_credit = invoice.IsCreditNote();
      invoice.DO_Piece = is_credit ? Code("AV", ++credit_notes, 6) : Code("FA", ++invoices, 6);
      AddLines(invoice);
      FillTotals(invoice);
      AddInstalments(invoice);
      company_.invoices.push_back(std::move(invoice));
    }
    company_.next_invoice_piece = Code("FA", invoices + 1, 6);
    company_.next_credit_note_piece = Code("AV", credit_notes + 1, 6);
  }

 private:
  Invoice Head(int index) {
    const Party& party = *dice_.Pick(customers_);
    const std::int64_t first = DaysOf("2023-01-02");
    const std::int64_t day = first + std::int64_t{index} * 1050 / count_;
    Invoice invoice;
    invoice.DO_Type = index < count_ * 3 / 4 ? 7 : 6;
    if (dice_.Percent(5)) invoice.DO_Provenance = dice_.Percent(50) ? 1 : 2;
    invoice.DO_Date = DayText(day);
    invoice.DO_Ref = dice_.Percent(40) ? Text(Code("CDE ", dice_.Between(1, 99999), 5)) : Blank(dice_);
    invoice.DO_Tiers = party.CT_Num;
    invoice.CT_NumPayeur = party.CT_NumPayeur;
    invoice.CO_No = party.CO_No;
    invoice.DO_Statut = 2;
    invoice.DO_Valide = invoice.DO_Type == 7 ? 1 : 0;
    invoice.DO_Souche = dice_.Percent(10) ? 1 : 0;
    invoice.DO_Cours = Decimal::FromInt(1);
    invoice.DO_Tarif = party.N_CatTarif == 0 ? 1 : party.N_CatTarif;
    invoice.N_CatCompta = party.N_CatCompta;
    invoice.DO_TxEscompte = party.CT_Taux02;
    invoice.DO_ValFrais = invoice.DO_Provenance == 0 && invoice.N_CatCompta == 1 && dice_.Percent(5) ? Decimal::FromInt(15) : Decimal();
    invoice.LI_No = address_.contains(party.CT_Num) && dice_.Percent(60) ? address_[party.CT_Num] : 0;
    invoice.DO_DateLivr = dice_.Percent(50) ? Day(kUnsetDay) : dice_.Percent(50) ? Day() : Day(invoice.DO_Date);
    invoice.DO_Contact = Blank(dice_);
    invoice.cbCreation = MomentOf(dice_, day);
    return invoice;
  }

  void AddLines(Invoice& invoice) {
    const int count = dice_.Between(1, 6);
    for (int i = 0; i < count; ++i) {
      InvoiceLine line;
      line.DL_No = ++last_line_;
      line.DL_Ligne = (i + 1) * 1000;
      line.DL_TypePL = invoice.DO_Provenance;
      if (i > 0 && dice_.Percent(8)) {
        MakeTextLine(invoice, line);
      } else {
        MakeArticleLine(invoice, line);
      }
      invoice.lines.push_back(std::move(line));
    }
  }

  // A line without an article: a remark, or something sold that is no article.
  void MakeTextLine(const Invoice& invoice, InvoiceLine& line) {
    line.DL_CodeTaxe1 = invoice.N_CatCompta == 1 ? "C20" : "EXO";
    line.DL_Taxe1 = rate_[*line.DL_CodeTaxe1];
    if (dice_.Percent(60)) {
      line.DL_Design = "Selon votre bon du " + invoice.DO_Date;
      return;
    }
    line.DL_Design = "Forfait déplacement";
    line.DL_Qte = Signed(invoice, Decimal::FromInt(1));
    line.DL_PrixUnitaire = Decimal::FromInt(45);
    FinishAmounts(line);
  }

  void MakeArticleLine(const Invoice& invoice, InvoiceLine& line) {
    const Article& article = *dice_.Pick(articles_);
    line.AR_Ref = article.AR_Ref;
    if (const auto variant = variant_.find(article.AR_Ref); variant != variant_.end()) {
      line.AG_No1 = variant->second->AG_No1;
      line.AG_No2 = variant->second->AG_No2;
    }
    line.DL_Design = CutTo(article.AR_Design, 69);
    if (dice_.Percent(2)) line.DT_Text = article.AR_Design + "\nPosé sur chantier, réglages compris.\nGarantie deux ans.";
    line.DL_Qte = Signed(invoice, article.AR_UniteVen == 2 ? FromCents(dice_.Between(50, 9900)) : Decimal::FromInt(dice_.Between(1, 40)));
    line.DL_PrixUnitaire = article.AR_PrixVen;
    if (dice_.Percent(35)) line.DL_Remise01_Valeur = Decimal::FromInt(dice_.Between(2, 20));
    if (dice_.Percent(5)) line.DL_Remise02_Valeur = Decimal::FromInt(dice_.Between(1, 5));
    if (dice_.Percent(1)) {
      line.DL_Remise01_Type = 0;
      line.DL_Remise01_Valeur = FromCents(10);
      line.DL_Remise02_Valeur = Decimal();
    }
    const auto own = article_tax_.find(article.AR_Ref);
    line.DL_CodeTaxe1 = own != article_tax_.end() && invoice.N_CatCompta == 1
                            ? own->second
                            : family_tax_[article.FA_CodeFamille + "|" + std::to_string(invoice.N_CatCompta)];
    line.DL_Taxe1 = rate_[*line.DL_CodeTaxe1];
    FinishAmounts(line);
  }

  static Decimal Signed(const Invoice& invoice, const Decimal& quantity) {
    return invoice.DO_Provenance == 1 ? quantity.Negated() : quantity;
  }

  static void FinishAmounts(InvoiceLine& line) {
    Decimal price = line.DL_PrixUnitaire;
    if (line.DL_Remise01_Type == 0) price = Less(price, line.DL_Remise01_Valeur);
    else price = Less(price, Share(price, line.DL_Remise01_Valeur, 10));
    price = Less(price, Share(price, line.DL_Remise02_Valeur, 14));
    line.DL_MontantHT = Times(price, line.DL_Qte).Rounded(2);
    line.DL_PUTTC = Sum(line.DL_PrixUnitaire, Share(line.DL_PrixUnitaire, line.DL_Taxe1, 4));
    line.DL_MontantTTC = Sum(line.DL_MontantHT, Share(line.DL_MontantHT, line.DL_Taxe1, 2));
  }

  void AddInstalments(Invoice& invoice) {
    const std::int64_t day = DaysOf(invoice.DO_Date);
    const bool two = dice_.Percent(12);
    const int mode = dice_.Between(1, 5);
    const int settled = invoice.DO_Type == 7 && dice_.Percent(80) ? 1 : 0;
    if (two) {
      invoice.instalments.push_back({++last_instalment_, DayText(day + 30), Decimal(), Decimal::FromInt(50), 0, settled, mode});
      invoice.instalments.push_back({++last_instalment_, DayText(day + 60), Decimal(), Decimal(), 1, 0, mode});
    } else {
      invoice.instalments.push_back({++last_instalment_, DayText(day + 30), Decimal(), Decimal(), 1, settled, mode});
    }
    if (settled == 1) invoice.DO_MontantRegle = two ? Share(invoice.DO_TotalTTC, Decimal::FromInt(50), 2) : invoice.DO_TotalTTC;
  }

  Dice dice_;
  Company& company_;
  std::vector<const Party*> customers_;
  std::vector<const Article*> articles_;
  std::map<std::string, std::string> family_tax_;
  std::map<std::string, std::string> article_tax_;
  std::map<std::string, Decimal> rate_;
  std::map<std::string, int> address_;
  std::map<std::string, const VariantReference*> variant_;
  int count_ = 0;
  int last_line_ = 0;
  int last_instalment_ = 0;
};

}  // namespace

void GenerateInvoices(std::uint64_t seed, const Counts& counts, Company& company) { InvoiceMaker(seed, counts, company).Make(); }

}  // namespace entente::sandbox
