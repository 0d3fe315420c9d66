#include "engine/pipeline/document.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/core/text.h"
#include "engine/pipeline/acknowledge.h"
#include "engine/pipeline/check.h"
#include "engine/pipeline/compose.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

constexpr std::string_view kPricedDigest = "priced_digest";
constexpr std::string_view kResultDigest = "result_digest";
constexpr std::string_view kRefusedDigest = "refused_digest";
constexpr std::string_view kOwnerWrite = "owner_write";
constexpr std::string_view kOwnerRule = "owner_rule";
constexpr std::string_view kOwnerLater = "owner_later";
constexpr std::string_view kOwnerDigest = "owner_digest";
constexpr std::string_view kLookedUpDigest = "looked_up_digest";

const DocumentState* StateByLabel(const DocumentRule& rule, std::string_view label) {
  const std::string wanted = FoldAccents(label);
  for (const DocumentState& state : rule.states) {
    if (FoldAccents(state.label) == wanted) return &state;
  }
  return nullptr;
}

const DocumentState* StateByName(const DocumentRule& rule, std::string_view name) {
  for (const DocumentState& state : rule.states) {
    if (state.name == name) return &state;
  }
  return nullptr;
}

absl::StatusOr<Value> Canonical(Turn& turn, const EntityRule& entity, const Link& link, Side side, const std::string& name) {
  const FieldRule* field = entity.Field(name);
  if (!field || !field->sides[side].exists()) return Value();
  const LinkScope scope(turn.pack(), link);
  return GetCanonical(turn, entity, *field, side, link.members[side].shadow, scope.scope());
}

// Columns of a list the owner's users do not own: the other side computes them.
bool IsComputed(const EntityRule& entity, const FieldRule& item, const std::string& phase) {
  const Flow flow = item.PolicyIn(phase).flow;
  return flow == (entity.document->owner == Side::kRight ? Flow::kToRight : Flow::kToLeft);
}

// The phase a document is in before it is sent: what its users own does not change with the sending.
std::string DraftPhase(const EntityRule& entity) { return entity.phases.empty() ? std::string() : entity.phases.front().name; }

Value WithoutComputed(const EntityRule& entity, const FieldRule& field, const Value& value) {
  List lines;
  if (const auto* list = value.As<List>()) {
    for (const Value& element : *list) {
      Map line = element.As<Map>() ? *element.As<Map>() : Map{};
      for (const FieldRule& item : field.items) {
        if (IsComputed(entity, item, DraftPhase(entity))) line.erase(item.name);
      }
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

// What the user owns of the document, as one digest: our own write-back of prices and number re-opens nothing.
Digest UserDigest(Turn& turn, const EntityRule& entity, const Link& link) {
  const DocumentRule& rule = *entity.document;
  Fields user;
  for (const std::string& name : rule.user_fields) {
    const FieldRule* field = entity.Field(name);
    const absl::StatusOr<Value> value = Canonical(turn, entity, link, rule.owner, name);
    if (!field || !value.ok()) continue;
    user[name] = field->items.empty() ? *value : WithoutComputed(entity, *field, *value);
  }
  return DigestOfFields(user);
}

std::string ProblemText(const DocumentProblem& problem) {
  std::string text = problem.line > 0 ? absl::StrCat("Ligne ", problem.line, " : ") : std::string();
  if (!problem.field.empty()) absl::StrAppend(&text, problem.field, " : ");
  return absl::StrCat(text, problem.text.empty() ? problem.code : problem.text, " (", problem.code, ")");
}

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

std::vector<std::string> TextsOf(const std::vector<DocumentProblem>& problems) {
  std::vector<std::string> texts;
  for (const DocumentProblem& problem : problems) texts.push_back(ProblemText(problem));
  return texts;
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) absl::StrAppend(&joined, joined.empty() ? "" : "\n", text);
  return joined;
}

// Lines as the user has them, with the columns that the other side computed.
Value MergedLines(const EntityRule& entity, const FieldRule& field, const Value& user, const Value& priced) {
  const auto* lines = user.As<List>();
  const auto* answers = priced.As<List>();
  List merged;
  for (std::size_t i = 0; lines && i < lines->size(); ++i) {
    Map line = (*lines)[i].As<Map>() ? *(*lines)[i].As<Map>() : Map{};
    const Map* answer = answers && i < answers->size() ? (*answers)[i].As<Map>() : nullptr;
    for (const FieldRule& item : field.items) {
      if (answer && IsComputed(entity, item, DraftPhase(entity))) line[item.name] = FieldOf(*answer, item.name);
    }
    std::erase_if(line, [](const auto& entry) { return entry.second.IsBlank(); });
    merged.push_back(std::move(line));
  }
  return merged;
}

bool UnderWay(const std::optional<Delivery>& owed) {
  return owed && (owed->state == Delivery::State::kSent || owed->state == Delivery::State::kUncertain);
}

// The user's content with the state the user gave it: a change of it overtakes what we were about to write.
std::string OwnerDigest(Turn& turn, const EntityRule& entity, const Link& link) {
  const absl::StatusOr<Value> state = Canonical(turn, entity, link, entity.document->owner, entity.document->state_field);
  return DigestOfFields({{"user", UserDigest(turn, entity, link).ToHex()}, {"state", state.ok() ? *state : Value()}}).ToHex();
}

// A write to the owner's record, on demand: state, report, lock, results. It is kept with the document until its receipt, so that it
// waits for a write under way, and the later value of a field counts.
class OwnerWrite {
 public:
  OwnerWrite(Turn& turn, const EntityRule& entity, Link& link) : turn_(turn), entity_(entity), link_(link) {}

  void Set(const std::string& name, const Value& value) {
    if (entity_.Field(name)) wanted_[name] = value;
  }
  void SetState(std::string_view name) {
    if (const DocumentState* state = StateByName(*entity_.document, name)) {
      Set(entity_.document->state_field, state->label);
      link_.document->state = state->name;
    }
  }
  void Send(std::string rule) {
    Fields& result = link_.document->result;
    if (const auto* waiting = FieldOf(result, kOwnerWrite).As<Map>()) {
      for (const auto& [name, value] : *waiting) wanted_.try_emplace(name, value);
    }
    result[std::string(kOwnerWrite)] = Map(wanted_.begin(), wanted_.end());
    result[std::string(kOwnerRule)] = std::move(rule);
    result[std::string(kOwnerDigest)] = OwnerDigest(turn_, entity_, link_);
    if (UnderWay(link_.owed[entity_.document->owner])) result[std::string(kOwnerLater)] = true;
    SendWaiting(turn_, entity_, link_);
  }

  // Sends what waits. False: nothing does, or it stands there already.
  static bool SendWaiting(Turn& turn, const EntityRule& entity, Link& link) {
    const auto* wanted = FieldOf(link.document->result, kOwnerWrite).As<Map>();
    if (!wanted) return false;
    const Side owner = entity.document->owner;
    if (UnderWay(link.owed[owner])) return true;
    const bool dead = link.owed[owner] && link.owed[owner]->state == Delivery::State::kDead;
    const bool overtaken = FieldOf(link.document->result, kOwnerDigest).TextOrEmpty() != OwnerDigest(turn, entity, link);
    if (dead || overtaken) {
      if (overtaken) Withdraw(turn, link, owner);
      Forget(link);
      return false;
    }
    Composition composition(turn, entity, link, owner);
    for (const auto& [name, value] : *wanted) {
      const absl::StatusOr<bool> added = composition.Add(*entity.Field(name), value, value, false);
      if (!added.ok()) FormulaFailed(turn, link, added.status());
    }
    Delivery delivery = std::move(composition.delivery());
    const Fields& now = link.members[owner].shadow;
    std::erase_if(delivery.writes, [&now](const auto& field) { return NativeOf(now, field.first) == field.second; });
    if (delivery.writes.empty()) {
      Forget(link);
      return false;
    }
    std::erase_if(delivery.expected, [&delivery](const auto& field) { return !delivery.writes.contains(field.first); });
    // Agreement begins with the document on the other side: until then these fields have no base.
    delivery.settles.clear();
    delivery.verb = Verb::kUpdate;
    delivery.lane = Lane::kOnDemand;
    delivery.rule = std::string(FieldOf(link.document->result, kOwnerRule).TextOrEmpty());
    Queue(turn, entity, link, owner, std::move(delivery));
    return true;
  }

  static void Forget(Link& link) {
    for (std::string_view name : {kOwnerWrite, kOwnerRule, kOwnerDigest, kOwnerLater}) link.document->result.erase(std::string(name));
  }

 private:
  Turn& turn_;
  const EntityRule& entity_;
  Link& link_;
  Fields wanted_;
};

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

// A reference of the document that the other side could not follow.
struct MissingReference {
  int line = 0;   // 0: of the head
  const FieldRule* field = nullptr;
  Value value;
};

std::vector<MissingReference> MissingReferences(Turn& turn, const EntityRule& entity, const Link& link) {
  const Side owner = entity.document->owner;
  const Side maker = Other(owner);
  std::vector<MissingReference> missing;
  const auto look = [&](int line, const FieldRule& field, const Value& value) {
    if (field.target.empty() || field.on_missing != OnMissingTarget::kParent || !field.sides[maker].writable()) return;
    const auto* known = value.As<LinkReference>();
    const Link* target = known ? turn.FindLink(known->link) : nullptr;
    if (value.As<Reference>() || (known && (!target || !target->Has(maker)))) missing.push_back({line, &field, value});
  };
  for (const FieldRule& field : entity.fields) {
    const Flow flow = field.PolicyIn(link.phase).flow;
    const bool sent = flow == Flow::kBoth || flow == (maker == Side::kLeft ? Flow::kToLeft : Flow::kToRight);
    const absl::StatusOr<Value> value = sent ? Canonical(turn, entity, link, owner, field.name) : Value();
    if (!value.ok()) continue;
    look(0, field, *value);
    const auto* lines = field.items.empty() ? nullptr : value->As<List>();
    for (std::size_t i = 0; lines && i < lines->size(); ++i) {
      const auto* line = (*lines)[i].As<Map>();
      for (const FieldRule& item : field.items) {
        if (line) look(static_cast<int>(i) + 1, item, FieldOf(*line, item.name));
      }
    }
  }
  return missing;
}

// The target is on its way to the other side: nobody has to act.
bool IsComing(const Turn& turn, const Link& target, Side maker) {
  static const std::set<std::string> kPassing = {"listing_incomplete", "creates_in_flight", "verifying_pair", "session_missing", "parent_missing"};
  if (const auto& owed = target.owed[maker]) return owed->state != Delivery::State::kDead;
  if (target.parked) return kPassing.contains(target.parked->reason);
  // Not decided yet.
  const EntityRule* entity = turn.pack().Entity(target.entity);
  return entity && !entity->phases.empty() && target.phase.empty();
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

void AskPrice(Turn& turn, const EntityRule& entity, Link& link, const Digest& user) {
  const Side maker = Other(entity.document->owner);
  if (const auto texts = FailedChecks(turn, entity, link, Severity::kError); !texts.empty()) return Refuse(turn, entity, link, user, texts);
  std::optional<Delivery> document = WholeRecord(turn, entity, link, maker);
  if (!document) {
    if (link.parked && link.parked->reason == "parent_missing") MissReference(turn, entity, link, user);
    return;
  }
  NoteStep(turn, link, "pricing", "pricing");
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
  std::optional<Delivery> document = WholeRecord(turn, entity, link, maker);
  if (!document) {
    if (link.parked && link.parked->reason == "parent_missing") MissReference(turn, entity, link, user);
    return;
  }
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
    const absl::StatusOr<Value> value = Canonical(turn, entity, link, rule.owner, name);
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
  if (state.on_enter == "push" && progress.step.empty() && !digest_is(kRefusedDigest)) progress.push_wanted = true;
  if (progress.push_wanted) {
    if (progress.step == "fresh") return SendDocument(turn, entity, link, user);
    return BeginPush(turn, entity, link);
  }
  const bool priced = digest_is(kPricedDigest) && !ResultTouched(turn, entity, link);
  if (state.when || state.name == rule.deleted) {
    // States that the document on the other side is in, and there is none.
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
  const absl::StatusOr<Value> label = Canonical(turn, entity, link, rule.owner, rule.state_field);
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
  std::vector<std::string> texts = TextsOf(result.problems);
  if (result.kind == OperationResult::Kind::kFailure && texts.empty()) texts.push_back(absl::StrCat(result.text, " (", result.code, ")"));
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
    const absl::StatusOr<Value> answer = Canonical(turn, *entity, priced, maker, name);
    const absl::StatusOr<Value> user = Canonical(turn, *entity, link, rule.owner, name);
    if (answer.ok() && user.ok()) write.Set(name, field->items.empty() ? *answer : MergedLines(*entity, *field, *user, *answer));
  }
  const absl::StatusOr<Value> report = refused ? Value() : Canonical(turn, *entity, priced, maker, rule.report_field);
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
    ObserveGone(turn, *entity, owner, link.members[owner].key, read, "");
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

bool IsAsSent(Turn& turn, const EntityRule& entity, const Link& link) {
  return link.document && link.document->sent_digest != Digest{} && UserDigest(turn, entity, link) == link.document->sent_digest;
}

void NoteOwnerWritten(Turn& turn, const EntityRule& entity, Link& link, bool was_as_sent) {
  if (!link.document) return;
  if (link.document->result.erase(std::string(kOwnerLater)) > 0) {
    // Another write waited for this one, and what this one changed overtakes nothing.
    link.document->result[std::string(kOwnerDigest)] = OwnerDigest(turn, entity, link);
  } else {
    OwnerWrite::Forget(link);
  }
  if (was_as_sent) link.document->sent_digest = UserDigest(turn, entity, link);
}

void NotePushRefused(Turn& turn, const EntityRule& entity, Link& link, const OperationResult& result) {
  std::vector<std::string> texts = TextsOf(result.problems);
  if (texts.empty()) texts.push_back(absl::StrCat(result.text, " (", result.code, ")"));
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

}  // namespace entente
