#include "tools/sandbox/ssm/table.h"

#include <algorithm>

#include "tools/sandbox/exact_json.h"

namespace entente::sandbox::ssm {
namespace {

// References by which records are looked up in bulk; the others (status, country, …) would put thousands of rows under one id.
bool IsIndexed(const Field& field) {
  return field.type == FieldType::kReference && (field.table == "accounts" || field.table == "products" || field.table == "salesorders");
}

void Drop(std::vector<std::size_t>& from, std::size_t position) { from.erase(std::remove(from.begin(), from.end(), position), from.end()); }

}  // namespace

Table::Table(Resource resource, std::int64_t first_id) : resource_(std::move(resource)), next_id_(first_id) {
  ext_id_field_ = resource_.Index("extId");
  for (std::size_t i = 0; i < resource_.fields.size(); ++i) {
    if (IsIndexed(resource_.fields[i])) by_reference_[static_cast<int>(i)];
  }
}

std::int64_t Table::Add(Row row) {
  row.id = next_id_;
  Restore(std::move(row));
  return rows_.back().id;
}

void Table::Restore(Row row) {
  next_id_ = row.id + 1;
  rows_.push_back(std::move(row));
  by_id_[rows_.back().id] = rows_.size() - 1;
  Index(rows_.size() - 1);
}

const Row* Table::Find(std::int64_t id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &rows_[found->second];
}

std::optional<std::size_t> Table::Position(std::int64_t id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

void Table::Replace(Row row) {
  const std::size_t position = by_id_.at(row.id);
  Unindex(position);
  rows_[position] = std::move(row);
  Index(position);
}

std::vector<std::size_t> Table::ByExtId(std::string_view ext_id) const {
  const auto found = by_ext_id_.find(FoldCase(ext_id));
  return found == by_ext_id_.end() ? std::vector<std::size_t>() : found->second;
}

std::optional<std::vector<std::size_t>> Table::ByReference(int field, std::int64_t id) const {
  const auto index = by_reference_.find(field);
  if (index == by_reference_.end()) return std::nullopt;
  const auto found = index->second.find(id);
  return found == index->second.end() ? std::vector<std::size_t>() : found->second;
}

std::vector<std::size_t> Table::ByDate(AuditDate date, Instant from, Instant to) const {
  const auto& index = by_date_[static_cast<std::size_t>(date)];
  std::vector<std::size_t> out;
  for (auto at = index.lower_bound({from, 0}); at != index.end() && at->first <= to; ++at) out.push_back(at->second);
  return out;
}

void Table::Index(std::size_t position) {
  const Row& row = rows_[position];
  if (ext_id_field_ >= 0) {
    if (const auto* text = std::get_if<std::string>(&row.cells[static_cast<std::size_t>(ext_id_field_)]); text != nullptr && !text->empty()) {
      by_ext_id_[FoldCase(*text)].push_back(position);
    }
  }
  for (auto& [field, index] : by_reference_) {
    if (const auto* id = std::get_if<std::int64_t>(&row.cells[static_cast<std::size_t>(field)])) index[*id].push_back(position);
  }
  by_date_[0].insert({row.date_created, position});
  if (row.date_updated) by_date_[1].insert({*row.date_updated, position});
  if (row.date_deleted) by_date_[2].insert({*row.date_deleted, position});
}

void Table::Unindex(std::size_t position) {
  const Row& row = rows_[position];
  if (ext_id_field_ >= 0) {
    if (const auto* text = std::get_if<std::string>(&row.cells[static_cast<std::size_t>(ext_id_field_)]); text != nullptr && !text->empty()) {
      Drop(by_ext_id_[FoldCase(*text)], position);
    }
  }
  for (auto& [field, index] : by_reference_) {
    if (const auto* id = std::get_if<std::int64_t>(&row.cells[static_cast<std::size_t>(field)])) Drop(index[*id], position);
  }
  by_date_[0].erase({row.date_created, position});
  if (row.date_updated) by_date_[1].erase({*row.date_updated, position});
  if (row.date_deleted) by_date_[2].erase({*row.date_deleted, position});
}

}  // namespace entente::sandbox::ssm
