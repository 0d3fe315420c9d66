#pragma once

#include "connectors/ssm/tenant.h"
#include "entente/connector/v1/connector.pb.h"

namespace entente::ssm {

// The catalogue of one tenant: the specs, narrowed by its schema, with its labels and custom fields.
::entente::connector::v1::Catalogue MakeCatalogue(const Tenant& tenant, int bulk_size);

}  // namespace entente::ssm
