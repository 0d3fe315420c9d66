// Any bytes as a connector's message: every value in it becomes one of the core's or is refused, and comes back as it was.
#include <cstdint>

#include <google/protobuf/message.h>

#include <google/protobuf/stubs/logging.h>

#include "engine/core/canonical.h"
#include "engine/rpc/wire_value.h"
#include "entente/connector/v1/connector.pb.h"
#include "tests/fuzz/check.h"

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void Translate(const entente::connector::v1::Value& wire) {
  entente::Value value;
  if (!entente::FromWire(wire, &value).ok()) return;
  entente::connector::v1::Value back;
  entente::ToWire(value, &back);
  entente::Value again;
  FUZZ_CHECK(entente::FromWire(back, &again).ok());
  FUZZ_CHECK(again == value);
}

// Wherever values stand in the message.
void Walk(const Message& message) {
  if (const auto* value = dynamic_cast<const entente::connector::v1::Value*>(&message)) return Translate(*value);
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      Walk(reflection->GetMessage(message, field));
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) Walk(reflection->GetRepeatedMessage(message, field, i));
  }
}

}  // namespace

// The library tells of each malformed text by itself.
[[maybe_unused]] const auto is_quiet = google::protobuf::SetLogHandler(nullptr);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // What a connector may send: the first byte of neither says which, so each is tried.
  entente::connector::v1::ReportChangesRequest changes;
  if (changes.ParseFromArray(data, static_cast<int>(size))) Walk(changes);
  entente::connector::v1::PerformOperationsRequest results;
  if (results.ParseFromArray(data, static_cast<int>(size))) Walk(results);
  entente::connector::v1::Value value;
  if (value.ParseFromArray(data, static_cast<int>(size))) Translate(value);
  return 0;
}
