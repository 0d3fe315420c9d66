"""Other rules for an engine that runs: what they would do, and from when on they hold; through kills, restarts and edited files."""

import json
import shutil
import subprocess
import unittest

from promises import broken_promises
from running import BINARIES, House, ROOT
from tools.demonstration.records import Cast

# The town in capitals, Sage's alone.
CAPITALS = """name: acme
version: "2"
extends: ssm
entities:
  party:
    fields:
      city:
        direction: sage -> ssm
        sage: {field: ~, lens: ~, formula: "upper(coalesce(sage.CT_Ville, ''))"}
examples:
  # They speak of towns as Sage writes them.
  a_customer_goes_from_sage_to_the_crm: ~
  a_customer_changed_in_the_crm_is_put_back: ~
  a_prospect_goes_both_ways: ~
  a_prospect_born_in_the_crm_gets_its_code: ~
  two_accounts_of_one_town_stay_two: ~
  a_name_cut_in_sage_does_not_come_back: ~
"""


class PackChangeTest(unittest.TestCase):
    def setUp(self):
        self.house = House("small")
        self.addCleanup(self.house.close)
        # Rules that an administrator may edit.
        rules = self.house.folder / "installed"
        shutil.copytree(ROOT / "rules", rules / "rules")
        self.house.engine.root = rules
        self.house.connect()
        self.house.load()
        self.acme = self.write("acme", CAPITALS)
        self.code = Cast(self.house.sandbox, 1).customer()
        self.town("Vannes")
        self.house.until(lambda: self.city() == "Vannes", "the town to arrive")
        self.house.engine.wait_until_quiet()

    def write(self, name, text):
        folder = self.house.folder / "packs" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pack.yaml").write_text(text, "utf-8")
        return folder

    def town(self, name):
        self.house.sandbox.sage("edit", "party", self.code, CT_Ville=name)
        self.house.entente("poll")

    def city(self):
        return self.house.sandbox.account("@" + self.code)["city"]

    def written(self):
        return self.house.sandbox.ssm("counts")["api_writes_total"]

    def ask(self, *words):
        answer = self.house.entente(*words, "--json")
        self.assertEqual((answer.code, answer.err), (0, ""), answer.text)
        self.assertEqual(broken_promises(words, answer.out)[:5], [])
        return json.loads(answer.out)

    def test_what_if_shows_what_activation_writes(self):
        before = self.written()
        shown = self.ask("pack", "what-if", self.acme)
        rule = next(rule for rule in shown["rules"] if rule["name"] == "party.city")
        self.assertEqual((rule["before"]["file"], rule["after"]["file"]), ("ssm/party.yaml", "acme/pack.yaml"))
        writes = {count["side"]: int(count["count"]) for count in rule["writes"] if count["verb"] == "update"}
        self.assertGreater(writes["ssm"], 0)
        self.assertNotIn("sage", writes)
        self.assertTrue(rule["samples"])
        told = self.house.entente("pack", "what-if", self.acme)
        self.assertIn("party.city", told.out)
        self.assertIn("Nothing was written", told.out)
        self.assertEqual(self.written(), before)
        self.assertEqual(self.ask("status")["pack"], "ssm")

        self.assertIn("could be activated", self.house.entente("pack", "activate", self.acme, "--validate-only").out)
        self.assertEqual(self.ask("status")["pack"], "ssm")
        active = self.ask("pack", "activate", self.acme)
        self.assertEqual((active["pack"], active["origin"]), ("acme", "activation"))
        self.house.until(lambda: self.city() == "VANNES", "the new rule to be carried out")
        self.house.engine.wait_until_quiet()
        status = self.ask("status")
        self.assertEqual((status["pack"], status["pack_version"], status["adopting"]), ("acme", "2", "0"))
        self.assertGreater(int(status["pack_since_micros"]), 0)
        self.assertIn("[PACK_UNCHANGED]", self.house.entente("pack", "activate", self.acme).err)
        # Everything is as the rules say: a pass over all of it writes nothing.
        before = self.written()
        self.house.engine.reconcile()
        self.assertEqual(self.written(), before)

    def test_a_plan_activates_the_pack_with_exactly_its_writes(self):
        file = self.house.folder / "acme.plan"
        self.assertEqual(self.house.entente("pack", "what-if", self.acme, "--out", file).code, 0)
        refused = self.house.entente("apply", file)
        self.assertIn("[PLAN_NEEDS_PAUSE]", refused.err)
        self.assertEqual(self.ask("status")["pack"], "ssm")
        self.house.entente("observe")
        report = self.ask("apply", file)
        self.assertGreater(int(report["made"]), 0)
        self.assertEqual((report["made"], report["refused"]), (report["planned"], []))
        self.assertEqual(self.city(), "VANNES")
        self.assertEqual(self.ask("status")["pack"], "acme")
        before = self.written()
        self.house.engine.resume()
        self.house.engine.wait_until_quiet()
        self.assertEqual(self.written(), before)

    def test_a_pack_that_is_wrong_changes_nothing(self):
        wrong = self.write("wrong", CAPITALS.replace("upper(", "uper("))
        for command in ("what-if", "activate"):
            refused = self.house.entente("pack", command, wrong)
            self.assertEqual(refused.code, 1, refused.text)
            self.assertIn("[PACK_INVALID]", refused.err)
            self.assertIn("wrong/pack.yaml:", refused.err)
        self.assertIn("[PACK_MISSING]", self.house.entente("pack", "activate", "/nowhere").err)
        self.assertEqual(self.ask("status")["pack"], "ssm")

    def test_an_activated_pack_holds_through_kills_until_somebody_edits_the_configured_one(self):
        self.ask("pack", "activate", self.acme)
        self.house.engine.kill()
        self.house.engine.restart()
        self.house.engine.wait_for_connectors()
        self.assertEqual((self.ask("pack", "active")["pack"], self.ask("pack", "active")["origin"]), ("acme", "activation"))
        self.house.until(lambda: self.city() == "VANNES", "the new rule to be carried out")
        self.town("Auray")
        self.house.until(lambda: self.city() == "AURAY", "the new rule to hold")

        # The configured files change: which of the two is meant?
        self.house.engine.wait_until_quiet()
        configured = self.house.engine.root / "rules/ssm/pack.yaml"
        configured.write_text(configured.read_text("utf-8").replace('version: "1.0"', 'version: "1.1"'), "utf-8")
        self.house.engine.kill()
        refused = subprocess.run([BINARIES / "entented", "--config", self.house.engine.config], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(refused.returncode, 3, refused.stderr)
        self.assertIn("PACK_CHANGED_ON_DISK", refused.stderr)
        self.house.engine.program.command += ["--pack", "configured"]
        self.house.engine.restart()
        self.house.engine.wait_for_connectors()
        self.assertEqual((self.ask("pack", "active")["pack"], self.ask("pack", "active")["origin"]), ("ssm", "configuration"))
        self.assertEqual(self.ask("status")["pack_version"], "1.1")
        # The rules of the configured pack hold for what was there before, too.
        self.house.until(lambda: self.city() == "Auray", "the former rule to be carried out")


if __name__ == "__main__":
    unittest.main()
