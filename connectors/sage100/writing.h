#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "connectors/sage100/database.h"
#include "connectors/sage100/gateway.h"
#include "connectors/sage100/gateway_answers.h"
#include "connectors/sage100/lookup.h"
#include "connectors/sage100/rendering.h"
#include "connectors/sdk/connector.h"
#include "connectors/sdk/timer.h"

namespace entente::sage100 {

struct WriteCounters {
  std::atomic<std::uint64_t> calls{0};
  std::atomic<std::uint64_t> writes{0};
  // Updates sent without values they depend on.
  std::atomic<std::uint64_t> blind_overwrites{0};
};

// What writers share while a batch of operations is performed. Borrows all of it; one thread.
struct Writing {
  const Company& company;
  const Parameters& parameters;
  Gateway& gateway;
  Lookup& lookup;
  sdk::Timer& timer;
  // How long after a lost answer the write may still appear.
  absl::Duration settle_time;
  sdk::SequenceCounter& sequence;
  WriteCounters& counters;

  GatewayAnswer Call(const std::string& method, const std::string& path, const std::string& body = "");
};

using NamedValues = std::vector<std::pair<std::string, Written>>;

// What an operation writes, ready for the gateway; or the failure that says why it cannot be sent.
struct Prepared {
  NamedValues values;
  std::optional<v1::OperationResult> failure;
};

// Checks access, type, labels, length and code page. Fields of kind kMade are left to the caller.
Prepared PrepareFields(const Writing& writing, const ResourceSpec& resource, const v1::Operation& operation,
                       const google::protobuf::RepeatedPtrField<v1::FieldValue>& fields, bool for_create);

// The failure of one text that Sage cannot hold, if it cannot: VALUE_DOES_NOT_FIT. `length_max` 0: unlimited.
std::optional<v1::Problem> CheckFits(const Writing& writing, const std::string& field, const std::string& text, std::size_t length_max);

v1::OperationResult Failed(const v1::Operation& operation, v1::Failure::Class kind, const std::string& reason, const std::string& text);

// By the contract's table: again, moved on (the caller adds `current`), or never.
v1::OperationResult Refused(const v1::Operation& operation, const GatewayRefusal& refusal);

// True when the call may have taken effect although it was not confirmed: no answer, a lost session, an answer that makes no sense.
bool IsUncertain(const GatewayAnswer& answer);

v1::OperationResult NotSent(const v1::Operation& operation, const GatewayAnswer& answer);
v1::OperationResult Unclear(const v1::Operation& operation, const std::string& what_was_done);
// A read that failed before anything was written.
v1::OperationResult ReadFailed(const v1::Operation& operation, const absl::Status& status);

v1::OperationResult Received(Writing& writing, const v1::Operation& operation, v1::Receipt::Observation observation, v1::Change change,
                             bool existed);

// The record as the gateway gave it, over what SQL shows of it: columns the gateway does not know come from SQL.
v1::Change MergedRecord(const Writing& writing, const ResourceSpec& resource, const std::string& key, const Row& row,
                        const v1::Change* from_sql);

// The value given for a field by name; null pointer when the operation does not carry it.
const v1::Value* GivenValue(const Writing& writing, const ResourceSpec& resource,
                            const google::protobuf::RepeatedPtrField<v1::FieldValue>& fields, std::string_view name);

}  // namespace entente::sage100
