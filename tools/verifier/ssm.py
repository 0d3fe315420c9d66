"""An SSM implementation, read through its API: login, page by page until an empty one, deleted rows told apart."""

import http.client
import json
import time
import urllib.parse
from decimal import Decimal

PAGE_ROWS = 500
TRIES_MAX = 30


class Refused(Exception):
    """The API answered, and not with what was asked for."""


class Tenant:
    def __init__(self, url, public_key, private_key):
        parts = urllib.parse.urlsplit(url)
        self._host = parts.netloc
        self._path = parts.path.rstrip("/")
        self._is_tls = parts.scheme == "https"
        self._keys = {"username": public_key, "password": private_key}
        self._token = None
        self._connection = None
        self._resources = {}
        self.calls = 0

    def _send(self, method, path, body=None, headers=None):
        if self._connection is None:
            kind = http.client.HTTPSConnection if self._is_tls else http.client.HTTPConnection
            self._connection = kind(self._host, timeout=60)
        try:
            self._connection.request(method, self._path + path, body=body, headers=headers or {})
            answer = self._connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            raise

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _login(self):
        status, _, body = self._send("POST", "/login", json.dumps(self._keys), {"Content-Type": "application/json"})
        self.calls += 1
        if status != 200:
            raise Refused(f"SSM refused the login with {status}: check the API keys")
        answer = {key.lower(): value for key, value in json.loads(body).items()}
        self._token = answer["token"]

    def get(self, path, page=0):
        """The decoded answer of a GET; repeats what SSM asks to repeat."""
        for _ in range(TRIES_MAX):
            if self._token is None:
                self._login()
            headers = {"X-Session-Key": self._token, "Accept": "application/json", "count": str(PAGE_ROWS)}
            glue = "&" if "?" in path else "?"
            try:
                status, answered, body = self._send("GET", f"{path}{glue}page={page}&lang=fr", headers=headers)
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)
                continue
            self.calls += 1
            if status == 200:
                return json.loads(body, parse_float=Decimal)
            if status == 401:
                self._token = None
            elif status in (408, 429, 500, 503):
                time.sleep(min(float(answered.get("Retry-After") or 0.3), 60))
            else:
                raise Refused(f"GET {path} was answered {status}: {body[:200].decode('utf-8', 'replace')}")
        raise Refused(f"GET {path} found no answer in {TRIES_MAX} tries")

    def all(self, resource):
        """Every record of a resource, deleted ones too; keys in lower case, because their case is not stable."""
        if resource not in self._resources:
            rows, page = [], 0
            while True:
                found = self.get("/" + resource, page)
                if not found:
                    break
                rows.extend({key.lower(): value for key, value in row.items()} for row in found)
                page += 1
            self._resources[resource] = rows
        return self._resources[resource]

    def live(self, resource):
        return [row for row in self.all(resource) if not is_deleted(row)]

    def labels(self, resource):
        """French label of each row of a value list, by id."""
        return {row["id"]: label_of(row) for row in self.all(resource)}


def is_deleted(row):
    return row.get("deleted") in (True, 1, "1")


def label_of(row):
    return row.get("descriptionfr") or row.get("description") or row.get("descriptionen")


def reference(value):
    """The id of a reference: an object on read, sometimes a bare integer. None when unset."""
    if isinstance(value, dict):
        value = {key.lower(): part for key, part in value.items()}.get("id")
    return value if value not in (0, "", None) else None
