#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "engine/core/link.h"
#include "engine/core/rules.h"
#include "engine/rpc/session_catalogue.h"
#include "entente/connector/v1/connector.pb.h"

// What all micro benchmarks run over: contact-like records of 12 fields, each different from the next (person.h), in every form the engine
// holds them in. Made once; more than a core's second cache holds, so that no benchmark runs on one warm record.
namespace entente::micro {

namespace v1 = ::entente::connector::v1;

inline constexpr std::size_t kRecords = 2048;

// Where the packs of the benchmark and the rules of the house are; set before anything below is called.
struct Folders {
  std::string packs = "tools/benchmark/packs";
  std::string rules = "rules";
};
Folders& GetFolders();

struct Record {
  v1::Change wire;
  std::size_t wire_bytes = 0;
  Fields fields;   // native, as the catalogue of a session reads them
  Link link;       // the record on both sides, in agreement
};

// Ends the program with a sentence when the packs cannot be loaded.
const Pack& PeoplePack();
const EntityRule& People();
const SessionCatalogue& Catalogue();
const std::vector<Record>& Records();

// Records and bytes a second, of an iteration that handled so many. Bytes are those of the records on the wire.
void Report(::benchmark::State& state, std::size_t records_an_iteration);

// The next record, round and round.
class Rounds {
 public:
  const Record& Next() { return Records()[next_++ % kRecords]; }
  std::size_t index() const { return next_ % kRecords; }

 private:
  std::size_t next_ = 0;
};

}  // namespace entente::micro
