#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/sage100/reading.h"

namespace entente::sage100 {

enum class Detail { kContent, kKeys };

// A table whose changed rows touch records of a resource: `SELECT key … FROM "table" t join WHERE filter`.
// Inside, t is the watched table. Rows whose key is blank touch nothing.
struct Watch {
  std::string table;
  std::string key;     // SQL expression of the anchor, such as t."AR_Ref"
  std::string join;    // further tables, may be empty
  std::string filter;  // may be empty
};

// Where a walk through a resource stands; a default one is the beginning.
struct Position {
  int phase = 0;
  std::int64_t marq = 0;
  std::string key;
};

struct Page {
  std::vector<v1::Change> changes;
  Position next;
  bool is_last = false;
};

// How one resource is read. Stateless: the reading carries connection and transaction.
//
// Records hang on *anchors*, the key of the row that carries them: an article's variants and prices on AR_Ref,
// a quote and an invoice on their number, everything else on its own key.
class Source {
 public:
  virtual ~Source() = default;

  virtual const ResourceSpec& resource() const = 0;
  virtual std::vector<Watch> Watches(const Schema& schema) const = 0;

  // Records expected in a walk, for progress bars.
  virtual absl::StatusOr<std::int64_t> Count(const Reading& reading) const = 0;
  // The next page of a walk through all records, by cbMarq.
  virtual absl::StatusOr<Page> Next(const Reading& reading, const Position& after, Detail detail) const = 0;
  // The records on these anchors; missing ones are left out. REQUIRES: at most kAnchorsMax anchors.
  virtual absl::StatusOr<std::vector<v1::Change>> At(const Reading& reading, const std::vector<std::string>& anchors) const = 0;
  // The anchor of a record's key.
  virtual std::string AnchorOf(const std::string& key) const { return key; }

  // Anchors whose rows meet a condition on bare quoted columns of the resource's table, at most kAnchorsMax.
  virtual absl::StatusOr<std::vector<std::string>> Where(const Reading& reading, const std::string& condition,
                                                         const std::vector<odbc::Parameter>& values) const = 0;
};

constexpr std::size_t kAnchorsMax = 200;

// All sources, in the order of Resources().
std::vector<std::unique_ptr<Source>> MakeSources();

std::unique_ptr<Source> MakeTableSource(const ResourceSpec& resource, std::string filter);
std::unique_ptr<Source> MakeArticleSource();
std::unique_ptr<Source> MakePriceCategorySource();
std::unique_ptr<Source> MakePriceSource();
std::unique_ptr<Source> MakeQuoteSource();
std::unique_ptr<Source> MakeInvoiceSource();

}  // namespace entente::sage100
