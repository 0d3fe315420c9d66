"""What tests of the command line share: one loaded company a class, and two ways to ask."""

import re
import unittest

from promises import broken_promises, read_json
from running import House, run
from tools.demonstration.records import Cast


def commands(*group):
    """Every command as the help lists them, those of groups by both words."""
    listed = re.split(r"^Subcommands:$", run("entente", *group, "--help").out, maxsplit=1, flags=re.M)
    names = re.findall(r"^  ([a-z][a-z-]*) ", listed[1].strip("\n").split("\n\n")[0], flags=re.M) if len(listed) == 2 else []
    if group:
        return [f"{' '.join(group)} {name}" for name in names]
    return [full for name in names for full in (commands(name) or [name])]


class CommandLineTest(unittest.TestCase):
    """Tests of one class share its company: each takes records of its own from `cast`, and leaves the engine running."""

    @classmethod
    def setUpClass(cls):
        cls.house = House("small")
        cls.addClassCleanup(cls.house.close)
        cls.house.connect()
        cls.house.load()
        cls.cast = Cast(cls.house.sandbox, 1)

    def setUp(self):
        self.house.engine.wait_until_quiet()

    def asked(self, *words, code=0):
        """Every JSON answer of a command, which holds what was promised."""
        answer = self.house.entente(*words, "--json")
        self.assertEqual((answer.code, answer.err), (code, ""), answer.text)
        self.assertEqual(broken_promises(words, answer.out)[:5], [])
        return read_json(answer.out)

    def ask(self, *words):
        """The last one."""
        return self.asked(*words)[-1]

    def told(self, *words, code=0):
        """The answer for people."""
        told = self.house.entente(*words)
        self.assertEqual(told.code, code, told.text)
        return told.text
