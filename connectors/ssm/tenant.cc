#include "connectors/ssm/tenant.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sdk/decimal_text.h"
#include "connectors/ssm/folding.h"
#include "connectors/ssm/pages.h"
#include "connectors/ssm/specs.h"

namespace entente::ssm {
namespace {

constexpr absl::Duration kRefreshAge = absl::Minutes(1);

std::string Lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool IsCode(const std::string& text, std::size_t length) {
  return text.size() == length && std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

// The ISO code of a country or currency, whatever its member is called.
std::string CodeOf(const Json& row, std::size_t length) {
  for (const auto& [name, value] : row.members()) {
    const std::string lower = Lowered(name);
    const bool is_candidate = lower.find("iso") != std::string::npos || lower.find("code") != std::string::npos;
    if (!is_candidate || !IsCode(value.text(), length)) continue;
    std::string code = value.text();
    std::transform(code.begin(), code.end(), code.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return code;
  }
  return {};
}

bool IsDeleted(const Json& row) {
  const Json* deleted = row.Find("deleted");
  return deleted != nullptr && (deleted->bool_value() || deleted->text() == "1" || deleted->text() == "true");
}

}  // namespace

std::string DescriptionOf(const Json& row, const std::string& language) {
  if (const Json* exact = row.Find("description" + language); exact != nullptr && !exact->text().empty()) return exact->text();
  for (const char* name : {"description", "descriptionEN", "descriptionUS", "name", "label", "value"}) {
    if (const Json* text = row.Find(name); text != nullptr && !text->text().empty()) return text->text();
  }
  for (const auto& [name, value] : row.members()) {
    if (Lowered(name).rfind("description", 0) == 0 && !value.text().empty()) return value.text();
  }
  return {};
}

std::string Tenant::LabelOf(std::string_view list, const Json& row) const {
  if (list == "countries") return CodeOf(row, 2);
  if (list == "currencies") return CodeOf(row, 3);
  return DescriptionOf(row, settings_.language);
}

absl::Status Tenant::ReadList(std::string_view list, bool gives_up_early) {
  ListQuery query;
  query.path = absl::StrCat("/", std::string(list));
  query.page_size = settings_.page_size;
  query.gives_up_early = gives_up_early;
  auto rows = ReadRows(api_, query);
  if (!rows.ok()) return rows.status();
  List fresh;
  fresh.read_at = api_.timer().Now();
  std::vector<std::pair<int, std::string>> ordered;
  for (const Json& row : *rows) {
    const Json* id_member = row.Find("id");
    const std::string label = LabelOf(list, row);
    if (id_member == nullptr || label.empty()) continue;
    const auto id = sdk::CanonicalInteger(id_member->text());
    if (!id) continue;
    fresh.labels[*id] = label;
    if (IsDeleted(row)) continue;
    const std::string folded = FoldedLabel(label);
    if (!fresh.by_folded.emplace(folded, *id).second) fresh.doubled.insert(label);
    fresh.by_exact.emplace(label, *id);
    int order = 0;
    const Json* order_member = row.Find("order");
    if (order_member != nullptr && !absl::SimpleAtoi(order_member->text(), &order)) order = 0;
    ordered.emplace_back(order, label);
  }
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [order, label] : ordered) fresh.in_use.push_back(std::move(label));
  const std::lock_guard lock(mutex_);
  lists_[std::string(list)] = std::move(fresh);
  return absl::OkStatus();
}

void Tenant::ReadSchema(const std::string& path) {
  ApiCall call;
  call.path = path + "/schema";
  const ApiReply reply = api_.Call(call);
  const Json* properties = reply.is_done() ? reply.body.Find("properties") : nullptr;
  const std::lock_guard lock(mutex_);
  if (properties == nullptr) {
    advice_.push_back(absl::StrCat("SSM gives no schema of ", path, "; lengths and custom fields are not known there"));
    schemas_.erase(path);
    return;
  }
  Schema schema;
  for (const auto& [name, property] : properties->members()) {
    SchemaField field;
    if (const Json* type = property.Find("type")) field.type = type->text();
    if (const Json* read_only = property.Find("readOnly")) field.is_read_only = read_only->bool_value();
    if (const Json* length = property.Find("maxLength")) {
      if (!absl::SimpleAtoi(length->text(), &field.length_max)) field.length_max = 0;
    }
    schema.emplace(name, std::move(field));
  }
  schemas_[path] = std::move(schema);
}

absl::Status Tenant::Load() {
  {
    const std::lock_guard lock(mutex_);
    if (api_.timer().Now() - loaded_at_ < settings_.profile_age_max) return absl::OkStatus();
    advice_.clear();
  }
  for (const std::string_view list : ValueLists()) {
    // Before a session nothing waits for us: the runner tries again, and operators see the cause at once.
    const absl::Status status = ReadList(list, true);
    if (status.code() == absl::StatusCode::kFailedPrecondition) {
      const std::lock_guard lock(mutex_);
      advice_.push_back(absl::StrCat("SSM has no value list ", std::string(list), "; fields that use it cannot be written"));
      continue;
    }
    if (!status.ok()) return status;
  }
  std::set<std::string> paths = {"/salesordersLines", "/sales"};
  for (const auto& resource : Resources()) paths.emplace(resource.path);
  for (const auto& path : paths) ReadSchema(path);
  const std::lock_guard lock(mutex_);
  for (const auto& [name, list] : lists_) {
    for (const auto& label : list.doubled) advice_.push_back(absl::StrCat("the value list ", name, " has two rows named \"", label, "\"; the first is used"));
  }
  loaded_at_ = api_.timer().Now();
  return absl::OkStatus();
}

bool Tenant::Refresh(std::string_view list) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = lists_.find(list);
    if (found == lists_.end() || api_.timer().Now() - found->second.read_at < kRefreshAge) return false;
  }
  return ReadList(list, false).ok();
}

std::optional<std::string> Tenant::Label(std::string_view list, const std::string& id) {
  for (int tries = 0; tries < 2; ++tries) {
    {
      const std::lock_guard lock(mutex_);
      const auto found = lists_.find(list);
      if (found == lists_.end()) return std::nullopt;
      const auto label = found->second.labels.find(id);
      if (label != found->second.labels.end()) return label->second;
    }
    if (!Refresh(list)) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> Tenant::Id(std::string_view list, const std::string& label) {
  const std::string folded = FoldedLabel(label);
  for (int tries = 0; tries < 2; ++tries) {
    {
      const std::lock_guard lock(mutex_);
      const auto found = lists_.find(list);
      if (found == lists_.end()) return std::nullopt;
      if (const auto exact = found->second.by_exact.find(label); exact != found->second.by_exact.end()) return exact->second;
      if (const auto near = found->second.by_folded.find(folded); near != found->second.by_folded.end()) return near->second;
    }
    if (!Refresh(list)) return std::nullopt;
  }
  return std::nullopt;
}

std::vector<std::string> Tenant::Labels(std::string_view list) const {
  const std::lock_guard lock(mutex_);
  const auto found = lists_.find(list);
  return found == lists_.end() ? std::vector<std::string>{} : found->second.in_use;
}

const Tenant::Schema* Tenant::SchemaOf(std::string_view path) const {
  const std::lock_guard lock(mutex_);
  const auto found = schemas_.find(path);
  return found == schemas_.end() ? nullptr : &found->second;
}

std::vector<std::string> Tenant::DescriptionNames(std::string_view path) const {
  const Schema* schema = SchemaOf(path);
  std::vector<std::string> names;
  if (schema != nullptr) {
    for (const auto& [name, field] : *schema) {
      if (Lowered(name).rfind("description", 0) == 0 && !field.is_read_only) names.push_back(name);
    }
  }
  if (names.empty()) names = {"descriptionFR", "descriptionEN", "descriptionES"};
  return names;
}

std::vector<std::string> Tenant::Advice() const {
  const std::lock_guard lock(mutex_);
  return advice_;
}

}  // namespace entente::ssm
