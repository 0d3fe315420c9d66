#include "tools/sandbox/sage/schema.h"

namespace entente::sandbox::sage {

// Documents, their lines, instalments and numbers.
const std::vector<TableText>& DocumentTables() {
  static const std::vector<TableText> kTables = {
      {"F_DOCENTETE",
       "DO_Domaine:S DO_Type:S! DO_Piece:V13! DO_Date:D DO_Ref:V17 DO_Tiers:V17 CO_No:I DO_Period:S DO_Devise:S DO_Cours:N DE_No:I LI_No:I "
       "CT_NumPayeur:V17? DO_Expedit:S DO_NbFacture:S DO_BLFact:S DO_TxEscompte:N DO_Reliquat:S DO_Imprim:S CA_Num:V13 DO_Coord{01-04}:V25 "
       "DO_Souche:S DO_DateLivr:D DO_Condition:S DO_Tarif:S DO_Colisage:S DO_TypeColis:S DO_Transaction:S DO_Langue:S DO_Ecart:N "
       "DO_Regime:S N_CatCompta:S DO_Ventile:S AB_No:I DO_DebutAbo:D DO_FinAbo:D DO_DebutPeriod:D DO_FinPeriod:D CG_Num:V13? DO_Statut:S "
       "DO_Heure:C9 CA_No:I CO_NoCaissier:I DO_Transfere:S DO_Cloture:S DO_NoWeb:V17 DO_Attente:S DO_Provenance:S CA_NumIFRS:V13 MR_No:I "
       "DO_TypeFrais:S DO_ValFrais:N DO_TypeLigneFrais:S DO_TypeFranco:S DO_ValFranco:N DO_TypeLigneFranco:S DO_Taxe{1-3}:N "
       "DO_TypeTaux{1-3}:S DO_TypeTaxe{1-3}:S DO_MajCpta:S DO_Motif:V69 CT_NumCentrale:V17? DO_Contact:V35 DO_FactureElec:S "
       "DO_TypeTransac:S DO_DateLivrRealisee:D DO_DateExpedition:D DO_FactureFrs:V35 DO_PieceOrig:V13 DO_GUID:G DO_EStatut:S "
       "DO_DemandeRegul:S ET_No:I DO_Valide:S DO_Coffre:S DO_CodeTaxe{1-3}:V5? DO_TotalHT:N DO_StatutBAP:S DO_Escompte:S DO_DocType:S "
       "DO_TypeCalcul:S DO_FactureFile:G DO_TotalHTNet:N@7 DO_TotalTTC:N@7 DO_NetAPayer:N@7 DO_MontantRegle:N@7 DO_RefPaiement:G@7 "
       "DO_AdressePaiement:V255@7 DO_PaiementLigne:S@7 DO_MotifDevis:S@7 DO_Conversion:S@7 DO_RefExterne:V69@10 DO_TVADebit:S@10 "
       "EB_No:I@10 CFAR_No:I@10 FAC_No:I@10 DO_Exclure:S@10 DO_CodeService:S@10",
       "cbDO_Piece=DO_Piece:r cbDO_Tiers=DO_Tiers:e cbCA_Num=CA_Num:z cbCG_Num=CG_Num:z cbCT_NumCentrale=CT_NumCentrale "
       "cbCT_NumPayeur=CT_NumPayeur cbDO_FactureFrs=DO_FactureFrs cbDO_PieceOrig=DO_PieceOrig:r cbCA_No=CA_No:n cbCO_No=CO_No:n "
       "cbCO_NoCaissier=CO_NoCaissier:n cbDE_No=DE_No:n cbET_No=ET_No:n cbLI_No=LI_No:n",
       {"DO_Type,DO_Piece"},
       true},
      {"F_DOCLIGNE",
       "DO_Domaine:S DO_Type:S! CT_Num:V17 DO_Piece:V13! DL_PieceBC:V13 DL_PieceBL:V13 DO_Date:D DL_DateBC:D DL_DateBL:D DL_Ligne:I DO_Ref:V17 "
       "DL_TNomencl:S DL_TRemPied:S DL_TRemExep:S AR_Ref:V19? DL_Design:V69 DL_Qte:N DL_QteBC:N DL_QteBL:N DL_PoidsNet:N DL_PoidsBrut:N "
       "DL_Remise{01-03}REM_Valeur:N DL_Remise{01-03}REM_Type:S DL_PrixUnitaire:N DL_PUBC:N DL_Taxe{1-3}:N DL_TypeTaux{1-3}:S "
       "DL_TypeTaxe{1-3}:S CO_No:I AG_No1:I AG_No2:I DL_PrixRU:N DL_CMUP:N DL_MvtStock:S DT_No:I AF_RefFourniss:V19 EU_Enumere:V21 "
       "EU_Qte:N DL_TTC:S DE_No:I DL_NoRef:S DL_TypePL:S DL_PUDevise:N DL_PUTTC:N DL_No:I DO_DateLivr:D CA_Num:V13 DL_Frais:N "
       "DL_Valorise:S AR_RefCompose:V19? DL_NonLivre:S AC_RefClient:V19 DL_MontantHT:N DL_MontantTTC:N DL_FactPoids:S DL_Escompte:S "
       "DL_PiecePL:V13 DL_DatePL:D DL_QtePL:N DL_NoColis:V19 DL_NoLink:I RP_Code:V11? DL_QteRessource:I DL_DateAvancement:D PF_Num:V9!= "
       "DL_CodeTaxe{1-3}:V5? DL_PieceOFProd:I DL_PieceDE:V13 DL_DateDE:D DL_QteDE:N DL_Operation:V11 DL_NoSousTotal:I CA_No:I DO_DocType:S "
       "DL_MontantRegle:N@7 DL_PieceFourniss:V13@7 DL_DatePieceFourniss:D@7 DL_RefExterne:V69@10",
       "cbDO_Piece=DO_Piece:r cbCT_Num=CT_Num:e cbAR_Ref=AR_Ref cbAR_RefCompose=AR_RefCompose cbAF_RefFourniss=AF_RefFourniss "
       "cbCA_Num=CA_Num:z cbDL_PieceBC=DL_PieceBC:r cbDL_PieceBL=DL_PieceBL:r cbDL_PieceDE=DL_PieceDE:r cbDL_PiecePL=DL_PiecePL:r "
       "cbDO_Ref=DO_Ref cbPF_Num=PF_Num cbRP_Code=RP_Code cbCA_No=CA_No:n cbCO_No=CO_No:n cbDE_No=DE_No:n cbDL_NoLink=DL_NoLink:n "
       "cbDT_No=DT_No:n",
       {"DL_No"},
       true},
      {"F_DOCLIGNETEXT", "DT_No:I DT_Text:V0", "", {"DT_No"}},
      {"F_DOCREGL",
       "DR_No:I DO_Domaine:S DO_Type:S DO_Piece:V13 DR_TypeRegl:S DR_Date:D DR_Libelle:V35 DR_Pourcent:N DR_Montant:N DR_MontantDev:N "
       "DR_Equil:S EC_No:I DR_Regle:S N_Reglement:S CA_No:I DO_DocType:S DR_RefPaiement:G@7 DR_AdressePaiement:V255@7",
       "cbDO_Piece=DO_Piece:r cbCA_No=CA_No:n cbEC_No=EC_No:n",
       {"DR_No"},
       true},
      {"F_DOCCURRENTPIECE", "DC_Domaine:S DC_IdCol:S DC_Souche:S DC_Piece:V13", "cbDC_Piece=DC_Piece:r", {"DC_Domaine,DC_IdCol,DC_Souche"}},
      {"F_TAXE",
       "TA_Intitule:V35 TA_TTaux:S TA_Taux:N TA_Type:S CG_Num:V13! TA_No:I! TA_Code:V5! TA_NP:S TA_Sens:S TA_Provenance:S TA_Regroup:V5 "
       "TA_Assujet:N TA_GrilleBase:V3 TA_GrilleTaxe:V3 TA_EdiCode:V3",
       "cbTA_Code=TA_Code cbTA_Intitule=TA_Intitule cbTA_Regroup=TA_Regroup cbCG_Num=CG_Num:z",
       {"TA_Code", "TA_No"}},
      {"F_PAYS", "PA_Intitule:V35! PA_Code:V3 PA_No:I", "cbPA_Intitule=PA_Intitule cbPA_Code=PA_Code", {"PA_No", "PA_Intitule"}},
  };
  return kTables;
}

}  // namespace entente::sandbox::sage
