#include <sql.h>
#include <sqlext.h>

#include <map>
#include <vector>

#include "tests/sandbox/sage_fixture.h"

// Any ODBC reader sees the company as text, and never waits for a writer.
namespace entente::sandbox {
namespace {

class OdbcReader {
 public:
  explicit OdbcReader(const std::string& connection_string) {
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment_);
    SQLSetEnvAttr(environment_, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0);
    SQLAllocHandle(SQL_HANDLE_DBC, environment_, &connection_);
    std::string text = connection_string;
    is_open_ = SQL_SUCCEEDED(SQLDriverConnect(connection_, nullptr, reinterpret_cast<SQLCHAR*>(text.data()), SQL_NTS, nullptr, 0, nullptr,
                                              SQL_DRIVER_NOPROMPT));
  }
  ~OdbcReader() {
    if (is_open_) SQLDisconnect(connection_);
    SQLFreeHandle(SQL_HANDLE_DBC, connection_);
    SQLFreeHandle(SQL_HANDLE_ENV, environment_);
  }
  bool is_open() const { return is_open_; }

  // The rows of a query, every cell read as text; NULL is "<null>".
  std::vector<std::vector<std::string>> Query(const std::string& sql) {
    return Rows([&](SQLHSTMT statement) {
      std::string text = sql;
      return SQLExecDirect(statement, reinterpret_cast<SQLCHAR*>(text.data()), SQL_NTS);
    });
  }
  // Name → (type name, length) as the driver's catalogue tells.
  std::map<std::string, std::pair<std::string, std::string>> Columns(const std::string& table) {
    std::string name = table;
    const auto rows = Rows([&](SQLHSTMT statement) {
      return SQLColumns(statement, nullptr, 0, nullptr, 0, reinterpret_cast<SQLCHAR*>(name.data()), SQL_NTS, nullptr, 0);
    });
    std::map<std::string, std::pair<std::string, std::string>> columns;
    for (const auto& row : rows) columns[row[3]] = {row[5], row[6]};
    return columns;
  }

 private:
  template <typename Execute>
  std::vector<std::vector<std::string>> Rows(Execute execute) {
    SQLHSTMT statement = nullptr;
    SQLAllocHandle(SQL_HANDLE_STMT, connection_, &statement);
    std::vector<std::vector<std::string>> rows;
    if (SQL_SUCCEEDED(execute(statement))) {
      SQLSMALLINT count = 0;
      SQLNumResultCols(statement, &count);
      while (SQL_SUCCEEDED(SQLFetch(statement))) {
        auto& row = rows.emplace_back();
        for (SQLSMALLINT i = 1; i <= count; ++i) row.push_back(CellText(statement, static_cast<SQLUSMALLINT>(i)));
      }
    } else {
      ADD_FAILURE() << "the query failed";
    }
    SQLFreeHandle(SQL_HANDLE_STMT, statement);
    return rows;
  }

  static std::string CellText(SQLHSTMT statement, SQLUSMALLINT column) {
    char buffer[512];
    SQLLEN length = 0;
    if (!SQL_SUCCEEDED(SQLGetData(statement, column, SQL_C_CHAR, buffer, sizeof buffer, &length)) || length == SQL_NULL_DATA) return "<null>";
    return buffer;
  }

  SQLHENV environment_ = nullptr;
  SQLHDBC connection_ = nullptr;
  bool is_open_ = false;
};

class SageOdbcTest : public SageFixture {};

TEST_F(SageOdbcTest, DecimalsAndDatesArriveAsExactText) {
  OdbcReader reader(sage_->odbc_connection_string());
  ASSERT_TRUE(reader.is_open());
  Act("set-price", {{"ref", "A"}, {"price", "123456789012345678.123456"}});
  Act("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CT_Ville", "Saint-Étienne"}, {"CT_SvDateMaj", "2026-02-28"}}}});

  EXPECT_EQ(reader.Query(R"(SELECT "AR_PrixVen" FROM "F_ARTICLE" WHERE "AR_Ref" = 'A')")[0][0], "123456789012345678.123456");
  const auto row = reader.Query(R"(SELECT "CT_Ville", "CT_SvDateMaj", "CT_SvDateBilan", "cbModification", "CT_NumCentrale", "cbMarq"
                                   FROM "F_COMPTET" WHERE "CT_Num" = 'cli')")[0];
  EXPECT_EQ(row[0], "Saint-Étienne");
  EXPECT_EQ(row[1].substr(0, 10), "2026-02-28");
  EXPECT_EQ(row[2].substr(0, 10), "1753-01-01");
  EXPECT_EQ(row[3].substr(0, 19), "2026-11-22 09:30:15");
  EXPECT_EQ(row[4], "<null>");
}

TEST_F(SageOdbcTest, CatalogueShowsNamesAndLengths) {
  OdbcReader reader(sage_->odbc_connection_string());
  const auto columns = reader.Columns("F_COMPTET");
  ASSERT_EQ(columns.count("CT_Intitule"), 1U);
  EXPECT_EQ(columns.at("CT_Intitule").second, "69");
  EXPECT_EQ(columns.count("cbModification"), 1U);
  EXPECT_EQ(columns.count("cbCreation"), 1U);
  EXPECT_EQ(reader.Columns("F_DOCENTETE").at("DO_RefExterne").second, "69");
}

TEST_F(SageOdbcTest, ReaderInATransactionSeesOneStateAndBlocksNobody) {
  OdbcReader reader(sage_->odbc_connection_string());
  const std::string city = R"(SELECT "CT_Ville" FROM "F_COMPTET" WHERE "CT_Num" = 'CLI')";
  reader.Query("BEGIN");
  const std::string before = reader.Query(city)[0][0];

  Act("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CT_Ville", "Nantes"}}}});

  EXPECT_EQ(reader.Query(city)[0][0], before);
  reader.Query("COMMIT");
  EXPECT_EQ(reader.Query(city)[0][0], "Nantes");
}

TEST_F(SageOdbcTest, ModificationComparesAsTimeDoes) {
  OdbcReader reader(sage_->odbc_connection_string());
  Act("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CT_Ville", "Nantes"}}}});
  const auto rows = reader.Query(R"(SELECT "CT_Num" FROM "F_COMPTET" WHERE "cbModification" >= '2026-11-22 09:00:00'
                                    OR "cbModification" IS NULL ORDER BY "cbModification", "cbMarq")");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0][0], "CLI");
}

TEST_F(SageOdbcTest, SampleCompanyFitsItsColumns) {
  const Company company = GenerateCompany(7, CompanySize::kSmall);
  Restart(OptionsIn(directory_), company);
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_COMPTET").get<std::size_t>(), company.parties.size());
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_CONTACTT").get<std::size_t>(), company.contacts.size());
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_DOCENTETE").get<std::size_t>(), company.invoices.size());
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_COMPTET WHERE LENGTH(CT_Intitule) > 69 OR LENGTH(CT_Adresse) > 35 OR LENGTH(CT_Ville) > 35"), 0);
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_DOCLIGNE WHERE typeof(DL_MontantHT) <> 'text' OR LENGTH(DL_Design) > 69"), 0);
}

}  // namespace
}  // namespace entente::sandbox
