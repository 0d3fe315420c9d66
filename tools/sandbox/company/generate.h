#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/decimal.h"
#include "tools/sandbox/company/company.h"
#include "tools/sandbox/company/dice.h"

// The sections of GenerateCompany, each filling its part of the company from those before it.
namespace entente::sandbox {

struct Counts {
  int collaborators;
  int customers;
  int prospects;
  int suppliers;
  int contacts;
  int articles;
  int variant_articles;
  int invoices;
};

void GenerateParameters(Company& company);
void GenerateCollaborators(std::uint64_t seed, const Counts& counts, Company& company);
void GenerateParties(std::uint64_t seed, const Counts& counts, Company& company);
void GenerateContacts(std::uint64_t seed, const Counts& counts, Company& company);
void GenerateDeliveryAddresses(std::uint64_t seed, Company& company);
void GenerateArticles(std::uint64_t seed, const Counts& counts, Company& company);
void GeneratePrices(std::uint64_t seed, Company& company);
void GenerateInvoices(std::uint64_t seed, const Counts& counts, Company& company);

// NULL or '', as real rows mix them.
Text Blank(Dice& dice);
// "PR00042": `prefix` and at least `width` digits.
std::string Code(std::string_view prefix, int number, int width);
// A French phone number in one of the ways people write them, with these two leading digits.
std::string Phone(Dice& dice, std::string_view start);
// The first `characters` characters of UTF-8 text, however mid-word.
std::string CutTo(std::string_view text, std::size_t characters);
// Accents and ligatures removed, lower case, everything but letters and digits gone: "Bœuf & Fils" is "boeuffils".
std::string Plain(std::string_view text);
// Upper case as people type it on a keyboard: accented letters stay as they are.
std::string FoldUpper(std::string_view text);
// An amount from whole cents: 1250 is 12.5.
Decimal FromCents(std::int64_t cents);
// "2024-02-29" from days since 1970-01-01.
std::string DayText(std::int64_t days);
// Days since 1970-01-01 of a "YYYY-MM-DD".
std::int64_t DaysOf(std::string_view day);
// A moment of that day in office hours: "2024-02-29 14:05:09".
std::string MomentOf(Dice& dice, std::int64_t days);

}  // namespace entente::sandbox
