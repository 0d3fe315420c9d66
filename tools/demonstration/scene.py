"""What a day is played on: the systems, the engine, the teller, and what "as it should be" means."""

import contextlib
import time

from .processes import Failed, wait_until

PATIENCE_SECONDS = 40


class Scene:
    def __init__(self, sandbox, engine, tell):
        self.sandbox = sandbox
        self.engine = engine
        self.tell = tell
        self.checks = 0
        self.before_each_check = None

    def programs(self):
        return [self.sandbox.program, self.engine.program, *self.engine.connectors]

    @contextlib.contextmanager
    def at_once(self):
        """Several edits of several people, before the engine decides about any of them."""
        self.engine.pause()
        try:
            yield
        finally:
            self.engine.resume()

    def expect(self, text, holds, seconds=PATIENCE_SECONDS):
        """Waits until both systems are as they should be, and says so."""
        if self.before_each_check is not None:
            self.before_each_check(holds)
        began = time.monotonic()
        try:
            wait_until(lambda: _asked(holds), seconds, text, self.programs(), every=0.1)
        except Failed:
            self.tell.fails(text)
            raise
        self.checks += 1
        self.tell.holds(text, time.monotonic() - began)


def _asked(holds):
    """A question about a record that is not there yet is answered no."""
    try:
        return holds()
    except (KeyError, TypeError, IndexError):
        return None
