#include <CLI/CLI.hpp>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/cli/session.h"

namespace entente::cli {
namespace {

void ShowPush(Output& out, const v1::Push& push) {
  const Colour colour = push.state() == "done" ? Colour::kGood : push.state() == "refused" ? Colour::kBad : Colour::kWarn;
  out.Line(absl::StrCat(push.kind(), " ", push.id(), "  ", out.Paint(colour, push.state()), push.number().empty() ? "" : "  number ", push.number(), "  link ", push.link()));
  for (const std::string& problem : push.problems()) out.Line(absl::StrCat("  ", problem));
}

int Follow(Session& session, Client& client, std::uint64_t id) {
  v1::GetPushRequest request;
  request.set_id(id);
  v1::Push last;
  const absl::Status watched = client.WatchPush(request, [&](const v1::Push& push) {
    last = push;
    if (session.out->is_json()) {
      session.out->Json(push, true);
    } else {
      ShowPush(*session.out, push);
    }
    return true;
  });
  if (!watched.ok()) return session.out->Refuse(watched);
  return last.state() == "done" ? kDone : kRefused;
}

int Ask(Session& session, const v1::QuoteRequest& request, bool price_only, bool is_followed) {
  absl::StatusOr<Client*> engine = session.Engine();
  if (!engine.ok()) return session.out->Refuse(engine.status());
  v1::Push push;
  const absl::Status asked = price_only ? (*engine)->PriceQuote(request, &push) : (*engine)->PushQuote(request, &push);
  if (!asked.ok()) return session.out->Refuse(asked);
  if (is_followed) return Follow(session, **engine, push.id());
  if (session.out->is_json()) {
    session.out->Json(push);
  } else {
    ShowPush(*session.out, push);
  }
  return kDone;
}

void AddAsk(CLI::App& group, Session& session, const char* name, const char* purpose, const char* example, bool price_only) {
  const auto request = std::make_shared<v1::QuoteRequest>();
  const auto is_left_alone = std::make_shared<bool>(false);
  CLI::App* command = AddCommand(group, session, name, purpose, example, [&session, request, price_only, is_left_alone] { return Ask(session, *request, price_only, !*is_left_alone); });
  command->add_option_function<std::string>("quote", [request](const std::string& quote) { request->set_quote(quote); }, "Key of the quote where it was written, or link:ID")->required();
  command->add_option_function<std::string>("--request-id", [request](const std::string& id) { request->set_request_id(id); }, "Repeats with the same id answer the same push");
  command->add_flag("--no-wait", *is_left_alone, "Ask and return");
}

int ShowPushes(Session& session, std::uint64_t id) {
  if (id != 0) {
    v1::GetPushRequest request;
    request.set_id(id);
    v1::Push push;
    return session.Ask(request, &push, [&] { ShowPush(*session.out, push); });
  }
  v1::ListPushesResponse response;
  return session.Ask(v1::ListPushesRequest(), &response, [&] {
    Table table({"PUSH", "KIND", "STATE", "NUMBER", "LINK", "STARTED (UTC)", "ENDED (UTC)", "PROBLEMS"});
    for (const v1::Push& push : response.pushes()) {
      table.Add({absl::StrCat(push.id()), push.kind(), push.state(), push.number(), absl::StrCat(push.link()), Moment(push.start_micros()), Moment(push.end_micros()), absl::StrJoin(push.problems(), "; ")});
    }
    table.Print(*session.out);
  });
}

}  // namespace

void AddQuoteCommands(CLI::App& app, Session& session) {
  CLI::App* quote = app.add_subcommand("quote", "Prices and sends quotes on demand");
  quote->require_subcommand(1);
  AddAsk(*quote, session, "price", "Have prices and stock computed, and written to the quote", "entente quote price 1207", true);
  AddAsk(*quote, session, "push", "Send the quote; the same quote is never sent twice", "entente quote push 1207", false);
  const auto id = std::make_shared<std::uint64_t>(0);
  AddCommand(*quote, session, "show", "The last pushes, or one", "entente quote show 5", [&session, id] { return ShowPushes(session, *id); })->add_option("id", *id, "Number of the push");
}

}  // namespace entente::cli
