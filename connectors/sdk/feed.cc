#include "connectors/sdk/feed.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/strings/str_cat.h"
#include "connectors/sdk/logging.h"

namespace entente::sdk {
namespace {

constexpr absl::Duration kIdle = absl::Seconds(1);
constexpr absl::Duration kFailureMax = absl::Minutes(5);

absl::Time Now() {
  return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

// Holds one batch back, so that the last one of a poll or listing can carry the mark of its end.
class HeldBatch : public ChangeSink {
 public:
  HeldBatch(Session& session, std::string resource, v1::FeedMode mode, std::string listing_id)
      : session_(session), resource_(std::move(resource)), mode_(mode), listing_id_(std::move(listing_id)) {}

  absl::Status Send(v1::ReportChangesRequest batch) override {
    if (session_.ended()) return absl::CancelledError("the session ended");
    absl::Status status = absl::OkStatus();
    if (held_) status = Release({});
    held_ = std::move(batch);
    return status;
  }

  // Sends what is held with the end marks; `durable` is called when all of it is durable.
  absl::Status Finish(const absl::Status& outcome, bool cursor_lost, const std::string& cursor, std::function<void()> durable) {
    const bool is_live = mode_ == v1::LIVE;
    if (!held_) {
      held_.emplace();
      if (is_live && !cursor_lost) held_->set_cursor_after(cursor);
    }
    if (is_live) {
      held_->set_poll_ends(outcome.ok());
      held_->set_cursor_lost(cursor_lost);
    } else {
      held_->set_listing_ends(true);
      held_->set_listing_failed(!outcome.ok());
      if (!outcome.ok()) held_->clear_cursor_after();
    }
    return Release(std::move(durable));
  }

  bool is_empty() const { return !held_ && sent_ == 0; }
  // The last cursor handed to the engine.
  const std::string& cursor() const { return cursor_; }

 private:
  absl::Status Release(std::function<void()> durable) {
    v1::ReportChangesRequest batch = std::move(*held_);
    held_.reset();
    batch.set_mode(mode_);
    batch.set_resource(resource_);
    batch.set_listing_id(listing_id_);
    batch.set_listing_begins(mode_ != v1::LIVE && sent_ == 0);
    ++sent_;
    if (!batch.cursor_after().empty()) cursor_ = batch.cursor_after();
    return session_.SendChanges(std::move(batch), std::move(durable));
  }

  Session& session_;
  const std::string resource_;
  const v1::FeedMode mode_;
  const std::string listing_id_;
  std::optional<v1::ReportChangesRequest> held_;
  std::string cursor_;
  int sent_ = 0;
};

}  // namespace

Feed::Feed(Connector& connector, Session& session, const v1::Catalogue& catalogue) : connector_(connector), session_(session) {
  for (const auto& resource : catalogue.resources()) names_[resource.number()] = resource.name();
  for (const auto& feed : session.opened().feeds()) {
    Polled& polled = polled_[feed.resource()];
    polled.cursor = feed.cursor();
    polled.has_cursor = !feed.cursor().empty();
    const bool is_polled = feed.interval_millis() > 0;
    polled.interval = is_polled ? absl::Milliseconds(feed.interval_millis()) : absl::InfiniteDuration();
    polled.due = is_polled ? Now() : absl::InfiniteFuture();
  }
}

void Feed::Take(const v1::Operation& operation) {
  const auto name = names_.find(operation.resource());
  if (name == names_.end()) {
    Answer(operation.id(), operation.resource(), absl::NotFoundError("the catalogue has no resource of this number"), "RESOURCE_UNKNOWN");
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    if (operation.verb() == v1::Operation::START_LISTING) {
      listings_.push_back(operation);
    } else {
      auto [polled, added] = polled_.try_emplace(name->second);
      if (added) {
        polled->second.interval = absl::InfiniteDuration();
        polled->second.due = absl::InfiniteFuture();
      }
      polled->second.requests.push_back(operation.id());
    }
  }
  wake_.notify_all();
}

void Feed::Wake() {
  const std::lock_guard lock(mutex_);
  wake_.notify_all();
}

std::optional<Feed::Work> Feed::Next(absl::Duration* wait) {
  const absl::Time now = Now();
  *wait = kIdle;
  const std::string* starved = nullptr;
  double hunger = 0;
  const bool listing_next = was_poll_ && !listings_.empty();
  for (const auto& [resource, polled] : polled_) {
    if (!polled.requests.empty() && !listing_next) return Work{resource, {}};
    if (!polled.has_cursor) continue;  // nothing to resume from: a listing comes first
    if (polled.due > now) {
      *wait = std::min(*wait, polled.due - now);
      continue;
    }
    const double late = absl::FDivDuration(now - polled.due, polled.interval);
    if (starved == nullptr || late > hunger) {
      starved = &resource;
      hunger = late;
    }
  }
  if (starved != nullptr && !listing_next && (hunger >= 1.0 || listings_.empty())) return Work{*starved, {}};
  if (!listings_.empty()) {
    Work work{names_[listings_.front().resource()], std::move(listings_.front())};
    listings_.pop_front();
    return work;
  }
  return std::nullopt;
}

void Feed::Run() {
  while (!session_.ended()) {
    std::optional<Work> work;
    {
      std::unique_lock lock(mutex_);
      absl::Duration wait;
      work = Next(&wait);
      if (!work) {
        wake_.wait_for(lock, absl::ToChronoNanoseconds(wait));
        continue;
      }
    }
    was_poll_ = !work->listing;
    if (work->listing) {
      List(work->resource, *work->listing);
    } else {
      Poll(work->resource);
    }
  }
}

void Feed::Poll(const std::string& resource) {
  std::string cursor;
  std::vector<std::uint64_t> requests;
  std::uint32_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    Polled& polled = polled_[resource];
    cursor = polled.cursor;
    requests = std::exchange(polled.requests, {});
    for (const auto& [id, name] : names_) number = name == resource ? id : number;
  }
  HeldBatch sink(session_, resource, v1::LIVE, "");
  const absl::Status status = connector_.Poll(resource, cursor, sink);
  if (session_.ended()) return;
  const bool cursor_lost = status.code() == absl::StatusCode::kOutOfRange;
  std::function<void()> durable;
  if (status.ok()) {
    durable = [this, requests, number] {
      for (const std::uint64_t id : requests) Answer(id, number, absl::OkStatus(), "");
    };
  } else {
    spdlog::warn("poll failed  resource={} reason={} text={}", resource, cursor_lost ? "CURSOR_LOST" : "POLL_FAILED",
                 OneLine(status.ToString()));
  }
  if (status.ok() || cursor_lost || !sink.is_empty()) {
    // A poll broken off still reports what it read; the cursor it reached is as good as any.
    if (!sink.Finish(status, cursor_lost, cursor, std::move(durable)).ok()) return;
  }
  if (!status.ok()) {
    for (const std::uint64_t id : requests) Answer(id, number, status, cursor_lost ? "CURSOR_LOST" : "POLL_FAILED");
  }
  Settled(resource, status, sink.cursor());
}

void Feed::Settled(const std::string& resource, const absl::Status& status, const std::string& cursor) {
  const std::lock_guard lock(mutex_);
  Polled& polled = polled_[resource];
  if (!cursor.empty()) {
    polled.cursor = cursor;
    polled.has_cursor = true;
  }
  if (status.code() == absl::StatusCode::kOutOfRange) {
    polled.cursor.clear();
    polled.has_cursor = false;
  }
  polled.failures = status.ok() ? 0 : std::min(polled.failures + 1, 16);
  polled.due = Now() + (status.ok() ? polled.interval : std::min(kFailureMax, absl::Seconds(1) * (1 << std::min(polled.failures, 8))));
}

void Feed::List(const std::string& resource, const v1::Operation& operation) {
  spdlog::info("listing begins  resource={} listing={}", resource, operation.listing_id());
  HeldBatch sink(session_, resource, operation.listing_mode(), operation.listing_id());
  const absl::Status status = connector_.List(resource, operation.listing_mode(), sink);
  if (session_.ended()) return;
  const std::uint64_t id = operation.id();
  const std::uint32_t number = operation.resource();
  const absl::Status sent = sink.Finish(status, false, "", [this, id, number, status] { Answer(id, number, status, "LISTING_FAILED"); });
  if (!sent.ok()) return;
  if (status.ok()) {
    spdlog::info("listing ended  resource={} listing={}", resource, operation.listing_id());
    const std::lock_guard lock(mutex_);
    const auto polled = polled_.find(resource);
    if (polled != polled_.end() && !sink.cursor().empty()) {
      polled->second.cursor = sink.cursor();
      polled->second.has_cursor = true;
      if (polled->second.interval != absl::InfiniteDuration()) polled->second.due = Now() + polled->second.interval;
    }
  } else {
    spdlog::warn("listing failed  resource={} listing={} text={}", resource, operation.listing_id(), OneLine(status.ToString()));
  }
}

void Feed::Answer(std::uint64_t id, std::uint32_t resource, const absl::Status& status, const std::string& reason) {
  v1::OperationResult result;
  result.set_id(id);
  if (status.ok()) {
    result.mutable_receipt()->set_observation(v1::Receipt::UNOBSERVED);
    result.mutable_receipt()->mutable_change()->set_resource(resource);
  } else {
    auto* failure = result.mutable_failure();
    failure->set_class_(reason == "RESOURCE_UNKNOWN" ? v1::Failure::NEVER : v1::Failure::AGAIN);
    failure->set_reason(reason);
    failure->set_text(std::string(status.message()));
  }
  session_.SendResult(std::move(result));
}

}  // namespace entente::sdk
