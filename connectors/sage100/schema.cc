#include "connectors/sage100/schema.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sage100/rows.h"
#include "connectors/sdk/error.h"

namespace entente::sage100 {
namespace {

constexpr std::array kNeeded = {"cbSysTable", "F_COMPTET", "F_CONTACTT", "F_COLLABORATEUR", "F_ARTICLE", "F_FAMILLE",
                                "F_DOCENTETE", "F_DOCLIGNE", "P_CATTARIF", "P_DEVISE"};
constexpr std::array kUsed = {"cbSysLibre", "F_DOCREGL", "F_ARTSTOCK", "F_GAMSTOCK", "F_DEPOT", "F_ARTCLIENT", "F_TARIFQTE",
                              "F_TARIFGAM", "F_FAMTARIF", "F_FAMTARIFQTE", "P_ARRONDI", "F_ARTGAMME", "F_ARTENUMREF", "F_ARTCOMPTA", "F_FAMCOMPTA",
                              "F_TAXE", "F_DOCLIGNETEXT", "P_UNITE", "P_SERVICECPTA", "P_CONTACT", "P_DOSSIERCIAL", "P_DOSSIER",
                              "P_MOTIFDEVIS"};

const std::vector<odbc::ColumnInfo> kNoColumns;

absl::Status NotSage(std::string_view sentence) {
  return sdk::MakeError(absl::StatusCode::kFailedPrecondition, "DATABASE_NOT_SAGE", sentence);
}

// Runs a query of one row and gives its cells; empty when there is no row.
absl::StatusOr<std::vector<odbc::Cell>> OneRow(odbc::Connection& connection, const std::string& sql) {
  std::vector<odbc::Cell> out;
  absl::Status status = connection.Query(sql, {}, [&](std::vector<odbc::Cell>& row) {
    if (out.empty()) out = std::move(row);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return out;
}

}  // namespace

absl::StatusOr<Schema> Schema::Read(odbc::Connection& connection, const Dialect& dialect) {
  Schema schema;
  if (absl::Status s = schema.ReadTables(connection); !s.ok()) return s;
  if (absl::Status s = schema.ReadCompany(connection); !s.ok()) return s;
  if (absl::Status s = schema.ReadUserColumns(connection); !s.ok()) return s;
  if (absl::Status s = schema.ReadServer(connection, dialect); !s.ok()) return s;
  return schema;
}

absl::Status Schema::ReadTables(odbc::Connection& connection) {
  const auto read = [&](const char* table) -> absl::Status {
    auto columns = connection.Columns(table);
    if (!columns.ok()) return columns.status();
    if (!columns->empty()) tables_.emplace(table, *std::move(columns));
    return absl::OkStatus();
  };
  for (const char* table : kNeeded) {
    if (absl::Status s = read(table); !s.ok()) return s;
    if (!HasTable(table)) {
      return NotSage(absl::StrCat("the database has no table ", table,
                                  ", so it is not a Sage 100 company the login may read: check the database name in odbc.connection and the "
                                  "SELECT rights of the login"));
    }
  }
  for (const char* table : kUsed) {
    if (absl::Status s = read(table); !s.ok()) return s;
  }
  return absl::OkStatus();
}

absl::Status Schema::ReadCompany(odbc::Connection& connection) {
  absl::Status status = connection.Query(
      R"(SELECT "CB_Version", "CB_LocalGUID" FROM "cbSysTable" ORDER BY "CB_Type")", {}, [&](std::vector<odbc::Cell>& row) {
        if (release_.empty()) release_ = Trimmed(row[0]).value_or("");
        if (company_guid_.empty()) company_guid_ = absl::AsciiStrToUpper(Trimmed(row[1]).value_or(""));
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  company_guid_.erase(std::remove_if(company_guid_.begin(), company_guid_.end(), [](char c) { return c == '{' || c == '}'; }),
                      company_guid_.end());
  if (company_guid_.empty()) {
    return NotSage("cbSysTable names no company (CB_LocalGUID is empty): open the company once in Sage 100, or check that this is the right database");
  }
  if (HasTable("P_DOSSIERCIAL") && Column("P_DOSSIERCIAL", "D_RaisonS") != nullptr) {
    auto row = OneRow(connection, R"(SELECT "D_RaisonS" FROM "P_DOSSIERCIAL")");
    if (!row.ok()) return row.status();
    if (!row->empty()) company_name_ = Trimmed(row->front()).value_or("");
  }
  return absl::OkStatus();
}

absl::Status Schema::ReadUserColumns(odbc::Connection& connection) {
  if (!HasTable("cbSysLibre")) return absl::OkStatus();
  return connection.Query(R"(SELECT "CB_File", "CB_Name" FROM "cbSysLibre" WHERE "CB_Type" <> 0 ORDER BY "CB_File", "CB_Pos")", {},
                          [&](std::vector<odbc::Cell>& row) {
                            const std::string table = Trimmed(row[0]).value_or("");
                            const std::string name = Trimmed(row[1]).value_or("");
                            if (const odbc::ColumnInfo* column = Column(table, name)) user_columns_[table].push_back(*column);
                            return absl::OkStatus();
                          });
}

absl::Status Schema::ReadServer(odbc::Connection& connection, const Dialect& dialect) {
  if (!dialect.Collation().empty()) {
    auto row = OneRow(connection, dialect.Collation());
    if (!row.ok()) return row.status();
    if (row->size() == 2) {
      collation_ = row->at(0).value_or("");
      const std::string page = Trimmed(row->at(1)).value_or("1252");
      charset_ = page == "65001" ? "UTF-8" : absl::StrCat("CP", page);
    }
  }
  if (!dialect.SnapshotAllowed().empty()) {
    auto row = OneRow(connection, dialect.SnapshotAllowed());
    snapshot_allowed_ = row.ok() && !row->empty() && row->front().value_or("0") == "1";
  }
  auto clock = OneRow(connection, dialect.ServerTime());
  if (!clock.ok()) return clock.status();
  int minutes = 0;
  if (clock->size() == 2 && clock->at(1).has_value() && absl::SimpleAtoi(*clock->at(1), &minutes)) {
    server_offset_ = absl::Minutes(minutes);
  }
  return absl::OkStatus();
}

bool Schema::HasTable(std::string_view table) const { return tables_.contains(table); }

const odbc::ColumnInfo* Schema::Column(std::string_view table, std::string_view column) const {
  const auto found = tables_.find(table);
  if (found == tables_.end()) return nullptr;
  const auto at = std::find_if(found->second.begin(), found->second.end(), [&](const odbc::ColumnInfo& info) {
    return absl::EqualsIgnoreCase(absl::string_view(info.name.data(), info.name.size()), absl::string_view(column.data(), column.size()));
  });
  return at == found->second.end() ? nullptr : &*at;
}

std::vector<std::string> Schema::Present(std::string_view table, const std::vector<std::string>& columns) const {
  std::vector<std::string> out;
  for (const std::string& column : columns) {
    if (Column(table, column) != nullptr && std::find(out.begin(), out.end(), column) == out.end()) out.push_back(column);
  }
  return out;
}

ChangePrecision Schema::Precision(std::string_view table) const {
  const odbc::ColumnInfo* column = Column(table, "cbModification");
  return column != nullptr && absl::StartsWith(column->type_name, "smalldatetime") ? ChangePrecision::kMinute : ChangePrecision::kSecond;
}

const std::vector<odbc::ColumnInfo>& Schema::UserColumns(std::string_view table) const {
  const auto found = user_columns_.find(table);
  return found == user_columns_.end() ? kNoColumns : found->second;
}

}  // namespace entente::sage100
