#include "tools/sandbox/ssm/resource.h"

#include "tools/sandbox/exact_json.h"

namespace entente::sandbox::ssm {
namespace {

Field Text(std::string name, int length_max = 0) {
  Field field;
  field.name = std::move(name);
  field.length_max = length_max;
  return field;
}
Field Of(FieldType type, std::string name) {
  Field field;
  field.name = std::move(name);
  field.type = type;
  return field;
}
Field Ref(std::string name, std::string table) {
  Field field = Of(FieldType::kReference, std::move(name));
  field.table = std::move(table);
  return field;
}
Field Required(Field field) {
  field.required = true;
  return field;
}
Field ReadOnly(Field field) {
  field.read_only = true;
  return field;
}
Field Choice(FieldType type, std::string name, std::vector<std::string> choices) {
  Field field = Of(type, std::move(name));
  field.choices = std::move(choices);
  return field;
}
Field Decimals(std::string name) { return Of(FieldType::kDecimal, std::move(name)); }
Field Integer(std::string name) { return Of(FieldType::kInteger, std::move(name)); }
Field Bool(std::string name) { return Of(FieldType::kBool, std::move(name)); }
Field Moment(std::string name) { return Of(FieldType::kInstant, std::move(name)); }

std::vector<Field> Descriptions() {
  std::vector<Field> fields;
  for (const auto& language : Languages()) fields.push_back(Text("description" + language, 255));
  fields.push_back(Integer("order"));
  return fields;
}

Resource ValueList(std::string name, std::vector<Field> more = {}) {
  Resource list;
  list.name = std::move(name);
  list.fields = Descriptions();
  for (auto& field : more) list.fields.push_back(std::move(field));
  list.is_value_list = true;
  return list;
}

Resource Writable(std::string name, std::vector<Field> fields) {
  Resource resource;
  resource.name = std::move(name);
  resource.fields = std::move(fields);
  return resource;
}

void AddDiscounts(std::vector<Field>& fields) {
  for (int i = 1; i <= 4; ++i) fields.push_back(Decimals("discount" + std::to_string(i)));
}

Resource Users() {
  Field branches = Of(FieldType::kReferences, "branches");
  branches.table = "branches";
  return Writable("users", {Required(Text("name", 100)), Required(Text("lastName", 100)), Required(Text("email", 150)), Required(Text("nic", 50)),
                            Required(Text("phone", 50)), Required(Integer("idPrefix")), Required(branches), Required(Text("dbLanguage", 2)),
                            Required(Text("uiLanguage", 2)), Text("extId", 100), Bool("isActive"), ReadOnly(Bool("billable")), Integer("level"),
                            Ref("managerId", "users"), Integer("userTypeId"), Ref("rateId", "rates"), Text("locale", 20),
                            Text("phoneExtension", 20), Bool("branchRestriction"), Bool("computeSfm")});
}

Resource Accounts() {
  return Writable(
      "accounts",
      {Required(Text("name", 200)), Required(Ref("branchId", "branches")), Required(Ref("salesRepId1", "users")), Ref("salesRepId2", "users"),
       Ref("salesRepId3", "users"), Ref("salesRepId4", "users"), Ref("salesRepId5", "users"), Ref("statusId", "accountStatuses"),
       Ref("typeId", "accountTypes"), Ref("segmentId", "accountSegments"), Ref("rateId", "rates"), Text("extId", 100), Text("vatNumber", 50),
       Text("address1", 180), Text("address2", 180), Text("city", 200), Text("postcode", 50), Text("region", 100),
       Ref("countryId", "countries"), Text("phone", 50), Text("phone2", 50), Text("phone3", 50), Text("fax", 50), Text("email", 150),
       Text("website", 255), Text("comment", 6000), Decimals("latitude"), Decimals("longitude"), Bool("geocoded"), Bool("readOnly"),
       Bool("public"), Integer("permissionLevel"), Text("Z_numero_adherent", 40),
       Choice(FieldType::kChoice, "Z_secteur", {"Bâtiment", "Industrie", "Collectivité"}),
       Choice(FieldType::kChoices, "Z_interets", {"Outillage", "Quincaillerie", "Sécurité", "Jardin"})});
}

Resource Contacts(bool has_branch) {
  Resource contacts = Writable(
      "contacts",
      {Required(Text("firstName", 150)), Required(Text("lastName", 150)), Required(Ref("accountId", "accounts")),
       Required(Ref("salesRepId", "users")), Ref("typeId", "contactTypes"), Text("phone1", 50), Text("phone2", 50), Text("fax", 50),
       Text("email", 150), Text("email2", 150), Text("email3", 150), Bool("UseCompanyAddress"), Text("address1", 180), Text("city", 200),
       Text("postcode", 50), Text("region", 100), Ref("countryId", "countries"), Text("comment", 6000), Moment("birthday"), Integer("gender"),
       Text("linkedin", 255), Text("skype", 100), Text("extId", 100), Bool("readOnly"), Integer("permissionLevel")});
  if (has_branch) contacts.fields.push_back(Ref("branchId", "branches"));
  return contacts;
}

Resource Products(bool integer_stock) {
  Resource products = Writable(
      "products", {Required(Text("model", 200)), Text("extId", 30), Text("description", 6000), Decimals("price"), Decimals("cost"),
                   Decimals("maxDiscount"), integer_stock ? Integer("stock") : Decimals("stock"), Bool("notAvailable"),
                   Ref("familyId", "productFamilies"), Ref("categoryId", "productCategories"), Bool("readOnly"), Integer("permissionLevel")});
  products.bulk_write_max = 100;
  products.bulk_delete_max = 100;
  return products;
}

Resource Rates() {
  std::vector<Field> fields = Descriptions();
  Field currency = Of(FieldType::kBareReference, "currencyId");
  currency.table = "currencies";
  fields.push_back(std::move(currency));
  fields.push_back(Ref("branchId", "branches"));
  fields.push_back(Moment("startDate"));
  fields.push_back(Moment("endDate"));
  fields.push_back(Text("extID", 100));
  return Writable("rates", std::move(fields));
}

Resource ProductRates() {
  std::vector<Field> fields = {Required(Ref("productId", "products")), Required(Ref("rateId", "rates")), Decimals("salePrice"), Decimals("costPrice")};
  AddDiscounts(fields);
  return Writable("productRates", std::move(fields));
}

Resource AccountAddresses() {
  return Writable("accountAddresses",
                  {Required(Ref("accountId", "accounts")), Text("description", 255), Text("address1", 180), Text("address2", 180),
                   Text("city", 200), Text("postcode", 50), Text("region", 100), Ref("countryId", "countries")});
}

Resource SalesOrders() {
  std::vector<Field> fields = {Required(Text("reference", 100)),
                               Required(Ref("branchId", "branches")),
                               Required(Ref("salesRepId", "users")),
                               Ref("statusId", "salesorderStatuses"),
                               Ref("accountId", "accounts"),
                               Ref("contactId", "contacts"),
                               Integer("opportunityId"),
                               Ref("rateId", "rates"),
                               Ref("accountAddressId", "accountAddresses"),
                               Ref("currencyId", "currencies"),
                               Ref("orderTypeId", "orderTypes"),
                               ReadOnly(Integer("number")),
                               ReadOnly(Integer("year")),
                               Decimals("total"),
                               Text("comment", 6000),
                               Text("internalComment", 6000),
                               Moment("salesForcecastDate"),
                               Moment("closedDate"),
                               Bool("blocked"),
                               Bool("readOnly"),
                               Bool("archived"),
                               Bool("mainSalesorder"),
                               Text("extId", 100)};
  AddDiscounts(fields);
  return Writable("salesorders", std::move(fields));
}

Resource SalesOrderLines(bool integer_quantity) {
  Field head = Required(Ref("salesOrderId", "salesorders"));
  head.read_name = "salesorderId";
  std::vector<Field> fields = {head,
                               Required(Ref("productId", "products")),
                               Required(integer_quantity ? Integer("quantity") : Decimals("quantity")),
                               Required(Decimals("price")),
                               Decimals("total"),
                               Text("description", 2000),
                               Integer("order")};
  AddDiscounts(fields);
  return Writable("salesordersLines", std::move(fields));
}

Resource Sales() {
  return Writable("sales", {Required(Text("extId", 255)), Required(Ref("accountId", "accounts")), Required(Text("accountExtId", 100)),
                            Required(Moment("date")), Required(Decimals("total")), Required(Text("salesRepExtId", 100)),
                            Ref("salesRepId", "users"), Of(FieldType::kBit, "deleted")});
}

}  // namespace

int Resource::Index(std::string_view field_name) const {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (EqualsIgnoreCase(fields[i].name, field_name)) return static_cast<int>(i);
  }
  return -1;
}

const std::vector<std::string>& Languages() {
  static const std::vector<std::string> languages = {"ES", "EN", "FR", "IT", "DE", "PT", "RU"};
  return languages;
}

std::vector<Resource> MakeResources(const TenantShape& shape) {
  std::vector<Resource> all = {
      ValueList("branches"),
      ValueList("countries", {Text("isoCode2", 2), Text("isoCode3", 3), Text("phonePrefix", 5)}),
      ValueList("currencies", {Text("isoCode", 3), Text("symbol", 3)}),
      ValueList("accountStatuses", {Bool("won"), Bool("lost")}),
      ValueList("accountTypes"),
      ValueList("accountSegments"),
      ValueList("contactTypes"),
      ValueList("salesorderStatuses", {Bool("won"), Bool("lost")}),
      ValueList("orderTypes"),
      Writable("productFamilies", Descriptions()),
      Writable("productCategories", Descriptions()),
      Rates(),
      Users(),
      Accounts(),
      Contacts(shape.contact_branch),
      Products(shape.integer_quantities),
      ProductRates(),
      AccountAddresses(),
      SalesOrders(),
      SalesOrderLines(shape.integer_quantities),
      Sales()};
  return all;
}

}  // namespace entente::sandbox::ssm
