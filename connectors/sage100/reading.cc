#include "connectors/sage100/reading.h"

#include "absl/strings/str_cat.h"
#include "connectors/sage100/rendering.h"

namespace entente::sage100 {

std::string SqlOf(const Select& select, const Dialect& dialect) {
  std::string body;
  for (std::size_t i = 0; i < select.columns.size(); ++i) absl::StrAppend(&body, i == 0 ? "" : ", ", Quoted(select.columns[i]));
  absl::StrAppend(&body, " FROM ", Quoted(select.table));
  if (!select.where.empty()) absl::StrAppend(&body, " WHERE ", select.where);
  if (!select.order.empty()) absl::StrAppend(&body, " ORDER BY ", select.order);
  return select.rows_max > 0 ? dialect.Limited(body, select.rows_max) : absl::StrCat("SELECT ", body);
}

absl::StatusOr<Rows> Fetch(const Reading& reading, Select select) {
  select.columns = reading.schema.Present(select.table, select.columns);
  Rows rows(select.columns);
  if (select.columns.empty()) return rows;
  absl::Status status =
      reading.connection.Query(SqlOf(select, reading.dialect), select.values, [&](std::vector<odbc::Cell>& cells) {
        rows.Add(cells);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return rows;
}

std::string In(const char* column, const std::vector<std::string>& keys, std::vector<odbc::Parameter>* values) {
  for (const std::string& key : keys) values->emplace_back(key);
  return absl::StrCat(Quoted(column), " IN (", Placeholders(keys.size()), ")");
}

sdk::RecordBuilder BuilderFor(const Reading& reading, const ResourceSpec& resource) {
  return sdk::RecordBuilder(reading.catalogue, resource.number);
}

void SetColumns(const Reading& reading, const ResourceSpec& resource, const Row& row, sdk::RecordBuilder* builder) {
  for (const FieldSpec& field : resource.fields) {
    if (field.rendering == Rendering::kMade || !row.Has(field.name)) continue;
    builder->Set(field.name, Render(field, row, reading.parameters));
  }
}

v1::Change Finished(const Reading& reading, const ResourceSpec& resource, const std::string& key, const Row& row,
                    sdk::RecordBuilder builder) {
  for (std::size_t i = 0; i < reading.schema.UserColumns(resource.table).size(); ++i) builder.Ignore();
  v1::Change change;
  builder.Finish(&change);
  change.set_key(key);
  change.set_read_seq(reading.read_seq);
  if (const auto text = row.Text("cbModification")) {
    if (const auto local = ParseLocal(*text)) {
      const ChangeInterval interval = reading.time.Interval(*local, reading.schema.Precision(resource.table));
      change.set_changed_from_micros(interval.from_micros);
      change.set_changed_to_micros(interval.to_micros);
    }
  }
  return change;
}

void SetStamp(v1::Change* change) {
  std::string bytes;
  for (const v1::FieldValue& field : change->fields()) {
    field.AppendToString(&bytes);
    bytes.push_back('\n');
  }
  const std::uint64_t hash = HashOf(bytes);
  std::string stamp;
  for (int shift = 56; shift >= 0; shift -= 8) stamp.push_back(static_cast<char>((hash >> shift) & 0xFF));
  change->set_stamp(stamp);
}

void SetRow(const Reading& reading, const Row& row, v1::Change* change) {
  if (const auto marq = row.Int("cbMarq")) {
    change->mutable_row()->set_incarnation(reading.schema.company_guid());
    change->mutable_row()->set_number(*marq);
  }
}

}  // namespace entente::sage100
