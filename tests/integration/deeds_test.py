"""What commands of `entente` do, not only what they answer: control, runs, people's work, quotes."""

import json
import subprocess
import unittest
from datetime import datetime, timezone

from command_line import CommandLineTest
from promises import broken_promises


class DeedsTest(CommandLineTest):
    # ------------------------------------------------------------------ the engine

    def test_watch_tells_as_it_happens(self):
        watch = subprocess.Popen(self.house.engine.command("watch", "--json"), stdout=subprocess.PIPE, text=True)
        try:
            first = watch.stdout.readline()
            self.assertEqual(broken_promises(["watch"], first), [])
            self.assertEqual(json.loads(first)["status"]["state"], "RUNNING")
            self.told("pause")
            while json.loads(watch.stdout.readline()).get("status", {}).get("state") != "PAUSED":
                pass
            self.told("resume")
        finally:
            watch.kill()
            watch.communicate()

    def test_a_pause_holds_what_is_owed_until_resumed(self):
        code = self.cast.customer()
        self.addCleanup(self.house.entente, "resume")
        self.assertIn("entente resume", self.told("pause"))
        self.assertEqual(self.ask("status")["state"], "PAUSED")
        self.house.sandbox.sage("edit", "party", code, CT_Ville="Guérande")
        self.told("poll")
        self.house.until(lambda: int(self.ask("status")["dirty"]) > 0, "the edit to be taken in")
        self.assertNotEqual(self.house.sandbox.account("@" + code)["city"], "Guérande")
        self.assertIn("PAUSED", self.told("why-not", f"sage/party/{code}"))
        self.assertIn("[NOT_QUIET]", self.told("wait", "--timeout", 1, code=1))
        self.assertEqual(self.ask("resume")["state"], "RUNNING")
        self.house.until(lambda: self.house.sandbox.account("@" + code)["city"] == "Guérande", "the edit to arrive")

    def test_observing_plans_and_writes_nothing(self):
        code = self.cast.customer()
        self.addCleanup(self.house.entente, "resume")
        self.told("observe")
        self.house.sandbox.sage("edit", "party", code, CT_Ville="Batz-sur-Mer")
        self.told("poll")
        self.house.until(lambda: any("writes" in part for part in self.asked("plan", "--kind", "pending")), "the edit to be planned")
        self.assertNotEqual(self.house.sandbox.account("@" + code)["city"], "Batz-sur-Mer")
        saved = self.house.folder / "pending.plan"
        self.assertIn(str(saved), self.told("plan", "--kind", "pending", "--out", saved))
        self.told("apply", saved)
        self.assertEqual(self.ask("apply")["refused"], [])
        self.assertEqual(self.house.sandbox.account("@" + code)["city"], "Batz-sur-Mer")
        self.ask("resume")

    def test_what_was_written_is_taken_back_and_not_written_again(self):
        code = self.cast.customer()
        city = lambda: self.house.sandbox.account("@" + code)["city"]
        before, since = city(), datetime.now(timezone.utc).isoformat()
        self.addCleanup(self.house.entente, "resume")
        self.house.sandbox.sage("edit", "party", code, CT_Ville="Mesquer")
        self.told("poll")
        self.house.until(lambda: city() == "Mesquer", "the edit to arrive")
        self.house.engine.wait_until_quiet()
        saved = self.house.folder / "back.plan"
        self.assertIn(f"entente apply {saved}", self.told("undo", "--since", since, "--all", "--out", saved))
        parts = self.asked("undo", "--since", since)
        write, = (write for part in parts for write in part.get("writes", {}).get("writes", []))
        self.assertEqual((write["verb"], write["rule"], write["before"]["city"]["text"], write["after"]["city"].get("text", "")), ("update", "party.city", "Mesquer", before or ""))
        self.assertEqual(city(), "Mesquer", "a plan writes nothing")
        self.assertIn("[PLAN_NEEDS_PAUSE]", self.told("apply", saved, code=1))
        self.told("pause")
        self.assertIn("1 of 1 writes", self.told("apply", saved))
        self.assertEqual(city(), before)
        self.told("resume")
        self.told("reconcile", "--entity", "party")
        self.house.engine.wait_until_quiet()
        self.assertEqual(city(), before, "the rules leave it alone")
        self.assertIn("UNDONE", [cause["reason"] for cause in self.ask("why-not", f"sage/party/{code}")["causes"]])
        self.assertIn("undo", self.ask("explain", f"sage/party/{code}", "--field", "city")["fields"][0]["sentence"])
        self.assertIn("Nothing is to be taken back", self.told("undo", "--since", since))
        item, = self.house.engine.items("undone")
        self.told("items", "resolve", item["id"], "write_again")
        self.house.until(lambda: city() == "Mesquer", "the rules to write again")

    def test_runs_are_followed_to_their_end(self):
        for command in ("first-load", "reconcile", "resync"):
            with self.subTest(command):
                self.assertIn("done", self.told(command, "--entity", "family", "--timeout-seconds", 60))
                last = self.ask(command, "--entity", "family", "--timeout-seconds", 60)
                self.assertEqual(last["state"], "done")
                self.assertEqual(self.ask("runs", last["id"])["state"], "done")
                self.assertIn("entente runs", self.told(command, "--entity", "family", "--no-wait"))
                self.house.engine.wait_until_quiet()

    def test_a_backup_is_made_once_and_never_overwritten(self):
        saved = self.house.folder / "monday"
        self.assertEqual(self.ask("backup", saved)["directory"], str(saved))
        self.assertIn("[BACKUP_DIRECTORY_EXISTS]", self.told("backup", saved, code=1))
        self.assertIn(str(self.house.folder / "tuesday"), self.told("backup", self.house.folder / "tuesday"))

    # ------------------------------------------------------------------ people's work

    def test_a_conflict_shows_who_won_and_what_lost(self):
        code = self.cast.prospect()
        self.addCleanup(self.house.entente, "resume")
        self.told("pause")
        self.house.sandbox.sage("edit", "party", code, CT_Adresse="1 place Royale")
        self.house.sandbox.ssm("edit", "accounts", "@" + code, address1="2 place Royale")
        self.told("resume")
        self.told("poll")
        link = self.ask("records", f"sage/party/{code}")["link"]
        listed = lambda: [item for item in self.ask("conflicts", "--link", link)["items"] if item["details"].get("field", {}).get("text", "address1") == "address1"]
        self.house.until(lambda: self.house.sandbox.account("@" + code)["address1"] == "1 place Royale" and listed(), "Sage's value on both sides, and the conflict")
        explained = self.ask("explain", f"sage/party/{code}", "--field", "address1")["fields"][0]
        self.assertEqual(explained["lost"]["text"], "2 place Royale")
        self.assertIn("2 place Royale", self.told("explain", f"sage/party/{code}", "--field", "address1"))
        # Whoever would rather have the CRM win makes it a rule, and sees first that it can be used.
        folder = self.house.folder / "customer"
        self.assertIn("conflict = ssm", self.told("desk", "rule", listed()[0]["id"], "ssm", "--out", folder))
        self.assertIn("[FILE_EXISTS]", self.told("desk", "rule", listed()[0]["id"], "ssm", "--out", folder, code=1))
        self.assertIn("extends: ssm", (folder / "pack.yaml").read_text("utf-8"))
        drafted = self.ask("desk", "rule", listed()[0]["id"], "ssm")
        self.assertEqual(drafted["not_counted"], "")
        whole = self.ask("pack", "what-if", folder)
        report = whole.get("report", whole)
        self.assertEqual(drafted["what_if"]["reached"], report["reached"])
        self.assertIn("records decided anew", self.told("desk", "rule", listed()[0]["id"], "ssm"))

    def test_a_record_the_rules_cannot_place_waits_for_a_person(self):
        born = self.house.sandbox.ssm("create", "accounts", name="Hôtel de la Criée", statusId="Client", city="Le Croisic", postcode="44490")["id"]
        self.told("poll")
        self.house.until(lambda: self.house.engine.has_item("create_not_allowed_here", "ssm", "accounts", born), "a work item")
        why = self.ask("why-not", f"ssm/accounts/{born}")["causes"]
        self.assertEqual([cause["reason"] for cause in why], ["CREATE_NOT_ALLOWED_HERE"], "said once")
        self.assertGreater(len(why[0]["sentence"]), 30)
        self.assertIn("entente items", why[0]["remedy"])
        self.assertEqual(self.house.sandbox.sage("list", "party", CT_Intitule="Hôtel de la Criée"), [])

    def test_a_work_item_is_closed_by_one_of_its_choices(self):
        item = next(item for item in self.house.engine.items("ambiguous_match") if item["entity"] == "contact")
        shown = self.told("items", "show", item["id"])
        self.assertIn("choices: ", shown)
        resolved = self.ask("items", "resolve", item["id"], next(choice for choice in item["choices"] if choice.startswith("link:")))
        self.assertEqual(resolved["state"], "resolved")
        self.assertNotIn(item["id"], [open_item["id"] for open_item in self.house.engine.items("ambiguous_match")])
        self.told("items", "resolve", item["id"], "create", code=1)

    def test_a_dead_letter_is_retried_once_it_was_mended(self):
        code, item = self.refused_write("Pornichet")
        self.assertIn(f"dead-letters retry {item['id']}", self.told("why-not", f"sage/party/{code}"))
        self.assertIn("locked", json.dumps(item["details"]))
        self.house.sandbox.ssm("set", **{"api-respects-locks": 0})
        self.assertEqual(self.ask("dead-letters", "retry", item["id"])["state"], "resolved")
        self.house.until(lambda: self.house.sandbox.account("@" + code)["city"] == "Pornichet", "the write that was refused")
        self.told("dead-letters", "retry", item["id"], code=1)

    def test_a_dead_letter_is_given_up_and_the_next_edit_goes_on(self):
        code, item = self.refused_write("Piriac")
        self.house.sandbox.ssm("set", **{"api-respects-locks": 0})
        self.assertIn(f"dead-letters discard {item['id']}", self.told("why-not", f"sage/party/{code}"))
        self.assertNotEqual(self.ask("dead-letters", "discard", item["id"])["state"], "open")
        self.assertEqual(self.ask("dead-letters")["items"], [])
        self.house.sandbox.sage("edit", "party", code, CT_Ville="Mesquer")
        self.told("poll")
        self.house.until(lambda: self.house.sandbox.account("@" + code)["city"] == "Mesquer", "the next edit")

    def refused_write(self, city):
        """(code of a customer, the dead letter): SSM refuses what Sage wants to write to a locked account."""
        code = self.cast.customer()
        self.addCleanup(self.house.sandbox.ssm, "set", **{"api-respects-locks": 0})
        self.house.sandbox.ssm("edit", "accounts", "@" + code, readOnly=True)
        self.house.sandbox.ssm("set", **{"api-respects-locks": 1})
        self.house.sandbox.sage("edit", "party", code, CT_Ville=city)
        self.told("poll")
        link = self.ask("records", f"sage/party/{code}")["link"]
        found = self.house.until(lambda: self.ask("dead-letters", "list", "--link", link)["items"], "the dead letter")
        return code, found[0]

    # ------------------------------------------------------------------ quotes

    def test_a_quote_is_priced_sent_once_and_shown(self):
        code, article = self.cast.customer(), self.cast.article()
        account = self.house.sandbox.account("@" + code)["id"]
        quote = self.house.sandbox.ssm("create", "salesorders", reference="Bardage", accountId=account)["id"]
        product = self.house.sandbox.ssm_row("products", "@" + article)["id"]
        self.house.sandbox.ssm("create", "salesordersLines", salesOrderId=quote, productId=product, quantity=3, price=1, total=3, order=1)
        self.told("poll")
        self.house.until(lambda: self.house.entente("records", f"ssm/quotes/{quote}").code == 0, "the quote to be read")
        self.house.engine.wait_until_quiet()

        self.assertIn("done", self.told("quote", "price", quote, "--timeout-seconds", 60))
        last = self.ask("quote", "push", quote, "--timeout-seconds", 60)
        self.assertEqual(last["state"], "done")
        number = last["number"]
        self.assertIsNotNone(self.house.sandbox.sage_row("quote", number))
        self.assertIn(number, self.told("quote", "push", quote, "--timeout-seconds", 60))
        self.assertEqual(len([row for row in self.house.sandbox.sage("list", "quote", DO_Tiers=code)]), 1, "sent once")
        self.assertIn(number, self.told("quote", "show", last["id"]))
        self.assertEqual(self.ask("quote", "show", last["id"])["number"], number)
        self.assertIn(number, self.told("quote", "show"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
