#pragma once

#include "absl/status/status.h"

namespace grpc {
class Status;
}

namespace entente {

// The status as gRPC sends it: code, sentence, and google.rpc.Status details with an ErrorInfo (reason, domain "entente").
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace entente
