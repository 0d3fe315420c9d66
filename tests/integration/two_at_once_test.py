"""Two engines on one directory, an engine beside its own successor, two sessions of one connector, a state of yesterday: nothing is lost or double."""

import os
import random
import sys
import unittest

import running  # noqa: F401 (reads the folder of the programs)
from deeds import DeletedInSage, QuotePushed
from look import Look
from people import Choice
from rounds import Rounds
from running import BINARIES, NO_LIMIT, ROOT, run
from tools.demonstration.engine import Engine
from workplace import Workplace

SEED = int(os.environ.get("ENTENTE_TEST_SEED", "1"))
LATENCY_MS = 150
# What entented ends with when its state cannot be had.
IN_USE = 4


class TwoAtOnceTest(unittest.TestCase):
    def setUp(self):
        self.rounds = Rounds()
        self.addCleanup(self.rounds.close)
        self.workplace, self.systems = self.rounds.workplace, self.rounds.workplace.systems
        self.dice = random.Random(f"{SEED}/{self.id()}")

    def begin(self, count=8, without=()):
        """Deeds, and the moment when some of them are on their way."""
        self.slow(LATENCY_MS)
        self.rounds.do([deed for deed in self.rounds.day(self.dice, count) if not isinstance(deed, without)])
        self.workplace.entente("poll")
        self.workplace.until(lambda: self.workplace.owed() or self.workplace.engine.is_quiet(self.workplace.engine.status()), "deliveries on their way")

    def slow(self, milliseconds):
        self.systems.sage("set-faults", latency_ms=milliseconds)
        self.systems.ssm("set", **{"latency-ms": milliseconds})

    def settled(self):
        self.slow(0)
        self.rounds.settle()
        self.rounds.reconcile()
        print(f"seed {SEED}: {self.rounds.fields} fields compared in both systems", file=sys.stderr)

    # ------------------------------------------------------------------ engines

    def test_a_second_engine_on_the_same_directory_is_refused_and_the_first_goes_on_undisturbed(self):
        engine = self.workplace.engine
        config = self.workplace.folder / "second.toml"
        config.write_text(f'listen = "127.0.0.1:0"\n[[instance]]\nstate_dir = "{engine.folder}/state"\npack = "{engine.pack}"\npack_search_path = "{ROOT}/rules"\n', "utf-8")
        before = engine.status()
        self.begin()

        for _ in range(3):
            second = run("entented", "--config", config)
            self.assertEqual((second.code, "STATE_DIRECTORY_IN_USE" in second.err), (IN_USE, True), second.text)

        after = engine.status()
        self.assertEqual((after["epoch"], [side["session_id"] for side in after["sides"]]), (before["epoch"], [side["session_id"] for side in before["sides"]]))
        self.settled()

    def successor(self):
        """Another engine that begins with a backup of the first, on a directory and with connectors of its own, and outranks it."""
        former, where = self.workplace.engine, self.workplace.folder / "successor"
        engine = Engine(self.workplace.programs, BINARIES, ROOT, where, self.systems, NO_LIMIT, former.head, tempo=former.tempo, pack=former.pack)
        saved = self.workplace.folder / "saved"
        self.assertEqual(self.workplace.entente("backup", saved).code, 0)
        restored = run("entente", "restore", saved, "--state-dir", where / "state")
        self.assertEqual(restored.code, 0, restored.text)
        engine.start()
        # Both were made within the same minute: a start more, and it is the later one beyond doubt.
        while int(engine.status()["epoch"]) <= int(former.status()["epoch"]):
            engine.program.stop()
            engine.address_file.unlink(missing_ok=True)
            engine.restart()
        return engine

    def test_what_a_stale_engine_still_owes_to_sage_is_refused(self):
        former = self.workplace.engine
        choice = Choice(self.dice, self.rounds.look, self.rounds.people)
        first, second = (choice.prospect().sage_key for _ in range(2))
        self.systems.sage("lock", "party", first)
        self.systems.ssm("edit", "accounts", "@" + first, address1="1 quai de la Fosse")
        self.workplace.entente("poll")
        self.workplace.until(lambda: self.workplace.owed(), "a write that waits for the lock")

        engine = self.successor()
        # The CRM's connector moves; the one of Sage stays with the old engine, as on a machine that nobody thought of.
        self.workplace.kill("ssm connector")
        self.workplace.engine = engine
        engine.start_connectors()
        self.workplace.until(self.workplace.is_connected, "the successor's connectors to hold a session")
        self.systems.ssm("edit", "accounts", "@" + second, address1="2 quai de la Fosse")
        self.workplace.entente("poll")
        self.workplace.until(lambda: self.address(second) == "2 quai de la Fosse", "the successor's first write")
        writes = self.writes_of_sage()
        self.systems.sage("unlock")

        self.workplace.until(lambda: self.address(first) == "1 quai de la Fosse", "the write that was owed, made by the successor")
        self.workplace.until(lambda: self.systems.sage("counts")["refusals_by_code"].get("STALE_EPOCH"), "the old engine's write to be refused")
        self.workplace.until(lambda: "STALE_EPOCH" in [side["trouble_code"] for side in former.status()["sides"]], "the old engine to say why")
        self.assertEqual(self.writes_of_sage() - writes, 1, "one of the two engines wrote")
        former.program.stop()
        self.begin()
        self.settled()

    def address(self, code):
        return self.systems.sage("get", "party", code)["CT_Adresse"]

    def writes_of_sage(self):
        counts = self.systems.sage("counts")["writes"]
        return sum(counts.values()) if isinstance(counts, dict) else counts

    # ------------------------------------------------------------------ sessions

    def test_of_two_sessions_of_one_side_the_newest_wins_and_nothing_is_double(self):
        engine = self.workplace.engine
        sessions = lambda: {side["session_id"] for side in engine.status()["sides"]}
        for name, config in (("sage100", engine.sage_config()), ("ssm", engine.ssm_config())):
            with self.subTest(name):
                self.begin()
                before = sessions()
                second = engine.start_connector(name, config)
                self.workplace.until(lambda: sessions() - before, "the newer session to take over")
                self.rounds.do(self.rounds.day(self.dice, 4))
                self.workplace.until(lambda: len(sessions() - before) == 1, "one session a side")
                second.kill()
                self.settled()

    # ------------------------------------------------------------------ yesterday

    def test_a_state_of_yesterday_makes_no_doubles_and_names_what_it_cannot_tell(self):
        state = self.workplace.engine.folder / "state"
        yesterday = self.workplace.folder / "yesterday"
        self.assertEqual(self.workplace.entente("backup", yesterday).code, 0)
        for _ in range(3):
            self.rounds.do(self.rounds.day(self.dice, 10))
            self.rounds.settle()
        # A record younger than the backup that Sage deletes before the engine starts again is asked about (partner_lost), and a push that was asked
        # for and not carried out is forgotten with the state that knew of it: no round of people ends so.
        self.begin(without=(DeletedInSage, QuotePushed))
        self.workplace.kill("engine")
        restored = run("entente", "restore", yesterday, "--state-dir", state)
        self.assertEqual(restored.code, 0, restored.text)
        self.rounds.people.may_meet_an_old_base = True
        self.slow(0)

        self.workplace.start("engine")

        self.settled()


class DatabaseOfYesterdayTest(unittest.TestCase):
    """Sage is set back to a backup while the CRM goes on. What is gone is not deleted on the other side by itself, once it is more than a person would delete in a day."""

    BORN = 8

    def test_what_a_restored_database_lacks_is_not_deleted_in_the_crm_but_asked_about(self):
        rounds = Rounds(Workplace(guarded=True))
        self.addCleanup(rounds.close)
        workplace, systems = rounds.workplace, rounds.workplace.systems
        codes = sorted(code for code in rounds.look.account_of if code in rounds.look.parties)[:self.BORN]
        systems.sage("backup", "yesterday")
        for code in codes:
            systems.sage("create", "contact", CT_Num=code, CT_Nom=f"Lebrun {code}", CT_Prenom="Erwan")
        rounds.workplace.until_quiet()
        workplace.until(lambda: len(self.born(systems)) == self.BORN, "the contacts in the CRM")
        edited = codes[0]
        systems.sage("edit", "party", edited, CT_Ville="Pirou")
        workplace.until(lambda: systems.ssm("get", "accounts", "@" + edited)["city"] == "Pirou", "the edit in the CRM")

        systems.sage("restore-backup", "yesterday")

        item, = workplace.until(lambda: workplace.engine.items("mass_delete"), "the question about the deletions")
        self.assertEqual(item["details"]["count"]["text"], str(self.BORN))
        workplace.until_quiet()
        self.assertEqual(len(self.born(systems)), self.BORN, "nobody has answered")
        # What Sage says of the records that are there is Sage's to say; who sets a database back has everything compared.
        workplace.engine.reconcile()
        self.assertEqual(systems.ssm("get", "accounts", "@" + edited)["city"], systems.sage("get", "party", edited)["CT_Ville"].strip())
        self.assertEqual(len(self.born(systems)), self.BORN, "still nobody has answered")
        workplace.until(lambda: self.approved(workplace) and not self.born(systems), "the deletions somebody approved")
        workplace.until_quiet()
        self.assertEqual(Look(systems).differences(), [])
        rounds.reconcile()

    @staticmethod
    def approved(workplace):
        """Two questions: whether so many records are to be looked for, and, as none of them was found, whether they go."""
        for item in workplace.engine.items("mass_delete"):
            workplace.entente("items", "resolve", item["id"], "approve")
        return True

    @staticmethod
    def born(systems):
        return [row for row in systems.ssm("list", "contacts", where="firstName = 'Erwan'") if row.get("deleted") not in (True, 1)]


if __name__ == "__main__":
    unittest.main(verbosity=2)
