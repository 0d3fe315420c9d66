#include "tools/sandbox/sage/schema.h"

namespace entente::sandbox::sage {

// P_ tables (the code stored elsewhere is cbIndice) and the dictionaries of the engine.
const std::vector<TableText>& ParameterTables() {
  static const std::vector<TableText> kTables = {
      {"P_CATTARIF", "CT_Intitule:V35 CT_PrixTTC:S cbIndice:S", "", {"cbIndice"}},
      {"P_CATCOMPTA", "CA_ComptaVen{01-50}:V35 CA_ComptaAch{01-50}:V35 CA_ComptaSto{01-50}:V35", "", {}},
      {"P_SOUCHEVENTE", "S_Intitule:V35 S_Valide:S JO_Num:V7 JO_NumSituation:V7 cbIndice:S", "", {"cbIndice"}},
      {"P_DEVISE",
       "D_Intitule:V35 D_Format:V31 D_Cours:N D_CoursP:N D_Monnaie:V21 D_SousMonnaie:V21 D_CodeISO:V3 D_Sigle:V5 D_Mode:S N_DeviseCot:S "
       "D_CoursClot:N D_AncDate:D D_AncCours:N D_AncMode:S N_DeviseAncCot:S D_CodeRemise:S D_Euro:S D_CodeISONum:V5 D_UpdateDate:D "
       "D_UpdateTime:C9 cbIndice:S",
       "", {"cbIndice"}},
      {"P_UNITE", "U_Intitule:V21 U_Correspondance:S U_NbUnite:S U_UniteTemps:S U_EdiCode:V3 cbIndice:S", "", {"cbIndice"}},
      {"P_GAMME", "G_Intitule:V35 G_Type:S cbIndice:S", "", {"cbIndice"}},
      {"P_CONTACT", "C_Intitule:V35 cbIndice:S", "", {"cbIndice"}},
      {"P_SERVICECPTA", "S_Intitule:V35 S_Abrege:V3 cbIndice:S", "", {"cbIndice"}},
      {"P_STATISTIQUE", "S_Intitule:V35 cbIndice:S", "", {"cbIndice"}},
      {"P_INTSTATART", "P_IntStatArt:V35 cbIndice:S", "", {"cbIndice"}},
      {"P_ARRONDI", "AR_Valeur:N AR_Type:S cbIndice:S", "", {"cbIndice"}},
      {"P_TIERS",
       "T_Val{01-10}T_Intitule:V17 T_Val{01-10}T_TCompte:S T_Val{01-10}T_Compte:V13 T_Principal:S T_Numerotation:S T_Lg:S T_Racine:V17 "
       "cbIndice:S",
       "", {"cbIndice"}},
      {"P_DOSSIERCIAL",
       "D_RaisonS:V35 D_FormatPrix:V31 D_FormatQte:V31 N_DeviseCompte:S N_DeviseEquival:S D_ArchivePeriod:D D_DerniereCloture:D "
       "D_ImprimeCGV:V259 D_ImprimeFacture:V259 D_ValiditePeriod:S",
       "", {}},
      {"P_DOSSIER",
       "D_RaisonSoc:V35 D_Siret:V15 D_Identifiant:V25 D_DebutExo{01-05}:D D_FinExo{01-05}:D D_LgCg:S D_LgAn:S N_DeviseCompte:S "
       "N_DeviseEquival:S N_Analytique:S D_FormatQtes:V31 D_ExtNeg:S D_DateClot:D D_ArchivePeriod:D D_CloturePeriod:D D_DeviseEq:S "
       "D_NotSaisieSommeil:S",
       "", {}},
      {"P_PREFERENCES",
       "CG_NumCli:V13 CG_NumFrs:V13 CT_Num:V17 DE_No:I N_Reglement:S PR_Certificat:V69 PR_ChoixRemise:S PR_CreeAffaire:S PR_CreeArticle:S "
       "PR_CreeFrs:S PR_CreeTiers:S PR_DateFact:S PR_Marge:S PR_PrixTTC:S PR_Souche:S PR_StockNeg:S PR_UnitePoids:S",
       "", {}},
      {"P_EXPEDITION",
       "E_Intitule:V35 E_Mode:V3 AR_Ref:V19 E_TypeFrais:S E_ValFrais:N E_TypeLigneFrais:S E_TypeFranco:S E_ValFranco:N "
       "E_TypeLigneFranco:S E_TypeCalcul:S cbIndice:S",
       "", {"cbIndice"}},
      {"P_REGLEMENT",
       "R_Intitule:V35 R_Code:V3 R_ModePaieDebit:S R_ModePaieCredit:S IB_AFBDecaissPrinc:V3 IB_AFBEncaissPrinc:V3 EB_NoDecaiss:I "
       "EB_NoEncaiss:I R_EdiCode:V3 R_PaiementLigne:S@7 cbIndice:S",
       "", {"cbIndice"}},
      {"P_CONDLIVR", "C_Intitule:V35 C_Mode:V5 cbIndice:S", "", {"cbIndice"}},
      {"P_PERIOD", "P_Period:V35 cbIndice:S", "", {"cbIndice"}},
      {"P_CRISQUE", "R_Intitule:V35 R_Type:S R_Min:N R_Max:N cbIndice:S", "", {"cbIndice"}},
      {"P_CONDITIONNEMENT", "P_Conditionnement:V35 cbIndice:S", "", {"cbIndice"}},
      {"P_MOTIFDEVIS", "M_Intitule:V35 cbIndice:S", "", {"cbIndice"}},
      {"cbSysTable",
       "CB_Type:V7! CB_Version:V31 CB_CBaseVersion:V31 CB_TrigVersion:V31 CB_LocalGUID:G",
       "", {"CB_Type"}},
      {"cbSysLibre",
       "CB_File:V128! CB_Name:V128! CB_Pos:S! CB_Type:S! CB_Len:S! CB_Formule:V1024 CB_Creator:C4 CB_Flag:S",
       "", {"CB_File,CB_Name"}},
  };
  return kTables;
}

}  // namespace entente::sandbox::sage
