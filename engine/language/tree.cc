#include "engine/language/tree.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace entente {
namespace {

Position At(const YAML::Mark& mark, const std::string& file) { return {file, mark.is_null() ? 0 : mark.line + 1}; }

Tree FromYaml(const YAML::Node& node, const std::string& file, Problems& problems);

void ReadEntries(const YAML::Node& node, const std::string& file, Tree& tree, Problems& problems) {
  for (const auto& pair : node) {
    const Position at = At(pair.first.Mark(), file);
    if (!pair.first.IsScalar()) {
      problems.Add(at, "A key here is not a word.", "Write a plain word before the colon.");
      continue;
    }
    const std::string key = pair.first.Scalar();
    if (const auto first = std::find_if(tree.entries.begin(), tree.entries.end(), [&](const Tree::Entry& e) { return e.key == key; });
        first != tree.entries.end()) {
      problems.Add(at, "The key `" + key + "` stands here a second time; the first is on line " + std::to_string(first->at.line) + ".",
                   "Keep one of the two.");
      continue;
    }
    tree.entries.push_back({key, at, FromYaml(pair.second, file, problems)});
    if (tree.entries.back().value.at.line == 0) tree.entries.back().value.at = at;
  }
}

Tree FromYaml(const YAML::Node& node, const std::string& file, Problems& problems) {
  Tree tree;
  tree.at = At(node.Mark(), file);
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      tree.kind = Tree::Kind::kScalar;
      tree.scalar = node.Scalar();
      tree.quoted = node.Tag() == "!";
      break;
    case YAML::NodeType::Sequence:
      tree.kind = Tree::Kind::kList;
      for (const auto& item : node) tree.items.push_back(FromYaml(item, file, problems));
      break;
    case YAML::NodeType::Map:
      tree.kind = Tree::Kind::kMapping;
      ReadEntries(node, file, tree, problems);
      break;
    default:
      break;
  }
  return tree;
}

}  // namespace

std::string_view Tree::KindName() const {
  switch (kind) {
    case Kind::kScalar: return "a text";
    case Kind::kList: return "a list";
    case Kind::kMapping: return "a mapping";
    case Kind::kNull: break;
  }
  return "nothing";
}

const Tree* Tree::Find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Tree* Tree::Find(std::string_view key) { return const_cast<Tree*>(static_cast<const Tree*>(this)->Find(key)); }

Tree ReadYaml(const std::string& text, const std::string& file, Problems& problems) {
  try {
    const YAML::Node node = YAML::Load(text);
    Tree tree = FromYaml(node, file, problems);
    tree.at.file = file;
    return tree;
  } catch (const YAML::ParserException& error) {
    problems.Add(At(error.mark, file), "This is not YAML: " + error.msg + ".",
                 "Check indentation, quotes and colons on this line and the one above.");
  } catch (const std::exception& error) {
    problems.Add({file, 0}, std::string("The file cannot be read as YAML: ") + error.what() + ".", "Check its indentation and quotes.");
  }
  Tree empty;
  empty.at.file = file;
  return empty;
}

void Overlay(Tree& lower, const Tree& upper) {
  if (!lower.IsMapping() || !upper.IsMapping()) {
    lower = upper;
    return;
  }
  // What is laid over last is what a person wants to be shown.
  lower.at = upper.at;
  for (const Tree::Entry& entry : upper.entries) {
    const auto same = std::find_if(lower.entries.begin(), lower.entries.end(), [&](const Tree::Entry& e) { return e.key == entry.key; });
    if (same == lower.entries.end()) {
      if (!entry.value.IsNull()) lower.entries.push_back(entry);
    } else if (entry.value.IsNull()) {
      lower.entries.erase(same);
    } else {
      Overlay(same->value, entry.value);
      same->at = entry.at;
    }
  }
}

void Join(Tree& pack, const Tree& file, Problems& problems) {
  if (file.IsNull()) return;
  if (pack.IsNull()) {
    pack = file;
    return;
  }
  for (const Tree::Entry& entry : file.entries) {
    Tree* same = pack.Find(entry.key);
    if (same == nullptr) {
      pack.entries.push_back(entry);
    } else if (same->IsMapping() && entry.value.IsMapping()) {
      Join(*same, entry.value, problems);
    } else {
      problems.Add(entry.at,
                   "`" + entry.key + "` is said twice in this pack; the other place is " + same->at.file + ":" +
                       std::to_string(same->at.line) + ".",
                   "Keep one of the two: within one pack nothing says which would count.");
    }
  }
}

}  // namespace entente
