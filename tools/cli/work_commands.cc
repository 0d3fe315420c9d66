#include <CLI/CLI.hpp>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/cli/session.h"

namespace entente::cli {
namespace {

int ListItems(Session& session, const v1::ListWorkItemsRequest& request) {
  v1::ListWorkItemsResponse response;
  return session.Ask(request, &response, [&] {
    Output& out = *session.out;
    if (response.items().empty() && response.next_page_token().empty()) return out.Line("none");
    Table table({"ITEM", "KIND", "STATE", "REASON", "LINK", "ENTITY", "SIDE", "SINCE (UTC)", "CHOICES"});
    for (const v1::WorkItem& item : response.items()) {
      table.Add({absl::StrCat(item.id()), item.kind(), item.state(), item.reason(), item.link() == 0 ? "-" : absl::StrCat(item.link()), item.entity(), item.side(), Moment(item.open_micros()),
                 absl::StrJoin(item.choices(), ", ")});
    }
    table.Print(out);
    if (!response.next_page_token().empty()) out.Line(out.Paint(Colour::kDim, absl::StrCat("more: --page-token ", response.next_page_token())));
  });
}

void ShowItem(Output& out, const v1::WorkItem& item) {
  out.Line(absl::StrCat("item ", item.id(), "  ", item.kind(), "  ", item.state(), "  ", item.reason(), item.link() == 0 ? "" : absl::StrCat("  link ", item.link())));
  if (!item.message_en().empty()) out.Line(item.message_en());
  if (!item.message_fr().empty()) out.Line(item.message_fr());
  const std::map<std::string, v1::Value> details(item.details().begin(), item.details().end());
  for (const auto& [name, value] : details) out.Line(absl::StrCat("  ", name, ": ", value.type() == "null" ? "-" : value.text()));
  if (item.state() == "open" && !item.choices().empty()) out.Line(absl::StrCat("choices: ", absl::StrJoin(item.choices(), ", "), "   entente items resolve ", item.id(), " CHOICE"));
  if (!item.resolution().empty()) out.Line(absl::StrCat("resolved: ", item.resolution()));
}

int GetItem(Session& session, std::uint64_t id) {
  v1::GetWorkItemRequest request;
  request.set_id(id);
  v1::WorkItem item;
  return session.Ask(request, &item, [&] { ShowItem(*session.out, item); });
}

int ResolveItem(Session& session, std::uint64_t id, const std::string& choice) {
  v1::ResolveWorkItemRequest request;
  request.set_id(id);
  request.set_choice(choice);
  v1::WorkItem item;
  return session.Ask(request, &item, [&] { ShowItem(*session.out, item); });
}

int SettleDeadLetter(Session& session, std::uint64_t id, bool is_retry) {
  v1::DeadLetterRequest request;
  request.set_id(id);
  v1::WorkItem item;
  return session.Answer(
      &item, [&](Client& client) { return is_retry ? client.RetryDeadLetter(request, &item) : client.DiscardDeadLetter(request, &item); }, [&] { ShowItem(*session.out, item); });
}

void AddFilters(CLI::App* command, const std::shared_ptr<v1::ListWorkItemsRequest>& filter) {
  command->add_option_function<std::string>("--reason", [filter](const std::string& reason) { filter->set_reason(reason); }, "Only this reason");
  command->add_option_function<std::string>("--state", [filter](const std::string& state) { filter->set_state(state); }, "open (default), resolved, dismissed or all")
      ->check(CLI::IsMember({"open", "resolved", "dismissed", "all"}));
  command->add_option_function<std::string>("--entity", [filter](const std::string& entity) { filter->set_entity(entity); }, "Only this entity");
  command->add_option_function<std::uint64_t>("--link", [filter](std::uint64_t link) { filter->set_link(link); }, "Only about this link");
  command->add_option_function<int>("--page-size", [filter](int size) { filter->set_page_size(size); }, "Rows at most (1 to 1000)")->check(CLI::Range(1, 1000));
  command->add_option_function<std::string>("--page-token", [filter](const std::string& token) { filter->set_page_token(token); }, "Where the page before ended");
}

// Adds `list` to a group of commands and lets the bare group list as well.
void AddList(CLI::App* group, Session& session, const std::shared_ptr<v1::ListWorkItemsRequest>& filter, const char* example) {
  AddFilters(group, filter);
  CLI::App* list = AddCommand(*group, session, "list", "Show them", example, [&session, filter] { return ListItems(session, *filter); });
  AddFilters(list, filter);
}

void AddOne(CLI::App& group, Session& session, const char* name, const char* purpose, const char* example, const std::function<int(std::uint64_t)>& act) {
  const auto id = std::make_shared<std::uint64_t>(0);
  AddCommand(group, session, name, purpose, example, [id, act] { return act(*id); })->add_option("id", *id, "Number of the item")->required();
}

}  // namespace

void AddWorkCommands(CLI::App& app, Session& session) {
  const auto work = std::make_shared<v1::ListWorkItemsRequest>();
  CLI::App* items = app.add_subcommand("items", "What waits for a person");
  items->callback([&session, items, work] {
    if (items->get_subcommands().empty()) session.run = [&session, work] { return ListItems(session, *work); };
  });
  AddList(items, session, work, "entente items list --reason ambiguous_match");
  items->add_option_function<std::string>("--kind", [work](const std::string& kind) { work->set_kind(kind); }, "work_item, conflict, dead_letter, held_delete or report");
  AddOne(*items, session, "show", "One of them, with its message and details", "entente items show 17", [&session](std::uint64_t id) { return GetItem(session, id); });
  const auto id = std::make_shared<std::uint64_t>(0);
  const auto choice = std::make_shared<std::string>();
  CLI::App* resolve = AddCommand(*items, session, "resolve", "Answer one with one of its choices", "entente items resolve 17 approve", [&session, id, choice] { return ResolveItem(session, *id, *choice); });
  resolve->add_option("id", *id, "Number of the item")->required();
  resolve->add_option("choice", *choice, "One of the item's choices")->required();

  const auto conflict = std::make_shared<v1::ListWorkItemsRequest>();
  conflict->set_kind("conflict");
  conflict->set_state("all");
  CLI::App* conflicts = AddCommand(app, session, "conflicts", "Edits that met: who won, by which rule, and what lost", "entente conflicts --state open", [&session, conflict] { return ListItems(session, *conflict); });
  AddFilters(conflicts, conflict);

  const auto dead = std::make_shared<v1::ListWorkItemsRequest>();
  dead->set_kind("dead_letter");
  CLI::App* letters = app.add_subcommand("dead-letters", "Writes a system refused for good");
  letters->callback([&session, letters, dead] {
    if (letters->get_subcommands().empty()) session.run = [&session, dead] { return ListItems(session, *dead); };
  });
  AddList(letters, session, dead, "entente dead-letters list");
  AddOne(*letters, session, "retry", "Decide the link anew and send what is owed then", "entente dead-letters retry 17", [&session](std::uint64_t item) { return SettleDeadLetter(session, item, true); });
  AddOne(*letters, session, "discard", "Give the write up", "entente dead-letters discard 17", [&session](std::uint64_t item) { return SettleDeadLetter(session, item, false); });
}

}  // namespace entente::cli
