#include "tools/sandbox/sage/action.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tools/sandbox/sage/refusal.h"
#include "tools/sandbox/sage/row_json.h"

namespace entente::sandbox::sage {

using nlohmann::json;

absl::Status WrongArgument(const std::string& message) { return Refuse({.code = "INVALID_REQUEST", .text = message}); }

bool Arguments::Has(const char* name) const { return object_.is_object() && object_.contains(name); }

std::string Arguments::Text(const char* name, int place) const {
  json value;
  if (Has(name)) {
    value = object_[name];
  } else if (place >= 0 && Has("args") && object_["args"].is_array() && object_["args"].size() > static_cast<std::size_t>(place)) {
    value = object_["args"][static_cast<std::size_t>(place)];
  }
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

absl::StatusOr<std::int64_t> Arguments::Number(const char* name, std::int64_t otherwise, int place) const {
  const std::string text = Text(name, place);
  if (text.empty()) return otherwise;
  if (text == "true") return 1;
  if (text == "false") return 0;
  std::int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) return WrongArgument(absl::StrCat(name, " takes a whole number"));
  return number;
}

absl::StatusOr<Decimal> Arguments::Amount(const char* name, int place) const {
  const std::optional<Decimal> amount = Decimal::Parse(Text(name, place));
  if (!amount.has_value()) return WrongArgument(absl::StrCat(name, " takes a decimal number, written as text"));
  return *amount;
}

json Arguments::Value(const char* name) const { return Has(name) ? object_[name] : json(); }

json Arguments::FieldsObject(const std::vector<std::string_view>& own) const {
  if (Has("fields")) return object_["fields"];
  json fields = json::object();
  if (!object_.is_object()) return fields;
  for (const auto& [name, value] : object_.items()) {
    if (name != "args" && std::find(own.begin(), own.end(), name) == own.end()) fields[name] = value;
  }
  return fields;
}

absl::StatusOr<Row> Arguments::Fields(const std::vector<std::string_view>& own) const { return RowOf(FieldsObject(own)); }

const std::vector<Action>& AllActions() {
  static const std::vector<Action> kAll = [] {
    std::vector<Action> all;
    for (std::vector<Action> part : {RecordActions(), ItemActions(), DocumentActions(), KnobActions(), DatabaseActions()}) {
      std::move(part.begin(), part.end(), std::back_inserter(all));
    }
    return all;
  }();
  return kAll;
}

const Action* FindAction(std::string_view name) {
  const auto& all = AllActions();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Action& action) { return action.name == name; });
  return found == all.end() ? nullptr : &*found;
}

absl::StatusOr<json> Perform(Installation& sage, std::string_view name, const json& arguments) {
  const Action* action = FindAction(name);
  if (action == nullptr) return WrongArgument(absl::StrCat("Sage has no action \"", std::string(name), "\"; \"help\" lists them"));
  try {
    if (!action->is_write) return action->perform(sage, Arguments(arguments));
    Write write(*sage.database);
    SAGE_ASSIGN(json answer, action->perform(sage, Arguments(arguments)));
    SAGE_RETURN_IF_ERROR(write.Commit());
    return answer;
  } catch (const json::exception& error) {
    return WrongArgument(absl::StrCat(std::string(name), ": the arguments do not have the right shape (", error.what(), ")"));
  }
}

}  // namespace entente::sandbox::sage
