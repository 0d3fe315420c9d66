#include "connectors/sage100/variants.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace entente::sage100 {
namespace {

struct Axis {
  std::vector<std::int64_t> numbers;
  std::map<std::int64_t, std::optional<std::string>> labels;
};

// Takes "#17" off the end of `key`; 0 when there is none.
std::int64_t TakeNumber(std::string* key) {
  const std::size_t mark = key->rfind('#');
  std::int64_t number = 0;
  if (mark == std::string::npos || mark == 0 || !absl::SimpleAtoi(key->substr(mark + 1), &number) || number <= 0) return 0;
  key->erase(mark);
  return number;
}

std::optional<std::string> LabelOf(const Axis& axis, std::int64_t number) {
  const auto found = axis.labels.find(number);
  return found == axis.labels.end() ? std::nullopt : found->second;
}

std::vector<Variant> Pairs(const Axis& first, const Axis& second) {
  std::vector<Variant> out;
  for (const std::int64_t no1 : first.numbers) {
    if (second.numbers.empty()) out.push_back({.no1 = no1});
    for (const std::int64_t no2 : second.numbers) out.push_back({.no1 = no1, .no2 = no2});
  }
  return out;
}

}  // namespace

std::string ArticleKey(const std::string& reference, std::int64_t no1, std::int64_t no2) {
  std::string key = reference;
  if (no1 != 0) absl::StrAppend(&key, "#", no1);
  if (no1 != 0 && no2 != 0) absl::StrAppend(&key, "#", no2);
  return key;
}

ArticleKeyParts SplitArticleKey(const std::string& key) {
  ArticleKeyParts out{.reference = key};
  const std::int64_t last = TakeNumber(&out.reference);
  if (last == 0) return out;
  out.no1 = TakeNumber(&out.reference);
  if (out.no1 == 0) {
    out.no1 = last;
  } else {
    out.no2 = last;
  }
  return out;
}

absl::StatusOr<std::map<std::string, std::vector<Variant>>> ReadVariants(const Reading& reading, const std::vector<std::string>& articles) {
  std::map<std::string, std::vector<Variant>> out;
  if (articles.empty() || !reading.schema.HasTable("F_ARTGAMME")) return out;
  std::vector<odbc::Parameter> values;
  const std::string where = In("AR_Ref", articles, &values);
  auto axes = Fetch(reading, {.table = "F_ARTGAMME", .columns = {"AR_Ref", "AG_No", "EG_Enumere", "AG_Type"}, .where = where, .values = values,
                              .order = "\"AG_No\""});
  if (!axes.ok()) return axes.status();
  std::map<std::string, std::pair<Axis, Axis>> by_article;
  for (std::size_t i = 0; i < axes->size(); ++i) {
    const Row row = (*axes)[i];
    auto& pair = by_article[row.Text("AR_Ref").value_or("")];
    Axis& axis = row.Code("AG_Type") == 0 ? pair.first : pair.second;
    axis.numbers.push_back(row.Code("AG_No"));
    axis.labels.emplace(row.Code("AG_No"), row.Text("EG_Enumere"));
  }
  auto references = Fetch(reading, {.table = "F_ARTENUMREF",
                                    .columns = {"AR_Ref", "AG_No1", "AG_No2", "AE_Ref", "AE_CodeBarre", "AE_Sommeil"},
                                    .where = where,
                                    .values = values,
                                    .order = R"("AG_No1", "AG_No2")"});
  if (!references.ok()) return references.status();
  for (std::size_t i = 0; i < references->size(); ++i) {
    const Row row = (*references)[i];
    out[row.Text("AR_Ref").value_or("")].push_back({.no1 = row.Code("AG_No1"),
                                                    .no2 = row.Code("AG_No2"),
                                                    .label1 = {},
                                                    .label2 = {},
                                                    .reference = row.Text("AE_Ref"),
                                                    .barcode = row.Text("AE_CodeBarre"),
                                                    .sommeil = row.Int("AE_Sommeil")});
  }
  for (const auto& [article, pair] : by_article) {
    auto& variants = out[article];
    if (variants.empty()) variants = Pairs(pair.first, pair.second);
    for (Variant& variant : variants) {
      variant.label1 = LabelOf(pair.first, variant.no1);
      variant.label2 = LabelOf(pair.second, variant.no2);
    }
  }
  return out;
}

}  // namespace entente::sage100
