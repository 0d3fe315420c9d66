#include "tools/sandbox/sage/bulk_insert.h"
#include "tools/sandbox/sage/load.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

constexpr char kNoGuid[] = "00000000-0000-0000-0000-000000000000";

struct Targets {
  BulkInsert heads;
  BulkInsert lines;
  BulkInsert texts;
  BulkInsert instalments;
};

absl::StatusOr<Targets> OpenTargets(CompanyDatabase& database) {
  SAGE_ASSIGN(BulkInsert heads,
              BulkInsert::Into(database, "F_DOCENTETE",
                               {"DO_Domaine", "DO_Type", "DO_DocType", "DO_Provenance", "DO_Piece", "DO_Date", "DO_Heure", "DO_Ref", "DO_Tiers",
                                "CT_NumPayeur", "CG_Num", "CO_No", "DO_Statut", "DO_Valide", "DO_Souche", "DO_Devise", "DO_Cours", "DO_Tarif",
                                "N_CatCompta", "DO_TxEscompte", "DO_ValFrais", "DO_TotalHT", "DO_TotalHTNet", "DO_TotalTTC", "DO_NetAPayer",
                                "DO_MontantRegle", "DE_No", "LI_No", "DO_DateLivr", "DO_Contact", "DO_Expedit", "DO_Condition", "DO_Period",
                                "DO_GUID", "DO_Transaction", "DO_Regime", "cbCreation", "cbModification"}));
  SAGE_ASSIGN(BulkInsert lines,
              BulkInsert::Into(database, "F_DOCLIGNE",
                               {"DO_Domaine", "DO_Type", "DO_DocType", "DO_Piece", "CT_Num", "DL_No", "DL_Ligne", "AR_Ref", "AG_No1", "AG_No2",
                                "DL_Design", "DT_No", "DL_Qte", "EU_Qte", "DL_PrixUnitaire", "DL_PUTTC", "DL_PUDevise", "DL_Remise01REM_Valeur",
                                "DL_Remise01REM_Type", "DL_Remise02REM_Valeur", "DL_Remise02REM_Type", "DL_MontantHT", "DL_MontantTTC",
                                "DL_Taxe1", "DL_CodeTaxe1", "DL_Valorise", "DL_TypePL", "DL_PieceDE", "DL_PieceBC", "DL_MvtStock", "DO_Date",
                                "DO_Ref", "CO_No", "DE_No", "PF_Num", "cbCreation", "cbModification"}));
  SAGE_ASSIGN(BulkInsert texts, BulkInsert::Into(database, "F_DOCLIGNETEXT", {"DT_No", "DT_Text", "cbModification"}));
  SAGE_ASSIGN(BulkInsert instalments,
              BulkInsert::Into(database, "F_DOCREGL",
                               {"DR_No", "DO_Domaine", "DO_Type", "DO_DocType", "DO_Piece", "DR_TypeRegl", "DR_Date", "DR_Montant", "DR_Pourcent",
                                "DR_Equil", "DR_Regle", "N_Reglement", "cbCreation", "cbModification"}));
  return Targets{std::move(heads), std::move(lines), std::move(texts), std::move(instalments)};
}

absl::Status AddHead(Targets& targets, const Invoice& i) {
  const Value stamp = Midnight(i.cbCreation);
  return targets.heads.Add({0, i.DO_Type, 6, i.DO_Provenance, i.DO_Piece, Midnight(i.DO_Date), "000093000", Cell(i.DO_Ref), i.DO_Tiers,
                            i.CT_NumPayeur, "4110000", i.CO_No, i.DO_Statut, i.DO_Valide, i.DO_Souche, i.DO_Devise, i.DO_Cours, i.DO_Tarif,
                            i.N_CatCompta, i.DO_TxEscompte, i.DO_ValFrais, i.DO_TotalHT, i.DO_TotalHTNet, i.DO_TotalTTC, i.DO_NetAPayer,
                            i.DO_MontantRegle, 1, i.LI_No, DayCell(i.DO_DateLivr), Cell(i.DO_Contact), 1, 1, 1, kNoGuid, 11, 21, stamp, stamp});
}

absl::Status AddLine(Targets& targets, const Invoice& i, const InvoiceLine& l, int& last_text) {
  const Value stamp = Midnight(i.cbCreation);
  int text_number = 0;
  if (l.DT_Text.has_value() && !l.DT_Text->empty()) {
    text_number = ++last_text;
    SAGE_RETURN_IF_ERROR(targets.texts.Add({text_number, *l.DT_Text, stamp}));
  }
  const bool has_article = l.AR_Ref.has_value() && !l.AR_Ref->empty();
  return targets.lines.Add({0, i.DO_Type, 6, i.DO_Piece, i.DO_Tiers, l.DL_No, l.DL_Ligne, Cell(l.AR_Ref), l.AG_No1, l.AG_No2,
                            Cell(l.DL_Design), text_number, l.DL_Qte, l.DL_Qte, l.DL_PrixUnitaire, l.DL_PUTTC, l.DL_PrixUnitaire,
                            l.DL_Remise01_Valeur, l.DL_Remise01_Type, l.DL_Remise02_Valeur, l.DL_Remise02_Type, l.DL_MontantHT,
                            l.DL_MontantTTC, l.DL_Taxe1, Cell(l.DL_CodeTaxe1), l.DL_Valorise, l.DL_TypePL, Cell(l.DL_PieceDE),
                            Cell(l.DL_PieceBC), has_article ? 3 : 0, Midnight(i.DO_Date), Cell(i.DO_Ref), i.CO_No, 1, "", stamp, stamp});
}

absl::Status AddInstalment(Targets& targets, const Invoice& i, const Instalment& r) {
  const Value stamp = Midnight(i.cbCreation);
  return targets.instalments.Add({r.DR_No, 0, i.DO_Type, 6, i.DO_Piece, 2, Midnight(r.DR_Date), r.DR_Montant, r.DR_Pourcent, r.DR_Equil,
                                  r.DR_Regle, r.N_Reglement, stamp, stamp});
}

}  // namespace

absl::Status LoadInvoices(CompanyDatabase& database, const Company& company) {
  SAGE_ASSIGN(Targets targets, OpenTargets(database));
  int last_text = 0;
  for (const Invoice& invoice : company.invoices) {
    SAGE_RETURN_IF_ERROR(AddHead(targets, invoice));
    for (const InvoiceLine& line : invoice.lines) SAGE_RETURN_IF_ERROR(AddLine(targets, invoice, line, last_text));
    for (const Instalment& instalment : invoice.instalments) SAGE_RETURN_IF_ERROR(AddInstalment(targets, invoice, instalment));
  }
  return absl::OkStatus();
}

}  // namespace entente::sandbox::sage
