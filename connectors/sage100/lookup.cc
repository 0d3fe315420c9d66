#include "connectors/sage100/lookup.h"

#include <algorithm>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sage100/anchor_walk.h"
#include "connectors/sage100/rendering.h"

namespace entente::sage100 {
namespace {

// One condition in SQL; empty text when no record can meet it.
absl::StatusOr<std::string> Condition(const FieldSpec& field, const v1::Value& value, const Parameters& parameters,
                                      std::vector<odbc::Parameter>* values) {
  auto written = Unrender(field, value, parameters);
  if (absl::IsNotFound(written.status())) return std::string();
  if (!written.ok() || field.rendering == Rendering::kDate || field.rendering == Rendering::kDecimal) {
    return absl::InvalidArgumentError(absl::StrCat("records cannot be searched by ", field.name));
  }
  if (written->kind == Written::Kind::kNumber) {
    std::int64_t number = 0;
    (void)absl::SimpleAtoi(written->text, &number);
    values->emplace_back(number);
  } else if (written->text.empty()) {
    return absl::StrCat("(", Quoted(field.name), " IS NULL OR ", Quoted(field.name), " = '')");
  } else {
    values->emplace_back(written->text);
  }
  return absl::StrCat(Quoted(field.name), " = ?");
}

}  // namespace

void Lookup::Begin(std::shared_ptr<const Company> company, sdk::SequenceCounter* sequence) {
  company_ = std::move(company);
  sequence_ = sequence;
}

absl::StatusOr<LookedUp> Lookup::ByKey(const ResourceSpec& resource, const std::vector<std::string>& keys) {
  auto snapshot = Snapshot::Begin(database_, company_, *sequence_);
  if (!snapshot.ok()) return snapshot.status();
  const Source& source = SourceOf(resource);
  LookedUp out{{}, (*snapshot)->reading().read_seq};
  const std::set<std::string> wanted(keys.begin(), keys.end());
  std::set<std::string> anchors;
  for (const std::string& key : keys) anchors.insert(source.AnchorOf(key));
  std::vector<std::string> page;
  const auto read = [&]() -> absl::Status {
    auto changes = source.At((*snapshot)->reading(), page);
    if (!changes.ok()) return changes.status();
    for (v1::Change& change : *changes) {
      if (!wanted.contains(change.key())) continue;
      SetStamp(&change);
      out.changes.push_back(std::move(change));
    }
    page.clear();
    return absl::OkStatus();
  };
  for (const std::string& anchor : anchors) {
    page.push_back(anchor);
    if (page.size() < kAnchorsMax) continue;
    if (absl::Status s = read(); !s.ok()) return s;
  }
  if (!page.empty()) {
    if (absl::Status s = read(); !s.ok()) return s;
  }
  return out;
}

absl::StatusOr<LookedUp> Lookup::ByFields(const ResourceSpec& resource, const Conditions& conditions) {
  auto snapshot = Snapshot::Begin(database_, company_, *sequence_);
  if (!snapshot.ok()) return snapshot.status();
  LookedUp out{{}, (*snapshot)->reading().read_seq};
  std::string where;
  std::vector<odbc::Parameter> values;
  for (const auto& [field, value] : conditions) {
    auto condition = Condition(*field, value, (*snapshot)->parameters(), &values);
    if (!condition.ok()) return condition.status();
    if (condition->empty()) return out;
    where = And(where, *condition);
  }
  const Source& source = SourceOf(resource);
  auto anchors = source.Where((*snapshot)->reading(), where, values);
  if (!anchors.ok()) return anchors.status();
  auto changes = source.At((*snapshot)->reading(), *anchors);
  if (!changes.ok()) return changes.status();
  out.changes = *std::move(changes);
  for (v1::Change& change : out.changes) SetStamp(&change);
  return out;
}

absl::StatusOr<Parameters> Lookup::ReadParameters() {
  auto snapshot = Snapshot::Begin(database_, company_, *sequence_);
  if (!snapshot.ok()) return snapshot.status();
  return (*snapshot)->parameters();
}

}  // namespace entente::sage100
