#include "tools/sandbox/sage/schema.h"

namespace entente::sandbox::sage {

// Articles, families, price rules, tax passports, stock.
const std::vector<TableText>& ItemTables() {
  static const std::vector<TableText> kTables = {
      {"F_ARTICLE",
       "AR_Ref:V19! AR_Design:V69 FA_CodeFamille:V11! AR_Substitut:V19? AR_Raccourci:V7 AR_Garantie:S AR_UnitePoids:S AR_PoidsNet:N "
       "AR_PoidsBrut:N AR_UniteVen:S AR_PrixAch:N AR_Coef:N AR_PrixVen:N AR_PrixTTC:S AR_Gamme1:S AR_Gamme2:S AR_SuiviStock:S AR_Nomencl:S "
       "AR_Stat{01-05}:V21 AR_Escompte:S AR_Delai:S AR_HorsStat:S AR_VteDebit:S AR_NotImp:S AR_Sommeil:S AR_Langue1:V69 AR_Langue2:V69 "
       "AR_EdiCode:V45 AR_CodeBarre:V19 AR_CodeFiscal:V25 AR_Pays:V35 AR_Frais{01-03}FR_Denomination:V21 "
       "AR_Frais{01-03}FR_Rem{01-03}REM_Valeur:N AR_Frais{01-03}FR_Rem{01-03}REM_Type:S AR_Condition:S AR_PUNet:N AR_Contremarque:S "
       "AR_FactPoids:S AR_FactForfait:S AR_DateCreation:D<7 AR_SaisieVar:S AR_Transfere:S AR_Publie:S AR_DateModif:D AR_Photo:V259 "
       "AR_PrixAchNouv:N AR_CoefNouv:N AR_PrixVenNouv:N AR_DateApplication:D AR_CoutStd:N AR_QteComp:N AR_QteOperatoire:N CO_No:I "
       "AR_Prevision:S CL_No{1-4}:I AR_Type:S RP_CodeDefaut:V11? AR_Nature:S AR_DelaiFabrication:S AR_NbColis:S AR_DelaiPeremption:S "
       "AR_DelaiSecurite:S AR_Fictif:S AR_SousTraitance:S AR_TypeLancement:S AR_Cycle:S AR_Criticite:S",
       "cbAR_Ref=AR_Ref cbAR_CodeBarre=AR_CodeBarre cbAR_Design=AR_Design cbAR_EdiCode=AR_EdiCode cbAR_Raccourci=AR_Raccourci "
       "cbAR_Substitut=AR_Substitut cbFA_CodeFamille=FA_CodeFamille:z cbCL_No1=CL_No1:n cbCL_No2=CL_No2:n cbCL_No3=CL_No3:n "
       "cbCL_No4=CL_No4:n cbCO_No=CO_No:n",
       {"AR_Ref"}},
      {"F_FAMILLE",
       "FA_CodeFamille:V11! FA_Type:S FA_Intitule:V35<7 FA_Intitule:V69@7 FA_UniteVen:S FA_Coef:N FA_SuiviStock:S FA_Garantie:S FA_Central:V11 "
       "FA_CodeFiscal:V25 FA_Pays:V35 FA_UnitePoids:S FA_Escompte:S FA_Delai:S FA_HorsStat:S FA_VteDebit:S FA_NotImp:S "
       "FA_Frais{01-03}FR_Denomination:V21 FA_Frais{01-03}FR_Rem{01-03}REM_Valeur:N FA_Frais{01-03}FR_Rem{01-03}REM_Type:S "
       "FA_Contremarque:S FA_FactPoids:S FA_FactForfait:S FA_Publie:S FA_RacineRef:V19 FA_RacineCB:V19 CL_No{1-4}:I FA_Nature:S "
       "FA_NbColis:S FA_SousTraitance:S FA_Fictif:S FA_Criticite:S FA_Stat{01-05}:V21",
       "cbFA_CodeFamille=FA_CodeFamille:z cbFA_Central=FA_Central:z cbFA_Intitule=FA_Intitule cbCL_No1=CL_No1:n cbCL_No2=CL_No2:n "
       "cbCL_No3=CL_No3:n cbCL_No4=CL_No4:n",
       {"FA_CodeFamille,FA_Type"}},
      {"F_ARTCLIENT",
       "AR_Ref:V19! AC_Categorie:S AC_PrixVen:N AC_Coef:N AC_PrixTTC:S AC_Arrondi:S AC_QteMont:S EG_Champ:S AC_PrixDev:N AC_Devise:S "
       "CT_Num:V17? AC_Remise:N AC_Calcul:S AC_TypeRem:S AC_RefClient:V19 AC_CoefNouv:N AC_PrixVenNouv:N AC_PrixDevNouv:N AC_RemiseNouv:N "
       "AC_DateApplication:D",
       "cbAR_Ref=AR_Ref cbCT_Num=CT_Num:e cbAC_RefClient=AC_RefClient",
       {"AR_Ref,AC_Categorie,CT_Num"}},
      {"F_TARIFQTE",
       "AR_Ref:V19! TQ_RefCF:V17 TQ_BorneSup:N TQ_Remise{01-03}REM_Valeur:N TQ_Remise{01-03}REM_Type:S TQ_PrixNet:N",
       "cbAR_Ref=AR_Ref cbTQ_RefCF=TQ_RefCF:e",
       {"AR_Ref,TQ_RefCF,TQ_BorneSup"}},
      {"F_FAMTARIF",
       "FA_CodeFamille:V11! FT_Categorie:S FT_Coef:N FT_PrixTTC:S FT_Arrondi:S FT_QteMont:S EG_Champ:S FT_Devise:S FT_Remise:N FT_Calcul:S "
       "FT_TypeRem:S",
       "cbFA_CodeFamille=FA_CodeFamille:z",
       {"FA_CodeFamille,FT_Categorie"}},
      {"F_FAMTARIFQTE",
       "FA_CodeFamille:V11! FQ_RefCF:V17 FQ_BorneSup:N FQ_Remise{01-03}REM_Valeur:N FQ_Remise{01-03}REM_Type:S FQ_PrixNet:N",
       "cbFA_CodeFamille=FA_CodeFamille:z cbFQ_RefCF=FQ_RefCF:e",
       {"FA_CodeFamille,FQ_RefCF,FQ_BorneSup"}},
      {"F_FAMCLIENT", "FA_CodeFamille:V11! CT_Num:V17! FC_Remise:N", "cbCT_Num=CT_Num cbFA_CodeFamille=FA_CodeFamille:z",
       {"FA_CodeFamille,CT_Num"}},
      {"F_TARIFGAM",
       "AR_Ref:V19! TG_RefCF:V17 AG_No1:I AG_No2:I TG_Prix:N TG_Ref:V19 TG_CodeBarre:V19 TG_PrixNouv:N",
       "cbAR_Ref=AR_Ref cbTG_CodeBarre=TG_CodeBarre cbTG_Ref=TG_Ref cbTG_RefCF=TG_RefCF:e",
       {"AR_Ref,TG_RefCF,AG_No1,AG_No2"}},
      {"F_ARTGAMME", "AR_Ref:V19! AG_No:I EG_Enumere:V21 AG_Type:S", "cbAR_Ref=AR_Ref cbEG_Enumere=EG_Enumere:e",
       {"AG_No", "AR_Ref,AG_Type,EG_Enumere"}},
      {"F_ARTENUMREF",
       "AR_Ref:V19! AG_No1:I AG_No2:I AE_Ref:V19 AE_PrixAch:N AE_CodeBarre:V19 AE_PrixAchNouv:N AE_EdiCode:V45 AE_Sommeil:S",
       "cbAR_Ref=AR_Ref cbAE_CodeBarre=AE_CodeBarre cbAE_EdiCode=AE_EdiCode cbAE_Ref=AE_Ref",
       {"AR_Ref,AG_No1,AG_No2"}},
      {"F_ARTCOMPTA",
       "AR_Ref:V19! ACP_Type:S ACP_Champ:S ACP_ComptaCPT_CompteG:V13? ACP_ComptaCPT_CompteA:V13 ACP_ComptaCPT_Taxe{1-3}:V5? "
       "ACP_ComptaCPT_Date{1-3}:D ACP_ComptaCPT_TaxeAnc{1-3}:V5? ACP_TypeFacture:S",
       "cbAR_Ref=AR_Ref",
       {"AR_Ref,ACP_TypeFacture,ACP_Type,ACP_Champ"}},
      {"F_FAMCOMPTA",
       "FA_CodeFamille:V11! FCP_Type:S FCP_Champ:S FCP_ComptaCPT_CompteG:V13? FCP_ComptaCPT_CompteA:V13 FCP_ComptaCPT_Taxe{1-3}:V5? "
       "FCP_ComptaCPT_Date{1-3}:D FCP_ComptaCPT_TaxeAnc{1-3}:V5? FCP_TypeFacture:S",
       "cbFA_CodeFamille=FA_CodeFamille:z",
       {"FA_CodeFamille,FCP_TypeFacture,FCP_Type,FCP_Champ"}},
      {"F_ARTSTOCK",
       "AR_Ref:V19! DE_No:I! AS_QteMini:N AS_QteMaxi:N AS_MontSto:N AS_QteSto:N AS_QteRes:N AS_QteCom:N AS_Principal:S AS_QteResCM:N "
       "AS_QteComCM:N AS_QtePrepa:N DP_NoPrincipal:I DP_NoControle:I AS_QteAControler:N AS_Mouvemente:S",
       "cbAR_Ref=AR_Ref cbDP_NoPrincipal=DP_NoPrincipal:n cbDP_NoControle=DP_NoControle:n",
       {"AR_Ref,DE_No"}},
      {"F_GAMSTOCK",
       "AR_Ref:V19! AG_No1:I! AG_No2:I! DE_No:I! GS_QteMini:N GS_QteMaxi:N GS_MontSto:N GS_QteSto:N GS_QteRes:N GS_QteCom:N GS_Principal:S "
       "GS_QteResCM:N GS_QteComCM:N GS_QtePrepa:N DP_NoPrincipal:I DP_NoControle:I GS_QteAControler:N GS_Mouvemente:S",
       "cbAR_Ref=AR_Ref",
       {"AR_Ref,AG_No1,AG_No2,DE_No"}},
      {"F_DEPOT",
       "DE_No:I DE_Intitule:V35! DE_Adresse:V35 DE_Complement:V35 DE_CodePostal:V9 DE_Ville:V35 DE_Contact:V35 DE_Principal:S DE_CatCompta:S "
       "DE_Region:V25 DE_Pays:V35 DE_EMail:V69 DE_Code:V9 DE_Telephone:V21 DE_Telecopie:V21 DE_Replication:I DP_NoDefaut:I DE_Exclure:S "
       "DE_Souche{01-03}:S",
       "cbDE_Intitule=DE_Intitule cbDE_Code=DE_Code cbDP_NoDefaut=DP_NoDefaut:n",
       {"DE_No"}},
  };
  return kTables;
}

}  // namespace entente::sandbox::sage
