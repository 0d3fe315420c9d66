#pragma once

#include <string>
#include <vector>

#include "tools/sandbox/company/parameters.h"

// Invoices and credit notes of the sample company. Members carry Sage's column names; see parameters.h.
namespace entente::sandbox {

// F_DOCLIGNE. A line without an article has AR_Ref NULL or ''.
struct InvoiceLine {
  int DL_No = 0;
  int DL_Ligne = 1000;
  Text AR_Ref;
  int AG_No1 = 0;
  int AG_No2 = 0;
  Text DL_Design;
  Text DT_Text;  // the long text of F_DOCLIGNETEXT, if any
  Decimal DL_Qte;
  Decimal DL_PrixUnitaire;
  Decimal DL_PUTTC;
  Decimal DL_Remise01_Valeur;
  int DL_Remise01_Type = 1;
  Decimal DL_Remise02_Valeur;
  int DL_Remise02_Type = 1;
  Decimal DL_MontantHT;
  Decimal DL_MontantTTC;
  Decimal DL_Taxe1;
  Text DL_CodeTaxe1;
  int DL_Valorise = 1;
  int DL_TypePL = 0;
  Text DL_PieceDE;  // originating quote, mostly blank
  Text DL_PieceBC;
};

// F_DOCREGL, DR_TypeRegl 2: an instalment.
struct Instalment {
  int DR_No = 0;
  std::string DR_Date;
  Decimal DR_Montant;  // may be 0: then by DR_Pourcent, or the balance
  Decimal DR_Pourcent;
  int DR_Equil = 0;
  int DR_Regle = 0;
  int N_Reglement = 1;
};

// F_DOCENTETE with DO_Domaine 0. Unique: (DO_Type, DO_Piece); the generator never gives one number twice.
struct Invoice {
  int DO_Type = 6;        // 6 invoice, 7 posted invoice
  int DO_Provenance = 0;  // 0 invoice, 1 return invoice, 2 credit invoice
  std::string DO_Piece;
  std::string DO_Date;
  Text DO_Ref;
  std::string DO_Tiers;
  std::string CT_NumPayeur;
  int CO_No = 0;
  int DO_Statut = 0;
  int DO_Valide = 0;
  int DO_Souche = 0;
  int DO_Devise = 0;
  Decimal DO_Cours;
  int DO_Tarif = 1;
  int N_CatCompta = 1;
  Decimal DO_TxEscompte;
  Decimal DO_ValFrais;
  Decimal DO_TotalHT;
  Decimal DO_TotalHTNet;
  Decimal DO_TotalTTC;
  Decimal DO_NetAPayer;
  Decimal DO_MontantRegle;
  int LI_No = 0;
  Day DO_DateLivr;  // unset: 1753-01-01
  Text DO_Contact;
  std::string cbCreation;
  std::vector<InvoiceLine> lines;
  std::vector<Instalment> instalments;

  bool IsCreditNote() const { return DO_Provenance == 1 || DO_Provenance == 2; }
};

}  // namespace entente::sandbox
