#include "connectors/sage100/record_writer.h"

#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sdk/values.h"

namespace entente::sage100 {
namespace {

using nlohmann::json;

// Where a resource lives in the gateway.
struct Seat {
  const char* member;  // "party"
  const char* path;    // "/gateway/v1/parties/"
};

Seat SeatOf(const ResourceSpec& resource) {
  return resource.number == ResourceNamed("party").number ? Seat{"party", "/gateway/v1/parties/"} : Seat{"contact", "/gateway/v1/contacts/"};
}

json ObjectOf(const NamedValues& values) {
  json out = json::object();
  for (const auto& [name, written] : values) {
    std::int64_t number = 0;
    if (written.kind == Written::Kind::kNumber && absl::SimpleAtoi(written.text, &number)) {
      out[name] = number;
    } else {
      out[name] = written.text;
    }
  }
  return out;
}

json EnvelopeOf(const v1::Operation& operation) {
  const std::string request =
      operation.idempotency_key().empty() ? absl::StrCat("operation-", operation.id()) : operation.idempotency_key();
  return {{"epoch", operation.epoch()}, {"request_id", request}};
}

std::string TextOf(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// By what the record a create would make can be recognised. Empty: by nothing.
Conditions NaturalKey(const Writing& writing, const ResourceSpec& resource, const v1::Operation& operation) {
  Conditions out;
  if (resource.number == ResourceNamed("party").number) {
    const v1::Value* code = GivenValue(writing, resource, operation.fields(), "CT_Num");
    if (code != nullptr || !operation.key().empty()) {
      out.emplace_back(FindField(resource, "CT_Num"), code != nullptr ? *code : sdk::Text(operation.key()));
    }
    return out;
  }
  const v1::Value* party = GivenValue(writing, resource, operation.fields(), "CT_Num");
  const v1::Value* last = GivenValue(writing, resource, operation.fields(), "CT_Nom");
  const v1::Value* first = GivenValue(writing, resource, operation.fields(), "CT_Prenom");
  if (party == nullptr || last == nullptr) return out;
  out.emplace_back(FindField(resource, "CT_Num"), *party);
  out.emplace_back(FindField(resource, "CT_Nom"), *last);
  out.emplace_back(FindField(resource, "CT_Prenom"), first == nullptr ? sdk::NullValue() : *first);
  return out;
}

// The record the gateway answered with, completed by what SQL shows of it.
absl::StatusOr<std::optional<v1::Change>> RecordIn(Writing& writing, const ResourceSpec& resource, const GatewayAnswer& answer) {
  auto rows = ReadRecord(answer, SeatOf(resource).member);
  if (!rows.ok()) return rows.status();
  if (!rows->has_value()) return std::optional<v1::Change>();
  const Row row = (**rows)[0];
  const auto key = row.Text(resource.key_column);
  if (!key.has_value()) return absl::InternalError(absl::StrCat("the gateway answered with a record without ", resource.key_column));
  auto seen = writing.lookup.ByKey(resource, {*key});
  const v1::Change* from_sql = seen.ok() && !seen->changes.empty() ? &seen->changes.front() : nullptr;
  return std::optional<v1::Change>(MergedRecord(writing, resource, *key, row, from_sql));
}

// After a lost answer: waits until the write must have appeared, then searches.
v1::OperationResult SearchCreated(Writing& writing, const ResourceSpec& resource, const v1::Operation& operation) {
  const Conditions natural = NaturalKey(writing, resource, operation);
  if (natural.empty() || !writing.timer.Wait(writing.settle_time)) return Unclear(operation, "a new record");
  auto found = writing.lookup.ByFields(resource, natural);
  if (!found.ok() || found->changes.size() != 1) return Unclear(operation, "a new record");
  return Received(writing, operation, v1::Receipt::REREAD, std::move(found->changes.front()), true);
}

// Sage says the key is taken: the record is there, unless the code belongs to a supplier, an employee or another party.
v1::OperationResult Existing(Writing& writing, const ResourceSpec& resource, const v1::Operation& operation, const GatewayAnswer& answer) {
  const Conditions natural = NaturalKey(writing, resource, operation);
  if (!natural.empty()) {
    auto found = writing.lookup.ByFields(resource, natural);
    if (!found.ok()) return ReadFailed(operation, found.status());
    if (found->changes.size() == 1) {
      return Received(writing, operation, v1::Receipt::REREAD, std::move(found->changes.front()), true);
    }
  }
  if (resource.number == ResourceNamed("contact").number) {
    auto record = RecordIn(writing, resource, answer);
    if (record.ok() && record->has_value()) return Received(writing, operation, v1::Receipt::ATOMIC, **std::move(record), true);
  }
  return Refused(operation, ReadRefusal(answer));
}

v1::OperationResult AfterUpdateLost(Writing& writing, const ResourceSpec& resource, const v1::Operation& operation) {
  if (!writing.timer.Wait(writing.settle_time)) return Unclear(operation, "a change");
  auto seen = writing.lookup.ByKey(resource, {operation.key()});
  if (!seen.ok() || seen->changes.empty()) return Unclear(operation, "a change");
  const auto holds = [&](const google::protobuf::RepeatedPtrField<v1::FieldValue>& wanted) {
    for (const v1::FieldValue& field : wanted) {
      const v1::Value* value = sdk::FindValue(seen->changes.front().fields(), field.field());
      if (!sdk::Same(value == nullptr ? sdk::NullValue() : *value, field.value())) return false;
    }
    return true;
  };
  if (holds(operation.fields())) return Received(writing, operation, v1::Receipt::REREAD, std::move(seen->changes.front()), false);
  if (operation.expected_size() > 0 && holds(operation.expected())) {
    return Failed(operation, v1::Failure::AGAIN, "NO_ANSWER", "the gateway lost the change before Sage took it; nothing was written");
  }
  return Unclear(operation, "a change");
}

}  // namespace

v1::OperationResult CreateRecord(Writing& writing, const ResourceSpec& resource, const v1::Operation& operation) {
  Prepared prepared = PrepareFields(writing, resource, operation, operation.fields(), true);
  if (prepared.failure.has_value()) return *std::move(prepared.failure);
  json record = ObjectOf(prepared.values);
  const bool is_party = resource.number == ResourceNamed("party").number;
  if (is_party && !record.contains("CT_Num")) record["CT_Num"] = operation.key();
  const std::string party = TextOf(record, "CT_Num");
  if (party.empty()) {
    return Failed(operation, v1::Failure::NEVER, "KEY_MISSING",
                  is_party ? "a new party needs its code (CT_Num)" : "a new contact needs its party (CT_Num)");
  }
  if (operation.search_first()) {
    const Conditions natural = NaturalKey(writing, resource, operation);
    auto found = writing.lookup.ByFields(resource, natural);
    if (!found.ok()) return ReadFailed(operation, found.status());
    if (found->changes.size() == 1) {
      return Received(writing, operation, v1::Receipt::REREAD, std::move(found->changes.front()), true);
    }
  }
  json body = EnvelopeOf(operation);
  std::string path = "/gateway/v1/parties";
  if (!is_party) {
    record.erase("CT_Num");  // it stands in the path
    path = absl::StrCat("/gateway/v1/parties/", UrlEncoded(party), "/contacts");
  }
  body[SeatOf(resource).member] = std::move(record);
  const GatewayAnswer answer = writing.Call("POST", path, body.dump(-1, ' ', false, json::error_handler_t::replace));
  if (answer.delivery == GatewayAnswer::Delivery::kNotSent) return NotSent(operation, answer);
  if (IsUncertain(answer)) return SearchCreated(writing, resource, operation);
  if (!answer.is_success()) {
    const GatewayRefusal refusal = ReadRefusal(answer);
    return refusal.code == "DUPLICATE_KEY" ? Existing(writing, resource, operation, answer) : Refused(operation, refusal);
  }
  auto created = RecordIn(writing, resource, answer);
  if (!created.ok() || !created->has_value()) return SearchCreated(writing, resource, operation);
  return Received(writing, operation, v1::Receipt::ATOMIC, **std::move(created), false);
}

v1::OperationResult UpdateRecord(Writing& writing, const ResourceSpec& resource, const v1::Operation& operation) {
  Prepared prepared = PrepareFields(writing, resource, operation, operation.fields(), false);
  if (prepared.failure.has_value()) return *std::move(prepared.failure);
  json body = EnvelopeOf(operation);
  body["fields"] = ObjectOf(prepared.values);
  NamedValues expected;
  for (const v1::FieldValue& field : operation.expected()) {
    const v1::Field* described = writing.company.catalogue.FindField(resource.number, field.field());
    const FieldSpec* spec = described == nullptr ? nullptr : FindField(resource, described->name());
    if (spec == nullptr) continue;
    auto written = Unrender(*spec, field.value(), writing.parameters);
    // A label that is gone cannot be what the field holds, so the record has moved on.
    if (!written.ok()) return Failed(operation, v1::Failure::MOVED_ON, "REVISION_MISMATCH", std::string(written.status().message()));
    expected.emplace_back(spec->name, *std::move(written));
  }
  if (expected.empty()) {
    ++writing.counters.blind_overwrites;
  } else {
    body["expected"] = ObjectOf(expected);
  }
  const GatewayAnswer answer = writing.Call("PATCH", absl::StrCat(SeatOf(resource).path, UrlEncoded(operation.key())), body.dump(-1, ' ', false, json::error_handler_t::replace));
  if (answer.delivery == GatewayAnswer::Delivery::kNotSent) return NotSent(operation, answer);
  if (IsUncertain(answer)) return AfterUpdateLost(writing, resource, operation);
  if (answer.is_success()) {
    auto updated = RecordIn(writing, resource, answer);
    if (!updated.ok() || !updated->has_value()) return AfterUpdateLost(writing, resource, operation);
    return Received(writing, operation, v1::Receipt::ATOMIC, **std::move(updated), false);
  }
  v1::OperationResult refused = Refused(operation, ReadRefusal(answer));
  if (refused.failure().class_() == v1::Failure::MOVED_ON) {
    auto current = RecordIn(writing, resource, answer);
    if (current.ok() && current->has_value()) {
      (*current)->set_read_seq(writing.sequence.Next());
      *refused.mutable_failure()->mutable_current() = **std::move(current);
    }
  }
  return refused;
}

v1::OperationResult DeleteRecord(Writing& writing, const ResourceSpec& resource, const v1::Operation& operation) {
  const auto deleted = [&](bool existed) {
    v1::Change change;
    change.set_resource(resource.number);
    change.set_kind(v1::Change::DELETED);
    change.set_key(operation.key());
    return Received(writing, operation, v1::Receipt::ATOMIC, std::move(change), existed);
  };
  const GatewayAnswer answer =
      writing.Call("DELETE", absl::StrCat(SeatOf(resource).path, UrlEncoded(operation.key())), EnvelopeOf(operation).dump(-1, ' ', false, json::error_handler_t::replace));
  if (answer.delivery == GatewayAnswer::Delivery::kNotSent) return NotSent(operation, answer);
  if (answer.is_success()) return deleted(false);
  if (!IsUncertain(answer)) {
    const GatewayRefusal refusal = ReadRefusal(answer);
    // What is gone already needs no second delete.
    return refusal.code == "NOT_FOUND" ? deleted(true) : Refused(operation, refusal);
  }
  if (!writing.timer.Wait(writing.settle_time)) return Unclear(operation, "a delete");
  auto seen = writing.lookup.ByKey(resource, {operation.key()});
  if (!seen.ok()) return Unclear(operation, "a delete");
  if (seen->changes.empty()) return deleted(false);
  return Failed(operation, v1::Failure::AGAIN, "NO_ANSWER", "the gateway lost the delete before Sage took it; the record is still there");
}

}  // namespace entente::sage100
