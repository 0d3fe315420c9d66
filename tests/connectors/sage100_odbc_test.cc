#include "connectors/sage100/odbc.h"

#include <gtest/gtest.h>

#include "tests/connectors/sage100_company_file.h"
#include "tests/connectors/sage100_harness.h"

namespace entente::sage100::testing {
namespace {

using odbc::Cell;

std::vector<std::vector<Cell>> All(odbc::Connection& connection, const std::string& sql, const std::vector<odbc::Parameter>& values = {}) {
  std::vector<std::vector<Cell>> rows;
  const absl::Status status = connection.Query(sql, values, [&](std::vector<Cell>& row) {
    rows.push_back(row);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return rows;
}

TEST(Sage100Odbc, TextLongerThanTheBufferArrivesWhole) {
  CompanyFile company;
  std::string text;
  for (int i = 0; i < 700; ++i) text += "é😀x";
  company.Run("CREATE TABLE long_text (body text); INSERT INTO long_text VALUES ('" + text + "')");
  auto connection = odbc::Connection::Open(company.connection_string(), {});
  ASSERT_TRUE(connection.ok()) << connection.status();

  const auto rows = All(**connection, "SELECT body FROM long_text");

  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0][0], text);
}

TEST(Sage100Odbc, NullEmptyAndBoundValuesAreTold) {
  CompanyFile company;
  company.Run(R"(INSERT INTO "F_FAMILLE" ("FA_CodeFamille", "FA_Intitule") VALUES ('A', NULL), ('B', ''), ('É', 'Œuvres'))");
  auto connection = odbc::Connection::Open(company.connection_string(), {});
  ASSERT_TRUE(connection.ok());

  const auto rows = All(**connection, R"(SELECT "FA_Intitule" FROM "F_FAMILLE" ORDER BY "cbMarq")");
  const auto bound = All(**connection, R"(SELECT "cbMarq" FROM "F_FAMILLE" WHERE "FA_CodeFamille" = ? AND "cbMarq" > ?)",
                         {std::string("É"), std::int64_t{1}});

  EXPECT_EQ(rows[0][0], std::nullopt);
  EXPECT_EQ(rows[1][0], "");
  EXPECT_EQ(rows[2][0], "Œuvres");
  ASSERT_EQ(bound.size(), 1u);
  EXPECT_EQ(bound[0][0], "3");
}

TEST(Sage100Odbc, ColumnsOfATableAreTold) {
  CompanyFile company;
  auto connection = odbc::Connection::Open(company.connection_string(), {});
  ASSERT_TRUE(connection.ok());

  const auto columns = (*connection)->Columns("F_COMPTET");

  ASSERT_TRUE(columns.ok());
  const auto name = std::find_if(columns->begin(), columns->end(), [](const auto& c) { return c.name == "CT_Intitule"; });
  ASSERT_NE(name, columns->end());
  EXPECT_EQ(name->size, 69);
  EXPECT_TRUE((*connection)->Columns("F_NOWHERE")->empty());
}

TEST(Sage100Odbc, ATransactionSeesOneMoment) {
  CompanyFile company;
  company.Run(R"(INSERT INTO "F_FAMILLE" ("FA_CodeFamille") VALUES ('A'))");
  auto connection = odbc::Connection::Open(company.connection_string(), {});
  ASSERT_TRUE(connection.ok());
  ASSERT_TRUE((*connection)->Begin().ok());
  const auto before = All(**connection, R"(SELECT COUNT(*) FROM "F_FAMILLE")");
  company.Run(R"(INSERT INTO "F_FAMILLE" ("FA_CodeFamille") VALUES ('B'))");
  const auto during = All(**connection, R"(SELECT COUNT(*) FROM "F_FAMILLE")");
  ASSERT_TRUE((*connection)->End().ok());
  const auto after = All(**connection, R"(SELECT COUNT(*) FROM "F_FAMILLE")");

  EXPECT_EQ(before[0][0], "1");
  EXPECT_EQ(during[0][0], "1");
  EXPECT_EQ(after[0][0], "2");
}

TEST(Sage100Odbc, AWrongDataSourceIsExplained) {
  Harness harness(ConfigFor("DSN=no-such-source"));
  const auto described = harness.Describe();
  ASSERT_FALSE(described.ok());
  const std::string message(described.status().message());
  EXPECT_NE(message.find("odbc.connection"), std::string::npos) << message;
  EXPECT_NE(message.find("IM002"), std::string::npos) << message;
}

TEST(Sage100Odbc, AnyOtherDatabaseIsNotTakenForSage) {
  CompanyFile company;
  company.Run(R"(DROP TABLE "F_COMPTET")");
  Harness harness(ConfigFor(company.connection_string()));
  const auto described = harness.Describe();
  EXPECT_EQ(described.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(std::string(described.status().message()).find("F_COMPTET"), std::string::npos);
}

TEST(Sage100Odbc, AFailingStatementCarriesItsState) {
  CompanyFile company;
  auto connection = odbc::Connection::Open(company.connection_string(), {});
  ASSERT_TRUE(connection.ok());
  const absl::Status status = (*connection)->Query("SELECT nothing FROM nowhere", {}, [](auto&) { return absl::OkStatus(); });
  EXPECT_FALSE(status.ok());
  EXPECT_FALSE(odbc::SqlState(status).empty());
  EXPECT_FALSE(odbc::IsConnectionLost(status));
}

}  // namespace
}  // namespace entente::sage100::testing
