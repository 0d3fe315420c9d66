#pragma once

#include <cstdint>

#include "tools/sandbox/company/crm_start.h"
#include "tools/sandbox/ssm/store.h"

namespace entente::sandbox::ssm {

// Fills a fresh tenant: the value lists with French labels (ids differ per seed), the admin user, and what `start` holds.
//
// Nothing of it counts as a write. Contact types are the departments of the company.
void Preload(Store& store, const Company& company, const CrmStart& start, std::uint64_t seed);

}  // namespace entente::sandbox::ssm
