#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/scenarios/rows.h"

namespace entente::testing {

using Settings = std::map<std::string, std::string>;

// One value of a line of a document in the CRM.
inline Value LineOf(SsmWorld& world, const std::string& resource, const std::string& key, std::size_t line, const std::string& field) {
  const auto* lines = world.crm().Field(resource, key, "lines").As<List>();
  return lines && line < lines->size() ? FieldOf(*(*lines)[line].As<Map>(), field) : Value();
}

// A world after its first load: customer ACME, articles A1 and A2, and a salesperson who writes quotes.
class QuoteWorld : public SsmWorld {
 public:
  explicit QuoteWorld(std::map<std::string, std::string> parameters = {}, const std::string& pack = "") : SsmWorld(std::move(parameters), pack) {
    SageParty("ACME", "Acme", false);
    SageArticle("A1", "Vis", "10");
    SageArticle("A2", "Clou", "10");
    FirstLoad();
    account = CrmByExtId("accounts", "ACME");
  }

  Map Line(const std::string& article, int quantity, const std::string& text = "texte") {
    return {{"productId", Ref("products", CrmByExtId("products", article))}, {"quantity", Decimal::FromInt(quantity)}, {"description", text}};
  }
  // A quote as the salesperson saves it, priced.
  std::string Quote(std::vector<Map> lines) {
    const std::string quote = CrmQuote(account, std::move(lines));
    Settle();
    return quote;
  }
  Reply Push(const std::string& quote, const std::string& request = "") { return Ask(PushQuote{quote, false, request}); }
  PushState PushOf(const Reply& reply) {
    const auto* id = FieldOf(reply.answer, "push").As<std::int64_t>();
    for (const PushState& push : status().pushes) {
      if (id && push.id == static_cast<std::uint64_t>(*id)) return push;
    }
    return {};
  }
  std::string Text(const std::string& quote, const std::string& field) { return std::string(crm().Field("quotes", quote, field).TextOrEmpty()); }
  std::string State(const std::string& quote) { return Text(quote, "statusId"); }
  Value LineField(const std::string& quote, std::size_t line, const std::string& field) { return LineOf(*this, "quotes", quote, line, field); }
  // Keys of the live documents of Sage that carry the key of this quote.
  std::vector<std::string> Documents(const std::string& quote) { return sage().Where("quote", "DO_RefExterne", Value("SSM-C1-" + quote)); }
  Value DocumentLineField(const std::string& document, std::size_t line, const std::string& field) {
    const auto* lines = sage().Field("quote", document, "lines").As<List>();
    return lines && line < lines->size() ? FieldOf(*(*lines)[line].As<Map>(), field) : Value();
  }

  std::string account;
};

inline constexpr char kPending[] = "Brouillon – En attente";
inline constexpr char kValidated[] = "Brouillon – Validé";
inline constexpr char kWaiting[] = "En attente de synchronisation";
inline constexpr char kSynced[] = "Synchronisé";

// An outcome forced on operations of one kind.
inline OperationResult Failure(FailureClass failure, std::string code, std::string text = "", std::vector<DocumentProblem> problems = {}) {
  OperationResult result;
  result.kind = OperationResult::Kind::kFailure;
  result.failure = failure;
  result.code = std::move(code);
  result.text = std::move(text);
  result.problems = std::move(problems);
  return result;
}

}  // namespace entente::testing
