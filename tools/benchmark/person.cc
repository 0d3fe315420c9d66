#include "tools/benchmark/person.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace entente::benchmark {
namespace {

struct Known {
  const char* name;
  v1::Field::Type type;
};

constexpr std::array<Known, kPersonFields> kFields = {{{"code", v1::Field::TEXT},
                                                       {"last_name", v1::Field::TEXT},
                                                       {"first_name", v1::Field::TEXT},
                                                       {"email", v1::Field::TEXT},
                                                       {"phone", v1::Field::TEXT},
                                                       {"street", v1::Field::TEXT},
                                                       {"postcode", v1::Field::TEXT},
                                                       {"city", v1::Field::TEXT},
                                                       {"birthday", v1::Field::DATE},
                                                       {"discount", v1::Field::DECIMAL},
                                                       {"visits", v1::Field::INT},
                                                       {"comment", v1::Field::TEXT}}};

constexpr std::array<const char*, 8> kLastNames = {"Lefèvre", "Moreau", "Garnier", "Rousseau", "Fontaine", "Chevalier", "Marchand", "Perrin"};
constexpr std::array<const char*, 8> kFirstNames = {"Amélie", "Julien", "Béatrice", "Étienne", "Hélène", "Gaël", "Sophie", "Benoît"};
constexpr std::array<const char*, 8> kCities = {"Lyon", "Nantes", "Besançon", "Angoulême", "Grenoble", "Orléans", "Saint-Étienne", "Metz"};

v1::Value* Add(std::uint32_t field, v1::Change* change) {
  v1::FieldValue* added = change->add_fields();
  added->set_field(field);
  return added->mutable_value();
}

}  // namespace

v1::Catalogue PeopleCatalogue() {
  v1::Catalogue catalogue;
  catalogue.set_version("1");
  v1::Resource* people = catalogue.add_resources();
  people->set_number(kPeople);
  people->set_name("people");
  std::uint32_t number = 0;
  for (const Known& known : kFields) {
    v1::Field* field = people->add_fields();
    field->set_number(++number);
    field->set_name(known.name);
    field->set_type(known.type);
    field->set_decimals(known.type == v1::Field::DECIMAL ? 2u : 0u);
    field->set_length_max(known.type == v1::Field::TEXT ? 250u : 0u);
    field->set_nullable(true);
    field->set_writable(true);
  }
  v1::ResourceCapabilities* can = people->mutable_capabilities();
  can->set_can_create(true);
  can->set_can_update(true);
  can->set_can_delete(true);
  can->set_feeds_deletes(true);
  can->set_returns_record(true);
  can->set_checks_expected(true);
  can->add_find_fields("code");
  can->set_bulk_max(1000);
  return catalogue;
}

std::string CodeOf(std::uint64_t number) { return absl::StrFormat("P%08d", number); }

void FillPerson(std::uint64_t number, v1::Change* change) {
  // Spread, so that neighbours differ in more than their number.
  const std::uint64_t mixed = (number + 1) * 0x9E3779B97F4A7C15u;
  const std::string last = kLastNames[(mixed >> 8) % kLastNames.size()];
  const std::string first = kFirstNames[(mixed >> 16) % kFirstNames.size()];
  change->set_resource(kPeople);
  change->set_kind(v1::Change::CONTENT);
  change->set_key(CodeOf(number));
  Add(kCode, change)->set_text_value(CodeOf(number));
  Add(kLastName, change)->set_text_value(absl::StrCat(last, "-", kLastNames[(mixed >> 24) % kLastNames.size()]));
  Add(kFirstName, change)->set_text_value(first);
  Add(kEmail, change)->set_text_value(absl::StrFormat("person.%d@example%d.test", number, mixed % 97));
  Add(kPhone, change)->set_text_value(absl::StrFormat("+33 4 %02d %02d %02d %02d", (mixed >> 32) % 100, (mixed >> 40) % 100, (mixed >> 48) % 100, mixed % 100));
  Add(kStreet, change)->set_text_value(absl::StrFormat("%d, avenue de la République, bâtiment %d", mixed % 300, (mixed >> 20) % 20));
  Add(kPostcode, change)->set_text_value(absl::StrFormat("%05d", mixed % 96000));
  Add(kCity, change)->set_text_value(kCities[(mixed >> 28) % kCities.size()]);
  Add(kBirthday, change)->set_date_value(static_cast<std::int32_t>((mixed >> 12) % 15000));
  Add(kDiscount, change)->set_decimal_value(absl::StrFormat("%d.%d", (mixed >> 36) % 40, 1 + (mixed >> 44) % 9));
  Add(kVisits, change)->set_int_value(static_cast<std::int64_t>(mixed % 500));
  Add(kComment, change)
      ->set_text_value(absl::StrFormat("Met at the trade fair, asked for samples and a call back in week %d; prefers the morning, reference %016x.", mixed % 52, mixed));
}

void SetText(std::uint32_t field, const std::string& text, v1::Change* change) {
  change->mutable_fields(static_cast<int>(field) - 1)->mutable_value()->set_text_value(text);
}

}  // namespace entente::benchmark
