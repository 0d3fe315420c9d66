#include "engine/language/schema.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>

#include "absl/time/time.h"
#include "engine/core/decimal.h"
#include "entente/rules/v1/rules.pb.h"

namespace entente {
namespace {

namespace pb = ::google::protobuf;
using Descriptor = pb::Descriptor;
using Field = pb::FieldDescriptor;

template <typename Extension>
auto Option(const Field& field, const Extension& extension) {
  return field.options().GetExtension(extension);
}

// UPPER_SNAKE of a CamelCase type name, with the underscore: the prefix of its UNSPECIFIED enumerator.
std::string EnumPrefix(const std::string& type) {
  std::string prefix;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const auto c = static_cast<unsigned char>(type[i]);
    if (i > 0 && std::isupper(c)) prefix += '_';
    prefix += static_cast<char>(std::toupper(c));
  }
  return prefix + "_";
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::vector<std::string> EnumWords(const pb::EnumDescriptor& type) {
  const std::string prefix = EnumPrefix(type.name());
  std::vector<std::string> words;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() == 0) continue;
    const std::string& name = type.value(i)->name();
    words.push_back(Lower(name.rfind(prefix, 0) == 0 ? name.substr(prefix.size()) : name));
  }
  return words;
}

const pb::EnumValueDescriptor* EnumValue(const pb::EnumDescriptor& type, const std::string& word) {
  const std::vector<std::string> words = EnumWords(type);
  std::size_t index = 0;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() == 0) continue;
    if (words[index++] == word) return type.value(i);
  }
  return nullptr;
}

class Reader {
 public:
  Reader(const std::vector<std::string>& sides, Problems& problems) : sides_(sides), problems_(problems) {}

  void Read(const Tree& tree, const std::string& path, pb::Message& message) {
    SetSource(tree, message);
    const pb::MessageOptions& options = message.GetDescriptor()->options();
    if (options.GetExtension(rules::v1::free_form)) {
      ReadFreely(tree, static_cast<rules::v1::NativeValue&>(message));
      return;
    }
    if (const std::string& name = options.GetExtension(rules::v1::single_key); !name.empty() && tree.IsMapping()) {
      ReadSingleKey(tree, path, name, message);
      return;
    }
    if (!tree.IsMapping() && !tree.IsNull()) {
      const std::string& target = options.GetExtension(rules::v1::short_for);
      if (target.empty()) {
        WrongKind(tree, path, "a mapping");
        return;
      }
      ReadValue(tree, path, *message.GetDescriptor()->FindFieldByName(target), message);
      return;
    }
    ReadEntries(tree, path, message);
  }

 private:
  struct Target {
    pb::Message* message = nullptr;
    const Field* field = nullptr;
  };

  static bool IsHidden(const Field& field) { return Option(field, rules::v1::filled_by_reader); }

  static void SetSource(const Tree& tree, pb::Message& message) {
    const Field* field = message.GetDescriptor()->FindFieldByName("source");
    if (field == nullptr || !IsHidden(*field)) return;
    auto* source = static_cast<rules::v1::Source*>(message.GetReflection()->MutableMessage(&message, field));
    source->set_file(tree.at.file);
    source->set_line(tree.at.line);
  }

  // Remembers where a key stands, in messages that keep it.
  static void SetKeySource(const Tree::Entry& entry, pb::Message& message) {
    const Field* field = message.GetDescriptor()->FindFieldByName("key_sources");
    if (field == nullptr) return;
    pb::Message* pair = message.GetReflection()->AddMessage(&message, field);
    pair->GetReflection()->SetString(pair, field->message_type()->map_key(), entry.key);
    auto* source = static_cast<rules::v1::Source*>(pair->GetReflection()->MutableMessage(pair, field->message_type()->map_value()));
    source->set_file(entry.at.file);
    source->set_line(entry.at.line);
  }

  // Of a list and of a mapping the items; those of a mapping have names.
  static void ReadFreely(const Tree& tree, rules::v1::NativeValue& value) {
    using rules::v1::NativeValue;
    value.set_kind(tree.IsScalar() ? NativeValue::SCALAR : tree.IsList() ? NativeValue::LIST : tree.IsMapping() ? NativeValue::MAPPING : NativeValue::NONE);
    value.set_text(tree.scalar);
    value.set_quoted(tree.quoted);
    const auto add = [&](const Tree& item) {
      NativeValue& added = *value.add_items();
      SetSource(item, added);
      ReadFreely(item, added);
      return &added;
    };
    for (const Tree& item : tree.items) add(item);
    for (const Tree::Entry& entry : tree.entries) add(entry.value)->set_name(entry.key);
  }

  void WrongKind(const Tree& tree, const std::string& path, const std::string& expected) {
    problems_.Add(tree.at, "`" + path + "` is " + std::string(tree.KindName()) + ", but " + expected + " is expected.",
                  "Write " + expected + " here.");
  }

  // The field of `message`, or of a message whose keys stand inlined in it, that `key` names.
  Target FindTarget(const std::string& key, const Tree& tree, pb::Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    if (const Field* field = type.FindFieldByName(key);
        field != nullptr && !IsHidden(*field) && !Option(*field, rules::v1::inlined)) {
      return {&message, field};
    }
    for (int i = 0; i < type.field_count(); ++i) {
      const Field& field = *type.field(i);
      if (!Option(field, rules::v1::inlined)) continue;
      if (field.message_type()->FindFieldByName(key) == nullptr) continue;
      pb::Message& inlined = *message.GetReflection()->MutableMessage(&message, &field);
      SetSource(tree, inlined);
      return FindTarget(key, tree, inlined);
    }
    return {};
  }

  void KnownKeys(const Descriptor& type, std::vector<std::string>& keys) const {
    const std::string key_field = KeyFieldOf(type);
    for (int i = 0; i < type.field_count(); ++i) {
      const Field& field = *type.field(i);
      if (IsHidden(field) || field.name() == key_field) continue;
      if (Option(field, rules::v1::inlined)) {
        KnownKeys(*field.message_type(), keys);
      } else if (Option(field, rules::v1::by_side)) {
        keys.insert(keys.end(), sides_.begin(), sides_.end());
      } else {
        keys.push_back(field.name());
      }
    }
  }

  // `name` and `side` of keyed elements come from the key and are not written.
  static std::string KeyFieldOf(const Descriptor& type) {
    const Field* first = type.FindFieldByNumber(1);
    const bool is_key = first != nullptr && (first->name() == "name" || first->name() == "side") && !Option(*first, rules::v1::required);
    return is_key ? first->name() : "";
  }

  static const Field* BySideField(const Descriptor& type) {
    for (int i = 0; i < type.field_count(); ++i) {
      if (Option(*type.field(i), rules::v1::by_side)) return type.field(i);
    }
    return nullptr;
  }

  void ReadEntries(const Tree& tree, const std::string& path, pb::Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    const Field* by_side = BySideField(type);
    std::set<const Field*> given;
    for (const Tree::Entry& entry : tree.entries) {
      const std::string entry_path = path.empty() ? entry.key : path + "." + entry.key;
      if (by_side != nullptr && std::find(sides_.begin(), sides_.end(), entry.key) != sides_.end()) {
        AddKeyed(entry, entry_path, *by_side, message);
        given.insert(by_side);
        continue;
      }
      const Target target = FindTarget(entry.key, tree, message);
      if (target.field == nullptr) {
        std::vector<std::string> known;
        KnownKeys(type, known);
        problems_.Add(entry.at, "`" + entry.key + "` is not known " + (path.empty() ? "in a pack" : "in `" + path + "`") + ".",
                      OneOf(entry.key, known));
        continue;
      }
      given.insert(target.field);
      SetKeySource(entry, *target.message);
      ReadValue(entry.value, entry_path, *target.field, *target.message);
    }
    ReportMissing(tree, path, type, given);
  }

  void ReportMissing(const Tree& tree, const std::string& path, const Descriptor& type, const std::set<const Field*>& given) {
    for (int i = 0; i < type.field_count(); ++i) {
      const Field& field = *type.field(i);
      if (!Option(field, rules::v1::required) || given.count(&field)) continue;
      const bool by_side = Option(field, rules::v1::by_side);
      problems_.Add(tree.at, "`" + (path.empty() ? std::string("the pack") : path) + "` lacks `" + field.name() + "`.",
                    by_side ? "Add an entry for each side: " + Joined(sides_) + "." : "Add `" + field.name() + ": …` here.");
    }
  }

  static std::string Joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
  }

  void ReadSingleKey(const Tree& tree, const std::string& path, const std::string& name, pb::Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    if (tree.entries.size() != 1) {
      problems_.Add(tree.at, "`" + path + "` names " + std::to_string(tree.entries.size()) + " things at once.",
                    "Write one name with its arguments, `fit: {length: 35, over: cut}`, or the bare name.");
      return;
    }
    const Tree::Entry& entry = tree.entries.front();
    message.GetReflection()->SetString(&message, type.FindFieldByName(name), entry.key);
    for (int i = 0; i < type.field_count(); ++i) {
      if (Option(*type.field(i), rules::v1::keyed_by).empty()) continue;
      ReadArguments(entry, path + "." + entry.key, *type.field(i), message);
    }
  }

  // Named arguments as a mapping; a scalar or a list is the only argument, without a name.
  void ReadArguments(const Tree::Entry& entry, const std::string& path, const Field& field, pb::Message& message) {
    if (entry.value.IsMapping()) {
      ReadValue(entry.value, path, field, message);
    } else if (!entry.value.IsNull()) {
      Read(entry.value, path, *message.GetReflection()->AddMessage(&message, &field));
    }
  }

  void AddKeyed(const Tree::Entry& entry, const std::string& path, const Field& field, pb::Message& message) {
    pb::Message* element = message.GetReflection()->AddMessage(&message, &field);
    const std::string key = Option(field, rules::v1::keyed_by);
    element->GetReflection()->SetString(element, element->GetDescriptor()->FindFieldByName(key), entry.key);
    Read(entry.value, path, *element);
  }

  void ReadValue(const Tree& tree, const std::string& path, const Field& field, pb::Message& message) {
    if (field.is_map()) return ReadMap(tree, path, field, message);
    if (field.is_repeated()) return ReadRepeated(tree, path, field, message);
    if (field.cpp_type() == Field::CPPTYPE_MESSAGE) {
      return Read(tree, path, *message.GetReflection()->MutableMessage(&message, &field));
    }
    ReadScalar(tree, path, field, message);
  }

  void ReadMap(const Tree& tree, const std::string& path, const Field& field, pb::Message& message) {
    if (!tree.IsMapping()) return WrongKind(tree, path, "a mapping");
    for (const Tree::Entry& entry : tree.entries) {
      pb::Message* element = message.GetReflection()->AddMessage(&message, &field);
      element->GetReflection()->SetString(element, field.message_type()->map_key(), entry.key);
      ReadScalar(entry.value, path + "." + entry.key, *field.message_type()->map_value(), *element);
    }
  }

  void ReadRepeated(const Tree& tree, const std::string& path, const Field& field, pb::Message& message) {
    if (const std::string key = Option(field, rules::v1::keyed_by); !key.empty()) return ReadKeyed(tree, path, key, field, message);
    if (tree.IsNull()) return;
    if (!tree.IsList()) return ReadItem(tree, path, field, message);
    for (const Tree& item : tree.items) ReadItem(item, path, field, message);
  }

  void ReadItem(const Tree& tree, const std::string& path, const Field& field, pb::Message& message) {
    if (field.cpp_type() == Field::CPPTYPE_MESSAGE) {
      Read(tree, path, *message.GetReflection()->AddMessage(&message, &field));
    } else {
      ReadScalar(tree, path, field, message);
    }
  }

  void ReadKeyed(const Tree& tree, const std::string& path, const std::string& key, const Field& field, pb::Message& message) {
    // One word for both sides.
    if (tree.IsScalar() && key == "side") return Read(tree, path, *message.GetReflection()->AddMessage(&message, &field));
    if (!tree.IsMapping()) return WrongKind(tree, path, "a mapping of names");
    for (const Tree::Entry& entry : tree.entries) {
      if (key == "side" && !IsSide(entry.key)) {
        problems_.Add(entry.at, "`" + entry.key + "` in `" + path + "` is not a side.", OneOf(entry.key, sides_));
        continue;
      }
      AddKeyed(entry, path + "." + entry.key, field, message);
    }
  }

  bool IsSide(const std::string& word) const { return std::find(sides_.begin(), sides_.end(), word) != sides_.end(); }

  void ReadScalar(const Tree& tree, const std::string& path, const Field& field, pb::Message& message) {
    switch (field.cpp_type()) {
      case Field::CPPTYPE_STRING: return ReadText(tree, path, field, message);
      case Field::CPPTYPE_BOOL: return ReadBool(tree, path, field, message);
      case Field::CPPTYPE_ENUM: return ReadEnum(tree, path, field, message);
      default: return ReadInt(tree, path, field, message);
    }
  }

  void ReadText(const Tree& tree, const std::string& path, const Field& field, pb::Message& message) {
    if (!tree.IsScalar()) return WrongKind(tree, path, "a text");
    if (!FormIsRight(tree, path, Option(field, rules::v1::form))) return;
    const pb::Reflection& reflection = *message.GetReflection();
    if (field.is_repeated()) {
      reflection.AddString(&message, &field, tree.scalar);
    } else {
      reflection.SetString(&message, &field, tree.scalar);
    }
  }

  bool FormIsRight(const Tree& tree, const std::string& path, const std::string& form) {
    const std::string& text = tree.scalar;
    if (form == "duration") {
      absl::Duration duration;
      if (absl::ParseDuration(text, &duration) && duration >= absl::ZeroDuration()) return true;
      problems_.Add(tree.at, "`" + path + "` is not a length of time: \"" + text + "\".", "Write a number with its unit: 30s, 15m, 24h.");
      return false;
    }
    if (form == "decimal") {
      if (Decimal::Parse(text)) return true;
      problems_.Add(tree.at, "`" + path + "` is not a number: \"" + text + "\".", "Write digits with an optional point: 1.5.");
      return false;
    }
    if (form == "side") return IsWord(tree, path, "a side", sides_);
    if (form == "direction") return IsWord(tree, path, "a direction", DirectionWords(sides_));
    return true;
  }

  bool IsWord(const Tree& tree, const std::string& path, const std::string& what, const std::vector<std::string>& words) {
    if (std::find(words.begin(), words.end(), tree.scalar) != words.end()) return true;
    problems_.Add(tree.at, "`" + path + "` is not " + what + ": \"" + tree.scalar + "\".", OneOf(tree.scalar, words));
    return false;
  }

  void ReadBool(const Tree& tree, const std::string& path, const Field& field, pb::Message& message) {
    if (tree.IsScalar() && (tree.scalar == "true" || tree.scalar == "false")) {
      message.GetReflection()->SetBool(&message, &field, tree.scalar == "true");
      return;
    }
    problems_.Add(tree.at, "`" + path + "` is neither true nor false" + Given(tree) + ".", "Write true or false.");
  }

  void ReadEnum(const Tree& tree, const std::string& path, const Field& field, pb::Message& message) {
    const pb::EnumValueDescriptor* value = tree.IsScalar() ? EnumValue(*field.enum_type(), tree.scalar) : nullptr;
    if (value == nullptr) {
      problems_.Add(tree.at, "`" + path + "` has no such choice" + Given(tree) + ".", OneOf(tree.scalar, EnumWords(*field.enum_type())));
    } else if (field.is_repeated()) {
      message.GetReflection()->AddEnum(&message, &field, value);
    } else {
      message.GetReflection()->SetEnum(&message, &field, value);
    }
  }

  void ReadInt(const Tree& tree, const std::string& path, const Field& field, pb::Message& message) {
    std::int64_t value = 0;
    const char* end = tree.scalar.data() + tree.scalar.size();
    const auto [stop, error] = std::from_chars(tree.scalar.data(), end, value);
    const bool fits = field.cpp_type() == Field::CPPTYPE_INT64 || (value >= INT32_MIN && value <= INT32_MAX);
    if (!tree.IsScalar() || error != std::errc() || stop != end || !fits) {
      problems_.Add(tree.at, "`" + path + "` is not a whole number" + Given(tree) + ".", "Write digits only.");
    } else if (field.cpp_type() == Field::CPPTYPE_INT64) {
      message.GetReflection()->SetInt64(&message, &field, value);
    } else {
      message.GetReflection()->SetInt32(&message, &field, static_cast<std::int32_t>(value));
    }
  }

  static std::string Given(const Tree& tree) {
    return tree.IsScalar() ? ": \"" + tree.scalar + "\"" : ": it is " + std::string(tree.KindName());
  }

  const std::vector<std::string>& sides_;
  Problems& problems_;
};

}  // namespace

void ReadMessage(const Tree& tree, const std::string& path, const std::vector<std::string>& sides, google::protobuf::Message& message,
                 Problems& problems) {
  Reader(sides, problems).Read(tree, path, message);
}

std::vector<std::string> DirectionWords(const std::vector<std::string>& sides) {
  if (sides.size() != 2) return {"both", "none"};
  return {sides[0] + " -> " + sides[1], sides[1] + " -> " + sides[0], "both", "none"};
}

}  // namespace entente
