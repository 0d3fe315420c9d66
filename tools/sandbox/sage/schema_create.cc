#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/sandbox/sage/refusal.h"
#include "tools/sandbox/sage/schema.h"

// Turns the schema into SQL.
//
// Declared types keep Sage's precision in sight and give text affinity where SQLite would round: "NUMERICTEXT(24,6)", "DATETIMETEXT".
// Key text compares without case (NOCASE); the unique indexes add "and without trailing spaces".
namespace entente::sandbox::sage {
namespace {

std::string Quoted(const std::string& name) { return absl::StrCat("\"", name, "\""); }

std::string DeclaredType(const Column& column) {
  switch (column.type) {
    case ColumnType::kSmall:
      return "SMALLINT";
    case ColumnType::kInteger:
      return "INT";
    case ColumnType::kNumeric:
      return "NUMERICTEXT(24,6)";
    case ColumnType::kDate:
      return "DATETIMETEXT";
    case ColumnType::kChar:
      return absl::StrCat("CHAR(", column.length, ") COLLATE NOCASE");
    case ColumnType::kGuid:
      return "VARCHAR(36)";
    case ColumnType::kText:
      break;
  }
  return column.length == 0 ? "TEXT" : absl::StrCat("VARCHAR(", column.length, ") COLLATE NOCASE");
}

std::string Default(const Column& column) {
  if (column.is_null_when_unset || (column.is_required && !column.is_blank_by_default)) return "";
  switch (column.type) {
    case ColumnType::kSmall:
    case ColumnType::kInteger:
      return " DEFAULT 0";
    case ColumnType::kNumeric:
      return " DEFAULT '0.000000'";
    case ColumnType::kDate:
      return " DEFAULT '1753-01-01 00:00:00'";
    default:
      return " DEFAULT ''";
  }
}

std::string TwinExpression(const Twin& twin) {
  const std::string source = Quoted(twin.source);
  switch (twin.shape) {
    case Twin::Shape::kPlain:
      return absl::StrCat("CAST(", source, " AS BLOB)");
    case Twin::Shape::kBlankForNull:
      return absl::StrCat("CAST(COALESCE(", source, ", '') AS BLOB)");
    case Twin::Shape::kRightJustified:
      return absl::StrCat("CAST(printf('%13s', COALESCE(", source, ", '')) AS BLOB)");
    case Twin::Shape::kSuffixed:
      return absl::StrCat("CAST(COALESCE(", source, ", '') || 'z' AS BLOB)");
    case Twin::Shape::kReference:
      break;
  }
  return absl::StrCat("NULLIF(", source, ", 0)");
}

// cbMarq is never reused, even after the highest row is gone.
void AppendTechnical(const Table& table, bool has_creation, bool is_minute, std::vector<std::string>& parts) {
  if (!table.is_data()) return;
  parts.push_back("\"cbProt\" SMALLINT DEFAULT 0");
  parts.push_back("\"cbCreateur\" CHAR(4) DEFAULT 'CSQL'");
  parts.push_back(absl::StrCat("\"cbModification\" ", is_minute ? "SMALLDATETIMETEXT" : "DATETIMETEXT"));
  parts.push_back("\"cbReplication\" INT DEFAULT 0");
  parts.push_back("\"cbFlag\" SMALLINT DEFAULT 0");
  if (has_creation) {
    parts.push_back("\"cbCreation\" DATETIMETEXT");
    parts.push_back("\"cbCreationUser\" VARCHAR(36)");
  }
  if (!table.has_hash) return;
  parts.push_back("\"cbHash\" VARBINARY(32)");
  parts.push_back("\"cbHashVersion\" SMALLINT DEFAULT 1");
  parts.push_back("\"cbHashDate\" DATETIMETEXT");
  parts.push_back("\"cbHashOrder\" INT");
}

std::string CreateTable(const Table& table, bool has_creation, bool is_minute) {
  std::vector<std::string> parts;
  for (const Column& column : table.columns) {
    parts.push_back(absl::StrCat(Quoted(column.name), " ", DeclaredType(column), column.is_required ? " NOT NULL" : "", Default(column)));
  }
  parts.push_back("\"cbMarq\" INTEGER PRIMARY KEY AUTOINCREMENT");
  AppendTechnical(table, has_creation, is_minute, parts);
  for (const Twin& twin : table.twins) {
    const char* type = twin.shape == Twin::Shape::kReference ? " INT" : " VARBINARY(128)";
    parts.push_back(absl::StrCat(Quoted(twin.name), type, " GENERATED ALWAYS AS (", TwinExpression(twin), ") VIRTUAL"));
  }
  return absl::StrCat("CREATE TABLE ", Quoted(table.name), " (\n  ", absl::StrJoin(parts, ",\n  "), ");\n");
}

std::string TwinOrColumn(const Table& table, const std::string& column) {
  for (const Twin& twin : table.twins) {
    if (twin.source == column && twin.shape != Twin::Shape::kReference) return Quoted(twin.name);
  }
  return Quoted(column);
}

std::string CreateKeys(const Table& table) {
  std::string sql;
  for (const UniqueKey& key : table.keys) {
    std::vector<std::string> by_twin;
    std::vector<std::string> folded;
    bool has_text = false;
    for (const std::string& column : key.columns) {
      by_twin.push_back(TwinOrColumn(table, column));
      const bool is_text = table.Find(column)->type == ColumnType::kText;
      has_text = has_text || is_text;
      folded.push_back(is_text ? absl::StrCat("RTRIM(COALESCE(", Quoted(column), ", '')) COLLATE NOCASE") : Quoted(column));
    }
    const std::string name = absl::StrCat(table.name, "_", key.columns.back());
    absl::StrAppend(&sql, "CREATE UNIQUE INDEX ", Quoted("UKA_" + name), " ON ", Quoted(table.name), " (", absl::StrJoin(by_twin, ", "),
                    ");\n");
    if (key.is_folded && has_text) {
      absl::StrAppend(&sql, "CREATE UNIQUE INDEX ", Quoted("I" + name), " ON ", Quoted(table.name), " (", absl::StrJoin(folded, ", "),
                      ");\n");
    }
  }
  return sql;
}

// Plain indexes that Sage has as well and that reading documents and children needs. None on cbModification: Sage has none either.
constexpr char kIndexes[] = R"sql(
CREATE INDEX "ICOMPTET_NUM" ON "F_COMPTET" ("CT_Num");
CREATE INDEX "ICONTACTT_NUM" ON "F_CONTACTT" ("CT_Num");
CREATE INDEX "ILIVRAISON_NUM" ON "F_LIVRAISON" ("CT_Num");
CREATE INDEX "IARTICLE_REF" ON "F_ARTICLE" ("AR_Ref");
CREATE INDEX "IARTCLIENT_REF" ON "F_ARTCLIENT" ("AR_Ref");
CREATE INDEX "IARTSTOCK_REF" ON "F_ARTSTOCK" ("AR_Ref");
CREATE INDEX "IGAMSTOCK_REF" ON "F_GAMSTOCK" ("AR_Ref");
CREATE INDEX "IARTCOMPTA_REF" ON "F_ARTCOMPTA" ("AR_Ref");
CREATE INDEX "IDOCENTETE_PIECE" ON "F_DOCENTETE" ("DO_Piece");
CREATE INDEX "IDOCENTETE_TIERS" ON "F_DOCENTETE" ("DO_Tiers");
CREATE INDEX "IDOCLIGNE_PIECE" ON "F_DOCLIGNE" ("DO_Piece");
CREATE INDEX "IDOCLIGNE_PIECEDE" ON "F_DOCLIGNE" ("DL_PieceDE");
CREATE INDEX "IDOCLIGNE_REF" ON "F_DOCLIGNE" ("AR_Ref");
CREATE INDEX "IDOCREGL_PIECE" ON "F_DOCREGL" ("DO_Piece");
)sql";

// The business checks of Sage's own triggers; the number in brackets is Sage's.
constexpr char kTriggers[] = R"sql(
CREATE TRIGGER "TG_INS_CPTAF_DOCENTETE" BEFORE INSERT ON "F_DOCENTETE"
WHEN NEW."DO_Domaine" IN (0, 3, 4)
 AND NOT EXISTS (SELECT 1 FROM "F_COMPTET" WHERE "CT_Num" = RTRIM(NEW."DO_Tiers") AND "CT_Type" = 0)
BEGIN SELECT RAISE(ABORT, '[82019] the third party of the document is not a client'); END;
CREATE TRIGGER "TG_UPD_CPTAF_DOCENTETE" BEFORE UPDATE OF "DO_Tiers" ON "F_DOCENTETE"
WHEN NEW."DO_Domaine" IN (0, 3, 4)
 AND NOT EXISTS (SELECT 1 FROM "F_COMPTET" WHERE "CT_Num" = RTRIM(NEW."DO_Tiers") AND "CT_Type" = 0)
BEGIN SELECT RAISE(ABORT, '[82019] the third party of the document is not a client'); END;
CREATE TRIGGER "TG_INS_F_CONTACTT" BEFORE INSERT ON "F_CONTACTT"
WHEN NOT EXISTS (SELECT 1 FROM "F_COMPTET" WHERE "CT_Num" = RTRIM(NEW."CT_Num"))
BEGIN SELECT RAISE(ABORT, '[81035] the third party of the contact does not exist'); END;
CREATE TRIGGER "TG_INS_F_LIVRAISON" BEFORE INSERT ON "F_LIVRAISON"
WHEN NOT EXISTS (SELECT 1 FROM "F_COMPTET" WHERE "CT_Num" = RTRIM(NEW."CT_Num"))
BEGIN SELECT RAISE(ABORT, '[81035] the third party of the address does not exist'); END;
CREATE TRIGGER "TG_INS_F_COMPTET" BEFORE INSERT ON "F_COMPTET"
WHEN COALESCE(NEW."CT_Raccourci", '') <> '' AND EXISTS (SELECT 1 FROM "F_COMPTET" WHERE "CT_Raccourci" = NEW."CT_Raccourci")
BEGIN SELECT RAISE(ABORT, '[81003] the shortcut is used by another third party'); END;
)sql";

// Emulates change tracking: the log is net of nothing, one row a touched row; a version is one committed transaction.
constexpr char kChangeLog[] = R"sql(
CREATE TABLE "cbChangeLog" (
  "sequence" INTEGER PRIMARY KEY AUTOINCREMENT, "version" INTEGER NOT NULL, "table_name" VARCHAR(128) NOT NULL,
  "cbMarq" INTEGER NOT NULL, "operation" CHAR(1) NOT NULL);
CREATE INDEX "IcbChangeLog_version" ON "cbChangeLog" ("table_name", "version");
CREATE TABLE "cbChangeVersion" (
  "current_version" INTEGER NOT NULL, "min_valid_version" INTEGER NOT NULL, "retained_versions" INTEGER NOT NULL, "is_on" SMALLINT NOT NULL);
INSERT INTO "cbChangeVersion" VALUES (0, 0, 100000, 0);
CREATE TABLE "cbSandbox" ("name" VARCHAR(69) PRIMARY KEY, "value" VARCHAR(255));
)sql";

std::string ChangeTrigger(const std::string& table, const char* event, const char* letter, const char* row) {
  return absl::StrCat("CREATE TRIGGER \"TG_CB", std::string(event).substr(0, 3), "_", table, "\" AFTER ", event, " ON \"", table,
                      "\" WHEN (SELECT \"is_on\" FROM \"cbChangeVersion\") = 1 BEGIN INSERT INTO \"cbChangeLog\" (\"version\", \"table_name\", "
                      "\"cbMarq\", \"operation\") SELECT \"current_version\" + 1, '",
                      table, "', ", row, ".\"cbMarq\", '", letter, "' FROM \"cbChangeVersion\"; END;\n");
}

}  // namespace

absl::Status CreateSchema(Connection& connection, const Schema& schema, bool is_minute) {
  std::string sql = kChangeLog;
  for (const auto& [name, table] : schema.tables()) {
    absl::StrAppend(&sql, CreateTable(table, schema.has_creation_columns(), is_minute), CreateKeys(table));
    if (!table.is_data()) continue;
    absl::StrAppend(&sql, ChangeTrigger(name, "INSERT", "I", "NEW"), ChangeTrigger(name, "UPDATE", "U", "NEW"),
                    ChangeTrigger(name, "DELETE", "D", "OLD"));
  }
  Transaction transaction(connection);
  SAGE_RETURN_IF_ERROR(connection.Execute(sql));
  SAGE_RETURN_IF_ERROR(connection.Execute(kIndexes));
  SAGE_RETURN_IF_ERROR(connection.Execute(kTriggers));
  return transaction.Commit();
}

}  // namespace entente::sandbox::sage
