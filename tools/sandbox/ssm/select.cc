#include "tools/sandbox/ssm/select.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "engine/core/decimal.h"
#include "tools/sandbox/exact_json.h"
#include "tools/sandbox/ssm/where.h"
#include "tools/sandbox/status.h"

namespace entente::sandbox::ssm {
namespace {

using Less = std::function<bool(const Row&, const Row&)>;

// Null sorts before everything, so last in a descending list.
bool CellLess(const Field& field, const Cell& a, const Cell& b) {
  if (a.index() != b.index()) return a.index() < b.index();
  if (field.type == FieldType::kDecimal && std::holds_alternative<std::string>(a)) {
    return *Decimal::Parse(std::get<std::string>(a)) < *Decimal::Parse(std::get<std::string>(b));
  }
  return a < b;
}

absl::StatusOr<Less> LessBy(const Resource& resource, const std::string& field) {
  if (EqualsIgnoreCase(field, "id")) return Less([](const Row& a, const Row& b) { return a.id < b.id; });
  if (EqualsIgnoreCase(field, "dateCreated")) return Less([](const Row& a, const Row& b) { return a.date_created < b.date_created; });
  if (EqualsIgnoreCase(field, "dateUpdated")) return Less([](const Row& a, const Row& b) { return a.date_updated < b.date_updated; });
  if (EqualsIgnoreCase(field, "dateDeleted")) return Less([](const Row& a, const Row& b) { return a.date_deleted < b.date_deleted; });
  const int index = resource.Index(field.substr(0, field.find('.')));
  if (index < 0) return Invalid("there is no field '" + field + "' to order by");
  const auto at = static_cast<std::size_t>(index);
  const Field& of = resource.fields[at];
  return Less([at, &of](const Row& a, const Row& b) { return CellLess(of, a.cells[at], b.cells[at]); });
}

// Everything, in the order of ids: the page is a slice.
std::vector<const Row*> Slice(const Table& table, const Selection& selection, bool descending) {
  const std::size_t size = table.rows().size();
  std::vector<const Row*> out;
  for (std::size_t i = selection.page * selection.count; i < size && out.size() < selection.count; ++i) {
    out.push_back(&table.rows()[descending ? size - 1 - i : i]);
  }
  return out;
}

}  // namespace

absl::StatusOr<std::vector<const Row*>> Select(const Store& store, const Table& table, const Selection& selection) {
  const bool by_id = selection.order.empty() || EqualsIgnoreCase(selection.order, "id");
  const bool has_lag = store.knobs.search_lag_ms > 0;
  if (selection.where.empty() && by_id && !has_lag) return Slice(table, selection, !selection.order.empty());

  std::vector<const Row*> found;
  const Instant visible = store.Now() - store.knobs.search_lag_ms;
  const auto take = [&](const Row& row) {
    if (!has_lag || row.date_created <= visible) found.push_back(&row);
  };
  if (selection.where.empty()) {
    for (const Row& row : table.rows()) take(row);
  } else {
    auto where = Where::Compile(selection.where, table.resource());
    if (!where.ok()) return where.status();
    if (store.knobs.refuse_or && where->HasOr()) return Invalid("OR is not supported here");
    const LabelOf label = [&](const std::string& of, std::int64_t id) { return store.Label(of, id, selection.language); };
    const auto candidates = where->Candidates(table);
    const std::size_t count = candidates ? candidates->size() : table.rows().size();
    for (std::size_t i = 0; i < count; ++i) {
      const Row& row = table.rows()[candidates ? (*candidates)[i] : i];
      if (where->Match(row, label)) take(row);
    }
  }
  if (!selection.order.empty()) {
    auto less = LessBy(table.resource(), selection.order);
    if (!less.ok()) return less.status();
    std::stable_sort(found.begin(), found.end(), [&](const Row* a, const Row* b) { return (*less)(*b, *a); });
  }
  const std::size_t from = std::min(found.size(), selection.page * selection.count);
  const std::size_t to = std::min(found.size(), from + selection.count);
  return std::vector<const Row*>(found.begin() + static_cast<std::ptrdiff_t>(from), found.begin() + static_cast<std::ptrdiff_t>(to));
}

}  // namespace entente::sandbox::ssm
