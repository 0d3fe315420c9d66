#include "engine/pipeline/document.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/absence.h"
#include "engine/pipeline/check.h"
#include "engine/pipeline/compose.h"
#include "engine/pipeline/correlate.h"
#include "engine/pipeline/document_content.h"
#include "engine/pipeline/document_owner.h"
#include "engine/pipeline/document_reference.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

constexpr std::string_view kPricedDigest = "priced_digest";
constexpr std::string_view kResultDigest = "result_digest";
constexpr std::string_view kRefusedDigest = "refused_digest";
constexpr std::string_view kLookedUpDigest = "looked_up_digest";
constexpr std::string_view kReadThroughDigest = "read_through_digest";

bool HasErrors(const std::vector<DocumentProblem>& problems) {
  return std::any_of(problems.begin(), problems.end(), [](const DocumentProblem& p) { return p.severity == "error"; });
}

// A line short of stock stops the document only where the pack says so.
bool StockForbids(Turn& turn, const DocumentRule& rule, const Link& link, const std::vector<DocumentProblem>& problems) {
  if (!rule.allowed_without_stock) return false;
  const bool is_short = std::any_of(problems.begin(), problems.end(), [](const DocumentProblem& p) { return p.code == "STOCK_SHORT"; });
  if (!is_short) return false;
  const absl::StatusOr<Value> allowed = rule.allowed_without_stock->Evaluate(LinkScope(turn.pack(), link).scope());
  return allowed.ok() && allowed->As<bool>() && !*allowed->As<bool>();
}

void Finish(Turn& turn, Link& link, std::string state, const std::vector<std::string>& problems) {
  if (link.document->push == 0) return;
  if (PushState* push = turn.EditPush(link.document->push)) {
    push->state = std::move(state);
    push->number = link.document->number;
    push->problems = problems;
    push->ended_micros = turn.micros();
  }
  link.document->push = 0;
}

void NoteStep(Turn& turn, Link& link, std::string step, std::string push_state) {
  link.document->step = std::move(step);
  if (link.document->push == 0) return;
  if (PushState* push = turn.EditPush(link.document->push)) push->state = std::move(push_state);
}

bool Asked(const State& state, LinkId link, std::string_view purpose) {
  for (const auto& [id, question] : state.questions) {
    if (question.link == link && question.purpose == purpose) return true;
  }
  return false;
}

// The document is not even sent: told to the user in the report, and not tried again until the user changes it.
void Refuse(Turn& turn, const EntityRule& entity, Link& link, const Digest& user, const std::vector<std::string>& texts) {
  Unpark(turn, link);
  link.document->problems = texts;
  link.document->step.clear();
  link.document->push_wanted = false;
  link.document->price_wanted = false;
  link.document->result[std::string(kRefusedDigest)] = user.ToHex();
  OwnerWrite write(turn, entity, link);
  write.SetState(entity.document->error);
  write.Set(entity.document->report_field, Joined(texts));
  write.Send(entity.name + ".refused");
  Finish(turn, link, "refused", texts);
}

// A reference cannot be followed: waits while the target is on its way, else tells the user line by line.
void MissReference(Turn& turn, const EntityRule& entity, Link& link, const Digest& user) {
  const Side owner = entity.document->owner;
  const bool looked_up = FieldOf(link.document->result, kLookedUpDigest).TextOrEmpty() == user.ToHex();
  bool is_asked = false;
  std::vector<std::string> texts;
  for (const MissingReference& missing : MissingReferences(turn, entity, link)) {
    if (const auto* known = missing.value.As<LinkReference>()) {
      const Link* target = turn.FindLink(known->link);
      if (target && IsComing(turn, *target, Other(owner))) continue;
    } else {
      const Reference& unknown = *missing.value.As<Reference>();
      if (!turn.state().Listed(owner, unknown.resource)) continue;
      if (!looked_up) {
        // Its feed may be behind ours.
        turn.Ask({.side = owner, .link = link.id, .purpose = "unknown", .resource = unknown.resource, .key = unknown.key});
        is_asked = true;
        continue;
      }
    }
    texts.push_back(ProblemText({"error", "REFERENCE_UNKNOWN", "la référence n'existe pas dans Sage, corrigez-la puis enregistrez",
                                 missing.field->sides[Other(owner)].native, missing.line}));
  }
  if (is_asked) link.document->result[std::string(kLookedUpDigest)] = user.ToHex();
  if (!texts.empty() && !is_asked) return Refuse(turn, entity, link, user, texts);
  // What is sent is read afresh once the target is there.
  link.document->step.clear();
}

// What is only read through is asked for once: its feed may be behind ours. What is not there is left out.
bool AsksForUnread(Turn& turn, const EntityRule& entity, Link& link, const Digest& user) {
  Fields& result = link.document->result;
  const std::vector<MissingReference> unread = UnreadReferences(turn, entity, link);
  if (unread.empty() || FieldOf(result, kReadThroughDigest).TextOrEmpty() == user.ToHex()) return false;
  const Side owner = entity.document->owner;
  for (const MissingReference& missing : unread) {
    const Reference& unknown = *missing.value.As<Reference>();
    turn.Ask({.side = owner, .link = link.id, .purpose = "unknown", .resource = unknown.resource, .key = unknown.key});
  }
  result[std::string(kReadThroughDigest)] = user.ToHex();
  link.document->step.clear();
  return true;
}

void AskPrice(Turn& turn, const EntityRule& entity, Link& link, const Digest& user) {
  const Side maker = Other(entity.document->owner);
  if (const auto texts = FailedChecks(turn, entity, link, Severity::kError); !texts.empty()) return Refuse(turn, entity, link, user, texts);
  std::optional<Delivery> document = WholeRecord(turn, entity, link, maker);
  if (!document) {
    if (link.parked && link.parked->reason == "parent_missing") MissReference(turn, entity, link, user);
    return;
  }
  LeaveOutUnproposed(turn, entity, link, *document);
  NoteStep(turn, link, "pricing", "pricing");
  NoteAsked(turn, entity, link);
  link.document->result["asked_digest"] = user.ToHex();
  // Found again after a restart or a lost session: nobody has to ask twice.
  Subscribe(turn, link, WaitForSession(maker));
  turn.Ask({.side = maker, .kind = OperationKind::kPrice, .link = link.id, .purpose = "price", .resource = entity.sides[maker].resource,
            .fields = std::move(document->writes)});
  turn.Tell(link, "pricing", entity.name + ".price", static_cast<int>(Index(maker)), {});
}

void BeginPush(Turn& turn, const EntityRule& entity, Link& link) {
  const Side owner = entity.document->owner;
  NoteStep(turn, link, "reading", "sending");
  if (Asked(turn.state(), link.id, "push_read")) return;
  Subscribe(turn, link, WaitForSession(owner));
  turn.Ask({.side = owner, .link = link.id, .purpose = "push_read", .resource = entity.sides[owner].resource, .key = link.members[owner].key});
}

// The fresh read is there: exactly this is sent, and the owner's record is locked.
void SendDocument(Turn& turn, const EntityRule& entity, Link& link, const Digest& user) {
  const DocumentRule& rule = *entity.document;
  const Side maker = Other(rule.owner);
  if (const auto texts = FailedChecks(turn, entity, link, Severity::kError); !texts.empty()) return Refuse(turn, entity, link, user, texts);
  if (AsksForUnread(turn, entity, link, user)) return;
  std::optional<Delivery> document = WholeRecord(turn, entity, link, maker);
  if (!document) {
    if (link.parked && link.parked->reason == "parent_missing") MissReference(turn, entity, link, user);
    return;
  }
  LeaveOutUnproposed(turn, entity, link, *document);
  const absl::StatusOr<Value> key = Evaluated(rule.push_key, turn.pack(), link);
  if (!key.ok()) return FormulaFailed(turn, link, key.status());
  if (key->TextOrEmpty().empty()) return Refuse(turn, entity, link, user, {"Le devis n'a pas encore de numéro dans le CRM : enregistrez-le. (PUSH_KEY_MISSING)"});
  document->verb = Verb::kCreate;
  document->lane = Lane::kOnDemand;
  document->key.clear();
  document->find_field = rule.push_key_native;
  document->find_value = *key;
  document->idempotency_key = std::string(key->TextOrEmpty());
  // Looked up before every send: one document for life.
  document->search_first = true;
  document->rule = entity.name + ".push";
  document->reason = "push_wanted";
  if (!rule.push_key_native.empty()) document->writes[rule.push_key_native] = *key;
  link.document->push_key = std::string(key->TextOrEmpty());
  link.document->sent_digest = user;
  NoteStep(turn, link, "sending", "sending");
  Queue(turn, entity, link, maker, *std::move(document));
  OwnerWrite lock(turn, entity, link);
  lock.SetState(rule.waiting);
  lock.Set(rule.lock_field, true);
  lock.Send(entity.name + ".lock");
}

// Somebody typed over what the other side computed. What stands there at the first read after our write is the owner's own rendering.
bool ResultTouched(Turn& turn, const EntityRule& entity, Link& link) {
  const DocumentRule& rule = *entity.document;
  if (!link.members[rule.owner].observed) return false;
  Fields result;
  for (const std::string& name : rule.result_fields) {
    const absl::StatusOr<Value> value = CanonicalOf(turn, entity, link, rule.owner, name);
    if (value.ok()) result[name] = *value;
  }
  const std::string now = DigestOfFields(result).ToHex();
  Value& seen = link.document->result[std::string(kResultDigest)];
  if (seen.IsNull()) seen = now;
  return seen.TextOrEmpty() != now;
}

void DecideDraft(Turn& turn, const EntityRule& entity, Link& link, const DocumentState& state) {
  const DocumentRule& rule = *entity.document;
  DocumentProgress& progress = *link.document;
  const Digest user = UserDigest(turn, entity, link);
  const auto digest_is = [&](std::string_view name) { return FieldOf(progress.result, name).TextOrEmpty() == user.ToHex(); };
  // The question died with the engine that asked it.
  if (progress.step == "pricing" && !Asked(turn.state(), link.id, "price")) progress.step.clear();
  // What was refused is not tried again by itself. Its user was told, and the state taken back: who sets it once more asks once more.
  const bool is_refusal_told = !link.owed[rule.owner] || link.owed[rule.owner]->state != Delivery::State::kDead;
  if (state.on_enter == "push" && progress.step.empty() && digest_is(kRefusedDigest) && is_refusal_told) progress.result.erase(std::string(kRefusedDigest));
  if (state.on_enter == "push" && progress.step.empty() && !digest_is(kRefusedDigest)) progress.push_wanted = true;
  if (progress.push_wanted) {
    if (progress.step == "fresh") return SendDocument(turn, entity, link, user);
    return BeginPush(turn, entity, link);
  }
  const bool priced = digest_is(kPricedDigest) && !ResultTouched(turn, entity, link);
  if (state.when || state.name == rule.deleted) {
    // States that the document on the other side is in, and we know of none: there may be one all the same, that a state put back from a
    // backup never knew.
    if (Correlate(turn, entity, link.id, rule.owner).kind != Correlation::Kind::kAlone) return;
    OwnerWrite undo(turn, entity, link);
    undo.SetState(priced ? rule.validated : rule.draft);
    undo.Set(rule.report_field, absl::StrCat("L'état « ", state.label, " » suit le document dans Sage : envoyez d'abord le devis. (STATE_NOT_ALLOWED)"));
    undo.Send(entity.name + ".state");
    return;
  }
  // Saved as pending it is calculated anew, unless the owner's system has just refused to take the result.
  const auto& owed = link.owed[rule.owner];
  const bool stuck = priced && owed && owed->state == Delivery::State::kDead;
  const bool reopened = !priced && state.name == rule.validated;
  const bool wants = progress.price_wanted || (!digest_is(kRefusedDigest) && !stuck && (state.on_enter == "price" || reopened));
  if (!wants) return;
  if (state.name == rule.validated && !priced) {
    // Prices that no longer hold must not stand there as valid while Sage is asked again.
    OwnerWrite reopen(turn, entity, link);
    reopen.SetState(rule.draft);
    reopen.Send(entity.name + ".reopen");
  }
  if (!Asked(turn.state(), link.id, "price")) AskPrice(turn, entity, link, user);
}

}  // namespace

std::optional<std::string> StateOfSent(Turn& turn, const EntityRule& entity, const Link& link) {
  const LinkScope scope(turn.pack(), link);
  for (const DocumentState& state : entity.document->states) {
    if (!state.when) continue;
    const absl::StatusOr<Value> holds = state.when->Evaluate(scope.scope());
    if (holds.ok() && holds->As<bool>() && *holds->As<bool>()) return state.label;
  }
  return std::nullopt;
}

bool DecideDocument(Turn& turn, const EntityRule& entity, Link& link) {
  const DocumentRule& rule = *entity.document;
  if (!link.Has(rule.owner) || link.members[Other(rule.owner)].presence != Presence::kNone) return false;
  const absl::StatusOr<Value> label = CanonicalOf(turn, entity, link, rule.owner, rule.state_field);
  const DocumentState* state = label.ok() ? StateByLabel(rule, label->TextOrEmpty()) : nullptr;
  if (!link.document) link.document.emplace();
  if (!state) state = StateByName(rule, rule.draft);
  if (!state) return true;
  link.document->state = state->name;
  if (OwnerWrite::SendWaiting(turn, entity, link)) return true;
  DecideDraft(turn, entity, link, *state);
  return true;
}

void Push(Turn& turn, const PushQuote& wanted, std::uint64_t request) {
  auto reply = [&](absl::Status status, Fields answer) { turn.effects().replies.push_back({request, std::move(status), std::move(answer)}); };
  if (!wanted.request_id.empty()) {
    for (const auto& [id, push] : turn.state().pushes) {
      if (push.request_id == wanted.request_id) return reply(absl::OkStatus(), {{"push", static_cast<std::int64_t>(id)}, {"state", push.state}, {"number", push.number}});
    }
  }
  const EntityRule* entity = nullptr;
  for (const EntityRule& candidate : turn.pack().entities) {
    if (candidate.document) entity = &candidate;
  }
  if (!entity) return reply(absl::FailedPreconditionError("NO_DOCUMENT_ENTITY: the pack has no documents that travel on demand."), {});
  LinkId id = 0;
  if (wanted.key.starts_with("link:")) {
    id = std::strtoull(wanted.key.c_str() + 5, nullptr, 10);
  } else if (const RecordEntry* entry = turn.FindRecord({entity->document->owner, entity->sides[entity->document->owner].resource, wanted.key})) {
    id = entry->link;
  }
  const Link* found = id == 0 ? nullptr : turn.FindLink(id);
  if (!found || found->entity != entity->name || !found->Has(entity->document->owner)) {
    return reply(absl::NotFoundError("QUOTE_NOT_FOUND: the engine has not read such a quote. Check the id, or wait for the next poll and ask again."), {});
  }
  Link& link = turn.Edit(id);
  if (!link.document) link.document.emplace();
  PushState push;
  push.link = id;
  push.kind = wanted.price_only ? "price" : "push";
  push.request_id = wanted.request_id;
  push.started_micros = turn.micros();
  if (link.members[Other(entity->document->owner)].presence != Presence::kNone) {
    // Sent before: the same document for life.
    push.id = turn.NextPush();
    const bool same = UserDigest(turn, *entity, link) == link.document->sent_digest || link.document->sent_digest == Digest{};
    push.state = same || wanted.price_only ? "done" : "refused";
    push.number = link.members[Other(entity->document->owner)].key;
    push.ended_micros = turn.micros();
    if (push.state == "refused") {
      push.problems = {"changed_since_send"};
      OpenItem(turn, link, "changed_since_send", static_cast<int>(Index(entity->document->owner)), {}, {"dismiss"});
    }
    reply(absl::OkStatus(), {{"push", static_cast<std::int64_t>(push.id)}, {"state", push.state}, {"number", push.number}});
    return turn.PutPush(std::move(push));
  }
  if (link.document->push != 0) {
    return reply(absl::OkStatus(), {{"push", static_cast<std::int64_t>(link.document->push)}, {"state", "waiting"}});
  }
  push.id = turn.NextPush();
  push.state = "waiting";
  link.document->push = push.id;
  (wanted.price_only ? link.document->price_wanted : link.document->push_wanted) = true;
  link.document->result.erase(std::string(kRefusedDigest));
  reply(absl::OkStatus(), {{"push", static_cast<std::int64_t>(push.id)}, {"state", push.state}});
  turn.PutPush(std::move(push));
  turn.MarkDirty(id);
}

void TakePriced(Turn& turn, LinkId id, const OperationResult& result) {
  if (!turn.FindLink(id)) return;
  Link& link = turn.Edit(id);
  const EntityRule* entity = turn.pack().Entity(link.entity);
  if (!entity || !entity->document || !link.document || link.document->step != "pricing") return;
  const DocumentRule& rule = *entity->document;
  const Side maker = Other(rule.owner);
  const bool refused = result.kind == OperationResult::Kind::kFailure || HasErrors(result.problems) || StockForbids(turn, rule, link, result.problems);
  std::vector<std::string> texts = result.kind == OperationResult::Kind::kFailure ? TextsOf(turn.pack(), result) : TextsOf(result.problems);
  const std::string asked(FieldOf(link.document->result, "asked_digest").TextOrEmpty());
  link.document->step.clear();
  link.document->price_wanted = false;
  link.document->problems = texts;
  // The answer read like a record of the other side.
  Link priced = link;
  priced.members[maker].presence = Presence::kPresent;
  priced.members[maker].shadow = MappedFields(*entity, maker, result.priced);
  OwnerWrite write(turn, *entity, link);
  for (const std::string& name : rule.result_fields) {
    const FieldRule* field = entity->Field(name);
    if (refused || !field || name == rule.state_field || name == rule.report_field || name == rule.number_field) continue;
    const absl::StatusOr<Value> answer = CanonicalOf(turn, *entity, priced, maker, name);
    const absl::StatusOr<Value> user = CanonicalOf(turn, *entity, link, rule.owner, name);
    if (answer.ok() && user.ok()) write.Set(name, field->items.empty() ? *answer : MergedLines(*entity, *field, *user, *answer));
  }
  if (!refused) {
    NoteAnswered(turn, *entity, link, priced);
    // What is no reason to stop is told beside the prices.
    for (std::string& text : FailedChecks(turn, *entity, link, Severity::kWarning)) texts.push_back(std::move(text));
  }
  const absl::StatusOr<Value> report = refused ? Value() : CanonicalOf(turn, *entity, priced, maker, rule.report_field);
  std::string text = report.ok() ? std::string(report->TextOrEmpty()) : std::string();
  if (!texts.empty()) absl::StrAppend(&text, text.empty() ? "" : "\n", Joined(texts));
  write.Set(rule.report_field, text);
  write.SetState(refused ? rule.error : rule.validated);
  write.Send(entity->name + (refused ? ".refused" : ".price"));
  link.document->result[std::string(refused ? kRefusedDigest : kPricedDigest)] = asked;
  link.document->result.erase(std::string(kResultDigest));
  turn.Count(refused ? "quotes.price_refused" : "quotes.priced");
  turn.Tell(link, refused ? "price_refused" : "priced", entity->name + ".price", static_cast<int>(Index(maker)), {});
  Finish(turn, link, refused ? "refused" : "done", texts);
  turn.MarkDirty(id);
}

void TakeFreshRead(Turn& turn, LinkId id, const OperationResult& result, Stamp read) {
  if (!turn.FindLink(id)) return;
  Link& link = turn.Edit(id);
  const EntityRule* entity = turn.pack().Entity(link.entity);
  if (!entity || !link.document || link.document->step != "reading") return;
  const Side owner = entity->document->owner;
  if (result.kind == OperationResult::Kind::kFailure || result.found.empty()) {
    link.document->push_wanted = false;
    link.document->step.clear();
    Finish(turn, link, "refused", {"QUOTE_NOT_FOUND"});
    ObserveGone(turn, *entity, owner, link.members[owner].key, read, "", Word::kAbsent);
    return;
  }
  Observe(turn, *entity, owner, result.found.front(), read);
  link.document->step = "fresh";
  turn.MarkDirty(id);
}

void NotePushed(Turn& turn, const EntityRule& entity, Link& link, const OperationResult& result) {
  const Side maker = Other(entity.document->owner);
  if (!link.document) link.document.emplace();
  link.document->number = link.members[maker].key;
  link.document->step.clear();
  // From here on what the other side holds is mirrored.
  OwnerWrite::Forget(link);
  link.document->push_wanted = false;
  link.document->problems = TextsOf(result.problems);
  turn.Count("quotes.pushed");
  // What the user changed between the send and its answer stays out of the document and is told.
  if (link.document->sent_digest != Digest{} && UserDigest(turn, entity, link) != link.document->sent_digest) {
    OpenItem(turn, link, "changed_since_send", static_cast<int>(Index(entity.document->owner)), {}, {"dismiss"});
  }
  Finish(turn, link, "done", link.document->problems);
}

OwnerContent ContentOf(Turn& turn, const EntityRule& entity, const Link& link) {
  if (!link.document) return {};
  const Digest user = UserDigest(turn, entity, link);
  return {.is_as_sent = link.document->sent_digest != Digest{} && user == link.document->sent_digest,
          .is_as_priced = FieldOf(link.document->result, kPricedDigest).TextOrEmpty() == user.ToHex()};
}

void NoteOwnerWritten(Turn& turn, const EntityRule& entity, Link& link, const OwnerContent& before) {
  if (!link.document) return;
  OwnerWrite::NoteWritten(turn, entity, link);
  if (before.is_as_sent) link.document->sent_digest = UserDigest(turn, entity, link);
  if (before.is_as_priced) link.document->result[std::string(kPricedDigest)] = UserDigest(turn, entity, link).ToHex();
}

void NotePushRefused(Turn& turn, const EntityRule& entity, Link& link, const OperationResult& result) {
  const std::vector<std::string> texts = TextsOf(turn.pack(), result);
  link.document->step.clear();
  link.document->push_wanted = false;
  link.document->problems = texts;
  link.document->result[std::string(kRefusedDigest)] = UserDigest(turn, entity, link).ToHex();
  OpenItem(turn, link, "quote_refused", static_cast<int>(Index(Other(entity.document->owner))), {{"code", result.code}}, {"dismiss"});
  OwnerWrite write(turn, entity, link);
  write.SetState(entity.document->error);
  write.Set(entity.document->lock_field, false);
  write.Set(entity.document->report_field, Joined(texts));
  write.Send(entity.name + ".refused");
  turn.Count("quotes.refused");
  Finish(turn, link, "refused", texts);
}

void NoteOwnerGone(Turn& turn, const EntityRule& entity, Link& link) {
  if (!link.document) return;
  const auto& owed = link.owed[Other(entity.document->owner)];
  if (owed && (owed->state == Delivery::State::kSent || owed->state == Delivery::State::kUncertain)) return;
  link.document->push_wanted = link.document->price_wanted = false;
  link.document->step.clear();
  Finish(turn, link, "refused", {"QUOTE_NOT_FOUND"});
}

}  // namespace entente
