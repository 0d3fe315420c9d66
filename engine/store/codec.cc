#include "engine/store/codec.h"

#include <utility>

#include "engine/core/canonical.h"
#include "engine/runtime/error.h"
#include "engine/store/codec_parts.h"
#include "engine/store/keys.h"
#include "entente/store/v1/store.pb.h"

namespace entente::store {
namespace {

namespace v1 = ::entente::store::v1;

absl::Status Damaged(std::string_view what) {
  return MakeError(absl::StatusCode::kDataLoss, "STATE_DAMAGED",
                 "The state directory holds a " + std::string(what) + " that cannot be read. Restore the last backup (entente restore).");
}

template <typename Message>
bool Parse(std::string_view bytes, Message* message) {
  return message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

// A message of this thread that is used again and again: what it once took of memory it keeps, so that the next one takes none.
template <typename Message>
Message& Empty() {
  thread_local Message message;
  message.Clear();
  return message;
}

std::uint32_t SideNumber(int side) { return static_cast<std::uint32_t>(side + 1); }
int SideOf(std::uint32_t number) { return static_cast<int>(number) - 1; }

}  // namespace

std::string EncodeLink(const Link& link) {
  std::string bytes;
  bytes.reserve(1024);
  AppendLink(link, &bytes);
  return bytes;
}

absl::StatusOr<Link> DecodeLink(LinkId id, std::string_view bytes) {
  v1::LinkRecord& in = Empty<v1::LinkRecord>();
  Link link;
  link.id = id;
  if (!Parse(bytes, &in) || !ReadLink(in, &link)) return Damaged("link");
  return link;
}

std::string EncodeRecord(const RecordEntry& entry) {
  v1::RecordRecord out;
  out.set_link(entry.link);
  if (!entry.digest.IsZero()) out.set_digest(WriteDigest(entry.digest));
  out.set_generation(entry.generation);
  out.set_deleted(entry.deleted);
  out.set_alias(entry.alias);
  return out.SerializeAsString();
}

absl::StatusOr<RecordEntry> DecodeRecord(std::string_view bytes) {
  v1::RecordRecord in;
  RecordEntry entry;
  if (!Parse(bytes, &in) || !ReadDigest(in.digest(), &entry.digest)) return Damaged("record entry");
  entry.link = in.link();
  entry.generation = in.generation();
  entry.deleted = in.deleted();
  entry.alias = in.alias();
  return entry;
}

std::string EncodeOutbox(const OutboxEntry& entry) {
  v1::OutboxRecord out;
  out.set_link(entry.link);
  out.set_sent(entry.sent);
  out.set_not_before_micros(entry.not_before_micros);
  out.set_creates(entry.creates);
  return out.SerializeAsString();
}

absl::StatusOr<OutboxEntry> DecodeOutbox(std::string_view bytes) {
  v1::OutboxRecord in;
  if (!Parse(bytes, &in)) return Damaged("outbox entry");
  return OutboxEntry{in.link(), in.sent(), in.not_before_micros(), in.creates()};
}

std::string EncodeWork(const WorkItem& item) {
  v1::WorkRecord out;
  out.set_kind(static_cast<std::uint32_t>(item.kind));
  out.set_state(static_cast<std::uint32_t>(item.state));
  out.set_reason(item.reason);
  out.set_link(item.link);
  out.set_entity(item.entity);
  out.set_side(SideNumber(item.side));
  out.set_group(item.group);
  out.set_opened_micros(item.opened_micros);
  out.set_closed_micros(item.closed_micros);
  out.set_due_micros(item.due_micros);
  out.set_message_fr(item.message_fr);
  out.set_message_en(item.message_en);
  if (!item.details.empty()) out.set_details(EncodeFields(item.details));
  for (const std::string& choice : item.choices) out.add_choices(choice);
  out.set_resolution(item.resolution);
  return out.SerializeAsString();
}

absl::StatusOr<WorkItem> DecodeWork(WorkItemId id, std::string_view bytes) {
  v1::WorkRecord in;
  WorkItem item;
  if (!Parse(bytes, &in) || !ReadFields(in.details(), &item.details)) return Damaged("work item");
  item.id = id;
  item.kind = static_cast<WorkItem::Kind>(in.kind());
  item.state = static_cast<WorkItem::State>(in.state());
  item.reason = in.reason();
  item.link = in.link();
  item.entity = in.entity();
  item.side = SideOf(in.side());
  item.group = in.group();
  item.opened_micros = in.opened_micros();
  item.closed_micros = in.closed_micros();
  item.due_micros = in.due_micros();
  item.message_fr = in.message_fr();
  item.message_en = in.message_en();
  item.choices.assign(in.choices().begin(), in.choices().end());
  item.resolution = in.resolution();
  return item;
}

std::int64_t WorkClosedTime(std::string_view bytes) {
  const absl::StatusOr<WorkItem> item = DecodeWork(0, bytes);
  return item.ok() && item->state != WorkItem::State::kOpen ? item->closed_micros : 0;
}

std::string EncodeJournal(const JournalEntry& entry) {
  v1::JournalRecord& out = Empty<v1::JournalRecord>();
  out.set_kind(entry.kind);
  out.set_side(SideNumber(entry.side));
  out.set_rule(entry.rule);
  out.set_pack_version(entry.pack_version);
  if (!entry.details.empty()) out.set_details(EncodeFields(entry.details));
  std::string bytes = NumberKey(static_cast<std::uint64_t>(entry.at_micros));
  out.AppendToString(&bytes);
  return bytes;
}

std::int64_t JournalTime(std::string_view bytes) {
  return static_cast<std::int64_t>(ReadNumber(bytes.substr(0, 8)).value_or(0));
}

absl::StatusOr<JournalEntry> DecodeJournal(LinkId link, std::uint64_t seq, std::string_view bytes) {
  v1::JournalRecord in;
  JournalEntry entry;
  if (bytes.size() < 8 || !Parse(bytes.substr(8), &in) || !ReadFields(in.details(), &entry.details)) return Damaged("journal entry");
  entry.link = link;
  entry.seq = seq;
  entry.at_micros = JournalTime(bytes);
  entry.kind = in.kind();
  entry.side = SideOf(in.side());
  entry.rule = in.rule();
  entry.pack_version = in.pack_version();
  return entry;
}

std::string EncodeRun(const RunState& run) {
  v1::RunRecord out;
  out.set_kind(run.kind);
  out.set_state(run.state);
  out.set_started_micros(run.started_micros);
  out.set_ended_micros(run.ended_micros);
  out.set_problem(run.problem);
  for (const auto& [name, count] : run.counts) (*out.mutable_counts())[name] = count;
  for (const std::string& pending : run.pending) out.add_pending(pending);
  return out.SerializeAsString();
}

absl::StatusOr<RunState> DecodeRun(std::uint64_t id, std::string_view bytes) {
  v1::RunRecord in;
  if (!Parse(bytes, &in)) return Damaged("run");
  RunState run;
  run.id = id;
  run.kind = in.kind();
  run.state = in.state();
  run.started_micros = in.started_micros();
  run.ended_micros = in.ended_micros();
  run.problem = in.problem();
  run.counts = {in.counts().begin(), in.counts().end()};
  run.pending = {in.pending().begin(), in.pending().end()};
  return run;
}

std::string EncodePush(const PushState& push) {
  v1::PushRecord out;
  out.set_link(push.link);
  out.set_kind(push.kind);
  out.set_state(push.state);
  out.set_number(push.number);
  out.set_request_id(push.request_id);
  for (const std::string& problem : push.problems) out.add_problems(problem);
  out.set_started_micros(push.started_micros);
  out.set_ended_micros(push.ended_micros);
  return out.SerializeAsString();
}

absl::StatusOr<PushState> DecodePush(std::uint64_t id, std::string_view bytes) {
  v1::PushRecord in;
  if (!Parse(bytes, &in)) return Damaged("push");
  PushState push;
  push.id = id;
  push.link = in.link();
  push.kind = in.kind();
  push.state = in.state();
  push.number = in.number();
  push.request_id = in.request_id();
  push.problems.assign(in.problems().begin(), in.problems().end());
  push.started_micros = in.started_micros();
  push.ended_micros = in.ended_micros();
  return push;
}

}  // namespace entente::store
