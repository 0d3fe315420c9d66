"""A full disk holds the engine still: nothing is lost, nothing leaves that is not durable, and it goes on by itself."""

import os
import unittest

from running import BINARIES, ROOT, House, folder, problems, run
from tools.demonstration.records import Cast

# A library that makes every write to a file fail as on a full disk, while the file named by ENTENTE_TEST_DISK_FULL exists.
FULL_DISK = os.environ.get("ENTENTE_TEST_FULL_DISK", str(BINARIES.parent / "lib/libentente_full_disk.so"))


class FullDiskTest(unittest.TestCase):
    def environment(self, flag):
        return {**os.environ, "LD_PRELOAD": FULL_DISK, "ENTENTE_TEST_DISK_FULL": str(flag)}

    def test_a_full_disk_holds_everything_still_until_there_is_room(self):
        house = House("small")
        self.addCleanup(house.close)
        flag = house.folder / "full"
        house.engine.start(self.environment(flag))
        house.engine.start_connectors()
        house.engine.wait_for_connectors()
        house.load()
        customer = Cast(house.sandbox, 1).customer()

        flag.touch()
        house.sandbox.sage("edit", "party", customer, CT_Ville="Donges")
        house.until(lambda: house.engine.status()["state"] == "DEGRADED", "the engine to notice")
        status = house.engine.status()
        self.assertEqual(status["problem_reason"], "DISK_FULL")
        self.assertIn("Free some space", status["problem"])
        examined = house.entente("doctor", "--json")
        self.assertEqual((examined.code, problems(examined)["engine"]["reason"]), (1, "DISK_FULL"))
        refused = house.entente("pause")
        self.assertEqual((refused.code, "[DISK_FULL]" in refused.err), (1, True), refused.text)
        refused = house.entente("backup", house.folder / "monday")
        self.assertEqual((refused.code, "[DISK_FULL]" in refused.err, (house.folder / "monday").exists()), (1, True, False), refused.text)
        self.assertNotEqual(house.sandbox.account("@" + customer)["city"], "Donges", "nothing leaves that is not durable")

        flag.unlink()
        house.until(lambda: house.engine.status()["state"] == "RUNNING", "the engine to go on by itself")
        house.until(lambda: house.sandbox.account("@" + customer)["city"] == "Donges", "the edit made meanwhile")
        house.engine.kill()
        house.engine.restart()
        house.engine.wait_for_connectors()
        before = house.sandbox.ssm_writes(), house.sandbox.sage_writes()
        house.engine.reconcile()
        self.assertEqual((house.sandbox.ssm_writes(), house.sandbox.sage_writes()), before, "a second pass writes nothing")

    def test_an_engine_does_not_start_on_a_full_disk_and_says_so(self):
        with folder() as home:
            flag = home / "full"
            flag.touch()
            config = home / "engine.toml"
            config.write_text(f'listen = "127.0.0.1:0"\n[[instance]]\nstate_dir = "state"\npack = "{ROOT}/rules/ssm"\n', "utf-8")
            told = run("entented", "--config", config, environment=self.environment(flag))
            self.assertEqual(told.code, 1, told.text)
            self.assertIn("entented: DISK_FULL: ", told.err)
            self.assertIn("Free some space", told.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
