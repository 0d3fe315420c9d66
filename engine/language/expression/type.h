#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace entente {

// The type of an expression or of what it reads. Every value may be null; no type says otherwise.
//
// A plain value, cheap to copy; any thread.
class Type {
 public:
  enum class Kind {
    kDyn,  // known only when evaluated
    kNull, kBool, kInt, kDecimal, kText, kBytes, kDate, kTimestamp, kDuration, kReference, kLink, kBlob, kList, kMap, kRecord,
    kType,     // what type(x) gives
    kNothing,  // of the items of an empty list or map literal: agrees with any other and is read as dyn
  };

  Type() = default;
  Type(Kind kind) : kind_(kind) {}
  static Type ListOf(Type element);
  // Keys are text, int or bool, or any of them: dyn.
  static Type MapOf(Type key, Type value);
  // A record with these fields and no others; an open one may have others, of unknown type.
  static Type Record(std::map<std::string, Type> fields, bool is_open = false);
  // "text", "int", "decimal", "bool", "bytes", "date", "timestamp", "duration", "reference", "blob", "list", "map", "dyn": as the
  // catalogue names them; a catalogue's "map" is an open record. Empty for another word.
  static std::optional<Type> Named(std::string_view name);

  Kind kind() const { return kind_; }
  bool Is(Kind kind) const { return kind_ == kind; }
  bool IsNumber() const { return kind_ == Kind::kInt || kind_ == Kind::kDecimal; }
  // Dyn or null: fits wherever another type is wanted, and is judged when evaluated.
  bool IsOpen() const { return kind_ == Kind::kDyn || kind_ == Kind::kNull; }
  // Of a list's items or a map's values; dyn for anything else.
  Type element() const;
  // Of a map's keys; text for a record, dyn for anything else.
  Type key() const;
  // Of a record's field; empty when there is none. REQUIRES: a record.
  std::optional<Type> Field(std::string_view name) const;
  // REQUIRES: a record.
  const std::map<std::string, Type>& fields() const;

  // Whether values of both may meet in a comparison or a choice.
  bool AgreesWith(const Type& other) const;
  // The type of a value that is one or the other; empty when they do not agree.
  static std::optional<Type> Join(const Type& a, const Type& b);

  // "list(text)", "map(int, text)", "record".
  std::string ToString() const;

 private:
  struct Shape {
    std::map<std::string, Type> fields;
    bool is_open = false;
  };

  Kind kind_ = Kind::kDyn;
  std::shared_ptr<const Type> element_;
  std::shared_ptr<const Type> key_;
  std::shared_ptr<const Shape> shape_;
};

}  // namespace entente
