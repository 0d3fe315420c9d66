#pragma once

#include "connectors/sdk/connector.h"
#include "connectors/ssm/api.h"
#include "connectors/ssm/codec.h"
#include "connectors/ssm/price_ids.h"
#include "connectors/ssm/seen.h"
#include "connectors/ssm/settings.h"
#include "connectors/ssm/tenant.h"

namespace entente::ssm {

// What everything that reads or writes SSM works with. All of it outlives its users; all of it is thread-safe.
struct Access {
  const Settings& settings;
  Api& api;
  Tenant& tenant;
  Codec& codec;
  Seen& seen;
  PriceIds& price_ids;
  sdk::SequenceCounter& sequence;
  // Records in one bulk call: the configuration's, or less where the pack says so.
  int bulk_size = 100;
};

}  // namespace entente::ssm
