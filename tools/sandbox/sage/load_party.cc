#include <algorithm>

#include "tools/sandbox/sage/bulk_insert.h"
#include "tools/sandbox/sage/load.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

absl::Status LoadCollaborators(CompanyDatabase& database, const Company& company) {
  SAGE_ASSIGN(BulkInsert rows,
              BulkInsert::Into(database, "F_COLLABORATEUR",
                               {"CO_No", "CO_Nom", "CO_Prenom", "CO_Fonction", "CO_Service", "CO_Adresse", "CO_Complement", "CO_CodePostal",
                                "CO_Ville", "CO_CodeRegion", "CO_Pays", "CO_Telephone", "CO_TelPortable", "CO_Telecopie", "CO_EMail",
                                "CO_Matricule", "CO_Vendeur", "CO_Caissier", "CO_Acheteur", "CO_ChefVentes", "CO_Sommeil", "cbCreation",
                                "cbModification"}));
  for (const Collaborator& c : company.collaborators) {
    SAGE_RETURN_IF_ERROR(rows.Add({c.CO_No, c.CO_Nom, c.CO_Prenom, Cell(c.CO_Fonction), Cell(c.CO_Service), Cell(c.CO_Adresse),
                                   Cell(c.CO_Complement), Cell(c.CO_CodePostal), Cell(c.CO_Ville), Cell(c.CO_CodeRegion), Cell(c.CO_Pays),
                                   Cell(c.CO_Telephone), Cell(c.CO_TelPortable), Cell(c.CO_Telecopie), Cell(c.CO_EMail),
                                   Cell(c.CO_Matricule), c.CO_Vendeur, c.CO_Caissier, c.CO_Acheteur, c.CO_ChefVentes, c.CO_Sommeil,
                                   Midnight(c.cbCreation), Midnight(c.cbCreation)}));
  }
  return absl::OkStatus();
}

absl::Status LoadThirdParties(CompanyDatabase& database, const Company& company) {
  SAGE_ASSIGN(BulkInsert rows,
              BulkInsert::Into(database, "F_COMPTET",
                               {"CT_Num", "CT_Intitule", "CT_Type", "CT_Prospect", "CT_Sommeil", "CT_Qualite", "CT_Classement", "CT_Contact",
                                "CT_Adresse", "CT_Complement", "CT_CodePostal", "CT_Ville", "CT_CodeRegion", "CT_Pays", "CT_Telephone",
                                "CT_Telecopie", "CT_EMail", "CT_Site", "CT_Siret", "CT_Ape", "CT_Identifiant", "CT_Commentaire", "CG_NumPrinc",
                                "CT_NumPayeur", "CT_NumCentrale", "N_CatTarif", "N_CatCompta", "N_Devise", "N_Expedition", "N_Period",
                                "N_Condition", "CT_Encours", "CT_ControlEnc", "CT_Taux01", "CT_Taux02", "CO_No", "CT_Statistique01",
                                "CT_DateFermeDebut", "CT_Lettrage", "CT_ValidEch", "cbCreation", "cbModification"}));
  for (std::size_t i = 0; i < company.parties.size(); ++i) {
    const Party& p = company.parties[i];
    SAGE_RETURN_IF_ERROR(rows.Add({p.CT_Num, p.CT_Intitule, p.CT_Type, p.CT_Prospect, p.CT_Sommeil, Cell(p.CT_Qualite), Cell(p.CT_Classement),
                                   Cell(p.CT_Contact), Cell(p.CT_Adresse), Cell(p.CT_Complement), Cell(p.CT_CodePostal), Cell(p.CT_Ville),
                                   Cell(p.CT_CodeRegion), Cell(p.CT_Pays), Cell(p.CT_Telephone), Cell(p.CT_Telecopie), Cell(p.CT_EMail),
                                   Cell(p.CT_Site), Cell(p.CT_Siret), Cell(p.CT_Ape), Cell(p.CT_Identifiant), Cell(p.CT_Commentaire),
                                   p.CG_NumPrinc, p.CT_NumPayeur, Cell(p.CT_NumCentrale), p.N_CatTarif, p.N_CatCompta, p.N_Devise,
                                   p.N_Expedition, 1, 1, p.CT_Encours, p.CT_ControlEnc, p.CT_Taux01, p.CT_Taux02, p.CO_No,
                                   Cell(p.CT_Statistique01), DayCell(p.CT_DateFermeDebut), 1, 1, Midnight(p.cbCreation),
                                   ModificationCell(p.cbCreation, i)}));
  }
  return absl::OkStatus();
}

absl::Status LoadContacts(CompanyDatabase& database, const Company& company) {
  SAGE_ASSIGN(BulkInsert rows,
              BulkInsert::Into(database, "F_CONTACTT",
                               {"CT_No", "CT_Num", "CT_Nom", "CT_Prenom", "CT_Civilite", "N_Service", "N_Contact", "CT_Fonction", "CT_Telephone",
                                "CT_TelPortable", "CT_Telecopie", "CT_EMail", "CT_LinkedIn", "CT_Skype", "cbCreation", "cbModification"}));
  for (std::size_t i = 0; i < company.contacts.size(); ++i) {
    const Contact& c = company.contacts[i];
    SAGE_RETURN_IF_ERROR(rows.Add({c.CT_No, c.CT_Num, Cell(c.CT_Nom), Cell(c.CT_Prenom), c.CT_Civilite, c.N_Service, c.N_Contact,
                                   Cell(c.CT_Fonction), Cell(c.CT_Telephone), Cell(c.CT_TelPortable), Cell(c.CT_Telecopie), Cell(c.CT_EMail),
                                   Cell(c.CT_LinkedIn), Cell(c.CT_Skype), Midnight(c.cbCreation), ModificationCell(c.cbCreation, i)}));
  }
  int last = 0;
  for (const Contact& c : company.contacts) last = std::max(last, c.CT_No);
  return database.SetSetting("last_contact_number", std::to_string(last));
}

absl::Status LoadAddresses(CompanyDatabase& database, const Company& company) {
  SAGE_ASSIGN(BulkInsert rows,
              BulkInsert::Into(database, "F_LIVRAISON",
                               {"LI_No", "CT_Num", "LI_Intitule", "LI_Adresse", "LI_Complement", "LI_CodePostal", "LI_Ville", "LI_CodeRegion",
                                "LI_Pays", "LI_Contact", "LI_Telephone", "LI_Principal", "N_Expedition", "N_Condition", "cbCreation",
                                "cbModification"}));
  for (const DeliveryAddress& a : company.delivery_addresses) {
    SAGE_RETURN_IF_ERROR(rows.Add({a.LI_No, a.CT_Num, Cell(a.LI_Intitule), Cell(a.LI_Adresse), Cell(a.LI_Complement), Cell(a.LI_CodePostal),
                                   Cell(a.LI_Ville), Cell(a.LI_CodeRegion), Cell(a.LI_Pays), Cell(a.LI_Contact), Cell(a.LI_Telephone),
                                   a.LI_Principal, 1, 1, Midnight(a.cbCreation), Midnight(a.cbCreation)}));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status LoadParties(CompanyDatabase& database, const Company& company) {
  SAGE_RETURN_IF_ERROR(LoadCollaborators(database, company));
  SAGE_RETURN_IF_ERROR(LoadThirdParties(database, company));
  SAGE_RETURN_IF_ERROR(LoadContacts(database, company));
  return LoadAddresses(database, company);
}

}  // namespace entente::sandbox::sage
