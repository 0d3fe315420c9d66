#include "tools/benchmark/documents.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace entente::benchmark {
namespace {

using WireFields = google::protobuf::RepeatedPtrField<v1::FieldValue>;

// Field numbers of both resources.
enum DocumentField : std::uint32_t { kCode = 1, kNumber, kBuyer, kLines, kTotal, kReport, kStatus, kLocked };

struct Known {
  std::uint32_t number;
  const char* on_quotes;  // null: this resource has no such field
  const char* on_orders;
  v1::Field::Type type;
};
constexpr std::array<Known, 8> kFields = {{{kCode, "code", "reference", v1::Field::TEXT},
                                           {kNumber, "number", "number", v1::Field::TEXT},
                                           {kBuyer, "buyer", "buyer", v1::Field::TEXT},
                                           {kLines, "lines", "lines", v1::Field::LIST},
                                           {kTotal, "total", "total", v1::Field::DECIMAL},
                                           {kReport, "report", nullptr, v1::Field::TEXT},
                                           {kStatus, "status", nullptr, v1::Field::TEXT},
                                           {kLocked, "locked", nullptr, v1::Field::BOOL}}};

constexpr int kLinesOfAQuote = 5;
constexpr int kCentsOfAnArticle = 1250;

v1::Value* At(WireFields* fields, std::uint32_t number) {
  const auto place = std::find_if(fields->begin(), fields->end(), [number](const v1::FieldValue& field) { return field.field() >= number; });
  if (place != fields->end() && place->field() == number) return place->mutable_value();
  const auto index = static_cast<int>(place - fields->begin());
  fields->Add()->set_field(number);
  std::rotate(fields->begin() + index, fields->end() - 1, fields->end());
  return fields->Mutable(index)->mutable_value();
}

std::string TextAt(const WireFields& fields, std::uint32_t number) {
  for (const v1::FieldValue& field : fields) {
    if (field.field() == number) return field.value().text_value();
  }
  return "";
}

// Adds a column in its place: names ascend.
v1::Value* Column(v1::MapValue* line, const std::string& name) {
  auto* entries = line->mutable_entries();
  const auto place = std::find_if(entries->begin(), entries->end(), [&name](const v1::MapValue::Entry& entry) { return entry.name() >= name; });
  if (place != entries->end() && place->name() == name) return place->mutable_value();
  const auto index = static_cast<int>(place - entries->begin());
  entries->Add()->set_name(name);
  std::rotate(entries->begin() + index, entries->end() - 1, entries->end());
  return entries->Mutable(index)->mutable_value();
}

std::string Amount(std::int64_t cents) { return absl::StrFormat("%d.%02d", cents / 100, cents % 100); }

// Every article costs the same; what matters is that the other side computes it.
void Price(WireFields* fields) {
  std::int64_t total = 0;
  for (v1::Value& line : *At(fields, kLines)->mutable_list_value()->mutable_values()) {
    const std::int64_t cents = kCentsOfAnArticle * Column(line.mutable_map_value(), "quantity")->int_value();
    Column(line.mutable_map_value(), "price")->set_decimal_value(Amount(kCentsOfAnArticle));
    Column(line.mutable_map_value(), "total")->set_decimal_value(Amount(cents));
    total += cents;
  }
  At(fields, kTotal)->set_decimal_value(Amount(total));
}

}  // namespace

v1::Resource Documents::Describe() const {
  v1::Resource out;
  out.set_number(kDocuments);
  out.set_name(resource());
  for (const Known& known : kFields) {
    const char* name = kind_ == DocumentKind::kQuotes ? known.on_quotes : known.on_orders;
    if (name == nullptr) continue;
    v1::Field* field = out.add_fields();
    field->set_number(known.number);
    field->set_name(name);
    field->set_type(known.type);
    field->set_nullable(true);
    field->set_writable(true);
  }
  v1::ResourceCapabilities* can = out.mutable_capabilities();
  can->set_can_create(true);
  can->set_can_update(true);
  can->set_can_delete(true);
  can->set_feeds_deletes(true);
  can->set_returns_record(true);
  can->set_can_price(kind_ == DocumentKind::kOrders);
  can->add_find_fields(kind_ == DocumentKind::kQuotes ? "code" : "reference");
  can->set_bulk_max(1);
  return out;
}

std::string Documents::CodeOf(std::uint64_t number) { return absl::StrFormat("Q%06d", number); }

void Documents::Seed(std::uint64_t count) {
  const std::lock_guard lock(mutex_);
  for (std::uint64_t number = 0; number < count; ++number) {
    v1::Change& quote = rows_[CodeOf(number)];
    quote.set_resource(kDocuments);
    quote.set_kind(v1::Change::CONTENT);
    quote.set_key(CodeOf(number));
    WireFields* fields = quote.mutable_fields();
    At(fields, kCode)->set_text_value(CodeOf(number));
    At(fields, kBuyer)->set_text_value(absl::StrCat("Buyer ", number));
    At(fields, kStatus)->set_text_value("Draft");
    At(fields, kLocked)->set_bool_value(false);
    for (int i = 1; i <= kLinesOfAQuote; ++i) {
      v1::MapValue* line = At(fields, kLines)->mutable_list_value()->add_values()->mutable_map_value();
      Column(line, "article")->set_text_value(absl::StrCat("ART", i));
      Column(line, "quantity")->set_int_value(i);
      Column(line, "text")->set_text_value(absl::StrCat("Article ", i, ", delivered to the workshop"));
    }
  }
}

std::vector<v1::Change> Documents::Rows() const {
  const std::lock_guard lock(mutex_);
  std::vector<v1::Change> out;
  for (const auto& [key, row] : rows_) out.push_back(row);
  return out;
}

bool Documents::Perform(const v1::Operation& operation, v1::Change* now, WireFields* priced) {
  const std::lock_guard lock(mutex_);
  const std::string code = operation.verb() == v1::Operation::FIND ? operation.find_value().text_value() : TextAt(operation.fields(), kCode);
  switch (operation.verb()) {
    case v1::Operation::PRICE:
      *priced = operation.fields();
      Price(priced);
      return true;
    case v1::Operation::FIND:
    case v1::Operation::CREATE:
      // A reference is unique: the same document again is answered with the one that is there.
      for (const auto& [key, row] : rows_) {
        if (TextAt(row.fields(), kCode) != code) continue;
        *now = row;
        return true;
      }
      if (operation.verb() == v1::Operation::FIND) return false;
      now->set_resource(kDocuments);
      now->set_kind(v1::Change::CONTENT);
      now->set_key(absl::StrFormat("O%06d", rows_.size() + 1));
      *now->mutable_fields() = operation.fields();
      At(now->mutable_fields(), kNumber)->set_text_value(now->key());
      Price(now->mutable_fields());
      rows_[now->key()] = *now;
      return true;
    default: {
      const auto row = rows_.find(operation.key());
      if (row == rows_.end()) return false;
      if (operation.verb() == v1::Operation::UPDATE) {
        for (const v1::FieldValue& field : operation.fields()) *At(row->second.mutable_fields(), field.field()) = field.value();
        changed_.notify_all();
      }
      *now = row->second;
      return true;
    }
  }
}

std::size_t Documents::size() const {
  const std::lock_guard lock(mutex_);
  return rows_.size();
}

bool Documents::AwaitNumber(const std::string& key, absl::Duration at_most) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, absl::ToChronoNanoseconds(at_most), [&] {
    const auto row = rows_.find(key);
    return row != rows_.end() && !TextAt(row->second.fields(), kNumber).empty();
  });
}

}  // namespace entente::benchmark
