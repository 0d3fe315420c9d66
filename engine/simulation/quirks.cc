#include "engine/simulation/quirks.h"

#include "absl/strings/str_cat.h"

namespace entente::simulation {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

}  // namespace

Quirks PlainQuirks() {
  Quirks quirks;
  quirks.feeds_deletes = true;
  return quirks;
}

Quirks DrawQuirks(Random random) {
  Quirks quirks;
  quirks.date_precision_micros = random.Chance(50) ? 60 * kSecond : random.Chance(50) ? kSecond : 1;
  quirks.has_null_dates = random.Chance(25);
  quirks.has_local_time = random.Chance(30);
  quirks.feeds_by_date = random.Chance(40);
  quirks.feeds_deletes = random.Chance(50);
  quirks.lists_deleted = quirks.feeds_deletes && random.Chance(60);
  quirks.returns_record = random.Chance(50);
  quirks.can_undelete = random.Chance(30);
  quirks.reuses_rows = random.Chance(50);
  quirks.remembers_keys = random.Chance(50);
  quirks.fences_epochs = random.Chance(50);
  quirks.normalises = random.Chance(30);
  quirks.settle_micros = random.Between(1, 20) * kSecond;
  quirks.search_lag_micros = random.Chance(40) ? random.Between(1, quirks.settle_micros - 1) : 0;
  quirks.latency_micros = random.Chance(10) ? random.Between(kSecond, 40 * kSecond) : random.Between(1'000, 200'000);
  quirks.page_size = random.Chance(50) ? static_cast<int>(random.Between(2, 9)) : 100;
  return quirks;
}

std::string Quirks::ToText() const {
  const auto flag = [](bool has, const char* word) { return has ? absl::StrCat(" ", word) : std::string(); };
  return absl::StrCat("dates of ", date_precision_micros, " us", flag(has_null_dates, "null_dates"), flag(has_local_time, "local_time"), flag(feeds_by_date, "feeds_by_date"),
                      flag(feeds_deletes, "feeds_deletes"), flag(lists_deleted, "lists_deleted"), flag(returns_record, "returns_record"), flag(can_undelete, "can_undelete"),
                      flag(reuses_rows, "reuses_rows"), flag(remembers_keys, "remembers_keys"), flag(fences_epochs, "fences_epochs"), flag(normalises, "normalises"), " search_lag ",
                      search_lag_micros, " settle ", settle_micros, " latency ", latency_micros, " page ", page_size);
}

}  // namespace entente::simulation
