#include "connectors/sage100/writing.h"

#include "absl/strings/str_cat.h"
#include "connectors/sage100/utf16.h"
#include "connectors/sdk/error.h"
#include "connectors/sdk/record_builder.h"
#include "connectors/sdk/values.h"

namespace entente::sage100 {
namespace {

constexpr std::int64_t kLicenceWaitMillis = 60000;

v1::OperationResult Never(const v1::Operation& operation, const std::string& reason, const std::string& field, const std::string& text) {
  v1::OperationResult result = Failed(operation, v1::Failure::NEVER, reason, text);
  v1::Problem* problem = result.mutable_failure()->add_problems();
  problem->set_severity("error");
  problem->set_code(reason);
  problem->set_text(text);
  problem->set_field(field);
  return result;
}

}  // namespace

GatewayAnswer Writing::Call(const std::string& method, const std::string& path, const std::string& body) {
  ++counters.calls;
  return gateway.Call(method, path, body);
}

v1::OperationResult Failed(const v1::Operation& operation, v1::Failure::Class kind, const std::string& reason, const std::string& text) {
  v1::OperationResult result;
  result.set_id(operation.id());
  v1::Failure* failure = result.mutable_failure();
  failure->set_class_(kind);
  failure->set_reason(reason);
  failure->set_text(text);
  return result;
}

std::optional<v1::Problem> CheckFits(const Writing& writing, const std::string& field, const std::string& text, std::size_t length_max) {
  std::string why;
  if (length_max > 0 && CharacterCount(text) > length_max) {
    why = absl::StrCat(field, " holds ", length_max, " characters and was given ", CharacterCount(text));
  } else if (writing.company.schema.charset() == "CP1252" && !FitsCp1252(text)) {
    why = absl::StrCat(field, " was given characters that Sage's code page (Windows-1252) does not have");
  }
  if (why.empty()) return std::nullopt;
  v1::Problem problem;
  problem.set_severity("error");
  problem.set_code("VALUE_DOES_NOT_FIT");
  problem.set_text(why);
  problem.set_field(field);
  return problem;
}

Prepared PrepareFields(const Writing& writing, const ResourceSpec& resource, const v1::Operation& operation,
                       const google::protobuf::RepeatedPtrField<v1::FieldValue>& fields, bool for_create) {
  Prepared out;
  for (const v1::FieldValue& given : fields) {
    const v1::Field* described = writing.company.catalogue.FindField(resource.number, given.field());
    const FieldSpec* field = described == nullptr ? nullptr : FindField(resource, described->name());
    if (field == nullptr || field->access == Access::kReadOnly || (field->access == Access::kSetOnce && !for_create)) {
      const std::string name = described == nullptr ? absl::StrCat("field ", given.field()) : described->name();
      out.failure = Never(operation, "FIELD_NOT_WRITABLE", name, absl::StrCat(name, " cannot be written to ", resource.name, " in Sage"));
      return out;
    }
    if (field->rendering == Rendering::kMade) continue;
    auto written = Unrender(*field, given.value(), writing.parameters);
    if (!written.ok()) {
      const char* reason = absl::IsNotFound(written.status()) ? "LABEL_UNKNOWN" : "WRONG_TYPE";
      out.failure = Never(operation, reason, field->name, std::string(written.status().message()));
      return out;
    }
    if (written->kind == Written::Kind::kText) {
      if (const auto problem = CheckFits(writing, field->name, written->text, described->length_max())) {
        out.failure = Never(operation, problem->code(), problem->field(), problem->text());
        return out;
      }
    }
    out.values.emplace_back(field->name, *std::move(written));
  }
  return out;
}

v1::OperationResult Refused(const v1::Operation& operation, const GatewayRefusal& refusal) {
  v1::Failure::Class kind = v1::Failure::NEVER;
  std::int64_t wait = 0;
  const std::string& code = refusal.code;
  if (code == "RECORD_LOCKED" || code == "FILE_LOCKED" || code == "JOURNAL_IN_USE" || code == "SAGE_UNAVAILABLE") {
    kind = v1::Failure::AGAIN;
  } else if (code == "LICENCE_EXHAUSTED") {
    kind = v1::Failure::AGAIN;
    wait = kLicenceWaitMillis;
  } else if (code == "UNAUTHENTICATED" || code == "STALE_EPOCH") {
    // Nothing was written and nothing is wrong with the record: somebody must mend the token, or a newer engine has taken over.
    kind = v1::Failure::AGAIN;
    wait = kLicenceWaitMillis;
  } else if (code == "REVISION_MISMATCH") {
    kind = v1::Failure::MOVED_ON;
  } else if (code == "HTTP_429" || code == "HTTP_502" || code == "HTTP_503" || code == "HTTP_504") {
    kind = v1::Failure::AGAIN;
  }
  v1::OperationResult result = Failed(operation, kind, code, refusal.text);
  result.mutable_failure()->set_retry_after_millis(wait);
  for (const v1::Problem& problem : refusal.problems) *result.mutable_failure()->add_problems() = problem;
  if (refusal.problems.empty() && !refusal.field.empty()) {
    v1::Problem* problem = result.mutable_failure()->add_problems();
    problem->set_severity("error");
    problem->set_code(code);
    problem->set_text(refusal.text);
    problem->set_field(refusal.field);
  }
  return result;
}

bool IsUncertain(const GatewayAnswer& answer) {
  if (answer.delivery == GatewayAnswer::Delivery::kLost) return true;
  if (answer.delivery == GatewayAnswer::Delivery::kNotSent || answer.is_success()) return false;
  const std::string code = ReadRefusal(answer).code;
  return code == "SESSION_LOST" || (answer.status >= 500 && code.starts_with("HTTP_"));
}

v1::OperationResult NotSent(const v1::Operation& operation, const GatewayAnswer& answer) {
  return Failed(operation, v1::Failure::AGAIN, "GATEWAY_UNREACHABLE", answer.trouble);
}

v1::OperationResult Unclear(const v1::Operation& operation, const std::string& what_was_done) {
  return Failed(operation, v1::Failure::UNCERTAIN, "NO_ANSWER",
                absl::StrCat(what_was_done, " was sent to Sage and its outcome is not known: it is searched for before anything is repeated"));
}

v1::OperationResult ReadFailed(const v1::Operation& operation, const absl::Status& status) {
  if (status.code() == absl::StatusCode::kInvalidArgument) {
    return Failed(operation, v1::Failure::NEVER, "FIELD_NOT_SEARCHABLE", std::string(status.message()));
  }
  return Failed(operation, v1::Failure::AGAIN, "DATABASE_UNAVAILABLE", sdk::SentenceOf(status));
}

v1::OperationResult Received(Writing& writing, const v1::Operation& operation, v1::Receipt::Observation observation, v1::Change change,
                             bool existed) {
  v1::OperationResult result;
  result.set_id(operation.id());
  result.set_seq(writing.sequence.Next());
  change.set_read_seq(result.seq());
  if (change.kind() == v1::Change::CONTENT) SetStamp(&change);
  result.mutable_receipt()->set_observation(observation);
  result.mutable_receipt()->set_existed(existed);
  *result.mutable_receipt()->mutable_change() = std::move(change);
  if (!existed) ++writing.counters.writes;
  return result;
}

v1::Change MergedRecord(const Writing& writing, const ResourceSpec& resource, const std::string& key, const Row& row,
                        const v1::Change* from_sql) {
  sdk::RecordBuilder builder(writing.company.catalogue, resource.number);
  for (const FieldSpec& field : resource.fields) {
    const v1::Field* described = writing.company.catalogue.FindField(resource.number, field.name);
    if (described == nullptr) continue;
    if (field.rendering != Rendering::kMade && row.Has(field.name)) {
      builder.Set(field.name, Render(field, row, writing.parameters));
    } else if (from_sql != nullptr) {
      const v1::Value* value = sdk::FindValue(from_sql->fields(), described->number());
      if (value != nullptr) builder.Set(field.name, *value);
    }
  }
  for (std::size_t i = 0; i < writing.company.schema.UserColumns(resource.table).size(); ++i) builder.Ignore();
  v1::Change change;
  builder.Finish(&change);
  change.set_key(key);
  if (const auto marq = row.Int("cbMarq")) {
    change.mutable_row()->set_incarnation(writing.company.schema.company_guid());
    change.mutable_row()->set_number(*marq);
  } else if (from_sql != nullptr && from_sql->has_row()) {
    *change.mutable_row() = from_sql->row();
  }
  if (const auto local = ParseLocal(row.Text("cbModification").value_or(""))) {
    const ChangeInterval interval = writing.company.time.Interval(*local, writing.company.schema.Precision(resource.table));
    change.set_changed_from_micros(interval.from_micros);
    change.set_changed_to_micros(interval.to_micros);
  } else if (from_sql != nullptr) {
    change.set_changed_from_micros(from_sql->changed_from_micros());
    change.set_changed_to_micros(from_sql->changed_to_micros());
  }
  return change;
}

const v1::Value* GivenValue(const Writing& writing, const ResourceSpec& resource,
                            const google::protobuf::RepeatedPtrField<v1::FieldValue>& fields, std::string_view name) {
  const v1::Field* described = writing.company.catalogue.FindField(resource.number, name);
  return described == nullptr ? nullptr : sdk::FindValue(fields, described->number());
}

}  // namespace entente::sage100
