#include "tools/sandbox/company/generate.h"

#include <chrono>
#include <cstdio>
#include <map>

#include "tools/sandbox/status.h"

namespace entente::sandbox {
namespace {

Counts CountsOf(CompanySize size) {
  switch (size) {
    case CompanySize::kDemo:
      return {24, 2000, 600, 40, 5000, 3000, 12, 8000};
    case CompanySize::kSmall:
      return {6, 40, 20, 2, 80, 60, 2, 50};
    case CompanySize::kEmpty:
      break;
  }
  return {0, 0, 0, 0, 0, 0, 0, 0};
}

}  // namespace

absl::StatusOr<CompanySize> ParseCompanySize(std::string_view text) {
  if (text == "demo") return CompanySize::kDemo;
  if (text == "small") return CompanySize::kSmall;
  if (text == "empty") return CompanySize::kEmpty;
  return Invalid("unknown company size '" + std::string(text) + "': use demo, small or empty");
}

Company GenerateCompany(std::uint64_t seed, CompanySize size) {
  const Counts counts = CountsOf(size);
  Company company;
  GenerateParameters(company);
  company.next_invoice_piece = "FA000001";
  company.next_credit_note_piece = "AV000001";
  if (size == CompanySize::kEmpty) return company;
  GenerateCollaborators(seed, counts, company);
  GenerateParties(seed, counts, company);
  GenerateContacts(seed, counts, company);
  GenerateDeliveryAddresses(seed, company);
  GenerateArticles(seed, counts, company);
  GeneratePrices(seed, company);
  GenerateInvoices(seed, counts, company);
  return company;
}

Text Blank(Dice& dice) { return dice.Percent(50) ? Text() : Text(""); }

std::string Code(std::string_view prefix, int number, int width) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%0*d", width, number);
  return std::string(prefix) + digits;
}

std::string Phone(Dice& dice, std::string_view start) {
  std::string pairs[4];
  for (auto& pair : pairs) pair = Code("", dice.Between(0, 99), 2);
  const std::string first(start);
  switch (dice.Between(0, 4)) {
    case 0:
      return first + pairs[0] + pairs[1] + pairs[2] + pairs[3];
    case 1:
      return first + "." + pairs[0] + "." + pairs[1] + "." + pairs[2] + "." + pairs[3];
    case 2:
      return "+33 " + first.substr(1) + " " + pairs[0] + " " + pairs[1] + " " + pairs[2] + " " + pairs[3];
    default:
      return first + " " + pairs[0] + " " + pairs[1] + " " + pairs[2] + " " + pairs[3];
  }
}

std::string CutTo(std::string_view text, std::size_t characters) {
  std::size_t end = 0;
  while (end < text.size() && characters > 0) {
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    --characters;
  }
  return std::string(text.substr(0, end));
}

std::string Plain(std::string_view text) {
  static const std::map<std::string_view, std::string_view> letters = {
      {"à", "a"}, {"â", "a"}, {"ä", "a"}, {"ç", "c"}, {"é", "e"}, {"è", "e"}, {"ê", "e"}, {"ë", "e"}, {"î", "i"}, {"ï", "i"},
      {"ô", "o"}, {"ö", "o"}, {"ù", "u"}, {"û", "u"}, {"ü", "u"}, {"œ", "oe"}, {"æ", "ae"}, {"É", "e"}, {"È", "e"}, {"Ê", "e"},
      {"À", "a"}, {"Â", "a"}, {"Î", "i"}, {"Ô", "o"}, {"Ç", "c"}, {"Œ", "oe"}};
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += static_cast<char>(c);
      if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
      ++i;
      continue;
    }
    std::size_t length = 1;
    while (i + length < text.size() && (static_cast<unsigned char>(text[i + length]) & 0xC0) == 0x80) ++length;
    if (const auto found = letters.find(text.substr(i, length)); found != letters.end()) out += found->second;
    i += length;
  }
  return out;
}

std::string FoldUpper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

Decimal FromCents(std::int64_t cents) {
  char text[32];
  const std::int64_t magnitude = cents < 0 ? -cents : cents;
  std::snprintf(text, sizeof text, "%s%lld.%02lld", cents < 0 ? "-" : "", static_cast<long long>(magnitude / 100),
                static_cast<long long>(magnitude % 100));
  return *Decimal::Parse(text);
}

std::string DayText(std::int64_t days) {
  const std::chrono::year_month_day day{std::chrono::sys_days{std::chrono::days{days}}};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()));
  return text;
}

std::int64_t DaysOf(std::string_view day) {
  const std::string text(day);
  const std::chrono::year_month_day parsed{std::chrono::year{std::stoi(text.substr(0, 4))},
                                           std::chrono::month{static_cast<unsigned>(std::stoi(text.substr(5, 2)))},
                                           std::chrono::day{static_cast<unsigned>(std::stoi(text.substr(8, 2)))}};
  return std::chrono::sys_days{parsed}.time_since_epoch().count();
}

std::string MomentOf(Dice& dice, std::int64_t days) {
  char text[16];
  std::snprintf(text, sizeof text, " %02d:%02d:%02d", dice.Between(8, 18), dice.Between(0, 59), dice.Between(0, 59));
  return DayText(days) + text;
}

}  // namespace entente::sandbox
