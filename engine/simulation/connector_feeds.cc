#include "engine/simulation/connector.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"

// Feeds of a connector: polls, listings, batches and their acknowledgements.
namespace entente::simulation {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

// Keys of a batch, deleted ones marked: for the trace.
std::string KeysOf(const FeedBatch& batch) {
  std::string keys;
  for (const FeedChange& change : batch.changes) absl::StrAppend(&keys, change.kind == ChangeKind::kDeleted ? "-" : "", change.key, "@", change.read_seq, " ");
  return keys;
}

}  // namespace

void Connector::SchedulePoll(const SessionPtr& session, const std::string& resource, std::int64_t after) {
  timeline_.After(after, [this, session, resource] {
    if (!session->is_open || !polls_by_itself_) return;
    Poll(session, resource);
    SchedulePoll(session, resource, std::max<std::int64_t>(session->feeds[resource].interval, kSecond));
  });
}

void Connector::PollAll() {
  if (!is_connected()) return;
  const SessionPtr session = session_;
  for (const auto& [resource, feed] : session->feeds) Poll(session, resource);
}

void Connector::Poll(const SessionPtr& session, const std::string& resource) {
  Session::Feed& feed = session->feeds[resource];
  if (!feed.has_cursor || feed.is_polling || !session->is_open || system_.ailments.unreachable_until > timeline_.now()) return;
  feed.is_polling = true;
  const std::string cursor_after = system_.CursorNow(resource, timeline_.now());
  PollPage(session, resource, "", cursor_after, true);
}

void Connector::PollPage(const SessionPtr& session, const std::string& resource, std::string from, std::string cursor_after, bool is_first) {
  Session::Feed& feed = session->feeds[resource];
  if (!session->is_open) return;
  ++calls_;
  const std::uint64_t seq = ++session->seq;
  System::Page page = system_.Poll(resource, feed.cursor, from, seq, timeline_.now());
  FeedBatch batch;
  batch.side = system_.side();
  batch.session = session->number;
  batch.resource = resource;
  batch.changes = std::move(page.changes);
  batch.polled_at_micros = timeline_.now();
  if (page.is_cursor_lost) {
    batch.cursor_lost = true;
    feed.has_cursor = feed.is_polling = false;
    feed.cursor.clear();
    return Report(session, std::move(batch), nullptr);
  }
  if (!page.is_last) {
    Report(session, std::move(batch), nullptr);
    return After(Latency(), [this, session, resource, next = page.next, cursor_after] { PollPage(session, resource, next, cursor_after, false); });
  }
  feed.is_polling = false;
  batch.poll_ends = true;
  const bool is_silent = is_first && batch.changes.empty() && cursor_after == feed.cursor;
  feed.cursor = cursor_after;
  batch.cursor_after = cursor_after;
  const std::vector<DeliveryId> requests = std::exchange(feed.requests, {});
  // Nothing new is said now and then only.
  if (is_silent && requests.empty() && (settings_.is_instant || !random_.Chance(10))) return;
  Report(session, std::move(batch), [this, session, requests] {
    for (const DeliveryId id : requests) Answer(session, id, true);
  });
}

void Connector::ListPage(const SessionPtr& session, const OperationOut& operation, std::string from, std::string cursor_after, bool is_first) {
  if (!session->is_open) return;
  ++calls_;
  FeedBatch batch;
  batch.side = system_.side();
  batch.session = session->number;
  batch.resource = operation.resource;
  batch.mode = operation.listing_mode;
  batch.listing_id = operation.listing_id;
  batch.listing_begins = is_first;
  if (system_.ailments.unreachable_until > timeline_.now()) {
    batch.listing_ends = batch.listing_failed = true;
    Report(session, std::move(batch), nullptr);
    return Answer(session, operation.id, false);
  }
  const std::uint64_t seq = ++session->seq;
  System::Page page = system_.List(operation.resource, operation.listing_mode, from, seq, timeline_.now());
  batch.changes = std::move(page.changes);
  if (!page.is_last) {
    Report(session, std::move(batch), nullptr);
    return After(Latency(), [this, session, operation, next = page.next, cursor_after] { ListPage(session, operation, next, cursor_after, false); });
  }
  batch.listing_ends = true;
  if (operation.listing_mode == FeedMode::kListing) {
    batch.cursor_after = cursor_after;
    Session::Feed& feed = session->feeds[operation.resource];
    feed.cursor = cursor_after;
    feed.has_cursor = true;
  }
  // The end mark stands alone where a page was the listing's only one, as the development kit sends it.
  Report(session, std::move(batch), [this, session, id = operation.id] { Answer(session, id, true); });
}

void Connector::Report(const SessionPtr& session, FeedBatch batch, std::function<void()> durable) {
  batch.batch = ++session->batch;
  session->on_durable[batch.batch] = {batch.resource, batch.cursor_after.value_or(""), std::move(durable)};
  if (!LieAbout(lie, batch, lied_)) return;
  if (lie == Lie::kListingEndsTwice && batch.listing_ends) {
    FeedBatch again = batch;
    again.changes.clear();
    timeline_.After(0, [this, session, again]() mutable {
      again.batch = ++session->batch;
      SendBatch(session, std::move(again));
    });
  }
  const int changes = static_cast<int>(batch.changes.size());
  const bool waits = !session->waits_for_credits.empty() || (session->unacknowledged > 0 && session->unacknowledged + changes > session->credits);
  if (waits) {
    session->waits_for_credits.push_back(std::move(batch));
    return;
  }
  SendBatch(session, std::move(batch));
}

void Connector::SendBatch(const SessionPtr& session, FeedBatch batch) {
  session->unacknowledged += static_cast<int>(batch.changes.size());
  if (ports_.trace) ports_.trace(absl::StrCat("batch ", Index(batch.side), " ", batch.resource, " ", batch.batch, " n", batch.changes.size(), batch.listing_ends ? " end" : "", batch.cursor_lost ? " lost" : "", batch.changes.empty() ? "" : " ", KeysOf(batch)));
  if (!settings_.encodes) {
    return Up(session, &Session::feed_free, [batch = std::move(batch)](Engine& engine) { engine.Offer(batch); });
  }
  Up(session, &Session::feed_free, [this, session, bytes = session->wire->Encode(batch), side = batch.side](Engine& engine) {
    absl::StatusOr<FeedBatch> read = session->wire->DecodeBatch(bytes);
    if (!read.ok()) {
      refusal_ = ReasonOf(read.status());
      return End(session, true);
    }
    read->side = side;
    // A batch names no session: its stream does. One of a stream that should be gone is all that can be told falsely.
    read->session = session->number - (lie == Lie::kBatchOfStaleSession ? 1 : 0);
    engine.Offer(*std::move(read));
  });
}

void Connector::TakeAcknowledgement(const AcknowledgeBatch& acknowledgement) {
  const SessionPtr session = session_;
  if (!session || session->number != acknowledgement.session) return;
  std::int64_t late = 0;
  if (!settings_.is_instant && !Passes(session, &late)) return;
  const std::int64_t at = std::max(session->acks_free, timeline_.now() + Latency() + late);
  session->acks_free = at + 1;
  After(at - timeline_.now(), [this, session, acknowledgement] {
    if (!session->is_open || session->is_mute) return;
    session->unacknowledged = std::max(0, session->unacknowledged - acknowledgement.credits);
    while (!session->waits_for_credits.empty()) {
      const int changes = static_cast<int>(session->waits_for_credits.front().changes.size());
      if (session->unacknowledged > 0 && session->unacknowledged + changes > session->credits) break;
      FeedBatch batch = std::move(session->waits_for_credits.front());
      session->waits_for_credits.pop_front();
      SendBatch(session, std::move(batch));
    }
    while (!session->on_durable.empty() && session->on_durable.begin()->first <= acknowledgement.batch) {
      const Session::Reported reported = std::move(session->on_durable.begin()->second);
      session->on_durable.erase(session->on_durable.begin());
      if (!reported.cursor.empty()) acknowledged_[reported.resource] = reported.cursor;
      if (reported.durable) reported.durable();
    }
  });
}

}  // namespace entente::simulation
