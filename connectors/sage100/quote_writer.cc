#include "connectors/sage100/quote_writer.h"

#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sage100/variants.h"
#include "connectors/sdk/record_builder.h"
#include "connectors/sdk/values.h"

namespace entente::sage100 {
namespace {

using nlohmann::json;

const ResourceSpec& Quote() { return ResourceNamed("quote"); }

struct Document {
  json body = json::object();
  std::optional<v1::OperationResult> failure;
};

void Refuse(const v1::Operation& operation, Document* document, const std::string& code, const std::string& field, std::uint32_t line,
            const std::string& text) {
  document->failure = Failed(operation, v1::Failure::NEVER, code, text);
  v1::Problem* problem = document->failure->mutable_failure()->add_problems();
  problem->set_severity("error");
  problem->set_code(code);
  problem->set_text(text);
  problem->set_field(field);
  problem->set_line(line);
}

std::string QuantityOf(const v1::Value* value) {
  if (value == nullptr) return "";
  if (value->has_decimal_value()) return value->decimal_value();
  return value->has_int_value() ? absl::StrCat(value->int_value()) : "";
}

// Discounts that are asked for: percents in a slot of Sage's, and further ones for the slots that Sage leaves free.
void AddDiscounts(const v1::Value& line, json* out) {
  for (const char* name : {"DL_Remise01REM_Valeur", "DL_Remise02REM_Valeur", "DL_Remise03REM_Valeur"}) {
    const std::string percent = QuantityOf(sdk::FindEntry(line, name));
    if (!percent.empty()) (*out)[name] = percent;
  }
  const v1::Value* more = sdk::FindEntry(line, "discounts_more");
  if (more == nullptr || !more->has_list_value()) return;
  json percents = json::array();
  for (const v1::Value& percent : more->list_value().values()) percents.push_back(QuantityOf(&percent));
  if (!percents.empty()) (*out)["discounts_more"] = std::move(percents);
}

// One line to send: the article (or none), the quantity, texts, discounts that are asked for. Prices never travel: Sage computes them.
void AddLine(const Writing& writing, const v1::Operation& operation, const v1::Value& line, std::uint32_t number, Document* document) {
  json out = json::object();
  const v1::Value* article = sdk::FindEntry(line, "AR_Ref");
  if (article != nullptr && !sdk::IsNull(*article)) {
    const std::string key = article->has_reference_value() ? article->reference_value().key() : article->text_value();
    const ArticleKeyParts parts = SplitArticleKey(key);
    out["AR_Ref"] = parts.reference;
    const v1::Value* no1 = sdk::FindEntry(line, "AG_No1");
    const v1::Value* no2 = sdk::FindEntry(line, "AG_No2");
    const std::int64_t first = no1 != nullptr && no1->has_int_value() ? no1->int_value() : parts.no1;
    const std::int64_t second = no2 != nullptr && no2->has_int_value() ? no2->int_value() : parts.no2;
    if (first != 0) out["AG_No1"] = first;
    if (second != 0) out["AG_No2"] = second;
    const std::string quantity = QuantityOf(sdk::FindEntry(line, "DL_Qte"));
    if (quantity.empty()) {
      return Refuse(operation, document, "QUANTITY_MISSING", "DL_Qte", number, absl::StrCat("line ", number, " has no quantity"));
    }
    out["DL_Qte"] = quantity;
    AddDiscounts(line, &out);
  }
  const odbc::ColumnInfo* design = writing.company.schema.Column("F_DOCLIGNE", "DL_Design");
  for (const char* name : {"DL_Design", "DT_Text"}) {
    const v1::Value* text = sdk::FindEntry(line, name);
    if (text == nullptr || !text->has_text_value()) continue;
    const std::size_t length_max = name == std::string_view("DL_Design") && design != nullptr ? static_cast<std::size_t>(design->size) : 0;
    if (const auto problem = CheckFits(writing, name, text->text_value(), length_max)) {
      return Refuse(operation, document, problem->code(), name, number, absl::StrCat("line ", number, ": ", problem->text()));
    }
    out[name] = text->text_value();
  }
  document->body["lines"].push_back(std::move(out));
}

// A text line at the end: the salesperson's comment.
void AddComment(const Writing& writing, const v1::Operation& operation, Document* document) {
  const v1::Value* comment = GivenValue(writing, Quote(), operation.fields(), "comment");
  if (comment == nullptr || !comment->has_text_value() || comment->text_value().empty()) return;
  const v1::Value* whole = GivenValue(writing, Quote(), operation.fields(), "comment_text");
  std::vector<std::pair<std::string, v1::Value>> entries = {{"DL_Design", *comment}};
  if (whole != nullptr && whole->has_text_value()) entries.emplace_back("DT_Text", *whole);
  AddLine(writing, operation, sdk::MapOf(std::move(entries)), static_cast<std::uint32_t>(document->body["lines"].size()) + 1, document);
}

Document DocumentOf(const Writing& writing, const v1::Operation& operation) {
  Document out;
  Prepared prepared = PrepareFields(writing, Quote(), operation, operation.fields(), true);
  if (prepared.failure.has_value()) {
    out.failure = std::move(prepared.failure);
    return out;
  }
  for (const auto& [name, written] : prepared.values) {
    std::int64_t number = 0;
    if (written.kind == Written::Kind::kNumber && absl::SimpleAtoi(written.text, &number)) {
      out.body[name] = number;
    } else if (!written.text.empty()) {
      out.body[name] = written.text;
    }
  }
  out.body["lines"] = json::array();
  const v1::Value* lines = GivenValue(writing, Quote(), operation.fields(), "lines");
  std::uint32_t number = 0;
  if (lines != nullptr && lines->has_list_value()) {
    for (const v1::Value& line : lines->list_value().values()) {
      AddLine(writing, operation, line, ++number, &out);
      if (out.failure.has_value()) return out;
    }
  }
  AddComment(writing, operation, &out);
  return out;
}

void SetDecimal(const Row& row, const char* column, const std::string& name, std::vector<std::pair<std::string, v1::Value>>* entries) {
  if (const auto value = row.Decimal(column)) entries->emplace_back(name, sdk::DecimalValue(*value));
}

v1::Value PricedLine(const Row& row) {
  std::vector<std::pair<std::string, v1::Value>> entries;
  for (const char* column : {"DL_No", "DL_Ligne", "DL_Remise01REM_Type", "DL_Remise02REM_Type", "DL_Remise03REM_Type", "DL_Valorise",
                             "DL_TRemPied"}) {
    if (const auto value = row.Int(column)) entries.emplace_back(column, sdk::IntValue(*value));
  }
  for (const char* column : {"DL_Qte", "DL_PrixUnitaire", "DL_Remise01REM_Valeur", "DL_Remise02REM_Valeur", "DL_Remise03REM_Valeur",
                             "DL_MontantHT", "DL_MontantTTC", "available"}) {
    SetDecimal(row, column, column, &entries);
  }
  for (const char* column : {"DL_Design", "DT_Text", "DL_PieceDE"}) {
    if (const auto value = row.Text(column)) entries.emplace_back(column, sdk::Text(*value));
  }
  if (const auto article = row.Text("AR_Ref")) {
    const std::int64_t no1 = row.Code("AG_No1"), no2 = row.Code("AG_No2");
    entries.emplace_back("AR_Ref", sdk::Ref("article", ArticleKey(*article, no1, no2)));
    entries.emplace_back("article", sdk::Text(*article));
    if (no1 != 0) entries.emplace_back("AG_No1", sdk::IntValue(no1));
    if (no2 != 0) entries.emplace_back("AG_No2", sdk::IntValue(no2));
  }
  return sdk::MapOf(std::move(entries));
}

// A priced document in the fields of a quote; over what SQL shows of it, where it was made.
v1::Change PricedRecord(const Writing& writing, const PricedDocument& document, const v1::Change* from_sql) {
  const Row head = document.head[0];
  const std::string key = head.Text("DO_Piece").value_or("");
  v1::Change change = MergedRecord(writing, Quote(), key, head, from_sql);
  sdk::RecordBuilder builder(writing.company.catalogue, Quote().number);
  for (const v1::FieldValue& field : change.fields()) {
    builder.Set(writing.company.catalogue.FindField(Quote().number, field.field())->name(), field.value());
  }
  if (from_sql == nullptr) {
    builder.Set("currency", sdk::Text(writing.parameters.DocumentCurrency(head.Code("DO_Devise"))));
    if (!key.empty()) builder.Set("outcome", sdk::Text("open"));
    builder.Set("successors", sdk::ListOf({}));
    std::vector<v1::Value> lines;
    for (std::size_t i = 0; i < document.lines.size(); ++i) lines.push_back(PricedLine(document.lines[i]));
    builder.Set("lines", sdk::ListOf(std::move(lines)));
    std::vector<v1::Value> taxes;
    for (std::size_t i = 0; i < document.taxes.size(); ++i) {
      std::vector<std::pair<std::string, v1::Value>> entries;
      if (const auto code = document.taxes[i].Text("code")) entries.emplace_back("code", sdk::Text(*code));
      for (const char* name : {"rate", "base", "amount"}) SetDecimal(document.taxes[i], name, name, &entries);
      taxes.push_back(sdk::MapOf(std::move(entries)));
    }
    builder.Set("taxes", sdk::ListOf(std::move(taxes)));
  }
  if (from_sql == nullptr && document.priced_at_micros.has_value()) builder.Set("priced_at", sdk::TimestampValue(*document.priced_at_micros));
  change.clear_fields();
  builder.Finish(&change);
  return change;
}

// The quote the gateway speaks of. Its record shows head and lines as the feed will; `priced` shows what only a pricing knows,
// availability and its time.
v1::OperationResult ReceivedQuote(Writing& writing, const v1::Operation& operation, const PricedDocument& document, bool existed) {
  const std::string number = document.head[0].Text("DO_Piece").value_or("");
  auto seen = writing.lookup.ByKey(Quote(), {number});
  const bool is_seen = seen.ok() && !seen->changes.empty();
  v1::OperationResult result = Received(writing, operation, v1::Receipt::ATOMIC,
                                        PricedRecord(writing, document, is_seen ? &seen->changes.front() : nullptr), existed);
  *result.mutable_receipt()->mutable_priced() = PricedRecord(writing, document, nullptr).fields();
  for (const v1::Problem& problem : document.problems) *result.mutable_receipt()->add_problems() = problem;
  return result;
}

// The field and value by which a quote of ours is recognised.
Conditions ExternalKey(const Writing& writing, const v1::Operation& operation) {
  if (!operation.find_field().empty() && operation.has_find_value()) {
    const FieldSpec* field = FindField(Quote(), operation.find_field());
    if (field != nullptr) return {{field, operation.find_value()}};
  }
  for (const char* name : {"DO_RefExterne", "DO_NoWeb", "DO_Ref"}) {
    const v1::Value* value = GivenValue(writing, Quote(), operation.fields(), name);
    if (value != nullptr && !sdk::IsNull(*value)) return {{FindField(Quote(), name), *value}};
  }
  return {};
}

v1::OperationResult SearchCreated(Writing& writing, const v1::Operation& operation) {
  const Conditions key = ExternalKey(writing, operation);
  if (key.empty() || !writing.timer.Wait(writing.settle_time)) return Unclear(operation, "a new quote");
  auto found = writing.lookup.ByFields(Quote(), key);
  if (!found.ok() || found->changes.empty()) return Unclear(operation, "a new quote");
  return Received(writing, operation, v1::Receipt::REREAD, std::move(found->changes.front()), true);
}

std::string RequestOf(const v1::Operation& operation) {
  return operation.idempotency_key().empty() ? absl::StrCat("operation-", operation.id()) : operation.idempotency_key();
}

}  // namespace

v1::OperationResult PriceQuote(Writing& writing, const v1::Operation& operation) {
  Document document = DocumentOf(writing, operation);
  if (document.failure.has_value()) return *std::move(document.failure);
  const json body = {{"document", std::move(document.body)}};
  const GatewayAnswer answer = writing.Call("POST", "/gateway/v1/documents:price", body.dump(-1, ' ', false, json::error_handler_t::replace));
  // Pricing writes nothing, so it may always be asked again.
  if (answer.delivery != GatewayAnswer::Delivery::kAnswered) return NotSent(operation, answer);
  if (!answer.is_success()) {
    v1::OperationResult refused = Refused(operation, ReadRefusal(answer));
    if (IsUncertain(answer)) refused.mutable_failure()->set_class_(v1::Failure::AGAIN);
    return refused;
  }
  auto priced = ReadDocument(answer);
  if (!priced.ok() || !priced->has_value()) {
    return Failed(operation, v1::Failure::AGAIN, "GATEWAY_ANSWER_UNREADABLE",
                  priced.ok() ? "the gateway answered without a document" : std::string(priced.status().message()));
  }
  v1::OperationResult result;
  result.set_id(operation.id());
  result.set_seq(writing.sequence.Next());
  result.mutable_receipt()->set_observation(v1::Receipt::ATOMIC);
  *result.mutable_receipt()->mutable_priced() = PricedRecord(writing, **priced, nullptr).fields();
  for (const v1::Problem& problem : (*priced)->problems) *result.mutable_receipt()->add_problems() = problem;
  return result;
}

v1::OperationResult CreateQuote(Writing& writing, const v1::Operation& operation) {
  Document document = DocumentOf(writing, operation);
  if (document.failure.has_value()) return *std::move(document.failure);
  // Before every send, whatever the engine knows: only one of the fields a quote may be known by is unique in Sage.
  if (const Conditions key = ExternalKey(writing, operation); !key.empty()) {
    auto found = writing.lookup.ByFields(Quote(), key);
    if (!found.ok()) return ReadFailed(operation, found.status());
    if (!found->changes.empty()) {
      return Received(writing, operation, v1::Receipt::REREAD, std::move(found->changes.front()), true);
    }
  }
  const json body = {{"epoch", operation.epoch()}, {"request_id", RequestOf(operation)}, {"document", std::move(document.body)}};
  const GatewayAnswer answer = writing.Call("POST", "/gateway/v1/quotes", body.dump(-1, ' ', false, json::error_handler_t::replace));
  if (answer.delivery == GatewayAnswer::Delivery::kNotSent) return NotSent(operation, answer);
  if (IsUncertain(answer)) return SearchCreated(writing, operation);
  const bool is_duplicate = !answer.is_success() && ReadRefusal(answer).code == "DUPLICATE_KEY";
  if (!answer.is_success() && !is_duplicate) return Refused(operation, ReadRefusal(answer));
  auto made = ReadDocument(answer);
  if (!made.ok() || !made->has_value() || !(*made)->head[0].Text("DO_Piece").has_value()) return SearchCreated(writing, operation);
  return ReceivedQuote(writing, operation, **made, is_duplicate);
}

}  // namespace entente::sage100
