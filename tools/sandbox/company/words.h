#pragma once

#include <string_view>
#include <vector>

// The words the sample company is made of.
namespace entente::sandbox::words {

struct City {
  std::string_view name;
  std::string_view postcode;
  std::string_view region;
};

struct FamilyWords {
  std::string_view code;
  std::string_view label;
  std::vector<std::string_view> nouns;
  int price_low_cents;
  int price_high_cents;
  bool is_service;
};

const std::vector<std::string_view>& MaleFirstNames();
const std::vector<std::string_view>& FemaleFirstNames();
const std::vector<std::string_view>& LastNames();
const std::vector<City>& Cities();
const std::vector<std::string_view>& Streets();
const std::vector<std::string_view>& Trades();        // "Menuiserie", "Garage" …
const std::vector<std::string_view>& TradeSuffixes();  // "de l'Ouest", "& Fils" …
const std::vector<std::string_view>& LegalForms();
const std::vector<std::string_view>& JobTitles();
const std::vector<FamilyWords>& ProductFamilies();
const std::vector<std::string_view>& Finishes();
const std::vector<std::string_view>& Packings();

}  // namespace entente::sandbox::words
