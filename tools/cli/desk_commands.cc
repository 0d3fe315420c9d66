#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/runtime/error.h"
#include "tools/cli/session.h"

namespace entente::cli {
namespace {

int ListGroups(Session& session, const v1::ListWorkGroupsRequest& request) {
  v1::ListWorkGroupsResponse response;
  return session.Ask(request, &response, [&] {
    Output& out = *session.out;
    if (response.groups().empty()) return out.Line("none");
    Table table({"ITEMS", "KIND", "REASON", "ENTITY", "FIELD", "SIDE", "OLDEST (UTC)", "SHOW", "CHOICES"});
    for (const v1::WorkGroup& group : response.groups()) {
      table.Add({absl::StrCat(group.count()), group.kind(), group.reason(), group.entity(), group.field(), group.side(), Moment(group.oldest_micros()),
                 group.samples().empty() ? "-" : absl::StrCat(group.samples(0)), absl::StrJoin(group.choices(), ", ")});
    }
    table.Print(out);
    if (response.groups_not_shown() > 0) out.Line(out.Paint(Colour::kDim, absl::StrCat("and ", response.groups_not_shown(), " more groups: narrow the list with --reason or --entity")));
  });
}

std::string Shown(const google::protobuf::Map<std::string, v1::Value>& details, const char* name) {
  const auto at = details.find(name);
  return at == details.end() || at->second.type() == "null" ? "-" : at->second.text();
}

std::string Changes(const v1::PlannedWrite& write) {
  std::vector<std::string> changes;
  for (const auto& [name, after] : std::map<std::string, v1::Value>(write.after().begin(), write.after().end())) {
    const auto before = write.before().find(name);
    changes.push_back(absl::StrCat(name, ": ", before == write.before().end() ? "-" : before->second.text(), " -> ", after.text()));
  }
  return absl::StrJoin(changes, "; ");
}

void ShowConsequences(Output& out, const v1::Consequences& answer) {
  const v1::WorkItem& item = answer.item();
  out.Line(absl::StrCat("item ", item.id(), "  ", item.kind(), "  ", item.reason(), item.entity().empty() ? "" : absl::StrCat("  ", item.entity()), item.link() == 0 ? "" : absl::StrCat("  link ", item.link())));
  if (!item.message_en().empty()) out.Line(item.message_en());
  if (!item.message_fr().empty()) out.Line(item.message_fr());
  if (item.kind() == "conflict") {
    Table values({"FIELD", "AGREED LAST", "LEFT", "RIGHT"});
    values.Add({Shown(item.details(), "field"), Shown(item.details(), "base"), Shown(item.details(), "left"), Shown(item.details(), "right")});
    values.Print(out);
  }
  for (const v1::Consequence& consequence : answer.consequences()) {
    out.Line("");
    out.Line(absl::StrCat(consequence.choice(), ": ", consequence.writes_count() == 0 ? "nothing is written" : absl::StrCat(consequence.writes_count(), consequence.writes_count() == 1 ? " write" : " writes")));
    for (const v1::PlannedWrite& write : consequence.writes()) out.Line(absl::StrCat("  ", write.verb(), " ", write.side(), "/", write.resource(), " ", write.key(), write.after().empty() ? "" : "  ", Changes(write)));
    for (const v1::PlanHold& hold : consequence.held()) out.Line(absl::StrCat("  waits on: ", hold.count(), " ", hold.entity(), " (", hold.reason(), ")"));
  }
  out.Line("");
  out.Line(absl::StrCat("entente items resolve ", item.id(), " CHOICE   or for good: entente desk rule ", item.id(), " CHOICE"));
}

int ShowItem(Session& session, std::uint64_t id) {
  v1::GetWorkItemRequest request;
  request.set_id(id);
  v1::Consequences answer;
  return session.Ask(request, &answer, [&] { ShowConsequences(*session.out, answer); });
}

int ResolveGroup(Session& session, const v1::ResolveWorkGroupRequest& request) {
  v1::ResolveWorkGroupResponse response;
  return session.Ask(request, &response, [&] {
    session.out->Line(absl::StrCat(response.resolved(), response.resolved() == 1 ? " item " : " items ",
                                   request.validate_only() ? "would be answered with " : response.resolved() == 1 ? "was answered with " : "were answered with ", request.choice(), ".",
                                   response.left() > 0 && !request.validate_only() ? absl::StrCat(" ", response.left(), " are left: give the same command again.") : ""));
  });
}

// A new folder with the pack, or nothing: what is there is never written over.
absl::Status WritePack(const std::string& directory, const std::string& pack) {
  std::error_code error;
  if (std::filesystem::exists(directory, error)) {
    return MakeError(absl::StatusCode::kAlreadyExists, "FILE_EXISTS", absl::StrCat(directory, " is there already and was left as it is. Name a new folder."));
  }
  std::filesystem::create_directories(directory, error);
  std::ofstream out(std::filesystem::path(directory) / "pack.yaml", std::ios::binary);
  out << pack;
  out.close();
  if (!out) return MakeError(absl::StatusCode::kUnavailable, "FILE_NOT_WRITABLE", absl::StrCat("The pack could not be written to ", directory, ". Check the folder and its rights."));
  return absl::OkStatus();
}

std::string CountedText(const v1::RuleDraft& draft) {
  if (!draft.not_counted().empty()) return absl::StrCat("what it would write was not counted: ", draft.not_counted());
  std::string text = absl::StrCat("what if it held now: ", draft.what_if().reached(), " records decided anew");
  const std::map<std::string, std::int64_t> writes(draft.what_if().writes().begin(), draft.what_if().writes().end());
  for (const auto& [side, count] : writes) absl::StrAppend(&text, ", ", count, " written to ", side);
  const std::map<std::string, std::int64_t> spared(draft.what_if().spared().begin(), draft.what_if().spared().end());
  for (const auto& [side, count] : spared) {
    if (count > 0) absl::StrAppend(&text, ", ", count, " no longer written to ", side);
  }
  if (draft.what_if().freed() > 0) absl::StrAppend(&text, ", ", draft.what_if().freed(), " wait no longer");
  if (draft.what_if().parked() > 0) absl::StrAppend(&text, ", ", draft.what_if().parked(), " would wait");
  return text;
}

int DraftRule(Session& session, const v1::DraftRuleRequest& request, const std::string& directory) {
  v1::RuleDraft draft;
  absl::Status written;
  const int code = session.Ask(request, &draft, [&] {
    Output& out = *session.out;
    out.Line(absl::StrCat("# ", draft.path(), draft.value().empty() ? " is taken away" : absl::StrCat(" = ", draft.value()), draft.replaces().empty() ? "" : absl::StrCat("   (today: ", draft.replaces(), ")")));
    out.Line(absl::StrCat("# answers ", draft.items(), draft.items() == 1 ? " open item" : " open items"));
    out.Line(absl::StrCat("# ", CountedText(draft)));
    if (directory.empty()) out.Line(draft.pack());
  });
  if (code != kDone || directory.empty()) return code;
  if (written = WritePack(directory, draft.pack()); !written.ok()) return session.out->Refuse(written);
  if (!session.out->is_json()) session.out->Line(absl::StrCat("The rule is in ", directory, ". See what it would change: entente pack what-if ", directory));
  return kDone;
}

}  // namespace

void AddDeskCommands(CLI::App& app, Session& session) {
  const auto filter = std::make_shared<v1::ListWorkGroupsRequest>();
  CLI::App* desk = app.add_subcommand("desk", "What waits for people, gathered, and what each answer would do");
  desk->callback([&session, desk, filter] {
    if (desk->get_subcommands().empty()) session.run = [&session, filter] { return ListGroups(session, *filter); };
  });
  CLI::App* list = AddCommand(*desk, session, "list", "Items of one cause together", "entente desk list --kind conflict", [&session, filter] { return ListGroups(session, *filter); });
  list->add_option_function<std::string>("--kind", [filter](const std::string& kind) { filter->set_kind(kind); }, "work_item, conflict, dead_letter, held_delete or report");
  list->add_option_function<std::string>("--reason", [filter](const std::string& reason) { filter->set_reason(reason); }, "Only this reason");
  list->add_option_function<std::string>("--entity", [filter](const std::string& entity) { filter->set_entity(entity); }, "Only this entity");
  list->add_option_function<std::string>("--field", [filter](const std::string& field) { filter->set_field(field); }, "Only about this field");
  list->add_option_function<std::string>("--state", [filter](const std::string& state) { filter->set_state(state); }, "open (default), resolved, dismissed or all");

  const auto id = std::make_shared<std::uint64_t>(0);
  AddCommand(*desk, session, "show", "One item, with what each choice would write", "entente desk show 17", [&session, id] { return ShowItem(session, *id); })
      ->add_option("id", *id, "Number of the item")->required();

  const auto answer = std::make_shared<v1::ResolveWorkGroupRequest>();
  CLI::App* resolve = AddCommand(*desk, session, "resolve", "One answer for all items of a group", "entente desk resolve --reason conflict --entity contact --field phone sage",
                                 [&session, answer] { return ResolveGroup(session, *answer); });
  resolve->add_option_function<std::string>("--kind", [answer](const std::string& kind) { answer->set_kind(kind); }, "Only this kind");
  resolve->add_option_function<std::string>("--reason", [answer](const std::string& reason) { answer->set_reason(reason); }, "Reason of the items")->required();
  resolve->add_option_function<std::string>("--entity", [answer](const std::string& entity) { answer->set_entity(entity); }, "Only of this entity");
  resolve->add_option_function<std::string>("--field", [answer](const std::string& field) { answer->set_field(field); }, "Only about this field");
  resolve->add_option_function<std::int64_t>("--count", [answer](std::int64_t count) { answer->set_count_expected(count); }, "Refuse if there are not just as many");
  resolve->add_flag_function("--dry-run", [answer](std::int64_t) { answer->set_validate_only(true); }, "Only say how many there are");
  resolve->add_option_function<std::string>("choice", [answer](const std::string& choice) { answer->set_choice(choice); }, "One of the group's choices")->required();

  const auto draft = std::make_shared<v1::DraftRuleRequest>();
  const auto directory = std::make_shared<std::string>();
  CLI::App* rule = AddCommand(*desk, session, "rule", "An answer as a rule: a pack of a few lines over the one that runs", "entente desk rule 17 sage --out rules/customer",
                              [&session, draft, directory] { return DraftRule(session, *draft, *directory); });
  rule->add_option_function<std::uint64_t>("id", [draft](std::uint64_t item) { draft->set_id(item); }, "Number of the item")->required();
  rule->add_option_function<std::string>("choice", [draft](const std::string& choice) { draft->set_choice(choice); }, "One of the item's choices")->required();
  rule->add_option("--out", *directory, "New folder for the pack");
}

}  // namespace entente::cli
