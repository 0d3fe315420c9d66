#include <CLI/CLI.hpp>

#include <memory>

#include "absl/strings/str_cat.h"
#include "tools/cli/session.h"
#include "tools/cli/target.h"

namespace entente::cli {
namespace {

std::string KeyOn(const v1::Link& link, const std::string& side) {
  for (const v1::Record& member : link.members()) {
    if (member.side() == side) return member.presence() == "present" ? member.key() : absl::StrCat(member.key(), " (", member.presence(), ")");
  }
  return "-";
}

std::string Text(const v1::Value& value) { return value.type().empty() || value.type() == "null" ? "-" : value.text(); }

template <typename MapOfValues>
std::string Joined(const MapOfValues& fields) {
  const std::map<std::string, v1::Value> sorted(fields.begin(), fields.end());
  std::string text;
  for (const auto& [name, value] : sorted) absl::StrAppend(&text, text.empty() ? "" : "  ", name, "=", Text(value));
  return text;
}

void PrintNext(Output& out, const std::string& token) {
  if (!token.empty()) out.Line(out.Paint(Colour::kDim, absl::StrCat("more: --page-token ", token)));
}

// "needs a person" beats the machine's own word.
std::string WhyOf(const v1::Link& link) {
  if (link.has_parked()) return link.parked().reason();
  for (const v1::Delivery& delivery : link.owed()) {
    if (!delivery.last_code().empty()) return delivery.last_code();
  }
  return link.items().empty() ? "" : link.items().begin()->first;
}

int ListLinks(Session& session, const v1::ListLinksRequest& request) {
  v1::ListLinksResponse response;
  return session.Ask(request, &response, [&] {
    v1::Status status;
    // The names of the sides head the columns.
    std::vector<std::string> sides = {"left", "right"};
    if (absl::StatusOr<Client*> engine = session.Engine(); engine.ok() && (*engine)->Call(v1::GetStatusRequest(), &status).ok() && status.sides_size() == 2) {
      sides = {status.sides(0).name(), status.sides(1).name()};
    }
    Table table({"LINK", "ENTITY", "PHASE", "STATE", sides[0], sides[1], "WHY"});
    for (const v1::Link& link : response.links()) {
      table.Add({absl::StrCat(link.id()), link.entity(), link.phase(), link.state(), KeyOn(link, sides[0]), KeyOn(link, sides[1]), WhyOf(link)});
    }
    table.Print(*session.out);
    PrintNext(*session.out, response.next_page_token());
  });
}

int ListRecords(Session& session, const v1::ListRecordsRequest& request) {
  v1::ListRecordsResponse response;
  return session.Ask(request, &response, [&] {
    Table table({"SIDE", "RESOURCE", "KEY", "LINK", "PRESENCE", "FIELDS"});
    for (const v1::Record& record : response.records()) {
      table.Add({record.side(), record.resource(), record.key(), absl::StrCat(record.link()), record.presence(), Joined(record.fields())});
    }
    table.Print(*session.out);
    PrintNext(*session.out, response.next_page_token());
  });
}

int ShowRecord(Session& session, const v1::GetRecordRequest& request) {
  v1::Record record;
  return session.Ask(request, &record, [&] {
    Output& out = *session.out;
    out.Line(absl::StrCat(record.side(), "/", record.resource(), "/", record.key(), "  link ", record.link(), "  ", record.presence(), record.observed() ? "" : "  (written, not seen since)"));
    Table table({"FIELD", "TYPE", "VALUE"});
    const std::map<std::string, v1::Value> sorted(record.fields().begin(), record.fields().end());
    for (const auto& [name, value] : sorted) table.Add({name, value.type(), Text(value)});
    table.Print(out);
  });
}

// "sage/C0001.city" names a field too. A key may have dots, so that the whole is looked for first.
void SplitField(Session& session, std::string* record, std::string* field) {
  const std::size_t dot = record->rfind('.');
  if (!field->empty() || dot == std::string::npos) return;
  Target whole;
  if (ReadTarget(*record, &whole).ok()) {
    absl::StatusOr<Client*> engine = session.Engine();
    v1::Record known;
    if (!engine.ok() || (*engine)->Call(whole.record, &known).ok()) return;
  }
  *field = record->substr(dot + 1);
  record->resize(dot);
}

template <typename MapOfValues>
std::string Read(const MapOfValues& fields) {
  return fields.empty() ? "" : absl::StrCat("  reads ", Joined(fields));
}

void PrintOrigin(Output& out, const std::string& side, const std::string& native, const v1::ValueOrigin& origin) {
  out.Line("");
  out.Line(absl::StrCat(side, native.empty() ? "" : absl::StrCat(" ", native), " = ", Text(origin.held()), "  ", out.Paint(Colour::kDim, absl::StrCat(origin.origin(), ", ", origin.agreement()))));
  out.Line(absl::StrCat("  ", origin.sentence()));
  if (!origin.has_observation()) return;
  const v1::Observation& seen = origin.observation();
  out.Line(absl::StrCat("  from ", seen.side(), "/", seen.resource(), seen.key().empty() ? "" : absl::StrCat("/", seen.key()), "  seen ", Moment(seen.seen_micros()),
                        seen.changed_from_micros() == 0 ? "" : absl::StrCat("  changed ", Moment(seen.changed_from_micros())), seen.is_past() ? "  (shows something else since)" : "",
                        seen.entry() == 0 ? "" : absl::StrCat("  history entry ", seen.entry())));
  if (!seen.read().empty() || !seen.read_across().empty()) out.Line(absl::StrCat(Read(seen.read()), Read(seen.read_across())));
  out.Line(absl::StrCat("  the rule gives ", Text(origin.again())));
}

int ShowExplanation(Session& session, std::string text, std::string field) {
  SplitField(session, &text, &field);
  Target target;
  if (absl::Status read = ReadTarget(text, &target); !read.ok()) return session.out->Refuse(read);
  v1::ExplainRequest request;
  request.set_link(target.link);
  *request.mutable_record() = target.record;
  request.set_field(field);
  v1::Explanation response;
  return session.Ask(request, &response, [&] {
    Output& out = *session.out;
    const v1::Link& link = response.link();
    if (link.has_erasure()) {
      return out.Line(absl::StrCat("link ", link.id(), "  ", link.entity(), "  erased ", Moment(link.erasure().erase_micros()), " UTC: nothing else is known of it, and its records are refused when a system reports them"));
    }
    out.Line(absl::StrCat("link ", link.id(), "  ", link.entity(), link.phase().empty() ? "" : "/", link.phase(), "  ", link.state(), "  born in ", link.origin(), link.evidence().empty() ? "" : "  matched by ", link.evidence()));
    for (const v1::Record& member : link.members()) out.Line(absl::StrCat("  ", member.side(), "/", member.resource(), "/", member.key(), "  ", member.presence()));
    out.Line("");
    Table table({"FIELD", "LEFT", "RIGHT", "AGREED", "FLOW", "FROM", "SINCE (UTC)", "RULE", "LOST"});
    for (const v1::FieldExplanation& each : response.fields()) {
      table.Add({each.field(), Text(each.left()), Text(each.right()), Text(each.base_left()), each.flow(), each.source_side(), Moment(each.since_micros()), absl::StrCat(each.rule(), " ", each.rule_source()),
                 each.has_lost() ? absl::StrCat(Text(each.lost()), " of ", each.lost_side(), " (", each.lost_reason(), ")") : ""});
    }
    table.Print(out);
    if (response.fields_size() != 1) return;
    const v1::FieldExplanation& one = response.fields(0);
    out.Line(one.sentence());
    std::vector<std::string> sides = {"left", "right"};
    v1::Status status;
    if (absl::StatusOr<Client*> engine = session.Engine(); engine.ok() && (*engine)->Call(v1::GetStatusRequest(), &status).ok() && status.sides_size() == 2) {
      sides = {status.sides(0).name(), status.sides(1).name()};
    }
    PrintOrigin(out, sides[0], one.left_native(), one.left_origin());
    PrintOrigin(out, sides[1], one.right_native(), one.right_origin());
  });
}

int ShowWhyNot(Session& session, const std::string& text) {
  Target target;
  if (absl::Status read = ReadTarget(text, &target); !read.ok()) return session.out->Refuse(read);
  v1::WhyNotRequest request;
  request.set_link(target.link);
  *request.mutable_record() = target.record;
  v1::WhyNotResponse response;
  return session.Ask(request, &response, [&] {
    for (const v1::WhyNotResponse::Cause& cause : response.causes()) {
      session.out->Line(absl::StrCat(session.out->Paint(Colour::kWarn, cause.reason()), "  ", cause.sentence()));
      if (!cause.rule().empty()) session.out->Line(absl::StrCat("    ", cause.rule(), cause.rule_source().empty() ? "" : absl::StrCat(" (", cause.rule_source(), ")")));
      if (!cause.condition().empty()) session.out->Line(absl::StrCat("    ", cause.condition(), cause.read().empty() ? "" : absl::StrCat("  with ", Joined(cause.read()))));
      if (!cause.remedy().empty()) session.out->Line(absl::StrCat("    → ", cause.remedy()));
    }
  });
}

int ShowHistory(Session& session, const std::string& text, v1::ListHistoryRequest request) {
  Target target;
  if (absl::Status read = ReadTarget(text, &target); !read.ok()) return session.out->Refuse(read);
  request.set_link(target.link);
  *request.mutable_record() = target.record;
  v1::ListHistoryResponse response;
  return session.Ask(request, &response, [&] {
    Table table({"SEQ", "AT (UTC)", "WHAT", "SIDE", "RULE", "DETAILS"});
    for (const v1::HistoryEntry& entry : response.entries()) {
      table.Add({absl::StrCat(entry.seq()), Moment(entry.at_micros()), entry.kind(), entry.side(), entry.rule(), Joined(entry.details())});
    }
    table.Print(*session.out);
    PrintNext(*session.out, response.next_page_token());
  });
}

template <typename Request>
void AddPages(CLI::App* command, const std::shared_ptr<Request>& request) {
  command->add_option_function<int>("--page-size", [request](int size) { request->set_page_size(size); }, "Rows at most (1 to 1000)")->check(CLI::Range(1, 1000));
  command->add_option_function<std::string>("--page-token", [request](const std::string& token) { request->set_page_token(token); }, "Where the page before ended");
}

}  // namespace

void AddRecordCommands(CLI::App& app, Session& session) {
  const auto links = std::make_shared<v1::ListLinksRequest>();
  CLI::App* list_links = AddCommand(app, session, "links", "Which records are known to be one thing", "entente links --entity party --state parked", [&session, links] { return ListLinks(session, *links); });
  list_links->add_option_function<std::string>("--entity", [links](const std::string& entity) { links->set_entity(entity); }, "Only this entity of the pack");
  list_links->add_option_function<std::string>("--state", [links](const std::string& state) { links->set_state(state); }, "Only links in this state")
      ->check(CLI::IsMember({"linked", "one_sided", "parked", "owed", "dead", "gone", "erased"}));
  AddPages(list_links, links);

  const auto records = std::make_shared<v1::ListRecordsRequest>();
  const auto one = std::make_shared<std::string>();
  CLI::App* list_records = AddCommand(app, session, "records", "What the engine last saw of records", "entente records sage/C0001", [&session, records, one] {
    if (one->empty()) return ListRecords(session, *records);
    Target target;
    if (absl::Status read = ReadTarget(*one, &target); !read.ok()) return session.out->Refuse(read);
    return ShowRecord(session, target.record);
  });
  list_records->add_option("record", *one, "One record: SIDE/KEY or SIDE/RESOURCE/KEY");
  list_records->add_option_function<std::string>("--side", [records](const std::string& side) { records->set_side(side); }, "Only this side");
  list_records->add_option_function<std::string>("--resource", [records](const std::string& resource) { records->set_resource(resource); }, "Only this resource");
  AddPages(list_records, records);

  const auto explained = std::make_shared<std::string>();
  const auto field = std::make_shared<std::string>();
  CLI::App* explain = AddCommand(app, session, "explain", "Field by field: what either side holds, why, since when, and what lost", "entente explain ssm/accounts/1042.name",
                                 [&session, explained, field] { return ShowExplanation(session, *explained, *field); });
  explain->add_option("record", *explained, "link:ID, SIDE/KEY or SIDE/RESOURCE/KEY; with .FIELD only this field")->required();
  explain->add_option("--field", *field, "Only this field, by the pack's name or a system's");

  const auto missing = std::make_shared<std::string>();
  AddCommand(app, session, "why-not", "Why a record is not on the other side", "entente why-not sage/C0001", [&session, missing] { return ShowWhyNot(session, *missing); })
      ->add_option("record", *missing, "link:ID, SIDE/KEY or SIDE/RESOURCE/KEY")
      ->required();

  const auto about = std::make_shared<std::string>();
  const auto history = std::make_shared<v1::ListHistoryRequest>();
  CLI::App* show_history = AddCommand(app, session, "history", "What was observed, decided and written about a record", "entente history link:42", [&session, about, history] { return ShowHistory(session, *about, *history); });
  show_history->add_option("record", *about, "link:ID, SIDE/KEY or SIDE/RESOURCE/KEY")->required();
  AddPages(show_history, history);
}

}  // namespace entente::cli
