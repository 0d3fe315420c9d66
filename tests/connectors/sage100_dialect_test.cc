#include "connectors/sage100/dialect.h"

#include <gtest/gtest.h>

#include "connectors/sage100/reading.h"
#include "connectors/sage100/touched.h"

namespace entente::sage100 {
namespace {

// What a SQL Server is sent, word by word: no such server is at hand in a test.
TEST(Sage100SqlServer, GoldenStatements) {
  const auto dialect = MakeSqlServerDialect();
  EXPECT_EQ(dialect->Limited("\"a\" FROM \"T\" ORDER BY \"cbMarq\"", 500), "SELECT TOP (500) \"a\" FROM \"T\" ORDER BY \"cbMarq\"");
  EXPECT_EQ(dialect->ServerTime(), "SELECT CONVERT(varchar(19), SYSUTCDATETIME(), 120), DATEPART(TZOFFSET, SYSDATETIMEOFFSET())");
  EXPECT_EQ(dialect->SnapshotBegin(true), "SET TRANSACTION ISOLATION LEVEL SNAPSHOT");
  EXPECT_EQ(dialect->SnapshotBegin(false), "SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
  EXPECT_EQ(dialect->SnapshotAllowed(), "SELECT snapshot_isolation_state FROM sys.databases WHERE name = DB_NAME()");
  EXPECT_EQ(dialect->IdentityCounter(), "SELECT CONVERT(bigint, IDENT_CURRENT(?))");
  EXPECT_EQ(dialect->TimestampDigits(), 0);
}

TEST(Sage100SqlServer, GoldenPage) {
  const Select select{.table = "F_COMPTET", .columns = {"cbMarq", "CT_Num"}, .where = "(\"CT_Type\" = 0) AND (\"cbMarq\" > ?)", .values = {},
                      .order = "\"cbMarq\"", .rows_max = 500};
  EXPECT_EQ(SqlOf(select, *MakeSqlServerDialect()),
            "SELECT TOP (500) \"cbMarq\", \"CT_Num\" FROM \"F_COMPTET\" WHERE (\"CT_Type\" = 0) AND (\"cbMarq\" > ?) ORDER BY \"cbMarq\"");
  EXPECT_EQ(SqlOf(select, *MakeSqliteDialect()),
            "SELECT \"cbMarq\", \"CT_Num\" FROM \"F_COMPTET\" WHERE (\"CT_Type\" = 0) AND (\"cbMarq\" > ?) ORDER BY \"cbMarq\" LIMIT 500");
}

TEST(Sage100SqlServer, GoldenChangeQuery) {
  const Watch watch{"F_ARTSTOCK", "t.\"AR_Ref\"", "", ""};
  EXPECT_EQ(TouchedSql(*MakeSqlServerDialect(), watch, true, 100),
            "SELECT TOP (100) t.\"AR_Ref\", t.\"cbModification\", t.\"cbMarq\" FROM \"F_ARTSTOCK\" t WHERE t.\"cbModification\" >= ? "
            "ORDER BY t.\"cbModification\", t.\"cbMarq\"");
  EXPECT_EQ(TouchedSql(*MakeSqlServerDialect(), watch, false, 100),
            "SELECT TOP (100) t.\"AR_Ref\", t.\"cbModification\", t.\"cbMarq\" FROM \"F_ARTSTOCK\" t WHERE t.\"cbModification\" IS NULL "
            "ORDER BY t.\"cbMarq\"");
}

TEST(Sage100Dialect, ProductsChooseTheirDialect) {
  EXPECT_EQ((*DialectFor("Microsoft SQL Server"))->name(), "SqlServer");
  EXPECT_EQ((*DialectFor("PostgreSQL"))->name(), "PostgreSql");
  EXPECT_EQ((*DialectFor("SQLite"))->name(), "Sqlite");
  EXPECT_EQ(DialectFor("Oracle").status().code(), absl::StatusCode::kUnimplemented);
}

TEST(Sage100Dialect, IdentifiersAreQuoted) {
  EXPECT_EQ(Quoted("CT_Num"), "\"CT_Num\"");
  EXPECT_EQ(Quoted("Date d'\"essai\""), "\"Date d'\"\"essai\"\"\"");
  EXPECT_EQ(Placeholders(3), "?, ?, ?");
}

}  // namespace
}  // namespace entente::sage100
