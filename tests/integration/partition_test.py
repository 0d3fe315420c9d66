"""The loopback is cut in a network namespace of the test's own: connections half open, answers lost, nobody told. Afterwards nothing is lost or double.

The engine listens on an address of its own, and whoever calls it does so from another: each direction between them can be cut alone.
"""

import os
import random
import sys
import unittest

import namespaces

REFUSED = namespaces.enter("net") if __name__ == "__main__" else "run this file by itself"

from rounds import Rounds  # noqa: E402 (the script starts again before it reads its arguments)
from workplace import Workplace  # noqa: E402

ENGINE, CALLERS = "127.0.0.9", "127.0.0.8"
SEED = int(os.environ.get("ENTENTE_TEST_SEED", "1"))
LATENCY_MS = 150


class Cut:
    """What is cut: `to_engine` swallows what connectors say, `from_engine` what the engine says, `all` is the loopback taken down."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        if self.what == "all":
            namespaces.run("ip", "link", "set", "lo", "down")
        else:
            namespaces.run("ip", "route", "add", "blackhole", ENGINE if self.what == "to_engine" else CALLERS, "table", "local")

    def __exit__(self, *_):
        if self.what == "all":
            raise_loopback()
        else:
            namespaces.run("ip", "route", "del", "blackhole", ENGINE if self.what == "to_engine" else CALLERS, "table", "local")


def raise_loopback():
    namespaces.run("ip", "link", "set", "lo", "up")
    namespaces.run("ip", "route", "replace", "local", ENGINE, "dev", "lo", "src", CALLERS, "table", "local", "metric", "1")


@unittest.skipIf(REFUSED, REFUSED)
class PartitionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise_loopback()
        cls.rounds = Rounds(Workplace(host=ENGINE))
        cls.addClassCleanup(cls.rounds.close)
        cls.workplace = cls.rounds.workplace
        cls.dice = random.Random(SEED)

    def setUp(self):
        if not self.rounds.is_settled:
            self.skipTest("an earlier test left the systems unsettled")

    def tearDown(self):
        self.workplace.systems.sage("clear-faults")
        self.workplace.systems.ssm("set", **{"latency-ms": 0})

    def begin(self, count=6):
        """Deeds, and the moment when some of them are on their way to both systems."""
        self.workplace.systems.sage("set-faults", latency_ms=LATENCY_MS)
        self.workplace.systems.ssm("set", **{"latency-ms": LATENCY_MS})
        self.rounds.do(self.rounds.day(self.dice, count))
        self.workplace.entente("poll")
        self.workplace.until(lambda: self.workplace.owed() or self.workplace.engine.is_quiet(self.workplace.engine.status()), "deliveries on their way")

    def noticed(self):
        """Until the engine gives its connectors up: it has heard nothing for a lease. Its own figures are read on the side that is not cut."""
        self.workplace.until(lambda: not any(self.workplace.metrics("connected").values()), "the engine to miss its connectors")

    def settled(self):
        self.tearDown()
        self.rounds.settle()
        self.rounds.reconcile()

    def test_answers_that_do_not_come_back(self):
        self.begin()
        with Cut("to_engine"):
            self.noticed()
            self.rounds.do(self.rounds.day(self.dice, 4))
        self.settled()

    def test_operations_that_do_not_arrive(self):
        self.begin()
        with Cut("from_engine"):
            self.noticed()
            self.rounds.do(self.rounds.day(self.dice, 4))
        self.settled()

    def test_a_cut_too_short_to_be_noticed(self):
        for direction in ("to_engine", "from_engine"):
            self.begin()
            with Cut(direction):
                self.rounds.do(self.rounds.day(self.dice, 4))
            self.settled()

    def test_connectors_that_die_behind_the_cut_and_come_back_as_others(self):
        self.begin()
        with Cut("to_engine"):
            for victim in ("sage connector", "ssm connector"):
                self.workplace.kill(victim)
        for victim in ("sage connector", "ssm connector"):
            self.workplace.start(victim)
        self.settled()

    def test_an_engine_that_dies_behind_the_cut(self):
        self.begin()
        with Cut("from_engine"):
            self.workplace.kill("engine")
            self.workplace.start("engine")
            self.rounds.do(self.rounds.day(self.dice, 4))
        self.settled()

    def test_a_loopback_that_goes_down_altogether(self):
        self.begin()
        with Cut("all"):
            # Nobody hears anybody: the gateway and SSM are cut off as well.
            self.rounds.people.sage.rows("SELECT 1")
        self.begin(3)
        self.settled()

    @classmethod
    def tearDownClass(cls):
        print(f"seed {SEED}: {cls.rounds.fields} fields compared in both systems, {cls.rounds.reconciles} full reconciles wrote nothing", file=sys.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
