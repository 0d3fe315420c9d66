#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/core/lens/equality.h"
#include "engine/core/value.h"

namespace entente {

// What a lens had to do to a value, or why it could not.
struct LensNote {
  enum class Kind {
    kCut,             // the native value holds a part of it
    kTransliterated,  // characters were replaced by their nearest form
    kRefused,         // there is no native (or canonical) value for it: the field must not be written
  };
  Kind kind = Kind::kCut;
  // Stable: "value_cut", "value_transliterated", "value_does_not_fit", "character_not_held", "value_unknown", "country_unknown",
  // "value_malformed".
  std::string reason;
  friend bool operator==(const LensNote&, const LensNote&) = default;
};

struct GetResult {
  Value value;
  std::vector<LensNote> notes;
  bool refused() const;
  // The reason of the refusal, or empty.
  std::string_view refusal() const;
};

struct PutResult {
  // The native value to write; the old one when refused.
  Value native;
  std::vector<LensNote> notes;
  bool refused() const;
  std::string_view refusal() const;
};

// What may become of values on their way through a lens, for those who reason about rules without values. Each is "may": false is a promise.
struct LensTraits {
  bool may_alter = false;       // Get(Put(c)) may be another value than c
  bool may_refuse = false;      // Put may refuse a value
  bool keeps_on_blank = false;  // putting a blank leaves what stands there
  bool fills_blank = false;     // an empty native value reads as something
  bool may_not_read = false;    // a native value may have no canonical one
  bool is_invertible = true;    // what was put can be told from what stands there
  // As the catalogue names them; empty: any, and then both are the same type.
  std::string_view native_type;
  std::string_view canonical_type;
  // The part of a shared text that is read and written: "free", "block", "line " and its label. Empty: all of it.
  std::string part;
};

// What else a put may depend on.
struct PutContext {
  // The pair was just matched and there is no base: a lens that shares its text must not replace what it did not write.
  bool is_first_meeting = false;
  // There is no record yet: nothing stands there to be left alone, so defaults and marks are written out.
  bool is_create = false;
};

// What a system says of the column a lens stands for.
struct Column {
  std::size_t length_max = 0;   // characters; 0: not known, or no limit
  // Labels the system knows codes of, in its order: "Royaume Uni" is GB.
  std::vector<std::pair<std::string, std::string>> codes;
};

// A named, invertible map between what one system holds (native) and what both agree on (canonical).
//
// Laws, each held by property tests:
//   get then put     Put(Get(n), n) is n, for every native n that Get accepts: reading and writing back changes nothing.
//   put then put     Put(c, Put(c, n)) is Put(c, n): writing twice writes once.
//   put then get     Get(Put(c, n)) is c, when nothing was cut or transliterated and c is one of the lens's own values.
// "Equal modulo the lens" is Holds(): a native value already holds c as well as it can, so c writes nothing and never comes back shorter.
// Pure and immutable; any thread. Total: every value is answered, if only by a refusal.
class Lens {
 public:
  virtual ~Lens() = default;

  virtual std::string_view name() const = 0;
  virtual LensTraits traits() const = 0;

  // The canonical value behind a native one. Refused: the native value has no canonical one; the value is then null.
  virtual GetResult Read(const Value& native) const = 0;
  Value Get(const Value& native) const { return Read(native).value; }

  // The native value that holds `canonical`, given what stands there now. Unless the record is being created, `old_native` is left as it is
  // where it already reads as `canonical`.
  PutResult Put(const Value& canonical, const Value& old_native, const PutContext& context = {}) const;

  // Putting `canonical` there would change nothing.
  bool Holds(const Value& canonical, const Value& native) const;

  // The same lens for a column that is narrower than the pack expects, or that spells its labels its own way. Null: as it is.
  virtual std::shared_ptr<const Lens> For(const Column&) const { return nullptr; }

 protected:
  virtual PutResult Write(const Value& canonical, const Value& old_native, const PutContext& context) const = 0;
  // Whether a value that already reads as the canonical one is left alone.
  virtual bool KeepsEqualNative() const { return true; }
};
using LensPtr = std::shared_ptr<const Lens>;

// A built-in lens by name. Arguments are described in lens/README.md; a number or a truth may also be given as text, and "" names the
// lens's first argument. INVALID_ARGUMENT with the remedy: unknown lens, unknown or missing argument, wrong type.
absl::StatusOr<LensPtr> MakeLens(std::string_view name, const Fields& arguments);
std::vector<std::string> LensNames();
// The argument names of a lens, its first one first; empty for an unknown lens.
std::vector<std::string> LensArguments(std::string_view name);

// The argument that bounds what a lens can hold ("length" of fit); where it is given the pack must also say what becomes of the rest, by
// `over`. Empty: the lens loses nothing, or says itself what it does.
std::string_view LensBound(std::string_view name);

// Lenses in the order of reading: native → first → … → last → canonical. An empty chain is the identity.
LensPtr Chain(std::vector<LensPtr> lenses);
// Native and canonical are the same value.
LensPtr Identity();

}  // namespace entente
