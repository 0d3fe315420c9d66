"""The programs as their users run them, for the tests of this folder.

A test script is called with the folder of the programs as its first argument. `House` is a sandbox, an engine and both connectors in a folder of
their own; nothing is left behind when it is closed.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.demonstration.engine import Engine  # noqa: E402
from tools.demonstration.processes import Failed, Programs, wait_until  # noqa: E402, F401
from tools.demonstration.sandbox import Sandbox  # noqa: E402

BINARIES = Path(sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else ROOT / "build/bin").resolve()
# Calls SSM takes: (a minute, a second); 0 = no limit.
NO_LIMIT = (0, 0)


@dataclass
class Outcome:
    """What a program ended with."""

    code: int
    out: str
    err: str

    @property
    def text(self):
        return self.out + self.err


def run(*words, seconds=30, environment=None, directory=None):
    """Runs a program of this build to its end, in this directory."""
    program, *rest = map(str, words)
    done = subprocess.run([BINARIES / Path(program).name, *rest], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, timeout=seconds,
                          env=environment, cwd=directory, check=False)
    return Outcome(done.returncode, done.stdout, done.stderr)


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="entente-test-") as name:
        yield Path(name)


def secret(path, text):
    """A file only its owner may read."""
    path = Path(path)
    path.write_text(text + "\n", "utf-8")
    path.chmod(0o600)
    return path


class House:
    """One company in both systems, an engine and its connectors. Whatever is not asked for is not started."""

    def __init__(self, size="empty", sandbox_options=(), head="", tls_root=None, log_level="info"):
        self._stack = contextlib.ExitStack()
        self.folder = self._stack.enter_context(folder())
        self.programs = Programs(self.folder)
        self._stack.callback(self.programs.stop)
        try:
            self.sandbox = Sandbox(self.programs, BINARIES / "entente-sandbox", self.folder / "sandbox", size, 1,
                                   ["--rate-per-minute", 0, "--rate-per-second", 0, *sandbox_options]).wait()
            self.engine = Engine(self.programs, BINARIES, ROOT, self.folder / "engine", self.sandbox, NO_LIMIT, head, tls_root, log_level)
        except BaseException:
            self.close()
            raise

    def close(self):
        self._stack.close()

    # ------------------------------------------------------------------ getting somewhere

    def connect(self):
        self.engine.start()
        self.engine.start_connectors()
        self.engine.wait_for_connectors()

    def load(self):
        """A first load, with its users approved, until everything is settled."""
        self.engine.begin_first_load()
        wait_until(lambda: self.engine.approve_users() or self.engine.is_quiet(self.engine.status()), 60, "the first load", self.running())
        self.engine.wait_until_quiet()

    def running(self):
        return [self.sandbox.program, self.engine.program, *self.engine.connectors]

    # ------------------------------------------------------------------ the operator

    def entente(self, *words, seconds=60):
        """A command at this engine, whatever becomes of it."""
        return run(*self.engine.command(*words), seconds=seconds)

    def side(self, name):
        return next(side for side in self.engine.status()["sides"] if side["name"] == name)

    def until(self, holds, what, seconds=30):
        return wait_until(holds, seconds, what, every=0.1)

    def write(self, name, text):
        path = self.engine.folder / name
        path.write_text(text, "utf-8")
        return path


def problems(outcome):
    """The findings of `doctor --json` that are no good, by what they are about."""
    return {finding["what"]: finding for finding in json.loads(outcome.out) if finding["result"] == "FAIL"}
