#include "connectors/sage100/sage_connector.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "connectors/sdk/error.h"

namespace entente::sage100 {
namespace {

constexpr char kConnectorVersion[] = "entente-connector-sage100 0.1.0";

}  // namespace

SageConnector::SageConnector(Sage100Config config, sdk::Timer& timer, bool gateway_required)
    : config_(std::move(config)),
      gateway_required_(gateway_required),
      feeding_(config_),
      operating_(config_),
      gateway_(config_.gateway_url, config_.gateway_token, config_.gateway_timeout, config_.gateway_root_file),
      gateway_watch_(config_, timer),
      sources_(MakeSources()),
      feed_(feeding_, sources_, config_.change_overlap),
      operations_(config_, operating_, sources_, gateway_, timer) {}

absl::StatusOr<v1::OpenSessionRequest> SageConnector::Describe() {
  auto zone = CompanyTime::Load(config_.company_time_zone);
  if (!zone.ok()) return zone.status();
  feeding_.Drop();  // a new session begins on a new connection
  operating_.Drop();
  auto connection = feeding_.Connect();
  if (!connection.ok()) return connection.status();
  auto schema = Schema::Read(**connection, feeding_.dialect());
  if (!schema.ok()) return schema.status();
  if (absl::Status s = CheckCompany(*schema); !s.ok()) return s;
  auto parameters = Parameters::Read(**connection, *schema, config_.all_price_categories);
  if (!parameters.ok()) return parameters.status();
  auto server_time = ReadServerTime(**connection, feeding_.dialect());
  if (!server_time.ok()) return server_time.status();

  v1::OpenSessionRequest request;
  request.set_system("sage100");
  request.set_company_id(schema->company_guid());
  request.set_company_name(schema->company_name());
  request.set_connector_version(kConnectorVersion);
  request.set_companies(config_.companies);
  *request.mutable_catalogue() = BuildCatalogue(*schema, *parameters);
  v1::Capabilities* can = request.mutable_capabilities();
  can->set_settle_time_millis(absl::ToInt64Milliseconds(config_.settle_time));
  const bool by_minute = schema->Precision("F_COMPTET") == ChangePrecision::kMinute;
  can->set_change_time_precision_millis(by_minute ? 60000 : 1000);
  can->set_fences_epochs(true);
  if (absl::Status s = DescribeProduct(*schema, &request); !s.ok()) return s;
  Advise(*schema, *server_time, &request);

  auto company = std::make_shared<Company>(*std::move(schema), request.catalogue(), *std::move(zone));
  company->all_price_categories = config_.all_price_categories;
  company->vat_category = config_.vat_category;
  company_ = std::move(company);
  return request;
}

absl::Status SageConnector::CheckCompany(const Schema& schema) const {
  if (config_.expected_company_guid.empty() || config_.expected_company_guid == schema.company_guid()) return absl::OkStatus();
  return sdk::MakeError(absl::StatusCode::kFailedPrecondition, "COMPANY_CHANGED",
                        absl::StrCat("the database holds company ", schema.company_guid(), " (", schema.company_name(),
                                     "), and company.expected_guid names ", config_.expected_company_guid,
                                     ": correct odbc.connection, or company.expected_guid if the company was replaced on purpose"));
}

absl::Status SageConnector::DescribeProduct(const Schema& schema, v1::OpenSessionRequest* request) {
  auto info = gateway_.Info();
  if (info.ok()) {
    if (!info->company_guid.empty() && info->company_guid != schema.company_guid()) {
      return sdk::MakeError(absl::StatusCode::kFailedPrecondition, "GATEWAY_OF_OTHER_COMPANY",
                            absl::StrCat("the gateway serves company ", info->company_guid, " and the database holds ",
                                         schema.company_guid(), ": correct gateway.url or odbc.connection"));
    }
    request->set_product(info->product);
    request->set_version(info->product_version);
    request->set_edition(info->edition);
    if (request->company_name().empty()) request->set_company_name(info->company_name);
    const std::lock_guard lock(mutex_);
    gateway_trouble_ = {};
    return absl::OkStatus();
  }
  if (gateway_required_ || info.status().code() == absl::StatusCode::kUnauthenticated) return info.status();
  // A database read through ODBC stands on premises.
  request->set_product("Sage 100");
  request->set_version(schema.release());
  request->set_edition("on_premise");
  const Trouble trouble = TroubleOf(info);
  request->add_advice(trouble.text);
  const std::lock_guard lock(mutex_);
  gateway_trouble_ = trouble;
  return absl::OkStatus();
}

void SageConnector::Advise(const Schema& schema, absl::Time server_time, v1::OpenSessionRequest* request) const {
  if (schema.charset() != "CP1252") {
    request->add_advice(absl::StrCat("the database uses code page ", schema.charset(), " (collation ", schema.collation(), "), not CP1252"));
  }
  if (!schema.snapshot_allowed()) {
    request->add_advice("snapshot isolation is off, so a document saved while it is read may show old lines under a new head until the next "
                        "poll; ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON cures it");
  }
  if (schema.Precision("F_COMPTET") == ChangePrecision::kMinute) {
    request->add_advice("this release keeps the time of changes by the minute: the newest of two edits within a minute cannot be told");
  }
  if (schema.Column("F_DOCENTETE", "DO_RefExterne") == nullptr) {
    request->add_advice("this release has no DO_RefExterne: set the pack's quote_key_field to DO_NoWeb or DO_Ref");
  }
  auto zone = CompanyTime::Load(config_.company_time_zone);
  if (zone.ok() && schema.server_offset().has_value() && *schema.server_offset() != zone->OffsetAt(server_time)) {
    request->add_advice(absl::StrCat("the database server's clock is not in ", config_.company_time_zone, ": correct company.time_zone"));
  }
}

// Where the pack names a parameter, it outweighs our configuration: both sides of an instance must mean the same.
absl::Status SageConnector::Begin(const sdk::SessionPlan& plan, sdk::SequenceCounter* sequence) {
  if (const auto rows = plan.options.find("price_rows"); rows != plan.options.end()) company_->all_price_categories = rows->second == "all";
  if (const auto zone = plan.options.find("company_time_zone"); zone != plan.options.end() && !zone->second.empty()) {
    auto loaded = CompanyTime::Load(zone->second);
    if (!loaded.ok()) return loaded.status();
    company_->time = *std::move(loaded);
  }
  feed_.Begin(company_, sequence);
  operations_.Begin(company_, sequence);
  return absl::OkStatus();
}

absl::Status SageConnector::Poll(const std::string& resource, const std::string& cursor, sdk::ChangeSink& sink) {
  WatchGateway();
  return Watched(feed_.Poll(resource, cursor, sink));
}

absl::Status SageConnector::List(const std::string& resource, v1::FeedMode mode, sdk::ChangeSink& sink) {
  return Watched(feed_.List(resource, mode, sink));
}

void SageConnector::WatchGateway() {
  const std::optional<Trouble> found = gateway_watch_.Look();
  if (!found) return;
  if (found->code.empty()) operations_.GatewayAnswers();
  const std::lock_guard lock(mutex_);
  gateway_trouble_ = *found;
}

absl::Status SageConnector::Watched(absl::Status status) {
  if (odbc::IsConnectionLost(status)) feeding_.Drop();
  const std::string reason = sdk::ReasonOf(status);
  const std::lock_guard lock(mutex_);
  if (status.ok()) {
    feed_trouble_ = {};
  } else if (!reason.empty()) {
    feed_trouble_ = {reason, sdk::SentenceOf(status)};
  } else if (odbc::IsConnectionLost(status) || absl::IsUnavailable(status)) {
    feed_trouble_ = {"DATABASE_UNAVAILABLE", std::string(status.message())};
  }
  return status;
}

void SageConnector::Perform(std::vector<v1::Operation> operations, const std::function<bool()>& may_start,
                            const std::function<void(v1::OperationResult)>& done) {
  operations_.Perform(operations, may_start, done);
}

v1::Statistics SageConnector::Statistics() const {
  v1::Statistics out;
  const WriteCounters& counters = operations_.counters();
  out.set_calls(counters.calls);
  out.set_writes(counters.writes);
  out.set_blind_overwrites(counters.blind_overwrites);
  Trouble trouble = operations_.trouble();
  if (trouble.code.empty()) {
    const std::lock_guard lock(mutex_);
    trouble = feed_trouble_.code.empty() ? gateway_trouble_ : feed_trouble_;
  }
  out.set_trouble_code(trouble.code);
  out.set_trouble_text(trouble.text);
  return out;
}

}  // namespace entente::sage100
