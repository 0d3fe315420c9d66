"""Rounds of work in both systems: seeded users, whatever happens to the programs meanwhile, and a judgement once everything is settled."""

import json
import time
from collections import Counter

from deeds import Away
from look import Look, unaccounted
from people import People
from workplace import Workplace

# How long systems that came to rest may be not as they must be: what was refused for now is tried again.
REST_SECONDS = 60


class Broken(Exception):
    """Something is lost, double or unexplained."""


class Rounds:
    """One company; both systems agree when it begins, and after every `settle`."""

    def __init__(self, workplace=None):
        self.workplace = workplace or Workplace()
        try:
            self.workplace.open()
            self.people = People(self.workplace)
            self.look = Look(self.workplace.systems)
        except BaseException:
            self.workplace.close()
            raise
        self.fields = 0
        self.reconciles = 0
        self.story = []
        self._deeds, self._waiting = [], []

    def close(self):
        self.people.close()
        self.workplace.close()

    @property
    def is_settled(self):
        """False from the first deed until both systems were judged, and for ever where the judgement was bad."""
        return not self._deeds

    def day(self, dice, count):
        """Deeds for a round, none done yet."""
        return self.people.day(dice, self.look, count)

    def do(self, deeds):
        """Does them, or puts off what nobody answers to."""
        for deed in deeds:
            self._deeds.append(deed)
            self._begin(deed)

    def _begin(self, deed):
        try:
            deed.begin(self.people)
            self.story.append(f"  {deed.kind}")
        except Away:
            self._waiting.append(deed)
            self.story.append(f"  {deed.kind}: nobody answers, later")

    def settle(self):
        """Waits until both systems are as they must be, and ends the round; says what is not when they do not come to be."""
        end = None
        while True:
            waiting, self._waiting = self._waiting, []
            for deed in waiting:
                self._begin(deed)
            self.workplace.until_quiet()
            fallen = self.workplace.fallen()
            if fallen:
                raise Broken(f"ended by itself: {json.dumps(fallen, indent=1)}")
            problems = [f"{deed.kind} could not be done: {getattr(deed, 'answer', '')}" for deed in self._waiting] or self._problems()
            if not problems:
                self._deeds = []
                self.people.taken.clear()
                return
            end = end or time.monotonic() + REST_SECONDS
            if time.monotonic() > end:
                raise Broken("\n  ".join(["both systems are settled, and not as they must be:", *problems[:20]]))

    def _problems(self):
        look = Look(self.workplace.systems)
        counted = Counter(self.people.counts)
        problems = [problem for deed in self._deeds for problem in deed.problems(self.people, look)]
        problems = problems or unaccounted(self.look, look, self._deeds) or look.differences() or self.people.changed_by_itself(look)
        if problems:
            self.people.counts = counted  # they are judged again
            return problems
        self.look = look
        self.fields += look.fields
        return []

    def reconcile(self):
        """A second pass writes nothing, and nothing was given up."""
        before = self.workplace.writes()
        self.workplace.engine.reconcile()
        self.reconciles += 1
        written = self.workplace.writes() - before
        if written:
            raise Broken(f"a full reconcile of settled systems wrote {written} records")
        dead = self.workplace.engine.ask("dead-letters", "list").get("items", [])
        if dead:
            raise Broken(f"dead letters: {json.dumps(dead[:3])}")
