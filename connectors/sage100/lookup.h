#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/sage100/database.h"
#include "connectors/sage100/source.h"

namespace entente::sage100 {

struct LookedUp {
  std::vector<v1::Change> changes;
  std::uint64_t read_seq = 0;  // taken before the read
};

// Field and value a record must have.
using Conditions = std::vector<std::pair<const FieldSpec*, v1::Value>>;

// Answers questions about single records through SQL, each in one transaction. Borrows all it is given. One thread.
class Lookup {
 public:
  Lookup(Database& database, const std::vector<std::unique_ptr<Source>>& sources) : database_(database), sources_(sources) {}

  void Begin(std::shared_ptr<const Company> company, sdk::SequenceCounter* sequence);

  // Records by key; missing ones are left out.
  absl::StatusOr<LookedUp> ByKey(const ResourceSpec& resource, const std::vector<std::string>& keys);
  // Records that meet all conditions, at most kAnchorsMax. INVALID_ARGUMENT for a field that cannot be searched by.
  absl::StatusOr<LookedUp> ByFields(const ResourceSpec& resource, const Conditions& conditions);
  // The P_ tables as they are now.
  absl::StatusOr<Parameters> ReadParameters();

 private:
  const Source& SourceOf(const ResourceSpec& resource) const { return *sources_[resource.number - 1]; }

  Database& database_;
  const std::vector<std::unique_ptr<Source>>& sources_;
  std::shared_ptr<const Company> company_;
  sdk::SequenceCounter* sequence_ = nullptr;
};

}  // namespace entente::sage100
