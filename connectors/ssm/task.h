#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/sdk/connector.h"
#include "connectors/ssm/access.h"
#include "connectors/ssm/bulk.h"
#include "connectors/ssm/specs.h"

namespace entente::ssm {

// One operation on its way; answered once, at the end, whatever happens in between.
struct Task {
  const v1::Operation* operation = nullptr;
  const ResourceSpec* resource = nullptr;
  v1::OperationResult result;
  bool is_answered = false;

  void Fail(v1::Failure failure) {
    *result.mutable_failure() = std::move(failure);
    is_answered = true;
  }
};

// What operations work with, beyond the access to SSM.
struct Desk {
  const Access& access;
  const std::function<bool()>& may_start;
  // Writes done, for the statistics.
  std::function<void(std::uint64_t)> count_writes;
  std::function<void(std::uint64_t)> count_blind;
};

// A receipt that names the record and says nothing of its content; the next poll will.
void Confirm(Task& task, const std::string& key, std::uint64_t sequence, bool existed);
// A receipt with the record as it was read.
void ConfirmRead(Task& task, v1::Change change, std::uint64_t sequence, bool existed);
// MOVED_ON with the record as it was read.
void MovedOn(Task& task, v1::Change current);

// True when `current` holds each of these fields with this value. Lists of lines are compared line by line, by what the
// wanted line names; the ids of lines are SSM's.
bool Holds(const v1::Change& current, const sdk::FieldValues& wanted);
bool HoldsValue(const v1::Value& current, const v1::Value& wanted);

}  // namespace entente::ssm
