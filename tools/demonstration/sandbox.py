"""The sandbox as the demonstration uses it: both systems, acted upon as their users would, and read directly."""

import http.client
import json
import urllib.parse
from pathlib import Path

from .processes import Failed, wait_until


class Refused(Exception):
    """The system refused what a user asked for."""


class Sandbox:
    """REQUIRES: `folder` belongs to this sandbox alone."""

    def __init__(self, programs, binary, folder, size, seed, options=()):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._described = self.folder / "sandbox.json"
        self.program = programs.add("sandbox", [binary, "serve", "--dir", self.folder, "--size", size, "--seed", seed, *options])

    def wait(self, seconds=120):
        wait_until(self._described.exists, seconds, "the sandbox to answer", [self.program])
        self.description = json.loads(self._described.read_text("utf-8"))
        self._control = urllib.parse.urlsplit(self.description["control_url"]).netloc
        return self

    @property
    def ssm_url(self):
        return self.description["ssm"]["url"]

    def act(self, system, action, *words, **named):
        """Does what a user of "sage" or "ssm" would do. Numbers with a fraction are texts on both ways."""
        connection = http.client.HTTPConnection(self._control, timeout=120)
        try:
            body = json.dumps({**named, "args": [str(word) for word in words]})
            connection.request("POST", f"/control/v1/{system}/{action}", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            decoded = json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
            raise Failed(f"the sandbox does not answer: {error}") from error
        finally:
            connection.close()
        if answer.status >= 300:
            error = decoded.get("error", {}) if isinstance(decoded, dict) else {}
            raise Refused(error.get("message") or error.get("text") or f"{system} {action} was answered {answer.status}")
        return decoded

    def sage(self, action, *words, **named):
        return self.act("sage", action, *words, **named)

    def ssm(self, action, *words, **named):
        return self.act("ssm", action, *words, **named)

    # ------------------------------------------------------------------ looking

    def sage_row(self, what, key):
        """One record of Sage, or None."""
        try:
            return self.sage("get", what, key)
        except Refused:
            return None

    def account(self, key):
        """One account of SSM, by id or `@` and foreign key; None when there is none or it is deleted."""
        return self.ssm_row("accounts", key)

    def ssm_row(self, resource, key):
        try:
            row = self.ssm("get", resource, key)
        except Refused:
            return None
        return None if row.get("deleted") in (True, 1) else row

    def ssm_list(self, resource, where):
        return [row for row in self.ssm("list", resource, where=where) if row.get("deleted") not in (True, 1)]

    def sage_writes(self):
        """Writes the gateway performed since counting began."""
        return _number(self.sage("counts"), "writes")

    def ssm_writes(self):
        return self.ssm("counts")["api_writes_total"]

    def ssm_calls(self):
        return self.ssm("counts")["calls_total"]


def _number(counts, name):
    value = counts.get(name, 0)
    return sum(value.values()) if isinstance(value, dict) else value
