#include "engine/rpc/grpc_status.h"

#include <grpcpp/support/status.h>

#include "engine/runtime/error.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace entente {

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const std::string sentence = SentenceOf(status);
  google::rpc::ErrorInfo info;
  info.set_reason(ReasonOf(status));
  info.set_domain("entente");
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(sentence);
  details.add_details()->PackFrom(info);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), sentence, details.SerializeAsString());
}

}  // namespace entente
