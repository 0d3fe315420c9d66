#include "tools/sandbox/ssm/accept.h"

#include <algorithm>
#include <limits>

#include "engine/core/decimal.h"
#include "tools/sandbox/status.h"

namespace entente::sandbox::ssm {
namespace {

constexpr int kLengthMaxUnsaid = 4000;

int CharacterCount(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// The exact number behind a JSON number, an exponent included.
std::optional<Decimal> ExactNumber(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  if (e == std::string_view::npos) return Decimal::Parse(text);
  const auto mantissa = Decimal::Parse(text.substr(0, e));
  std::string_view digits = text.substr(e + 1);
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  const auto exponent = Decimal::Parse(digits);
  const auto power = exponent ? exponent->ToInt() : std::nullopt;
  if (!mantissa || !power || *power > 18 || *power < -18) return std::nullopt;
  std::string shift = "1";
  if (*power >= 0) shift.append(static_cast<std::size_t>(*power), '0');
  else shift = "0." + std::string(static_cast<std::size_t>(-*power - 1), '0') + "1";
  return Decimal::Multiply(*mantissa, *Decimal::Parse(shift));
}

class Reader {
 public:
  Reader(const Store& store, Reading reading) : store_(store), reading_(reading) {}

  absl::StatusOr<Cell> Read(const Field& field, const Json& value) const {
    switch (field.type) {
      case FieldType::kText: return ReadText(field, value);
      case FieldType::kDecimal: return ReadDecimal(field, value);
      case FieldType::kBool: return ReadBool(field, value);
      case FieldType::kInstant: return ReadInstant(field, value);
      case FieldType::kReference:
      case FieldType::kBareReference: return ReadReference(field, value);
      case FieldType::kReferences:
      case FieldType::kChoices: return ReadMany(field, value);
      default: return ReadInteger(field, value);
    }
  }

 private:
  bool is_person() const { return reading_ == Reading::kPerson; }
  static absl::Status Wrong(const Field& field, std::string_view expected, const Json& value) {
    return Invalid("the field '" + field.name + "' needs " + std::string(expected) + ", not " + value.Text());
  }
  std::optional<Decimal> NumberOf(const Json& value) const {
    if (value.As<Json::Number>() == nullptr && !(is_person() && value.As<std::string>() != nullptr)) return std::nullopt;
    return ExactNumber(value.TextOrEmpty());
  }

  absl::StatusOr<Cell> ReadText(const Field& field, const Json& value) const {
    const auto* text = value.As<std::string>();
    std::string read;
    if (text != nullptr) read = *text;
    else if (is_person() && value.As<Json::Number>() != nullptr) read = value.TextOrEmpty();
    else return Wrong(field, "a text", value);
    const int length_max = field.length_max > 0 ? field.length_max : kLengthMaxUnsaid;
    if (CharacterCount(read) > length_max) {
      return Invalid("the field '" + field.name + "' holds at most " + std::to_string(length_max) + " characters");
    }
    return Cell(std::move(read));
  }

  absl::StatusOr<Cell> ReadDecimal(const Field& field, const Json& value) const {
    const auto number = NumberOf(value);
    if (!number) return Wrong(field, "a number", value);
    return Cell(number->ToString());
  }

  absl::StatusOr<Cell> ReadInteger(const Field& field, const Json& value) const {
    const auto number = NumberOf(value);
    const auto whole = number ? number->ToInt() : std::nullopt;
    if (!whole) return Wrong(field, "a whole number", value);
    if (field.type == FieldType::kChoice && (*whole < 1 || *whole > static_cast<std::int64_t>(field.choices.size()))) {
      return Wrong(field, "the id of a list value", value);
    }
    return Cell(*whole);
  }

  absl::StatusOr<Cell> ReadBool(const Field& field, const Json& value) const {
    if (const auto* flag = value.As<bool>()) return Cell(*flag);
    const std::string_view text = value.TextOrEmpty();
    if (is_person() && (text == "true" || text == "1")) return Cell(true);
    if (is_person() && (text == "false" || text == "0")) return Cell(false);
    return Wrong(field, "true or false", value);
  }

  absl::StatusOr<Cell> ReadInstant(const Field& field, const Json& value) const {
    const auto* text = value.As<std::string>();
    const auto instant = text == nullptr ? std::nullopt : ParseInstant(*text);
    if (!instant) return Wrong(field, "a date", value);
    return Cell(*instant);
  }

  absl::StatusOr<std::int64_t> ReadId(const Field& field, const Json& value) const {
    const Table* target = store_.Find(field.table);
    if (const auto number = NumberOf(value)) {
      const auto id = number->ToInt();
      if (!id || (target != nullptr && target->Find(*id) == nullptr)) {
        return Invalid("the field '" + field.name + "' refers to " + value.Text() + ", which is not in " + field.table);
      }
      return *id;
    }
    if (is_person() && value.As<std::string>() != nullptr && target != nullptr) {
      const std::string_view text = value.TextOrEmpty();
      if (text.starts_with("@")) {
        const auto found = target->ByExtId(text.substr(1));
        if (found.size() == 1) return target->rows()[found.front()].id;
        return Invalid(std::to_string(found.size()) + " records of " + field.table + " have the foreign key '" + std::string(text.substr(1)) + "'");
      }
      if (const std::int64_t id = store_.FindByLabel(field.table, text); id != 0) return id;
      return Invalid("nothing in " + field.table + " is called '" + std::string(text) + "'");
    }
    return Wrong(field, "an integer id", value);
  }

  absl::StatusOr<Cell> ReadReference(const Field& field, const Json& value) const {
    auto id = ReadId(field, value);
    if (!id.ok()) return id.status();
    return Cell(*id);
  }

  absl::StatusOr<Cell> ReadMany(const Field& field, const Json& value) const {
    const auto* items = value.As<Json::Array>();
    if (items == nullptr) return Wrong(field, "an array of integers", value);
    std::vector<std::int64_t> out;
    for (const Json& item : *items) {
      const auto number = field.type == FieldType::kChoices ? NumberOf(item) : std::nullopt;
      if (field.type == FieldType::kChoices && !number) return Wrong(field, "an array of integers", value);
      auto id = number ? absl::StatusOr<std::int64_t>(number->ToInt().value_or(0)) : ReadId(field, item);
      if (!id.ok()) return id.status();
      out.push_back(*id);
    }
    return Cell(std::move(out));
  }

  const Store& store_;
  Reading reading_;
};

bool IsEmpty(const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return true;
  const auto* text = std::get_if<std::string>(&cell);
  return text != nullptr && text->empty();
}

// Puts one member of the body into its cell.
absl::Status Apply(const Store& store, const Reader& reader, const Field& field, const Json& value, bool is_update, Cell& cell) {
  const auto* text = value.As<std::string>();
  if (value.IsNull()) {
    if (is_update && !store.knobs.clear_by_null) return absl::OkStatus();
    if (field.required && is_update) return Invalid("the field '" + field.name + "' is required");
    cell = std::monostate();
    return absl::OkStatus();
  }
  if (is_update && text != nullptr && text->empty() && field.type == FieldType::kText) {
    if (!store.knobs.clear_by_empty) return absl::OkStatus();
    if (field.required) return Invalid("the field '" + field.name + "' is required");
  }
  auto read = reader.Read(field, value);
  if (!read.ok()) return read.status();
  cell = std::move(*read);
  return absl::OkStatus();
}

absl::Status CheckUser(const Store& store, const Table& table, const Row* existing, const std::vector<Cell>& cells) {
  const Resource& resource = table.resource();
  const auto text = [&](const std::vector<Cell>& of, const char* field) {
    const auto* found = std::get_if<std::string>(&of[static_cast<std::size_t>(resource.Index(field))]);
    return found == nullptr ? std::string() : *found;
  };
  const auto active = [&](const std::vector<Cell>& of) {
    const auto* flag = std::get_if<bool>(&of[static_cast<std::size_t>(resource.Index("isActive"))]);
    return flag == nullptr || *flag;
  };
  for (const char* field : {"dbLanguage", "uiLanguage"}) {
    static const char* const kKnown[] = {"ES", "EN", "US", "IT", "DE", "PT", "BR", "RU"};
    const std::string language = text(cells, field);
    const bool known = std::any_of(std::begin(kKnown), std::end(kKnown), [&](const char* one) { return language == one; });
    if (!known && (language != "FR" || store.knobs.refuse_french)) return Invalid("'" + language + "' is no language for '" + field + "'");
  }
  int active_others = 0;
  for (const Row& row : table.rows()) {
    if (row.deleted || (existing != nullptr && row.id == existing->id)) continue;
    if (active(row.cells)) ++active_others;
    if (EqualsIgnoreCase(text(row.cells, "nic"), text(cells, "nic"))) return Invalid("the field 'nic' is taken by another user");
  }
  const bool was_active = existing != nullptr && active(existing->cells);
  if (store.knobs.user_licences > 0 && active(cells) && !was_active && active_others >= store.knobs.user_licences) {
    return Invalid("no licence is left for another active user");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Accepted> Accept(const Store& store, const Table& table, const Json& body, const Row* existing, Reading reading) {
  const Resource& resource = table.resource();
  const auto* members = body.As<Json::Object>();
  if (members == nullptr) return Invalid("the body is not a JSON object");
  Accepted accepted;
  accepted.cells = existing != nullptr ? existing->cells : std::vector<Cell>(resource.fields.size());
  const Reader reader(store, reading);
  for (const auto& [name, value] : *members) {
    const int index = resource.Index(name);
    if (index < 0) return Invalid("there is no field '" + name + "' on " + resource.name);
    const Field& field = resource.fields[static_cast<std::size_t>(index)];
    if (field.read_only) return Invalid("the field '" + field.name + "' is kept by the server");
    if (field.type == FieldType::kBit) {
      const std::string_view bit = value.TextOrEmpty();
      if (bit != "0" && bit != "1") return Invalid("the field '" + field.name + "' is 0 or 1");
      accepted.deleted = bit == "1";
      continue;
    }
    if (absl::Status s = Apply(store, reader, field, value, existing != nullptr, accepted.cells[static_cast<std::size_t>(index)]); !s.ok()) return s;
  }
  for (std::size_t i = 0; i < resource.fields.size(); ++i) {
    if (existing == nullptr && resource.fields[i].required && IsEmpty(accepted.cells[i])) {
      return Invalid("the field '" + resource.fields[i].name + "' is required");
    }
  }
  if (resource.name == "users") {
    if (absl::Status s = CheckUser(store, table, existing, accepted.cells); !s.ok()) return s;
  }
  return accepted;
}

}  // namespace entente::sandbox::ssm
