#include "connectors/ssm/specs.h"

#include <algorithm>
#include <array>

#include "connectors/ssm/json.h"

namespace entente::ssm {
namespace {

using enum FieldKind;

constexpr FieldSpec kUsers[] = {
    {1, "id", kInt, kReadOnly},
    {2, "name", kText, kRequired},
    {3, "lastName", kText, kRequired},
    {4, "email", kText, kRequired},
    {5, "nic", kText, kRequired},
    {6, "phone", kText, kRequired},
    {7, "idPrefix", kLabel, kRequired, "countries"},
    {8, "branches", kLabels, kRequired, "branches"},
    {9, "dbLanguage", kText, kRequired},
    {10, "uiLanguage", kText, kRequired},
    {11, "extId", kText},
    {12, "isActive", kBool},
    {13, "billable", kBool, kReadOnly},
    {14, "level", kInt},
    {15, "managerId", kReference, kNone, "users"},
    {16, "userTypeId", kInt},
    {17, "rateId", kReference, kNone, "rates"},
    {18, "locale", kText},
    {19, "phoneExtension", kText},
    {20, "dateCreated", kTimestamp, kReadOnly},
    {21, "dateUpdated", kTimestamp, kReadOnly},
};

constexpr FieldSpec kAccounts[] = {
    {1, "id", kInt, kReadOnly},
    {2, "name", kText, kRequired},
    {3, "branchId", kLabel, kRequired, "branches"},
    {4, "salesRepId1", kReference, kRequired, "users"},
    {5, "salesRepId2", kReference, kNone, "users"},
    {6, "salesRepId3", kReference, kNone, "users"},
    {7, "salesRepId4", kReference, kNone, "users"},
    {8, "salesRepId5", kReference, kNone, "users"},
    {9, "statusId", kLabel, kNone, "accountStatuses"},
    {10, "typeId", kLabel, kNone, "accountTypes"},
    {11, "segmentId", kLabel, kNone, "accountSegments"},
    {12, "rateId", kReference, kNone, "rates"},
    {13, "extId", kText},
    {14, "vatNumber", kText},
    {15, "address1", kText, kNone, {}, 180},
    {16, "address2", kText, kNone, {}, 180},
    {17, "city", kText, kNone, {}, 200},
    {18, "postcode", kText},
    {19, "region", kText},
    {20, "countryId", kLabel, kNone, "countries"},
    {21, "phone", kText},
    {22, "phone2", kText},
    {23, "phone3", kText},
    {24, "fax", kText},
    {25, "email", kText},
    {26, "website", kText},
    {27, "comment", kText, kNone, {}, 6000},
    {28, "latitude", kDecimal},
    {29, "longitude", kDecimal},
    {30, "geocoded", kBool},
    {31, "readOnly", kBool},
    {32, "public", kBool},
    {33, "permissionLevel", kInt},
    {34, "dateCreated", kTimestamp, kReadOnly},
    {35, "dateUpdated", kTimestamp, kReadOnly},
};

constexpr FieldSpec kContacts[] = {
    {1, "id", kInt, kReadOnly},
    {2, "firstName", kText, kRequired},
    {3, "lastName", kText, kRequired},
    {4, "accountId", kReference, kRequired, "accounts"},
    {5, "salesRepId", kReference, kRequired, "users"},
    {6, "branchId", kLabel, kIfInSchema, "branches"},
    {7, "typeId", kLabel, kNone, "contactTypes"},
    {8, "phone1", kText},
    {9, "phone2", kText},
    {10, "fax", kText},
    {11, "email", kText},
    {12, "email2", kText},
    {13, "email3", kText},
    {14, "UseCompanyAddress", kBool},
    {15, "address1", kText, kNone, {}, 180},
    {16, "city", kText, kNone, {}, 200},
    {17, "postcode", kText},
    {18, "region", kText},
    {19, "countryId", kLabel, kNone, "countries"},
    {20, "comment", kText, kNone, {}, 6000},
    {21, "birthday", kDate},
    {22, "gender", kInt},
    {23, "linkedin", kText},
    {24, "skype", kText},
    {25, "extId", kText},
    {26, "readOnly", kBool},
    {27, "permissionLevel", kInt},
    {28, "dateCreated", kTimestamp, kReadOnly},
    {29, "dateUpdated", kTimestamp, kReadOnly},
};

constexpr FieldSpec kFamilies[] = {
    {1, "id", kInt, kReadOnly},
    {2, "description", kDescription, kRequired},
    {3, "order", kInt},
    {4, "dateCreated", kTimestamp, kReadOnly},
    {5, "dateUpdated", kTimestamp, kReadOnly},
};

constexpr FieldSpec kProducts[] = {
    {1, "id", kInt, kReadOnly},
    {2, "model", kText, kRequired},
    {3, "extId", kText, kNone, {}, 30},
    {4, "description", kText, kNone, {}, 6000},
    {5, "price", kDecimal},
    {6, "cost", kDecimal},
    {7, "maxDiscount", kDecimal},
    {8, "stock", kDecimal},
    {9, "notAvailable", kBool},
    {10, "familyId", kReference, kNone, "productFamilies"},
    {11, "categoryId", kInt},
    {12, "readOnly", kBool},
    {13, "permissionLevel", kInt},
    {14, "dateCreated", kTimestamp, kReadOnly},
    {15, "dateUpdated", kTimestamp, kReadOnly},
};

constexpr FieldSpec kRates[] = {
    {1, "id", kInt, kReadOnly},
    {2, "description", kDescription, kRequired},
    {3, "extID", kText},
    {4, "currencyId", kLabel, kNone, "currencies"},
    {5, "branchId", kLabel, kNone, "branches"},
    {6, "startDate", kTimestamp},
    {7, "endDate", kTimestamp},
    {8, "dateCreated", kTimestamp, kReadOnly},
    {9, "dateUpdated", kTimestamp, kReadOnly},
};

constexpr FieldSpec kProductRates[] = {
    {1, "id", kInt, kReadOnly},
    {2, "productId", kReference, kRequired, "products"},
    {3, "rateId", kReference, kRequired, "rates"},
    {4, "salePrice", kDecimal},
    {5, "costPrice", kDecimal},
    {6, "discount1", kDecimal},
    {7, "discount2", kDecimal},
    {8, "discount3", kDecimal},
    {9, "discount4", kDecimal},
    {10, "dateCreated", kTimestamp, kReadOnly},
    {11, "dateUpdated", kTimestamp, kReadOnly},
};

constexpr std::array kHead = {
    FieldSpec{1, "id", kInt, kReadOnly},
    FieldSpec{2, "reference", kText, kRequired},
    FieldSpec{3, "branchId", kLabel, kRequired, "branches"},
    FieldSpec{4, "salesRepId", kReference, kRequired, "users"},
    FieldSpec{5, "statusId", kLabel, kNone, "salesorderStatuses"},
    FieldSpec{6, "accountId", kReference, kNone, "accounts"},
    FieldSpec{7, "contactId", kReference, kNone, "contacts"},
    FieldSpec{8, "opportunityId", kInt},
    FieldSpec{9, "rateId", kReference, kNone, "rates"},
    FieldSpec{10, "accountAddressId", kInt},
    FieldSpec{11, "currencyId", kLabel, kNone, "currencies"},
    FieldSpec{12, "number", kInt, kReadOnly},
    FieldSpec{13, "year", kInt, kReadOnly},
    FieldSpec{14, "total", kDecimal},
    FieldSpec{15, "discount1", kDecimal},
    FieldSpec{16, "discount2", kDecimal},
    FieldSpec{17, "discount3", kDecimal},
    FieldSpec{18, "discount4", kDecimal},
    FieldSpec{19, "comment", kText},
    FieldSpec{20, "internalComment", kText},
    FieldSpec{21, "salesForcecastDate", kTimestamp, kNone, {}, 0, "salesForecastDate"},
    FieldSpec{22, "closedDate", kTimestamp},
    FieldSpec{23, "blocked", kBool},
    FieldSpec{24, "readOnly", kBool},
    FieldSpec{25, "archived", kBool},
    FieldSpec{26, "mainSalesorder", kBool},
    FieldSpec{27, "extId", kText},
    FieldSpec{28, "dateCreated", kTimestamp, kReadOnly},
    FieldSpec{29, "dateUpdated", kTimestamp, kReadOnly},
    FieldSpec{30, "lines", FieldKind::kLines},
};

template <std::size_t N>
constexpr std::array<FieldSpec, N + 1> With(const std::array<FieldSpec, N>& fields, FieldSpec more) {
  std::array<FieldSpec, N + 1> out{};
  for (std::size_t i = 0; i < N; ++i) out[i] = fields[i];
  out[N] = more;
  return out;
}

constexpr auto kInvoiceHead = With(kHead, FieldSpec{31, "turnover", FieldKind::kTurnover});

constexpr FieldSpec kLine[] = {
    {1, "productId", kReference, kRequired, "products"},
    {2, "quantity", kDecimal, kRequired},
    {3, "price", kDecimal, kRequired},
    {4, "total", kDecimal},
    {5, "discount1", kDecimal},
    {6, "discount2", kDecimal},
    {7, "discount3", kDecimal},
    {8, "discount4", kDecimal},
    {9, "description", kText, kNone, {}, 2000},
    {10, "order", kInt},
};

constexpr FieldSpec kTurnoverRow[] = {
    {1, "extId", kText, kRequired, {}, 255},
    {2, "accountId", kReference, kRequired, "accounts"},
    {3, "accountExtId", kText, kRequired, {}, 100},
    {4, "date", kZoneless, kRequired},
    {5, "total", kDecimal, kRequired},
    {6, "salesRepId", kReference, kNone, "users"},
    {7, "salesRepExtId", kText, kRequired, {}, 100},
    {8, "deleted", kInt},
};

constexpr std::string_view kByExtIdAndMail[] = {"extId", "email"};
constexpr std::string_view kByExtIdMailVat[] = {"extId", "email", "vatNumber"};
constexpr std::string_view kByExtId[] = {"extId"};
constexpr std::string_view kByExtIdUpper[] = {"extID"};
constexpr std::string_view kByDescription[] = {"description"};
constexpr std::string_view kByExtIdAndReference[] = {"extId", "reference"};

constexpr ResourceSpec kResources[] = {
    {1, "users", "/users", kUsers, kByExtIdAndMail, false},
    {2, "accounts", "/accounts", kAccounts, kByExtIdMailVat},
    {3, "contacts", "/contacts", kContacts, kByExtIdAndMail},
    {4, "productFamilies", "/productFamilies", kFamilies, kByDescription},
    {5, "products", "/products", kProducts, kByExtId},
    {6, "rates", "/rates", kRates, kByExtIdUpper},
    {7, "productRates", "/productRates", kProductRates, {}},
    {8, "quotes", "/salesorders", kHead, kByExtIdAndReference, true, true},
    {9, "invoices", "/salesorders", kInvoiceHead, kByExtIdAndReference, true, true},
};

constexpr std::string_view kLists[] = {"accountStatuses", "accountTypes",       "accountSegments", "contactTypes",
                                       "branches",        "salesorderStatuses", "countries",       "currencies"};

constexpr std::string_view kAudit[] = {"dateDeleted", "deleted", "salesRepIdCreated", "salesRepIdUpdated", "salesRepIdDeleted"};

}  // namespace

std::span<const ResourceSpec> Resources() { return kResources; }

const ResourceSpec* FindResource(std::string_view name) {
  const auto* found = std::find_if(std::begin(kResources), std::end(kResources), [&](const auto& spec) { return spec.name == name; });
  return found == std::end(kResources) ? nullptr : found;
}

const ResourceSpec* FindResource(std::uint32_t number) {
  const auto* found = std::find_if(std::begin(kResources), std::end(kResources), [&](const auto& spec) { return spec.number == number; });
  return found == std::end(kResources) ? nullptr : found;
}

std::span<const FieldSpec> LineFields() { return kLine; }
std::span<const FieldSpec> TurnoverFields() { return kTurnoverRow; }
std::span<const std::string_view> ValueLists() { return kLists; }
bool IsCodeList(std::string_view list) { return list == "countries" || list == "currencies"; }

bool IsAudit(std::string_view name) {
  return std::any_of(std::begin(kAudit), std::end(kAudit), [&](std::string_view audit) { return SameName(audit, name); });
}

}  // namespace entente::ssm
