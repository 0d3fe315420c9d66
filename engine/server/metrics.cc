#include "engine/server/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/metric_type.h>

#include <exception>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"

namespace entente {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

// The families of one scrape by name.
class Scrape {
 public:
  void Add(const std::string& name, const std::string& help, MetricType type, std::vector<prometheus::ClientMetric::Label> labels, double value) {
    MetricFamily& family = families_[name];
    family.name = name;
    family.help = help;
    family.type = type;
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    metric.label = std::move(labels);
    (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  }
  std::vector<MetricFamily> Take() {
    std::vector<MetricFamily> all;
    for (auto& [name, family] : families_) all.push_back(std::move(family));
    return all;
  }

 private:
  std::map<std::string, MetricFamily> families_;
};

void Collect(Instance& instance, Scrape* scrape) {
  const InstanceStatus status = instance.Status();
  const PackPtr pack = instance.pack();
  const std::string& name = instance.name();
  scrape->Add("entente_degraded", "1 while the state cannot be saved.", MetricType::Gauge, {{"instance", name}}, status.problem_reason.empty() ? 0 : 1);
  scrape->Add("entente_dirty_links", "Links that wait to be decided.", MetricType::Gauge, {{"instance", name}}, static_cast<double>(status.machine.dirty));
  for (const Side side : kSides) {
    const auto& at = status.machine.sides[side];
    const std::vector<prometheus::ClientMetric::Label> labels = {{"instance", name}, {"side", pack->sides[side].name}};
    const std::size_t waiting = side == Side::kLeft ? status.machine.outbox_left : status.machine.outbox_right;
    scrape->Add("entente_connected", "1 while the side's connector holds a session.", MetricType::Gauge, labels, at.connected ? 1 : 0);
    scrape->Add("entente_outbox_deliveries", "Deliveries owed to the side.", MetricType::Gauge, labels, static_cast<double>(waiting));
    scrape->Add("entente_writes_total", "Deliveries that ended in a receipt.", MetricType::Counter, labels, static_cast<double>(at.writes));
    scrape->Add("entente_calls_total", "Calls the connector made to its system in this session.", MetricType::Counter, labels, static_cast<double>(at.statistics.calls));
  }
  for (const auto& [reason, count] : status.machine.open_items) {
    scrape->Add("entente_open_items", "Open work items.", MetricType::Gauge, {{"instance", name}, {"reason", reason}}, static_cast<double>(count));
  }
  for (const auto& [event, count] : status.machine.counters) {
    scrape->Add("entente_events_total", "What the pipeline counted since it started.", MetricType::Counter, {{"instance", name}, {"event", event}}, static_cast<double>(count));
  }
}

class StatusCollector final : public prometheus::Collectable {
 public:
  StatusCollector(std::vector<Instance*> instances, std::function<std::uint64_t()> tokens_refused)
      : instances_(std::move(instances)), tokens_refused_(std::move(tokens_refused)) {}
  std::vector<MetricFamily> Collect() const override {
    Scrape scrape;
    for (Instance* instance : instances_) entente::Collect(*instance, &scrape);
    scrape.Add("entente_tokens_refused_total", "Calls with a wrong token or none.", MetricType::Counter, {}, static_cast<double>(tokens_refused_()));
    return scrape.Take();
  }

 private:
  std::vector<Instance*> instances_;
  std::function<std::uint64_t()> tokens_refused_;
};

class ServedMetrics final : public Metrics {
 public:
  ServedMetrics(const std::string& address, std::vector<Instance*> instances, std::function<std::uint64_t()> tokens_refused)
      : collector_(std::make_shared<StatusCollector>(std::move(instances), std::move(tokens_refused))), exposer_(address, 1) {
    exposer_.RegisterCollectable(collector_);
    address_ = absl::StrCat(address.substr(0, address.rfind(':') + 1), exposer_.GetListeningPorts().at(0));
  }
  const std::string& address() const override { return address_; }

 private:
  std::string address_;
  std::shared_ptr<StatusCollector> collector_;
  prometheus::Exposer exposer_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Metrics>> Metrics::Serve(const std::string& address, std::vector<Instance*> instances, std::function<std::uint64_t()> tokens_refused) {
  try {
    return std::make_unique<ServedMetrics>(address, std::move(instances), std::move(tokens_refused));
  } catch (const std::exception&) {
    return MakeError(absl::StatusCode::kUnavailable, "CANNOT_LISTEN", absl::StrCat("Metrics cannot be served on ", address, ". Another program may hold the port: change `metrics_listen`."));
  }
}

}  // namespace entente
