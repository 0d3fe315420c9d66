#include "engine/core/canonical.h"

#include <limits>
#include <optional>

#include "absl/status/status.h"
#include "engine/core/wide_integer.h"

namespace entente {
namespace {

enum Tag : unsigned char {
  kNull = 0, kFalse = 1, kTrue = 2, kInt = 3, kDecimal = 4, kText = 5, kBytes = 6, kDate = 7, kTimestamp = 8, kReference = 9, kLink = 10,
  kBlob = 11, kList = 12, kMap = 13, kDuration = 14, kTable = 15,
};

void AppendVarint(UInt128 number, std::string* out) {
  while (number >= 0x80) {
    out->push_back(static_cast<char>(static_cast<unsigned char>(number | 0x80)));
    number >>= 7;
  }
  out->push_back(static_cast<char>(static_cast<unsigned char>(number)));
}

void AppendSigned(Int128 number, std::string* out) {
  const UInt128 doubled = static_cast<UInt128>(number) << 1;
  AppendVarint(number < 0 ? ~doubled : doubled, out);
}

void AppendSized(std::string_view bytes, std::string* out) {
  AppendVarint(bytes.size(), out);
  out->append(bytes);
}

struct Append {
  std::string* out;

  void Put(Tag tag) const { out->push_back(static_cast<char>(tag)); }
  void PutSigned(Tag tag, std::int64_t number) const {
    Put(tag);
    AppendSigned(number, out);
  }

  void operator()(const Null&) const { Put(kNull); }
  void operator()(bool v) const { Put(v ? kTrue : kFalse); }
  void operator()(std::int64_t v) const { PutSigned(kInt, v); }
  void operator()(const Date& v) const { PutSigned(kDate, v.days); }
  void operator()(const Timestamp& v) const { PutSigned(kTimestamp, v.micros); }
  void operator()(const Duration& v) const { PutSigned(kDuration, v.micros); }
  void operator()(const Decimal& v) const {
    Put(kDecimal);
    out->push_back(static_cast<char>(v.scale()));
    AppendSigned(v.units(), out);
  }
  void operator()(const std::string& v) const {
    Put(kText);
    AppendSized(v, out);
  }
  void operator()(const Bytes& v) const {
    Put(kBytes);
    AppendSized(v.data, out);
  }
  void operator()(const Reference& v) const {
    Put(kReference);
    AppendSized(v.resource, out);
    AppendSized(v.key, out);
  }
  void operator()(const LinkReference& v) const {
    Put(kLink);
    AppendVarint(v.link, out);
  }
  void operator()(const Blob& v) const {
    Put(kBlob);
    AppendSized(v.digest, out);
    AppendSigned(v.size_bytes, out);
    AppendSized(v.media_type, out);
  }
  void operator()(const List& v) const {
    Put(kList);
    AppendVarint(v.size(), out);
    for (const Value& item : v) AppendValue(item, out);
  }
  void operator()(const Map& v) const {
    Put(kMap);
    AppendFields(v, out);
  }
  void operator()(const Table& v) const {
    Put(kTable);
    AppendVarint(v.size(), out);
    for (const auto& [key, value] : v) {
      std::visit(*this, key);
      AppendValue(value, out);
    }
  }
};

// Reads from the front; each Take is empty when the bytes do not hold what it wants.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::string_view rest() const { return rest_; }
  std::optional<Value> TakeValue(int depth);
  std::optional<Fields> TakeFields(int depth);

 private:
  std::optional<unsigned char> TakeByte();
  std::optional<UInt128> TakeVarint(int bits);
  std::optional<Int128> TakeSigned128();
  std::optional<std::int64_t> TakeSigned();
  std::optional<std::string> TakeSized();
  // Of things of at least one byte each, so that a damaged count reserves nothing.
  std::optional<std::size_t> TakeCount();

  std::optional<Value> TakeDecimal();
  std::optional<Value> TakeDate();
  std::optional<Value> TakeReference();
  std::optional<Value> TakeBlob();
  std::optional<Value> TakeList(int depth);
  std::optional<TableKey> TakeKey();
  std::optional<Value> TakeTable(int depth);

  std::string_view rest_;
};

std::optional<unsigned char> Reader::TakeByte() {
  if (rest_.empty()) return std::nullopt;
  const auto byte = static_cast<unsigned char>(rest_.front());
  rest_.remove_prefix(1);
  return byte;
}

std::optional<UInt128> Reader::TakeVarint(int bits) {
  UInt128 number = 0;
  for (int shift = 0; shift < bits; shift += 7) {
    const auto byte = TakeByte();
    if (!byte) return std::nullopt;
    const UInt128 part = *byte & 0x7F;
    if (bits - shift < 7 && (part >> (bits - shift)) != 0) return std::nullopt;
    number |= part << shift;
    if ((*byte & 0x80) != 0) continue;
    if (part == 0 && shift > 0) return std::nullopt;  // not the shortest form
    return number;
  }
  return std::nullopt;
}

std::optional<Int128> Reader::TakeSigned128() {
  const auto coded = TakeVarint(128);
  if (!coded) return std::nullopt;
  const UInt128 half = *coded >> 1;
  return static_cast<Int128>((*coded & 1) != 0 ? ~half : half);
}

std::optional<std::int64_t> Reader::TakeSigned() {
  const auto number = TakeSigned128();
  if (!number || *number > std::numeric_limits<std::int64_t>::max() || *number < std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::optional<std::size_t> Reader::TakeCount() {
  const auto count = TakeVarint(64);
  if (!count || *count > rest_.size()) return std::nullopt;
  return static_cast<std::size_t>(*count);
}

std::optional<std::string> Reader::TakeSized() {
  const auto size = TakeCount();
  if (!size) return std::nullopt;
  std::string bytes(rest_.substr(0, *size));
  rest_.remove_prefix(*size);
  return bytes;
}

std::optional<Value> Reader::TakeDecimal() {
  const auto scale = TakeByte();
  const auto units = TakeSigned128();
  if (!scale || !units) return std::nullopt;
  const auto number = Decimal::FromUnits(*units, *scale);
  if (!number || number->scale() != *scale) return std::nullopt;
  return Value(*number);
}

std::optional<Value> Reader::TakeDate() {
  const auto days = TakeSigned();
  if (!days || *days > std::numeric_limits<std::int32_t>::max() || *days < std::numeric_limits<std::int32_t>::min()) return std::nullopt;
  return Value(Date{static_cast<std::int32_t>(*days)});
}

std::optional<Value> Reader::TakeReference() {
  auto resource = TakeSized();
  if (!resource) return std::nullopt;
  auto key = TakeSized();
  if (!key) return std::nullopt;
  return Value(Reference{std::move(*resource), std::move(*key)});
}

std::optional<Value> Reader::TakeBlob() {
  auto digest = TakeSized();
  if (!digest) return std::nullopt;
  const auto size = TakeSigned();
  if (!size) return std::nullopt;
  auto media_type = TakeSized();
  if (!media_type) return std::nullopt;
  return Value(Blob{std::move(*digest), *size, std::move(*media_type)});
}

std::optional<Value> Reader::TakeList(int depth) {
  const auto count = TakeCount();
  if (!count) return std::nullopt;
  List list;
  for (std::size_t i = 0; i < *count; ++i) {
    auto item = TakeValue(depth + 1);
    if (!item) return std::nullopt;
    list.push_back(std::move(*item));
  }
  return Value(std::move(list));
}

std::optional<Fields> Reader::TakeFields(int depth) {
  const auto count = TakeCount();
  if (!count) return std::nullopt;
  Fields fields;
  // An entry takes more than a byte: a damaged count reserves little.
  fields.reserve(std::min<std::size_t>(*count, rest_.size() / 2));
  for (std::size_t i = 0; i < *count; ++i) {
    auto name = TakeSized();
    if (!name || (!fields.empty() && *name <= fields.rbegin()->first)) return std::nullopt;
    auto value = TakeValue(depth + 1);
    if (!value) return std::nullopt;
    fields.Append(std::move(*name), std::move(*value));
  }
  return fields;
}

std::optional<TableKey> Reader::TakeKey() {
  const auto key = TakeValue(kNestingMax);
  if (!key) return std::nullopt;
  if (const auto* flag = key->As<bool>()) return TableKey(*flag);
  if (const auto* number = key->As<std::int64_t>()) return TableKey(*number);
  if (const auto* text = key->As<std::string>()) return TableKey(*text);
  return std::nullopt;
}

std::optional<Value> Reader::TakeTable(int depth) {
  const auto count = TakeCount();
  if (!count) return std::nullopt;
  Table table;
  for (std::size_t i = 0; i < *count; ++i) {
    auto key = TakeKey();
    if (!key || (!table.empty() && *key <= table.rbegin()->first)) return std::nullopt;
    auto value = TakeValue(depth + 1);
    if (!value) return std::nullopt;
    table.emplace_hint(table.end(), *std::move(key), *std::move(value));
  }
  // Texts come last: without another key it is a map.
  if (table.empty() || std::holds_alternative<std::string>(table.begin()->first)) return std::nullopt;
  return Value(std::move(table));
}

template <typename Whole, typename Part>
std::optional<Value> Wrapped(std::optional<Part> part) {
  if (!part) return std::nullopt;
  return Value(Whole{std::move(*part)});
}

std::optional<Value> Reader::TakeValue(int depth) {
  const auto tag = TakeByte();
  if (!tag || depth > kNestingMax) return std::nullopt;
  switch (*tag) {
    case kNull: return Value();
    case kFalse: return Value(false);
    case kTrue: return Value(true);
    case kInt: return Wrapped<std::int64_t>(TakeSigned());
    case kDecimal: return TakeDecimal();
    case kText: return Wrapped<std::string>(TakeSized());
    case kBytes: return Wrapped<Bytes>(TakeSized());
    case kDate: return TakeDate();
    case kTimestamp: return Wrapped<Timestamp>(TakeSigned());
    case kDuration: return Wrapped<Duration>(TakeSigned());
    case kReference: return TakeReference();
    case kLink: {
      const auto link = TakeVarint(64);
      if (!link) return std::nullopt;
      return Value(LinkReference{static_cast<std::uint64_t>(*link)});
    }
    case kBlob: return TakeBlob();
    case kList: return TakeList(depth);
    case kMap: return Wrapped<Map>(TakeFields(depth));
    case kTable: return TakeTable(depth);
    default: return std::nullopt;
  }
}

absl::Status Malformed(const char* what) {
  return absl::DataLossError(std::string("CANONICAL_MALFORMED: the stored bytes are not the canonical form of ") + what +
                             "; the state was damaged or written by a newer version");
}

}  // namespace

void AppendValue(const Value& value, std::string* out) { std::visit(Append{out}, value.variant()); }

void AppendText(std::string_view text, std::string* out) {
  out->push_back(static_cast<char>(kText));
  AppendSized(text, out);
}

void AppendFields(const Fields& fields, std::string* out) {
  AppendVarint(fields.size(), out);
  for (const auto& [name, value] : fields) {
    AppendSized(name, out);
    AppendValue(value, out);
  }
}

std::string EncodeValue(const Value& value) {
  std::string bytes;
  AppendValue(value, &bytes);
  return bytes;
}

std::string EncodeFields(const Fields& fields) {
  std::string bytes;
  AppendFields(fields, &bytes);
  return bytes;
}

absl::StatusOr<Value> TakeValue(std::string_view* bytes) {
  Reader reader(*bytes);
  auto value = reader.TakeValue(0);
  if (!value) return Malformed("a value");
  *bytes = reader.rest();
  return *std::move(value);
}

absl::StatusOr<Fields> TakeFields(std::string_view* bytes) {
  Reader reader(*bytes);
  auto fields = reader.TakeFields(0);
  if (!fields) return Malformed("fields");
  *bytes = reader.rest();
  return *std::move(fields);
}

absl::StatusOr<Value> DecodeValue(std::string_view bytes) {
  auto value = TakeValue(&bytes);
  if (value.ok() && !bytes.empty()) return Malformed("a value");
  return value;
}

absl::StatusOr<Fields> DecodeFields(std::string_view bytes) {
  auto fields = TakeFields(&bytes);
  if (fields.ok() && !bytes.empty()) return Malformed("fields");
  return fields;
}

}  // namespace entente
