#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sage100/anchor_walk.h"
#include "connectors/sage100/source.h"

namespace entente::sage100 {
namespace {

constexpr int kPageRows = 500;

// Records that are rows of one table.
class TableSource final : public Source {
 public:
  TableSource(const ResourceSpec& resource, std::string filter)
      : resource_(resource), from_{resource.table, resource.key_column, std::move(filter)} {
    columns_ = {"cbMarq", "cbModification", resource.key_column};
    for (const FieldSpec& field : resource.fields) {
      if (field.rendering != Rendering::kMade) columns_.push_back(field.name);
    }
  }

  const ResourceSpec& resource() const override { return resource_; }

  std::vector<Watch> Watches(const Schema&) const override {
    return {{from_.table, absl::StrCat("t.", Quoted(from_.anchor)), "", from_.filter}};
  }

  absl::StatusOr<std::int64_t> Count(const Reading& reading) const override { return CountAnchors(reading, from_); }

  absl::StatusOr<Page> Next(const Reading& reading, const Position& after, Detail detail) const override {
    auto rows = Fetch(reading, {.table = from_.table,
                                .columns = detail == Detail::kKeys ? KeyColumns() : columns_,
                                .where = And(from_.filter, "\"cbMarq\" > ?"),
                                .values = {after.marq},
                                .order = "\"cbMarq\"",
                                .rows_max = kPageRows});
    if (!rows.ok()) return rows.status();
    Page page;
    page.next = after;
    page.is_last = rows->size() < kPageRows;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      page.next.marq = (*rows)[i].Code("cbMarq");
      Add(reading, (*rows)[i], detail, &page.changes);
    }
    return page;
  }

  absl::StatusOr<std::vector<v1::Change>> At(const Reading& reading, const std::vector<std::string>& anchors) const override {
    std::vector<v1::Change> changes;
    if (anchors.empty()) return changes;
    std::vector<odbc::Parameter> values;
    std::string where;
    if (FindField(resource_, from_.anchor)->rendering == Rendering::kInt) {
      // Numbers are bound as numbers; a key that is none names nothing.
      for (const std::string& anchor : anchors) {
        std::int64_t number = 0;
        if (absl::SimpleAtoi(anchor, &number)) values.emplace_back(number);
      }
      if (values.empty()) return changes;
      where = absl::StrCat(Quoted(from_.anchor), " IN (", Placeholders(values.size()), ")");
    } else {
      where = In(from_.anchor.c_str(), anchors, &values);
    }
    auto rows = Fetch(reading, {.table = from_.table, .columns = columns_, .where = And(from_.filter, where), .values = values,
                                .order = "\"cbMarq\""});
    if (!rows.ok()) return rows.status();
    for (std::size_t i = 0; i < rows->size(); ++i) Add(reading, (*rows)[i], Detail::kContent, &changes);
    return changes;
  }

  absl::StatusOr<std::vector<std::string>> Where(const Reading& reading, const std::string& condition,
                                                 const std::vector<odbc::Parameter>& values) const override {
    return AnchorsWhere(reading, from_, condition, values);
  }

 private:
  std::vector<std::string> KeyColumns() const { return {"cbMarq", from_.anchor}; }

  void Add(const Reading& reading, const Row& row, Detail detail, std::vector<v1::Change>* changes) const {
    const auto key = row.Text(from_.anchor);
    if (!key.has_value()) return;
    if (detail == Detail::kKeys) {
      changes->push_back(KeyOnly(reading, resource_, *key));
    } else {
      sdk::RecordBuilder builder = BuilderFor(reading, resource_);
      SetColumns(reading, resource_, row, &builder);
      changes->push_back(Finished(reading, resource_, *key, row, std::move(builder)));
    }
    SetRow(reading, row, &changes->back());
  }

  const ResourceSpec& resource_;
  AnchorTable from_;
  std::vector<std::string> columns_;
};

}  // namespace

std::unique_ptr<Source> MakeTableSource(const ResourceSpec& resource, std::string filter) {
  return std::make_unique<TableSource>(resource, std::move(filter));
}

}  // namespace entente::sage100
