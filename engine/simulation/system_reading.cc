#include "engine/simulation/system.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"

// What a model system shows its connector: its description, polls, listings.
namespace entente::simulation {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;
// Summer time ends in Paris on 25 October 2026 at 01:00 UTC: from 00:00 to 02:00 UTC the clock on the wall shows two to three twice.
constexpr std::int64_t kAmbiguousFrom = 1'792'886'400'000'000, kAmbiguousTurn = kAmbiguousFrom + kHour, kAmbiguousTo = kAmbiguousTurn + kHour;

}  // namespace

SessionInfo System::Describe() const {
  const Pack& pack = terrain_.pack();
  SessionInfo session;
  session.side = side_;
  session.system = pack.sides[side_].system;
  const auto& examples = terrain_.loaded().examples;
  if (examples) {
    const DeclaredCatalogue& catalogue = examples->catalogues[side_];
    session.product = catalogue.product;
    session.version = catalogue.system_version;
    session.edition = catalogue.edition;
  }
  session.catalogue_version = pack.sides[side_].catalogue_version;
  session.company_id = absl::StrCat("company-", pack.sides[side_].name);
  session.settle_time = absl::Microseconds(quirks_.settle_micros);
  session.change_precision = absl::Microseconds(quirks_.date_precision_micros);
  session.fences_epochs = quirks_.fences_epochs;
  for (const Ground& ground : terrain_.grounds()) {
    const std::string& name = ground.entity->sides[side_].resource;
    const DeclaredResource* declared = terrain_.Declared(side_, name);
    ResourceInfo& info = session.resources[name];
    info.name = name;
    info.can_create = !declared || declared->can_create;
    info.can_update = !declared || declared->can_update;
    info.can_delete = !declared || declared->can_delete;
    info.can_undelete = declared ? declared->can_undelete : quirks_.can_undelete;
    info.can_price = declared && declared->can_price;
    info.feeds_deletes = declared ? declared->reports_deleted : quirks_.feeds_deletes;
    info.lists_deleted = declared ? declared->lists_deleted : quirks_.lists_deleted;
    info.returns_record = declared ? declared->returns_record : quirks_.returns_record;
    info.checks_expected = info.lists_keys = true;
    for (const Column& column : ground.columns[side_]) {
      const std::string place = absl::StrCat(name, ".", column.name);
      if (ailments.lost_columns.contains(place)) continue;
      FieldInfo& field = info.fields.emplace_back();
      const DeclaredField* known = declared ? declared->Field(column.name) : nullptr;
      field.name = column.name;
      if (known) {
        field.type = known->type;
        field.length_max = known->length_max;
        field.required_on_create = known->is_required;
        field.labels = known->labels;
      }
      field.target = column.target;
      field.writable = column.is_writable;
      field.set_once = column.is_set_once;
      if (const auto narrowed = ailments.narrowed.find(place); narrowed != ailments.narrowed.end()) field.length_max = narrowed->second;
    }
    if (ailments.has_more_columns) info.fields.push_back({.name = "Z_added", .type = "text", .custom = true, .target = {}, .labels = {}, .label_codes = {}});
  }
  return session;
}

void System::NoteRead(Record& record, std::int64_t now) {
  record.is_shown = true;
  for (const auto& [native, edit] : record.standing) {
    auto* seen = ledger_.FindEdit(edit);
    if (seen == nullptr || seen->is_read) continue;
    seen->is_read = true;
    seen->read_micros = now;
  }
}

FeedChange System::ContentOf(const std::string& resource, const std::string& key, Record& record, std::uint64_t seq, std::int64_t now) {
  FeedChange change;
  change.key = key;
  change.read_seq = seq;
  change.row = Row{absl::StrCat("db", incarnation_), record.row};
  change.revision = absl::StrCat(incarnation_, ".", record.change);
  if (record.has_date) {
    const std::int64_t precision = quirks_.date_precision_micros;
    change.changed_from_micros = record.touched_micros / precision * precision;
    change.changed_to_micros = change.changed_from_micros + precision - 1;
    if (quirks_.has_local_time && record.touched_micros >= kAmbiguousFrom && record.touched_micros < kAmbiguousTo) {
      if (record.touched_micros < kAmbiguousTurn) change.changed_to_micros += kHour;
      else change.changed_from_micros -= kHour;
    }
  }
  if (record.is_deleted) {
    change.kind = ChangeKind::kDeleted;
    return change;
  }
  NoteRead(record, now);
  change.fields = record.fields;
  const Ground& ground = *terrain_.FindOf(side_, resource);
  erase_if(change.fields, [&](const auto& field) { return ground.Find(side_, field.first) == nullptr; });
  for (const std::string& place : ailments.lost_columns) {
    if (place.starts_with(resource + ".")) change.fields.erase(place.substr(resource.size() + 1));
  }
  return change;
}

std::string System::CursorNow(const std::string& resource, std::int64_t now) const {
  if (quirks_.feeds_by_date) return absl::StrCat(incarnation_, ":", now / 60'000'000);
  // Of a resource in which nothing changed it stays: its polls are silent.
  const auto changed = changed_.find(resource);
  return absl::StrCat(incarnation_, ":", changed == changed_.end() ? 0 : changed->second);
}

System::Page System::Poll(const std::string& resource, const std::string& cursor, const std::string& from, std::uint64_t seq, std::int64_t now) {
  Page page;
  const std::size_t colon = cursor.find(':');
  if (colon == std::string::npos || std::atoi(cursor.c_str()) != incarnation_) {
    page.is_cursor_lost = true;
    return page;
  }
  const std::int64_t since = std::atoll(cursor.c_str() + colon + 1);
  const DeclaredResource* declared = terrain_.Declared(side_, resource);
  const bool tells_deleted = declared ? declared->reports_deleted : quirks_.feeds_deletes;
  // Oldest change first, from where the last page ended.
  std::vector<std::pair<std::int64_t, std::string>> order;
  for (const auto& [key, record] : resources_[resource]) {
    const bool is_due = quirks_.feeds_by_date ? record.touched_micros / 60'000'000 >= since : record.change > since;
    if (!is_due || (record.is_deleted && !tells_deleted) || record.change <= std::atoll(from.c_str())) continue;
    order.emplace_back(record.change, key);
  }
  std::sort(order.begin(), order.end());
  page.is_last = order.size() <= static_cast<std::size_t>(quirks_.page_size);
  if (!page.is_last) order.resize(static_cast<std::size_t>(quirks_.page_size));
  for (const auto& [change, key] : order) page.changes.push_back(ContentOf(resource, key, resources_[resource].at(key), seq, now));
  if (!order.empty()) page.next = absl::StrCat(order.back().first);
  return page;
}

System::Page System::List(const std::string& resource, FeedMode mode, const std::string& from, std::uint64_t seq, std::int64_t now) {
  Page page;
  const DeclaredResource* declared = terrain_.Declared(side_, resource);
  const bool lists_deleted = declared ? declared->lists_deleted : quirks_.lists_deleted;
  Records& records = resources_[resource];
  for (auto it = from.empty() ? records.begin() : records.upper_bound(from); it != records.end(); ++it) {
    if (it->second.is_deleted && !lists_deleted) continue;
    if (page.changes.size() >= static_cast<std::size_t>(quirks_.page_size)) {
      page.is_last = false;
      break;
    }
    page.next = it->first;
    FeedChange change = ContentOf(resource, it->first, it->second, seq, now);
    if (mode == FeedMode::kKeys && change.kind == ChangeKind::kContent) {
      change.kind = ChangeKind::kKeyOnly;
      change.fields.clear();
    }
    page.changes.push_back(std::move(change));
  }
  return page;
}

}  // namespace entente::simulation
