#include "tests/connectors/ssm_fixture.h"

namespace entente::ssm::testing {

void SsmConnectorTest::Start(sandbox::SsmOptions options, sandbox::CompanySize size) {
  connector_.reset();
  sandbox_.reset();
  if (options.rate_per_minute == 50) options.rate_per_minute = 0;
  options.now_ms = [this] { return now_ms_ += 3; };
  options.steady_ms = [this] { return steady_ms_.load() + absl::ToUnixMillis(timer_->Now()); };
  timer_ = sdk::MakeManualTimer();
  auto started = sandbox::SsmSandbox::Start(options, sandbox::GenerateCompany(options.seed, size));
  ASSERT_TRUE(started.ok()) << started.status();
  sandbox_ = std::move(*started);
  Connect();
}

Settings SsmConnectorTest::Reach() const {
  Settings settings;
  settings.url = sandbox_->url();
  settings.public_key = sandbox_->public_key();
  settings.private_key = sandbox_->private_key();
  settings.calls_per_minute = 0;
  return settings;
}

void SsmConnectorTest::Connect() { Connect(Reach()); }

void SsmConnectorTest::Connect(Settings settings, sdk::SessionPlan plan) {
  connector_ = std::make_unique<SsmConnector>(std::move(settings), timer_.get());
  auto described = connector_->Describe();
  ASSERT_TRUE(described.ok()) << described.status();
  described_ = *described;
  view_ = std::make_unique<sdk::CatalogueView>(described->catalogue());
  ASSERT_TRUE(connector_->Begin(plan, &counter_).ok());
}

Recorder SsmConnectorTest::List(const std::string& resource) {
  Recorder out;
  const absl::Status status = connector_->List(resource, v1::LISTING, out);
  EXPECT_TRUE(status.ok()) << status;
  return out;
}

Recorder SsmConnectorTest::Poll(const std::string& resource, const std::string& cursor) {
  Recorder out;
  const absl::Status status = connector_->Poll(resource, cursor, out);
  EXPECT_TRUE(status.ok()) << status;
  return out;
}

std::uint32_t SsmConnectorTest::NumberOf(const std::string& resource, const std::string& field) const {
  const v1::Field* found = view_->FindField(view_->Find(resource)->number(), field);
  EXPECT_NE(found, nullptr) << resource << "." << field;
  return found == nullptr ? 0 : found->number();
}

v1::Value SsmConnectorTest::ValueOf(const v1::Change& change, const std::string& field) const {
  const v1::Field* known = view_->FindField(change.resource(), field);
  for (const auto& value : change.fields()) {
    if (known != nullptr && value.field() == known->number()) return value.value();
  }
  return {};
}

v1::Operation SsmConnectorTest::Make(v1::Operation::Verb verb, const std::string& resource, const std::string& key, const Fields& fields) {
  v1::Operation out;
  out.set_id(++last_id_);
  out.set_verb(verb);
  out.set_resource(view_->Find(resource)->number());
  out.set_key(key);
  for (const auto& [name, value] : fields) {
    auto* field = out.add_fields();
    field->set_field(NumberOf(resource, name));
    *field->mutable_value() = value;
    if (verb == v1::Operation::CREATE && (name == "extId" || name == "extID")) {
      out.set_find_field(name);
      *out.mutable_find_value() = value;
    }
  }
  return out;
}

std::vector<v1::OperationResult> SsmConnectorTest::Perform(const std::vector<v1::Operation>& operations) {
  std::map<std::uint64_t, v1::OperationResult> by_id;
  connector_->Perform(operations, [] { return true; }, [&](v1::OperationResult result) {
    EXPECT_FALSE(by_id.contains(result.id())) << "answered twice";
    by_id[result.id()] = std::move(result);
  });
  std::vector<v1::OperationResult> out;
  for (const auto& operation : operations) {
    EXPECT_TRUE(by_id.contains(operation.id())) << "not answered";
    out.push_back(by_id[operation.id()]);
  }
  return out;
}

std::string SsmConnectorTest::Create(const std::string& resource, const Fields& fields, const std::string& find_field) {
  auto operation = Make(v1::Operation::CREATE, resource, "", fields);
  if (operation.find_field().empty()) operation.set_find_field(find_field);
  const auto result = Perform(operation);
  EXPECT_TRUE(result.has_receipt()) << result.ShortDebugString();
  return result.receipt().change().key();
}

nlohmann::json SsmConnectorTest::Act(const std::string& action, const nlohmann::json& arguments) {
  const auto result = sandbox_->Act(action, arguments);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *result : nlohmann::json();
}

std::string SsmConnectorTest::User() { return List("users").changes.at(0).key(); }

SsmConnectorTest::Fields SsmConnectorTest::AccountFields(const std::string& ext_id, const std::string& name) {
  return {{"name", sdk::Text(name)},
          {"extId", sdk::Text(ext_id)},
          {"branchId", sdk::Text(view_->FindField(2, "branchId")->labels(0))},
          {"salesRepId1", sdk::Ref("users", User())},
          {"statusId", sdk::Text("Prospect")},
          {"countryId", sdk::Text("FR")}};
}

v1::Value SsmConnectorTest::Line(const std::string& product, int order, const std::string& quantity, const std::string& price,
                                 const std::string& total) {
  return sdk::MapOf({{"productId", sdk::Ref("products", product)},
                     {"order", sdk::IntValue(order)},
                     {"quantity", sdk::DecimalValue(quantity)},
                     {"price", sdk::DecimalValue(price)},
                     {"total", sdk::DecimalValue(total)},
                     {"description", sdk::Text("ligne " + std::to_string(order))}});
}

SsmConnectorTest::Fields SsmConnectorTest::InvoiceFields(const std::string& number, const std::string& account, std::vector<v1::Value> lines,
                                                         const std::string& total) {
  const std::string user = User();
  return {{"reference", sdk::Text(number)},
          {"extId", sdk::Text("I:" + number)},
          {"statusId", sdk::Text("Facture")},
          {"branchId", sdk::Text(view_->FindField(9, "branchId")->labels(0))},
          {"salesRepId", sdk::Ref("users", user)},
          {"accountId", sdk::Ref("accounts", account)},
          {"total", sdk::DecimalValue(total)},
          {"readOnly", sdk::BoolValue(true)},
          {"closedDate", sdk::TimestampValue(1714521600000000)},
          {"lines", sdk::ListOf(std::move(lines))},
          {"turnover", sdk::MapOf({{"extId", sdk::Text(number)},
                                   {"accountId", sdk::Ref("accounts", account)},
                                   {"accountExtId", sdk::Text("C1")},
                                   {"date", sdk::TimestampValue(1714521600000000)},
                                   {"total", sdk::DecimalValue(total)},
                                   {"salesRepId", sdk::Ref("users", user)},
                                   {"salesRepExtId", sdk::Text("1")},
                                   {"deleted", sdk::IntValue(0)}})}};
}

}  // namespace entente::ssm::testing
