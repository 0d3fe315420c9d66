#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace entente {

// Whether a server may show this certificate: both texts are PEM and can be read, the key belongs to the certificate, and `now` lies
// between its dates. INVALID_ARGUMENT TLS_CERTIFICATE_UNUSABLE otherwise; never quotes the key.
absl::Status CheckCertificate(const std::string& certificate, const std::string& key, absl::Time now);

}  // namespace entente
