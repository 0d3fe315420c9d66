"""Kills the real programs at seeded moments under load, again and again, and compares both systems directly after each.

    python3 -B tests/integration/kill_loops.py BINARIES [--loops N] [--seed S]        (tools/kill-loops does the same)
"""

import argparse
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from rounds import Broken, Rounds
from running import Failed
from workplace import Workplace

RECONCILE_EVERY = 20
# How long the systems' calls take while a loop waits for its moment, in milliseconds: longest of each.
LATENCY_MAX = 200
STRIKE_SECONDS = 2


@dataclass
class Strike:
    """Who is killed when: after so many deeds, once so many writes were made since the loop began and more are owed."""

    victims: list
    after: int
    writes: int
    again: bool
    late: bool
    latency: tuple
    lost: str

    @staticmethod
    def drawn(dice, deeds):
        names = Workplace.VICTIMS
        count = dice.choices((1, 2, 3, 4), (60, 25, 5, 10))[0]
        first = dice.choices(names, (4, 3, 3, 2))[0]
        victims = [first, *dice.sample([name for name in names if name != first], count - 1)]
        return Strike(victims, after=dice.randrange(1, deeds + 1), writes=dice.randrange(0, 6), again=dice.random() < 0.2, late=dice.random() < 0.4,
                      latency=(dice.randrange(0, LATENCY_MAX), dice.randrange(0, LATENCY_MAX)), lost=dice.choices(("", "sage", "ssm"), (8, 1, 1))[0])

    def __str__(self):
        more = [f"{self.writes} writes on"] + ["killed again while starting"] * self.again + ["started after the last deed"] * self.late + [f"an answer of {self.lost} lost"] * bool(self.lost)
        return f"{' and '.join(self.victims)} killed after deed {self.after}, {', '.join(more)}"


@dataclass
class Tally:
    """What the loops did, for people."""

    loops: int = 0
    seconds: float = 0
    killed: Counter = field(default_factory=Counter)
    together: Counter = field(default_factory=Counter)
    deeds: Counter = field(default_factory=Counter)
    under_load: int = 0
    owed: int = 0
    kills: int = 0
    slowest: float = 0

    def lines(self, rounds, items):
        counted = lambda counter: ", ".join(f"{name} {count}" for name, count in counter.most_common()) or "none"
        return [f"{self.loops} loops in {self.seconds:.0f} s, {self.seconds / max(self.loops, 1):.2f} s a loop, the longest {self.slowest:.1f} s",
                f"{self.kills} kills: {counted(self.killed)}; at once: {counted(self.together)}",
                f"{self.under_load} loops struck with deliveries owed, {self.owed} deliveries in all",
                f"{sum(self.deeds.values())} deeds: {counted(self.deeds)}",
                f"edits: {counted(rounds.people.counts)}; {len(rounds.people.ledger)} fields watched to the end",
                f"{rounds.fields} fields compared in both systems; {rounds.reconciles} full reconciles wrote nothing",
                f"open items: {counted(Counter(items))}"]


class KillLoops:
    """One company for all loops."""

    def __init__(self, seed):
        self.seed = seed
        self.tally = Tally()
        self.rounds = Rounds()
        self.workplace = self.rounds.workplace

    def close(self):
        self.rounds.close()

    def run(self, loops):
        began = time.monotonic()
        for number in range(1, loops + 1):
            self.rounds.story.clear()
            loop_began = time.monotonic()
            try:
                self._loop(number)
                if number % RECONCILE_EVERY == 0 or number == loops:
                    self.rounds.reconcile()
            except (Broken, Failed, AssertionError) as error:
                raise Broken(self._told(number, error)) from error
            self.tally.loops += 1
            self.tally.slowest = max(self.tally.slowest, time.monotonic() - loop_began)
            self.tally.seconds = time.monotonic() - began
        return self.tally

    def _told(self, number, error):
        logs = [f"the end of {program.log.name}:\n  " + "\n  ".join(program.tail(8)) for program in (self.workplace.engine.program, *self.workplace.engine.connectors)]
        return "\n".join([f"seed {self.seed}, loop {number}: {error}", *self.rounds.story, *logs])

    # ------------------------------------------------------------------ one loop

    def _loop(self, number):
        dice = random.Random(f"{self.seed}/{number}")
        deeds = self.rounds.day(dice, dice.randrange(5, 13))
        strike = Strike.drawn(dice, len(deeds))
        self.rounds.story.append(str(strike))
        self._slow_down(strike)
        before = self.workplace.writes()
        self.rounds.do(deeds[:strike.after])
        self._strike(strike, before, dice)
        self.rounds.do(deeds[strike.after:])
        self._speed_up()
        for victim in dice.sample(strike.victims, len(strike.victims)):
            self.workplace.start(victim)
        self.rounds.settle()
        self.tally.deeds.update(deed.kind for deed in deeds)

    def _slow_down(self, strike):
        systems = self.workplace.systems
        systems.sage("set-faults", latency_ms=strike.latency[0], lost_answers=int(strike.lost == "sage"))
        systems.ssm("set", **{"latency-ms": strike.latency[1]})
        if strike.lost == "ssm":
            systems.ssm("fail-next", kind="lost", method="POST")

    def _speed_up(self):
        systems = self.workplace.systems
        systems.ssm("set", **{"latency-ms": 0})
        systems.ssm("forget-faults")
        if systems.gateway.is_running:
            systems.sage("clear-faults")

    def _strike(self, strike, before, dice):
        self.workplace.entente("poll")
        end = time.monotonic() + STRIKE_SECONDS
        owed = 0
        while time.monotonic() < end:
            owed = self.workplace.owed()
            if owed and self.workplace.writes() - before >= strike.writes:
                break
            time.sleep(0.002)
        for victim in strike.victims:
            self.workplace.kill(victim)
        self.tally.owed += owed
        self.tally.under_load += owed > 0
        self.tally.kills += len(strike.victims)
        self.tally.killed.update(strike.victims)
        self.tally.together[len(strike.victims)] += 1
        self.rounds.story.append(f"  SIGKILL to {' and '.join(strike.victims)} with {owed} deliveries owed")
        if strike.again:
            self._strike_while_starting(dice.choice(strike.victims), dice.random())
        if not strike.late:
            for victim in strike.victims:
                self.workplace.start(victim)

    def _strike_while_starting(self, victim, moment):
        """Kills it a second time, somewhere in the first half second of its life."""
        if victim == "gateway":
            return  # it is not there before it has answered
        self.workplace.start(victim, wait=False)
        time.sleep(moment / 2)
        self.workplace.kill(victim)
        self.tally.kills += 1
        self.tally.killed[victim] += 1
        self.rounds.story.append(f"  SIGKILL to {victim} {moment / 2:.2f} s after its start")

    def summary(self):
        return self.tally.lines(self.rounds, self.workplace.metrics("open_items"))


def main():
    parser = argparse.ArgumentParser(prog="tools/kill-loops", description="Kills the real programs under load, loop after loop, and compares both systems directly after each.")
    parser.add_argument("--loops", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 1_000_000_000), help="the same seed does the same deeds and strikes")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.loops} loops", flush=True)
    loops = KillLoops(options.seed)
    try:
        loops.run(options.loops)
        print("nothing lost, nothing double, nothing unexplained")
        return 0
    except Broken as error:
        print(error)
        return 1
    finally:
        print("\n".join(loops.summary()), flush=True)
        loops.close()


if __name__ == "__main__":
    sys.exit(main())
