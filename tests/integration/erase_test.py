"""The right to be forgotten, with the real programs: a person whose values are known is erased, the engine is stopped, and every byte of its state
directory is looked at; then both systems report the person again."""

import json
import unittest

from command_line import CommandLineTest
from promises import broken_promises

# No two have a part in common, so that no compression of one hides the other.
LAST, FIRST, MAIL, OTHER_MAIL = "Quibbledorf", "Zephyrine", "kw4711@brume.example", "jx0815@autre-marais.example"
VALUES = (LAST, LAST.upper(), FIRST, MAIL, OTHER_MAIL)


class EraseTest(CommandLineTest):
    def files_with(self, text):
        """Files under the state directory that hold the text, in either of the two forms a text has in them."""
        forms = text.encode("utf-8"), text.encode("utf-16-le")
        state = self.house.engine.folder / "state"
        return sorted(str(path.relative_to(state)) for path in state.rglob("*") if path.is_file() and any(form in path.read_bytes() for form in forms))

    def contact_of(self, mail):
        return self.house.sandbox.ssm_list("contacts", f"email = '{mail}'")

    def test_a_person_is_erased_and_does_not_come_back(self):
        sandbox, engine = self.house.sandbox, self.house.engine
        account = sandbox.account("@" + self.cast.customer())
        made = sandbox.ssm("create", "contacts", accountId=account["id"], lastName=LAST, firstName=FIRST, email=MAIL)["id"]
        self.house.until(lambda: self.contact_of(MAIL)[0].get("extId"), "the contact to be made in Sage")
        engine.wait_until_quiet()
        record = f"ssm/contacts/{made}"
        key = self.contact_of(MAIL)[0]["extId"]
        saved = self.house.folder / "before"
        for value in (LAST, FIRST, MAIL):
            self.assertTrue(self.files_with(value), f"the search finds {value} while it is there")
        self.told("backup", saved)

        only_asked = self.ask("erase", record)
        self.assertEqual((only_asked["erase_micros"], only_asked["held_by"]), ("0", ["sage", "ssm"]))
        self.assertIn("add --yes", self.told("erase", record))
        self.assertEqual(self.ask("records", record)["fields"]["lastName"]["type"], "text")
        answer = self.house.entente("erase", record, "--yes", "--request-id", "request-1", "--json")
        self.assertEqual((answer.code, broken_promises(["erase"], answer.out)), (0, []), answer.text)
        erasure = json.loads(answer.out)

        self.assertGreater(int(erasure["clean_micros"]), 0)
        self.assertEqual([backup["directory"] for backup in erasure["backups"]], [str(saved)])
        for value in VALUES:
            self.assertEqual(self.files_with(value), [], f"{value} is in no file while the engine runs")
        explained = self.ask("explain", record)
        self.assertEqual((explained["link"]["state"], explained["fields"]), ("erased", []))
        self.assertEqual(self.ask("explain", f"sage/contact/{key}")["link"]["id"], explained["link"]["id"])
        self.assertIn("ERASED", self.told("why-not", record))
        self.assertEqual(self.ask("erase", record, "--yes")["erase_micros"], erasure["erase_micros"], "asked again it answers the same")

        # Both systems still have the person, and report it again.
        sandbox.ssm("edit", "contacts", str(made), email=OTHER_MAIL)
        sandbox.sage("edit", "contact", key, CT_Prenom=FIRST + " A")
        self.told("poll")
        self.house.until(lambda: int(self.ask("status")["counters"].get("changes.erased", 0)) >= 2, "both reports to be refused")
        self.told("reconcile")
        engine.wait_until_quiet()
        items = self.ask("items", "--reason", "erased_reported")["items"]
        self.assertEqual(sorted(item["side"] for item in items), ["sage", "ssm"])
        self.assertEqual([value for value in VALUES if value in json.dumps(items)], [])
        self.assertEqual(self.contact_of(MAIL), [], "nothing was made again")
        self.assertEqual(sandbox.ssm_row("contacts", made)["email"], OTHER_MAIL, "the system keeps its own")

        for program in engine.connectors:
            program.stop()
        engine.program.stop()
        for value in VALUES:
            self.assertEqual(self.files_with(value), [], f"{value} is in no file of the stopped engine")
        log = engine.program.log.read_text("utf-8")
        self.assertEqual([value for value in VALUES if value in log], [])
        engine.restart()
        for program in engine.connectors:
            program.start()
        engine.wait_for_connectors()
        self.told("reconcile")
        engine.wait_until_quiet(60)
        self.assertEqual(self.ask("explain", record)["link"]["state"], "erased")
        for value in VALUES:
            self.assertEqual(self.files_with(value), [], f"{value} did not come back")

        # Deleted there as well, nothing is left to be done.
        sandbox.ssm("delete", "contacts", made)
        self.told("poll")
        self.house.until(lambda: [item["side"] for item in self.ask("items", "--reason", "erased_reported")["items"]] == ["sage"], "the item of the CRM to be closed")


if __name__ == "__main__":
    unittest.main(verbosity=2)
