"""What was saved comes back whole: a backup of the engine, the sandbox that goes on."""

import json
import shutil
import unittest

from promises import broken_promises
from running import BINARIES, House, Sandbox
from tools.demonstration.records import Cast


class BackupTest(unittest.TestCase):
    def test_a_backup_is_restored_and_the_engine_goes_on_without_doubles(self):
        house = House("small")
        self.addCleanup(house.close)
        house.connect()
        house.load()
        cast = Cast(house.sandbox, 1)
        saved = house.folder / "monday"
        self.assertIn(str(saved), house.entente("backup", saved).out)
        self.assertEqual(sorted(path.name for path in saved.rglob("*") if "token" in path.name or path.name == "epoch"), [], "tokens and epoch are in no backup")
        edited, moved, (gone, _) = cast.prospect(), cast.prospect(), cast.contact()
        house.sandbox.sage("edit", "party", edited, CT_Ville="Savenay")
        house.sandbox.sage("delete", "contact", gone)
        house.until(lambda: house.sandbox.account("@" + edited)["city"] == "Savenay" and not house.sandbox.ssm_list("contacts", f"extId = '{gone}'"),
                    "what was edited and deleted after the backup")
        house.sandbox.sage("create", "prospect", CT_Num="PRBACK", CT_Intitule="Minoterie du Brivet", CT_Ville="Pontchâteau", CT_CodePostal="44160")
        house.until(lambda: house.sandbox.account("@PRBACK"), "the prospect that is younger than the backup")
        house.engine.wait_until_quiet()

        for program in house.engine.connectors:
            program.stop()
        house.engine.program.stop()
        house.sandbox.ssm("edit", "accounts", "@" + moved, phone="02 40 00 88 01")
        state = house.engine.folder / "state"
        damaged = house.folder / "damaged"
        shutil.copytree(saved, damaged)
        next(damaged.glob("MANIFEST-*")).write_bytes(b"")
        refused = house.entente("restore", damaged, "--state-dir", state)
        self.assertEqual((refused.code, "[STATE_DAMAGED]" in refused.err), (1, True), refused.text)
        restored = house.entente("restore", saved, "--state-dir", state, "--json")
        self.assertEqual((restored.code, json.loads(restored.out)), (0, {"ok": True}))
        self.assertEqual(broken_promises(["restore"], restored.out), [])
        house.engine.restart()
        for program in house.engine.connectors:
            program.start()
        house.engine.wait_for_connectors()
        house.until(lambda: house.entente("records", "sage/party/PRBACK").code == 0, "everything to be listed again")
        house.until(lambda: house.sandbox.sage_row("party", moved)["CT_Telephone"] == "02 40 00 88 01", "the edit made while nothing ran")
        house.engine.wait_until_quiet(60)

        self.assertEqual((house.sandbox.account("@" + edited)["city"], house.sandbox.sage_row("party", edited)["CT_Ville"]), ("Savenay", "Savenay"))
        self.assertEqual((house.sandbox.sage_row("contact", gone), house.sandbox.ssm_list("contacts", f"extId = '{gone}'")), (None, []), "what was deleted stays so")
        self.assertEqual(len(house.sandbox.ssm_list("accounts", "extId = 'PRBACK'")), 1)
        before = house.sandbox.ssm_writes(), house.sandbox.sage_writes()
        house.engine.reconcile()
        self.assertEqual((house.sandbox.ssm_writes(), house.sandbox.sage_writes()), before, "a second pass writes nothing")


class ResumeTest(unittest.TestCase):
    """The sandbox goes on from what its last run left, in both systems."""

    def test_both_systems_are_as_they_were_left(self):
        house = House("small")
        self.addCleanup(house.close)
        first = house.sandbox
        first.sage("create", "prospect", CT_Num="PRRESUME", CT_Intitule="Salines de Guérande", CT_Ville="Guérande")
        first.sage("edit", "party", "PRRESUME", CT_Telephone="02 40 62 01 25")
        account = first.ssm("create", "accounts", name="Café de l'Écluse", statusId="Prospect", city="Redon")["id"]
        first.ssm("delete", "accounts", first.ssm_list("accounts", "id > 0")[0]["id"])
        seen = self.everything(first)
        former = first.description
        first.program.stop()
        self.assertEqual(first.program._process.returncode, 0)

        second = Sandbox(house.programs, BINARIES / "entente-sandbox", first.folder, "small", 1, ["--rate-per-minute", 0, "--rate-per-second", 0, "--resume"]).wait()

        self.assertEqual(self.everything(second), seen)
        self.assertEqual(second.sage_row("party", "PRRESUME")["CT_Telephone"], "02 40 62 01 25")
        self.assertEqual(second.description["sage"]["company_guid"], former["sage"]["company_guid"])
        self.assertEqual(second.description["ssm"]["public_key"], former["ssm"]["public_key"])
        self.assertGreater(second.ssm("create", "accounts", name="Café du Canal", statusId="Prospect")["id"], account, "ids are not given out again")

    @staticmethod
    def everything(sandbox):
        resources = ("users", "accounts", "contacts", "products", "rates", "salesorders", "accountStatuses")
        crm = {resource: sandbox.ssm("list", resource, where="id > 0", count=500) for resource in resources}
        return crm, {what: sandbox.sage("list", what, limit=100000) for what in ("party", "contact", "article", "invoice", "collaborator")}


if __name__ == "__main__":
    unittest.main(verbosity=2)
