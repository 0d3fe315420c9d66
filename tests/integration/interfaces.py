"""How people reach the two systems without the product: SQL on the company database of Sage, and the screens of SSM."""

import sqlite3
import zoneinfo
from datetime import datetime

BUSY_SECONDS = 60


class SageDatabase:
    """A user of Sage at work: every change is one transaction, stamped as Sage stamps it. Works while the gateway does not."""

    # Local time of the server, as the sandbox keeps it.
    ZONE = zoneinfo.ZoneInfo("Europe/Paris")

    def __init__(self, database):
        self._connection = sqlite3.connect(database, timeout=BUSY_SECONDS, isolation_level=None)
        self._connection.row_factory = sqlite3.Row

    def close(self):
        self._connection.close()

    def rows(self, query, *values):
        return [dict(row) for row in self._connection.execute(query, values)]

    def edit(self, table, column, key, fields):
        """Sets fields of one row, and returns the row as the user saw it before."""
        names = ", ".join(f'"{name}" = ?' for name in (*fields, "cbModification"))
        stamp = datetime.now(self.ZONE).strftime("%Y-%m-%d %H:%M:%S")
        with self._transaction():
            before = self.rows(f'SELECT * FROM "{table}" WHERE "{column}" = ?', key)
            self._connection.execute(f'UPDATE "{table}" SET {names} WHERE "{column}" = ?', (*fields.values(), stamp, key))
        return before[0]

    def delete(self, table, column, key):
        """Leaves no trace, as in Sage."""
        with self._transaction():
            self._connection.execute(f'DELETE FROM "{table}" WHERE "{column}" = ?', (key,))

    def _transaction(self):
        return _Transaction(self._connection)


class _Transaction:
    def __init__(self, connection):
        self._connection = connection

    def __enter__(self):
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind, *_):
        self._connection.execute("COMMIT" if kind is None else "ROLLBACK")


class SsmScreens:
    """A user of SSM at work in the web application; remembers nothing. SSM keeps who read and wrote a record, and in what order."""

    def __init__(self, systems):
        self._ssm = systems.ssm

    def get(self, resource, number):
        return {name.lower(): value for name, value in self._ssm("get", resource, number).items()}

    def create(self, resource, **fields):
        return self._ssm("create", resource, **fields)["id"]

    def edit(self, resource, number, fields):
        self._ssm("edit", resource, number, **fields)

    def delete(self, resource, number):
        self._ssm("delete", resource, number)

    def last_access(self):
        return self._ssm("accesses", "accounts", 0)["last"]

    def accesses(self, resource, number, after):
        return self._ssm("accesses", resource, number, after=after)["accesses"]
