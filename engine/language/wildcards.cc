#include "engine/language/wildcards.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace entente {
namespace {

constexpr char kStar = '*';

bool HasStar(const std::string& text) { return text.find(kStar) != std::string::npos; }

// What stands for the star; none: the name does not follow the pattern.
std::optional<std::string> Matched(const std::string& pattern, const std::string& name) {
  const std::size_t star = pattern.find(kStar);
  const std::string before = pattern.substr(0, star), after = pattern.substr(star + 1);
  if (name.size() <= before.size() + after.size() || !name.starts_with(before) || !name.ends_with(after)) return std::nullopt;
  return name.substr(before.size(), name.size() - before.size() - after.size());
}

std::string Filled(std::string pattern, const std::string& star) { return pattern.replace(pattern.find(kStar), 1, star); }

// The scalar that names the native field of a side: `sage: cust_*` or `sage: {field: cust_*, lens: …}`.
template <typename Node>
Node* NativeOf(Node& field, const std::string& side) {
  Node* at = field.Find(side);
  if (at != nullptr && at->IsMapping()) at = at->Find("field");
  return at != nullptr && at->IsScalar() ? at : nullptr;
}

std::string ResourceOf(const Tree& entity, const std::string& side) {
  const Tree* at = entity.Find(side);
  if (at != nullptr && at->IsMapping()) at = at->Find("resource");
  return at != nullptr && at->IsScalar() ? at->scalar : "";
}

class Expansion {
 public:
  Expansion(const std::vector<std::string>& sides, const Catalogues& catalogues, Problems& problems) : sides_(sides), catalogues_(catalogues), problems_(problems) {}

  void Run(const std::string& entity_name, Tree& entity) {
    Tree* fields = entity.Find("fields");
    if (fields == nullptr || !fields->IsMapping()) return;
    std::vector<Tree::Entry> expanded;
    std::set<std::string> names;
    std::set<std::pair<std::string, std::string>> mapped;   // side, native
    for (const Tree::Entry& entry : fields->entries) {
      if (HasStar(entry.key)) continue;
      names.insert(entry.key);
      for (const std::string& side : sides_) {
        if (const Tree* native = NativeOf(entry.value, side)) mapped.insert({side, native->scalar});
      }
    }
    for (Tree::Entry& entry : fields->entries) {
      if (!HasStar(entry.key)) {
        expanded.push_back(std::move(entry));
        continue;
      }
      Expand(entity_name, entity, entry, names, mapped, expanded);
    }
    fields->entries = std::move(expanded);
  }

 private:
  void Expand(const std::string& entity_name, const Tree& entity, const Tree::Entry& entry, std::set<std::string>& names,
              std::set<std::pair<std::string, std::string>>& mapped, std::vector<Tree::Entry>& out) {
    const std::string shown = "`" + entry.key + "` of `" + entity_name + "`";
    std::vector<std::string> patterns;
    std::vector<const std::vector<CatalogueField>*> fields;
    for (const std::string& side : sides_) {
      const Tree* native = NativeOf(entry.value, side);
      const std::string pattern = native == nullptr ? "" : native->scalar;
      if (std::count(pattern.begin(), pattern.end(), kStar) != 1 || std::count(entry.key.begin(), entry.key.end(), kStar) != 1) {
        return problems_.Add(entry.at, "The field " + shown + " stands for many, but its name and the native names of both sides do not hold one `*` each.",
                             "Write `custom_*: {" + sides_[0] + ": \"cust_*\", " + sides_[1] + ": \"Z_*\"}`.");
      }
      patterns.push_back(pattern);
      const auto catalogue = catalogues_.find(side);
      if (catalogue == catalogues_.end()) {
        return problems_.Add(entry.at, "Which fields " + shown + " stands for is not known: the pack names no catalogue of " + side + ".",
                             "Save what the connector prints with --catalogue beside the pack, and name it: `sides: {" + side + ": {catalogue_file: " + side + ".catalogue}}`.");
      }
      const std::string resource = ResourceOf(entity, side);
      const auto found = std::find_if(catalogue->second.begin(), catalogue->second.end(), [&](const CatalogueResource& r) { return r.name == resource; });
      if (found == catalogue->second.end()) {
        return problems_.Add(entry.at, "The catalogue of " + side + " has no resource `" + resource + "`, so that nothing is known of " + shown + ".", "Print it again with the connector's --catalogue.");
      }
      fields.push_back(&found->fields);
    }
    std::size_t made = 0;
    for (const CatalogueField& left : *fields[0]) {
      const std::optional<std::string> star = Matched(patterns[0], left.name);
      if (!star || mapped.contains({sides_[0], left.name})) continue;
      const std::string right_name = Filled(patterns[1], *star);
      const auto right = std::find_if(fields[1]->begin(), fields[1]->end(), [&](const CatalogueField& field) { return field.name == right_name; });
      if (right == fields[1]->end() || mapped.contains({sides_[1], right_name})) continue;
      if (left.type != right->type) {
        problems_.Warn(entry.at, "The field " + shown + " leaves `" + left.name + "` out: it is " + left.type + " on " + sides_[0] + " and " + right->type + " on " + sides_[1] + ".",
                       "Map it by its name, with a lens.");
        continue;
      }
      Tree::Entry field = entry;
      field.key = Filled(entry.key, *star);
      if (!names.insert(field.key).second) continue;
      NativeOf(field.value, sides_[0])->scalar = left.name;
      NativeOf(field.value, sides_[1])->scalar = right_name;
      mapped.insert({sides_[0], left.name});
      mapped.insert({sides_[1], right_name});
      out.push_back(std::move(field));
      ++made;
    }
    if (made == 0) problems_.Warn(entry.at, "The field " + shown + " stands for nothing: no field of this pattern is in both catalogues.", "Print the catalogues again if there should be one.");
  }

  const std::vector<std::string>& sides_;
  const Catalogues& catalogues_;
  Problems& problems_;
};

}  // namespace

void ExpandWildcards(Tree& pack, const std::vector<std::string>& sides, const Catalogues& catalogues, Problems& problems) {
  Tree* entities = pack.Find("entities");
  if (entities == nullptr || !entities->IsMapping() || sides.size() != 2) return;
  for (Tree::Entry& entity : entities->entries) Expansion(sides, catalogues, problems).Run(entity.key, entity.value);
}

}  // namespace entente
