#pragma once

#include <string>

#include "tools/sandbox/company/parameters.h"

// People and companies of the sample company. Members carry Sage's column names; see parameters.h.
namespace entente::sandbox {

// F_COLLABORATEUR. Unique: CO_No; (CO_Nom, CO_Prenom).
struct Collaborator {
  int CO_No = 0;
  std::string CO_Nom;
  std::string CO_Prenom;
  Text CO_Fonction;
  Text CO_Service;
  Text CO_Adresse;
  Text CO_Complement;
  Text CO_CodePostal;
  Text CO_Ville;
  Text CO_CodeRegion;
  Text CO_Pays;
  Text CO_Telephone;
  Text CO_TelPortable;
  Text CO_Telecopie;
  Text CO_EMail;  // blank for some, the same for two
  Text CO_Matricule;
  int CO_Vendeur = 0;
  int CO_Caissier = 0;
  int CO_Acheteur = 0;
  int CO_ChefVentes = 0;
  int CO_Sommeil = 0;
  std::string cbCreation;  // "YYYY-MM-DD HH:MM:SS", server local time
};

// F_COMPTET. Unique: CT_Num over all types.
struct Party {
  std::string CT_Num;
  std::string CT_Intitule;
  int CT_Type = 0;      // 0 client, 1 supplier
  int CT_Prospect = 0;  // 1 prospect, 0 customer
  int CT_Sommeil = 0;
  Text CT_Qualite;
  Text CT_Classement;
  Text CT_Contact;
  Text CT_Adresse;
  Text CT_Complement;
  Text CT_CodePostal;
  Text CT_Ville;
  Text CT_CodeRegion;
  Text CT_Pays;
  Text CT_Telephone;
  Text CT_Telecopie;
  Text CT_EMail;
  Text CT_Site;
  Text CT_Siret;
  Text CT_Ape;
  Text CT_Identifiant;
  Text CT_Commentaire;
  std::string CG_NumPrinc;   // 4110000 client, 4010000 supplier
  std::string CT_NumPayeur;  // mostly CT_Num
  Text CT_NumCentrale;
  int N_CatTarif = 1;
  int N_CatCompta = 1;
  int N_Devise = 0;
  int N_Expedition = 1;
  Decimal CT_Encours;  // authorised limit
  int CT_ControlEnc = 0;
  Decimal CT_Taux01;  // discount %
  Decimal CT_Taux02;  // cash discount %
  int CO_No = 0;
  Text CT_Statistique01;
  Day CT_DateFermeDebut;  // unset: NULL, 1753-01-01 or 1900-01-01
  std::string cbCreation;

  bool IsCustomer() const { return CT_Type == 0 && CT_Prospect == 0; }
  bool IsProspect() const { return CT_Type == 0 && CT_Prospect == 1; }
};

// F_CONTACTT. Unique: CT_No; (CT_Num, CT_Nom, CT_Prenom).
struct Contact {
  int CT_No = 0;
  std::string CT_Num;
  Text CT_Nom;
  Text CT_Prenom;
  int CT_Civilite = 0;  // 0 M. or not set, 1 Mme, 2 Mlle
  int N_Service = 0;
  int N_Contact = 0;
  Text CT_Fonction;
  Text CT_Telephone;
  Text CT_TelPortable;
  Text CT_Telecopie;
  Text CT_EMail;
  Text CT_LinkedIn;
  Text CT_Skype;
  std::string cbCreation;
};

// F_LIVRAISON. Unique: LI_No.
struct DeliveryAddress {
  int LI_No = 0;
  std::string CT_Num;
  Text LI_Intitule;
  Text LI_Adresse;
  Text LI_Complement;
  Text LI_CodePostal;
  Text LI_Ville;
  Text LI_CodeRegion;
  Text LI_Pays;
  Text LI_Contact;
  Text LI_Telephone;
  int LI_Principal = 0;
  std::string cbCreation;
};

}  // namespace entente::sandbox
