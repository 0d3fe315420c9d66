#include "tools/sandbox/sage/schema.h"

namespace entente::sandbox::sage {

// Third parties, contacts, addresses, collaborators.
const std::vector<TableText>& PartyTables() {
  static const std::vector<TableText> kTables = {
      {"F_COMPTET",
       "CT_Num:V17! CT_Intitule:V35<7 CT_Intitule:V69@7 CT_Type:S CG_NumPrinc:V13? CT_Qualite:V17 CT_Classement:V17 CT_Contact:V35 "
       "CT_Adresse:V35 CT_Complement:V35 CT_CodePostal:V9 CT_Ville:V35 CT_CodeRegion:V25 CT_Pays:V35 CT_Raccourci:V7 BT_Num:S "
       "N_Devise:S CT_Ape:V7 CT_Identifiant:V25 CT_Siret:V15 CT_Statistique{01-10}:V21 CT_Commentaire:V35 CT_Encours:N CT_Assurance:N "
       "CT_NumPayeur:V17? N_Risque:S CO_No:I N_CatTarif:S CT_Taux{01-04}:N N_CatCompta:S N_Period:S CT_Facture:S CT_BLFact:S CT_Langue:S "
       "CT_EdiCode:V23 CT_EdiCodeType:S CT_EdiCodeSage:V9 N_Expedition:S N_Condition:S CT_DateCreate:D<7 CT_Saut:S CT_Lettrage:S "
       "CT_ValidEch:S CT_Sommeil:S DE_No:I CT_ControlEnc:S CT_NotRappel:S N_Analytique:S CA_Num:V13? CT_Telephone:V21 CT_Telecopie:V21 "
       "CT_EMail:V69 CT_Site:V69 CT_Coface:V25 CT_Surveillance:S CT_SvDateCreate:D CT_SvFormeJuri:V33 CT_SvEffectif:V11 CT_SvCA:N "
       "CT_SvResultat:N CT_SvIncident:S CT_SvDateIncid:D CT_SvPrivil:S CT_SvRegul:V3 CT_SvCotation:V5 CT_SvDateMaj:D CT_SvObjetMaj:V61 "
       "CT_SvDateBilan:D CT_SvNbMoisBilan:S N_AnalytiqueIFRS:S CA_NumIFRS:V13 CT_PrioriteLivr:S CT_LivrPartielle:S MR_No:I CT_NotPenal:S "
       "EB_No:I CT_NumCentrale:V17? CT_DateFermeDebut:D CT_DateFermeFin:D CT_FactureElec:S CT_TypeNIF:S CT_RepresentInt:V35 "
       "CT_RepresentNIF:V25 CT_EchangeRappro:S CT_EchangeCR:S PI_NoEchange:I CT_BonAPayer:S CT_DelaiTransport:S CT_DelaiAppro:S "
       "CT_LangueISO2:V3 CT_AnnulationCR:S CT_Prospect:S CT_LinkedIn:V35 CT_Facebook:V35 CT_ExclureTrait:S CT_GDPR:S CT_ProfilSoc:S "
       "CT_StatutContrat:S CT_CessionCreance:S CT_DateMAJ:D",
       "cbCT_Num=CT_Num cbCT_Classement=CT_Classement cbCT_CodePostal=CT_CodePostal cbCT_NumCentrale=CT_NumCentrale "
       "cbCT_NumPayeur=CT_NumPayeur cbCT_Raccourci=CT_Raccourci cbCA_Num=CA_Num:z cbCG_NumPrinc=CG_NumPrinc:z cbCO_No=CO_No:n "
       "cbDE_No=DE_No:n cbEB_No=EB_No:n cbMR_No=MR_No:n cbN_Analytique=N_Analytique:n cbN_AnalytiqueIFRS=N_AnalytiqueIFRS:n "
       "cbPI_NoEchange=PI_NoEchange:n",
       {"CT_Num"}},
      {"F_CONTACTT",
       "CT_Num:V17! CT_Nom:V35 CT_Prenom:V35 N_Service:S CT_Fonction:V35 CT_Telephone:V21 CT_TelPortable:V21 CT_Telecopie:V21 CT_EMail:V69 "
       "CT_Civilite:S N_Contact:S CT_No:I CT_Facebook:V35 CT_LinkedIn:V35 CT_Skype:V35",
       "cbCT_Num=CT_Num cbCT_Nom=CT_Nom:e cbCT_Prenom=CT_Prenom:e",
       {"CT_No", "~CT_Num,CT_Nom,CT_Prenom"}},
      {"F_LIVRAISON",
       "LI_No:I! CT_Num:V17! LI_Intitule:V35<7 LI_Intitule:V69@7 LI_Adresse:V35 LI_Complement:V35 LI_CodePostal:V9 LI_Ville:V35 "
       "LI_CodeRegion:V25 LI_Pays:V35 LI_Contact:V35 N_Expedition:S N_Condition:S LI_Principal:S LI_Telephone:V21 LI_Telecopie:V21 "
       "LI_EMail:V69 LI_DelaiTransport:S@7 LI_Commentaire:V69@7",
       "cbCT_Num=CT_Num cbLI_Intitule=LI_Intitule:e",
       {"LI_No"}},
      {"F_COLLABORATEUR",
       "CO_No:I CO_Nom:V35 CO_Prenom:V35 CO_Fonction:V35 CO_Adresse:V35 CO_Complement:V35 CO_CodePostal:V9 CO_Ville:V35 CO_CodeRegion:V25 "
       "CO_Pays:V35 CO_Service:V35 CO_Vendeur:S CO_Caissier:S CO_DateCreation:D<7 CO_Acheteur:S CO_Telephone:V21 CO_Telecopie:V21 "
       "CO_EMail:V69 CO_Receptionnaire:S PROT_No:I CO_TelPortable:V21 CO_ChargeRecouvr:S CO_Matricule:V11 CO_Financier:S CO_Transmission:S "
       "CO_Facebook:V35 CO_LinkedIn:V35 CO_Skype:V35 CO_Sommeil:S@7 CO_ChefVentes:S@7",
       "cbCO_Nom=CO_Nom:e cbCO_Prenom=CO_Prenom:e cbCO_Fonction=CO_Fonction cbCO_Matricule=CO_Matricule cbPROT_No=PROT_No:n",
       {"CO_No", "~CO_Nom,CO_Prenom"}},
      {"F_COMPTEG",
       "CG_Num:V13! CG_Type:S CG_Intitule:V35 CG_Classement:V17 N_Nature:S CG_Report:S CR_Num:V13? CG_Raccourci:V7 CG_Saut:S CG_Regroup:S "
       "CG_Analytique:S CG_Echeance:S CG_Quantite:S CG_Lettrage:S CG_Tiers:S CG_DateCreate:D<7 CG_Devise:S N_Devise:S TA_Code:V5? "
       "CG_Sommeil:S CG_ReportAnal:S CG_LettrageSaisie:S",
       "cbCG_Num=CG_Num:z cbCG_Classement=CG_Classement cbCG_Raccourci=CG_Raccourci cbTA_Code=TA_Code",
       {"CG_Num"}},
  };
  return kTables;
}

}  // namespace entente::sandbox::sage
