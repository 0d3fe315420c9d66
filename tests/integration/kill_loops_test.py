"""Twenty loops of kill_loops.py; tools/kill-loops runs a thousand. The checks themselves are checked: damage done in a loop ends it."""

import os
import random
import unittest

import running  # noqa: F401 (reads the folder of the programs)
from deeds import Edit
from kill_loops import KillLoops
from look import Look, unaccounted
from people import Choice

LOOPS = 20
SEED = int(os.environ.get("ENTENTE_TEST_SEED", "1"))


class KillLoopsTest(unittest.TestCase):
    def test_nothing_is_lost_double_or_unexplained_whoever_is_killed_when(self):
        loops = KillLoops(SEED)
        self.addCleanup(loops.close)
        tally = loops.run(LOOPS)
        print(f"seed {SEED}", *loops.summary(), sep="\n", flush=True)
        self.assertEqual((tally.loops, loops.rounds.reconciles), (LOOPS, 1))
        self.assertGreater(tally.under_load, LOOPS // 4, "most strikes are to meet deliveries on their way")
        self.assertGreater(len(tally.killed), 2, "the seed kills more than one kind of program")


class ChecksTest(unittest.TestCase):
    """What the loops would say of systems that lost, doubled or changed something."""

    @classmethod
    def setUpClass(cls):
        cls.loops = KillLoops(SEED)
        cls.addClassCleanup(cls.loops.close)
        cls.loops.run(1)
        assert Look(cls.loops.workplace.systems).differences() == []
        # From here on nobody mends what is broken.
        for victim in ("engine", "sage connector", "ssm connector"):
            cls.loops.workplace.kill(victim)

    def setUp(self):
        self.people, self.systems = self.loops.rounds.people, self.loops.workplace.systems
        self.before = Look(self.systems)

    def problems(self, deeds=()):
        look = Look(self.systems)
        return [*unaccounted(self.before, look, deeds), *look.differences(), *self.people.changed_by_itself(look)]

    def test_a_record_deleted_by_mistake_is_found(self):
        gone = sorted(number for numbers in self.before.contact_of.values() for number in numbers)[0]
        row = self.systems.ssm("get", "contacts", gone)
        self.systems.ssm("delete", "contacts", gone)
        self.assertIn(f"ssm contacts {gone} is missing", self.problems())
        self.before = Look(self.systems)
        born = self.systems.ssm("create", "contacts", fields={"accountId": row["accountId"]["id"], "firstName": row["firstName"], "lastName": row["lastName"], "extId": row["extId"]})["id"]
        self.assertIn(f"ssm has 1 new contacts instead of 0: [{born}]", self.problems())

    def test_a_value_that_changes_by_itself_is_found(self):
        (entity, key, one), value = next(item for item in self.people.ledger.items() if item[0][0] == "party")
        self.people.ssm.edit("accounts", key, {one.ssm: one.value(7654321)})
        found = self.problems()
        self.assertIn(f"{entity} {key} {one.name}: {value!r} became {one.form(one.value(7654321))!r} in ssm", found)
        self.people.ssm.edit("accounts", key, {one.ssm: value})

    def test_an_edit_that_arrived_nowhere_is_found(self):
        pair = Choice(random.Random(1), self.before, self.people).prospect()
        one = pair.fields[0]
        edit = Edit("edited", pair, [("sage", one, one.value(1234567))])
        edit.begin(self.people)
        self.assertEqual(len(edit.problems(self.people, Look(self.systems))), 1)
        self.people.sage.edit("F_COMPTET", "CT_Num", pair.sage_key, {one.sage: self.before.parties[pair.sage_key.upper()][one.sage]})
        self.assertRegex(edit.problems(self.people, Look(self.systems))[0], "is lost; both hold")

    def test_a_second_record_of_one_birth_is_found(self):
        code = next(iter(self.before.account_of))
        name = self.before.accounts[self.before.account_of[code][0]]["name"]
        born = self.systems.ssm("create", "accounts", fields={"name": name, "statusId": "Prospect", "extId": code})["id"]
        found = self.problems()
        self.assertIn(f"ssm has 1 new accounts instead of 0: [{born}]", found)
        self.assertTrue(any(f"{code} has 2 accounts" in line for line in found), found)


if __name__ == "__main__":
    unittest.main(verbosity=2)
