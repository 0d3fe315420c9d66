#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "tools/sandbox/sage/clock.h"
#include "tools/sandbox/sage/company_database.h"
#include "tools/sandbox/sage/counters.h"
#include "tools/sandbox/sage/epoch_file.h"
#include "tools/sandbox/sage/faults.h"
#include "tools/sandbox/sage/locks.h"
#include "tools/sandbox/sage/party.h"

namespace entente::sandbox::sage {

// Sage 100 as installed at one company: what the gateway and the people acting share.
//
// `mutex` guards database, epoch and conversion: Objets Métiers does one thing at a time, and so does this. The others are thread-safe.
struct Installation {
  std::mutex mutex;
  ServerClock clock;
  std::optional<CompanyDatabase> database;
  std::optional<EpochFile> epoch;
  ConversionMode conversion = ConversionMode::kSameCode;
  RecordLocks locks;
  Faults faults;
  Counters counters;
  std::string token;
};

}  // namespace entente::sandbox::sage
