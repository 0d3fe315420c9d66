#include "tools/sandbox/sage/load.h"

#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

constexpr std::size_t kRowsPerUndated = 250;

}  // namespace

Value Cell(const Text& text) { return text.has_value() ? Value(*text) : Value(); }

Value Midnight(const std::string& day) { return Value(day.size() == 10 ? day + " 00:00:00" : day); }

Value DayCell(const Day& day) { return day.has_value() ? Midnight(*day) : Value(); }

Value ModificationCell(const std::string& creation, std::size_t position) {
  if (position % kRowsPerUndated == kRowsPerUndated - 1) return Value();
  return creation.empty() ? Value() : Midnight(creation);
}

absl::Status LoadCompany(CompanyDatabase& database, const Company& company) {
  Transaction transaction(database.connection());
  SAGE_RETURN_IF_ERROR(LoadParameters(database, company));
  SAGE_RETURN_IF_ERROR(LoadParties(database, company));
  SAGE_RETURN_IF_ERROR(LoadItems(database, company));
  SAGE_RETURN_IF_ERROR(LoadPrices(database, company));
  SAGE_RETURN_IF_ERROR(LoadInvoices(database, company));
  SAGE_RETURN_IF_ERROR(database.connection().Run("UPDATE \"cbChangeVersion\" SET \"is_on\" = 1"));
  SAGE_RETURN_IF_ERROR(transaction.Commit());
  return database.connection().Execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace entente::sandbox::sage
