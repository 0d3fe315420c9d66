#include "engine/core/lens/equality.h"

#include <algorithm>

#include "engine/core/text.h"

namespace entente {
namespace {

struct Name {
  std::string_view name;
  Equality equality;
};
constexpr Name kNames[] = {{"exact", Equality::kExact}, {"fold_case", Equality::kFoldCase}, {"fold", Equality::kFold}, {"url", Equality::kUrl},
                           {"vat", Equality::kVat},     {"phone", Equality::kPhone},        {"class", Equality::kClass},
                           {"zero_is_blank", Equality::kZeroIsBlank}};

std::string UrlForm(std::string_view text) {
  std::string url(Trim(text));
  const std::size_t scheme = url.find("://");
  if (scheme != std::string::npos) url.erase(0, scheme + 3);
  while (!url.empty() && url.back() == '/') url.pop_back();
  const std::size_t path = std::min(url.find_first_of("/?#"), url.size());
  return ToLower(url.substr(0, path)) + url.substr(path);
}

std::string VatForm(std::string_view text) {
  std::string form;
  for (const char c : ToUpper(text)) {
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80) form.push_back(c);
  }
  return form;
}

std::string PhoneForm(std::string_view text) {
  std::string form;
  for (const char c : CollapseSpaces(text)) {
    if (std::string_view(" .-/()[]").find(c) == std::string_view::npos) form.push_back(c);
  }
  return form;
}

std::string TextForm(Equality equality, const std::string& text) {
  switch (equality) {
    case Equality::kExact:
    case Equality::kClass:
    case Equality::kZeroIsBlank: return text;
    case Equality::kFoldCase: return FoldCase(Trim(text));
    case Equality::kFold: return FoldAccents(CollapseSpaces(text));
    case Equality::kUrl: return UrlForm(text);
    case Equality::kVat: return VatForm(text);
    case Equality::kPhone: return PhoneForm(text);
  }
  return text;
}

}  // namespace

Value NormalForm(Equality equality, const Value& value) {
  if (const auto* text = value.As<std::string>()) {
    std::string form = IsBlankText(*text) ? std::string() : IsValidUtf8(*text) ? TextForm(equality, *text) : *text;
    return form.empty() ? Value() : Value(std::move(form));
  }
  if (const auto* number = value.As<std::int64_t>()) {
    return equality == Equality::kZeroIsBlank && *number == 0 ? Value() : Value(Decimal::FromInt(*number));
  }
  if (equality == Equality::kZeroIsBlank && value == Value(Decimal())) return {};
  if (const auto* list = value.As<List>()) {
    List forms;
    for (const Value& item : *list) forms.push_back(NormalForm(equality, item));
    return Value(std::move(forms));
  }
  if (const auto* map = value.As<Map>()) {
    Map forms;
    for (const auto& [name, item] : *map) {
      Value form = NormalForm(equality, item);
      if (!form.IsNull()) forms.emplace(name, std::move(form));
    }
    return Value(std::move(forms));
  }
  return value;
}

bool EqualModulo(Equality equality, const Value& a, const Value& b) {
  return a == b || NormalForm(equality, a) == NormalForm(equality, b);
}

std::optional<Equality> EqualityNamed(std::string_view name) {
  for (const Name& known : kNames) {
    if (known.name == name) return known.equality;
  }
  return std::nullopt;
}

std::vector<std::string> EqualityNames() {
  std::vector<std::string> names;
  for (const Name& known : kNames) names.emplace_back(known.name);
  return names;
}

}  // namespace entente
