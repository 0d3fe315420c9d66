#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/sandbox/company/article.h"
#include "tools/sandbox/company/invoice.h"
#include "tools/sandbox/company/parameters.h"
#include "tools/sandbox/company/party.h"

namespace entente::sandbox {

// The sample company as Sage holds it before anybody works with it: French, and as dirty as real ones.
//
// Both sandboxes are loaded from it: Sage with everything, SSM with the part that CrmStart (crm_start.h) derives from it.
// A plain value; ids are dense and start at 1 (CO_No, CT_No, LI_No, AG_No, DL_No, DR_No).
struct Company {
  Parameters parameters;
  std::vector<Collaborator> collaborators;
  std::vector<Party> parties;  // customers, prospects, and some suppliers
  std::vector<Contact> contacts;
  std::vector<DeliveryAddress> delivery_addresses;
  std::vector<Family> families;
  std::vector<FamilyTax> family_taxes;
  std::vector<Article> articles;
  std::vector<ArticleTax> article_taxes;
  std::vector<VariantValue> variant_values;
  std::vector<VariantReference> variant_references;
  std::vector<Stock> stocks;
  std::vector<PriceRule> price_rules;
  std::vector<PriceBreak> price_breaks;
  std::vector<VariantPrice> variant_prices;
  std::vector<FamilyPriceRule> family_price_rules;
  std::vector<FamilyClientDiscount> family_client_discounts;
  std::vector<Invoice> invoices;
  std::string next_invoice_piece;      // F_DOCCURRENTPIECE of series 0
  std::string next_credit_note_piece;
};

enum class CompanySize {
  kEmpty,  // parameters only
  kSmall,  // seconds: 6 collaborators, 40 customers, 20 prospects, 80 contacts, 60 articles, 50 invoices
  kDemo,   // 24 collaborators, 2,000 customers, 600 prospects, 5,000 contacts, 3,000 articles, 8,000 invoices
};

// INVALID_ARGUMENT for anything but "empty", "small", "demo".
absl::StatusOr<CompanySize> ParseCompanySize(std::string_view text);

// The same seed and size give the same company, on any machine.
Company GenerateCompany(std::uint64_t seed, CompanySize size);

}  // namespace entente::sandbox
