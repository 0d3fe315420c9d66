#include "connectors/ssm/ssm_connector.h"

#include <openssl/sha.h>

#include <atomic>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "connectors/ssm/api.h"
#include "connectors/ssm/catalogue.h"
#include "connectors/ssm/codec.h"
#include "connectors/ssm/cursor.h"
#include "connectors/ssm/document_feed.h"
#include "connectors/ssm/document_writer.h"
#include "connectors/ssm/documents.h"
#include "connectors/ssm/record_feed.h"
#include "connectors/ssm/record_writer.h"
#include "connectors/ssm/seen.h"
#include "connectors/ssm/task.h"
#include "connectors/ssm/tenant.h"

namespace entente::ssm {
namespace {

// Not the key itself, and the same for every connection of one tenant.
std::string TenantId(const std::string& public_key) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(public_key.data()), public_key.size(), digest);
  return absl::BytesToHexString(std::string(reinterpret_cast<const char*>(digest), 16));
}

std::string OptionOr(const sdk::SessionPlan& plan, const std::string& name, const std::string& fallback) {
  const auto found = plan.options.find(name);
  return found == plan.options.end() || found->second.empty() ? fallback : found->second;
}

std::vector<std::string> Words(const std::string& list) {
  std::vector<std::string> out;
  for (const auto word : absl::StrSplit(list, ',')) {
    const std::string text(absl::StripAsciiWhitespace(word));
    if (!text.empty()) out.push_back(text);
  }
  return out;
}

int BulkSize(const Settings& settings, const sdk::SessionPlan& plan) {
  int most = 0;
  const auto limit = plan.options.find("batch_max");
  const bool has_limit = limit != plan.options.end() && absl::SimpleAtoi(limit->second, &most) && most > 0;
  return has_limit ? std::min(settings.bulk_size, most) : settings.bulk_size;
}

bool IsSearch(v1::Operation::Verb verb) { return verb == v1::Operation::READ || verb == v1::Operation::FIND; }

}  // namespace

struct SsmConnector::Tools {
  Tools(Settings given, sdk::Timer* timer) : settings(std::move(given)), api(settings, timer), tenant(settings, api) {}

  const Settings settings;
  Api api;
  Tenant tenant;
  std::unique_ptr<sdk::CatalogueView> view;
  std::unique_ptr<Codec> codec;
  PriceIds price_ids;
  std::atomic<std::uint64_t> writes{0};
  std::atomic<std::uint64_t> blind{0};
};

// What lives for one session.
struct SsmConnector::SessionTools {
  SessionTools(Tools& tools, const sdk::SessionPlan& plan, sdk::SequenceCounter& sequence)
      : access{tools.settings, tools.api, tools.tenant, *tools.codec, seen, tools.price_ids, sequence, BulkSize(tools.settings, plan)},
        documents(access, Words(OptionOr(plan, "invoice_statuses", "Facture,Avoir")), OptionOr(plan, "invoice_prefix", "I:")),
        records(access) {
    for (const ResourceSpec& resource : Resources()) {
      if (resource.is_document) document_feeds.emplace(resource.number, std::make_unique<DocumentFeed>(access, documents, resource));
    }
  }

  Seen seen;
  Access access;
  Documents documents;
  RecordFeed records;
  std::map<std::uint32_t, std::unique_ptr<DocumentFeed>> document_feeds;
};

SsmConnector::SsmConnector(Settings settings, sdk::Timer* timer) : tools_(std::make_unique<Tools>(std::move(settings), timer)) {}
SsmConnector::~SsmConnector() = default;

absl::StatusOr<sdk::v1::OpenSessionRequest> SsmConnector::Describe() {
  if (auto status = tools_->tenant.Load(); !status.ok()) return status;
  v1::OpenSessionRequest out;
  out.set_system("ssm");
  out.set_product("Sage Sales Management");
  out.set_version("4");
  out.set_edition("cloud");
  out.set_company_id(TenantId(tools_->settings.public_key));
  out.set_company_name(tools_->settings.tenant_name);
  out.set_connector_version("entente-connector-ssm 0.1.0");
  out.set_companies(1);
  *out.mutable_catalogue() = MakeCatalogue(tools_->tenant, tools_->settings.bulk_size);
  auto* can = out.mutable_capabilities();
  can->set_read_lag_millis(absl::ToInt64Milliseconds(tools_->settings.read_lag));
  can->set_settle_time_millis(absl::ToInt64Milliseconds(tools_->settings.settle));
  const int per_minute = tools_->settings.calls_per_minute > 0 ? tools_->settings.calls_per_minute : tools_->settings.calls_per_second * 60;
  can->set_calls_per_minute(static_cast<std::uint32_t>(per_minute));
  can->set_change_time_precision_millis(1000);
  for (const auto& advice : tools_->tenant.Advice()) out.add_advice(advice);
  tools_->view = std::make_unique<sdk::CatalogueView>(out.catalogue());
  tools_->codec = std::make_unique<Codec>(tools_->settings, tools_->tenant, *tools_->view);
  return out;
}

absl::Status SsmConnector::Begin(const sdk::SessionPlan& plan, sdk::SequenceCounter* sequence) {
  if (tools_->codec == nullptr) return absl::FailedPreconditionError("Begin() before Describe()");
  session_ = std::make_unique<SessionTools>(*tools_, plan, *sequence);
  tools_->api.budget().SetPollShare(static_cast<int>(plan.poll_share_percent));
  int calls = 0;
  const auto limit = plan.options.find("calls_per_minute");
  const bool has_limit = tools_->settings.takes_calls_of_pack && limit != plan.options.end() && absl::SimpleAtoi(limit->second, &calls);
  if (has_limit) tools_->api.budget().SetCallsPerMinute(calls);
  tools_->api.BeginCounting();
  tools_->writes = 0;
  tools_->blind = 0;
  return absl::OkStatus();
}

absl::Status SsmConnector::Poll(const std::string& resource, const std::string& cursor, sdk::ChangeSink& sink) {
  const ResourceSpec* spec = FindResource(resource);
  if (spec == nullptr) return absl::NotFoundError(absl::StrCat("SSM has no resource ", resource));
  const auto from = Cursor::Parse(cursor);
  if (!from) return absl::OutOfRangeError("the cursor was not made by this connector");
  if (spec->is_document) return session_->document_feeds.at(spec->number)->Poll(*from, sink);
  return session_->records.Poll(*spec, *from, sink);
}

absl::Status SsmConnector::List(const std::string& resource, sdk::v1::FeedMode mode, sdk::ChangeSink& sink) {
  const ResourceSpec* spec = FindResource(resource);
  if (spec == nullptr) return absl::NotFoundError(absl::StrCat("SSM has no resource ", resource));
  if (mode == v1::KEYS) return absl::UnimplementedError("SSM lists no keys without content");
  if (spec->is_document) return session_->document_feeds.at(spec->number)->List(sink);
  return session_->records.List(*spec, sink);
}

namespace {

// Operations of one wave: no record twice, so the order among them is free.
class Wave {
 public:
  Wave(const Desk& desk, const Documents& documents) : desk_(desk), documents_(documents) {}

  // False when the record is in this wave already.
  bool Add(Task* task) {
    const v1::Operation& operation = *task->operation;
    const bool has_key = !operation.key().empty() && operation.verb() != v1::Operation::CREATE;
    if (has_key && !keys_.insert({operation.resource(), operation.key()}).second) return false;
    tasks_[{IsSearch(operation.verb()) ? 0 : 1, operation.resource(), operation.verb()}].push_back(task);
    return true;
  }

  bool is_empty() const { return tasks_.empty(); }

  void Run(const std::function<void(Task*)>& answered) {
    for (auto& [group, tasks] : tasks_) {
      const ResourceSpec& resource = *tasks.front()->resource;
      const v1::Operation::Verb verb = std::get<2>(group);
      if (resource.is_document) {
        RunWith(DocumentWriter(desk_, documents_, resource), verb, tasks);
      } else {
        RunWith(RecordWriter(desk_, resource), verb, tasks);
      }
      for (Task* task : tasks) answered(task);
    }
  }

 private:
  template <typename Writer>
  void RunWith(Writer writer, v1::Operation::Verb verb, const std::vector<Task*>& tasks) {
    switch (verb) {
      case v1::Operation::READ: return writer.Read(tasks);
      case v1::Operation::FIND: return writer.Find(tasks);
      case v1::Operation::CREATE: return writer.Create(tasks);
      case v1::Operation::UPDATE: return writer.Update(tasks);
      case v1::Operation::DELETE:
        if (tasks.front()->resource->can_delete) return writer.Delete(tasks);
        [[fallthrough]];
      default:
        for (Task* task : tasks) task->Fail(Never("VERB_NOT_SUPPORTED", "SSM cannot do this to a record of this resource"));
    }
  }

  const Desk& desk_;
  const Documents& documents_;
  std::set<std::pair<std::uint32_t, std::string>> keys_;
  std::map<std::tuple<int, std::uint32_t, v1::Operation::Verb>, std::vector<Task*>> tasks_;
};

v1::Failure LeaseEnded() {
  v1::Failure failure;
  failure.set_class_(v1::Failure::AGAIN);
  failure.set_reason("LEASE_ENDED");
  failure.set_text("the lease of the session ended before this operation began");
  return failure;
}

}  // namespace

void SsmConnector::Perform(std::vector<sdk::v1::Operation> operations, const std::function<bool()>& may_start,
                           const std::function<void(sdk::v1::OperationResult)>& done) {
  const Desk desk{session_->access, may_start, [this](std::uint64_t count) { tools_->writes += count; },
                  [this](std::uint64_t count) { tools_->blind += count; }};
  std::vector<Task> tasks(operations.size());
  const auto answer = [&](Task* task) { done(std::move(task->result)); };
  std::vector<Task*> open;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    Task& task = tasks[i];
    task.operation = &operations[i];
    task.result.set_id(operations[i].id());
    task.resource = FindResource(operations[i].resource());
    if (task.resource != nullptr) {
      open.push_back(&task);
      continue;
    }
    task.Fail(Never("RESOURCE_UNKNOWN", "the catalogue of SSM has no such resource"));
    answer(&task);
  }
  while (!open.empty()) {
    Wave wave(desk, session_->documents);
    std::vector<Task*> later;
    for (Task* task : open) {
      if (!may_start()) {
        task->Fail(LeaseEnded());
        answer(task);
      } else if (!wave.Add(task)) {
        later.push_back(task);
      }
    }
    wave.Run(answer);
    open = std::move(later);
  }
}

sdk::v1::Statistics SsmConnector::Statistics() const {
  v1::Statistics out = tools_->api.Statistics();
  out.set_writes(tools_->writes);
  out.set_blind_overwrites(tools_->blind);
  return out;
}

}  // namespace entente::ssm
