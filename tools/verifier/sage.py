"""A Sage 100 company, read from its database: every row of the tables the field map names, in one snapshot."""

import sqlite3
import time

TABLES = (
    "F_COLLABORATEUR", "F_COMPTET", "F_CONTACTT", "F_PAYS", "F_FAMILLE", "F_ARTICLE", "F_ARTGAMME", "F_ARTENUMREF", "F_ARTSTOCK",
    "F_GAMSTOCK", "F_DEPOT", "F_ARTCLIENT", "F_TARIFQTE", "F_FAMTARIF", "F_FAMTARIFQTE", "F_TARIFGAM", "F_ARTCOMPTA", "F_FAMCOMPTA",
    "F_TAXE", "F_DOCREGL", "F_DOCLIGNETEXT", "P_CATTARIF", "P_SERVICECPTA", "P_UNITE", "P_DEVISE", "P_DOSSIERCIAL", "P_ARRONDI",
)


class Company:
    """Rows are dicts by column; `tables` holds them by table. Documents are those of sales."""

    def __init__(self, database):
        self.tables = {}
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            self._begin(connection)
            for table in TABLES:
                self.tables[table] = self._read(connection, f'SELECT * FROM "{table}"')
            self.heads = self._read(connection, 'SELECT * FROM "F_DOCENTETE" WHERE "DO_Domaine" = 0')
            self.lines = self._read(connection, 'SELECT * FROM "F_DOCLIGNE" WHERE "DO_Domaine" = 0 ORDER BY "DL_TRemPied", "DL_Ligne", "DL_No"')
        finally:
            connection.close()

    @staticmethod
    def _begin(connection):
        for left in range(50, -1, -1):
            try:
                connection.execute("BEGIN")
                connection.execute("SELECT count(*) FROM F_COMPTET")
                return
            except sqlite3.OperationalError:
                if left == 0:
                    raise
                time.sleep(0.1)

    @staticmethod
    def _read(connection, query):
        return [dict(row) for row in connection.execute(query)]

    def __getitem__(self, table):
        return self.tables[table]

    def by(self, table, *columns):
        """The rows of a table by the values of some columns; the last one wins."""
        return {tuple(row[column] for column in columns) if len(columns) > 1 else row[columns[0]]: row for row in self.tables[table]}
