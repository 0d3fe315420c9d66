#include <algorithm>
#include <cctype>
#include <sstream>

#include "engine/language/pack.h"

namespace entente {
namespace {

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// "1 CO_No REFERENCE(collaborator) writable required": number, name, type, marks.
bool ReadField(std::istringstream& words, CatalogueField* field) {
  std::string number, type;
  if (!(words >> number >> field->name >> type)) return false;
  const std::size_t open = type.find('(');
  field->type = Lower(type.substr(0, open));
  if (open != std::string::npos && type.back() == ')') field->target = type.substr(open + 1, type.size() - open - 2);
  for (std::string mark; words >> mark;) field->writable = field->writable || mark == "writable" || mark == "set_once";
  return true;
}

}  // namespace

absl::StatusOr<std::vector<CatalogueResource>> ReadCatalogue(std::string_view text) {
  std::vector<CatalogueResource> resources;
  std::istringstream lines{std::string(text)};
  int number = 0;
  const auto invalid = [&](const std::string& why) {
    return absl::InvalidArgumentError("CATALOGUE_INVALID: line " + std::to_string(number) + " " + why + ". Print the catalogue with the connector's own --catalogue.");
  };
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream words(line);
    std::string first, name;
    if (!(words >> first) || first == "catalogue") continue;
    if (line[0] != ' ') {
      if (!(words >> name)) return invalid("names no resource");
      resources.push_back({name, {}});
      continue;
    }
    if (resources.empty()) return invalid("is a field before any resource");
    CatalogueField field;
    std::istringstream again(line);
    if (!ReadField(again, &field)) return invalid("is no field: number, name and type are expected");
    resources.back().fields.push_back(std::move(field));
  }
  if (resources.empty()) return invalid("ends a file without resources");
  return resources;
}

}  // namespace entente
