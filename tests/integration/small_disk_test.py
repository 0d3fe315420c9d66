"""A real file system that gets full under load: nothing is lost, nothing is double, and the engine goes on when there is room.

The file system is mounted in a namespace of the test's own: tmpfs, and ext4 on a file where that is permitted.
"""

import os
import random
import shutil
import sys
import unittest

import namespaces

REFUSED = namespaces.enter("mount") if __name__ == "__main__" else "run this file by itself"

from rounds import Rounds  # noqa: E402 (the script starts again before it reads its arguments)
from running import folder, problems  # noqa: E402
from workplace import Workplace  # noqa: E402

SIZE_MIB = 32
CHUNK_BYTES = 64 * 1024
# Room left when the engine starts: less than the log takes in advance, so that it has to ask for every block.
ROOM_KIB = 1024
SEED = int(os.environ.get("ENTENTE_TEST_SEED", "1"))


class SmallDisk:
    """A file system of SIZE_MIB under the engine's state, and a file that fills it to the last byte."""

    def __init__(self, kind, folder):
        self.at = folder / "engine/state"
        self.at.mkdir(parents=True)
        if kind == "tmpfs":
            namespaces.run("mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m,mode=700", "tmpfs", self.at)
        else:
            image = folder / "disk.ext4"
            with open(image, "wb") as file:
                file.truncate(SIZE_MIB << 20)
            # No blocks kept back for root, who this test may be.
            namespaces.run("mkfs.ext4", "-q", "-m", "0", image)
            namespaces.run("mount", "-o", "loop", image, self.at)
            self.at.chmod(0o700)
        self._filler = self.at / "filler"

    def fill(self):
        with open(self._filler, "ab", buffering=0) as file:
            for size in (CHUNK_BYTES, 512, 1):
                try:
                    while file.write(b"\0" * size) == size:
                        pass
                except OSError:
                    pass  # not even this fits

    def leave_room(self):
        self.empty()
        free = shutil.disk_usage(self.at).free
        with open(self._filler, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, free - (ROOM_KIB << 10))

    def empty(self):
        self._filler.unlink(missing_ok=True)


@unittest.skipIf(REFUSED, REFUSED)
class SmallDiskTest(unittest.TestCase):
    def at_work(self, kind):
        where = self.enterContext(folder())
        try:
            disk = SmallDisk(kind, where)
        except OSError as error:
            self.skipTest(f"no {kind} can be mounted here: {error}")
        self.addCleanup(lambda: namespaces.run("umount", disk.at))
        rounds = Rounds(Workplace(where=where))
        self.addCleanup(rounds.close)
        return rounds, disk

    def fill_under_load(self, rounds, disk, dice):
        """Half of a day, a full disk, the other half; returns once the engine has noticed."""
        rounds.workplace.engine.program.stop()
        disk.leave_room()
        rounds.workplace.start("engine")
        rounds.workplace.until(rounds.workplace.is_connected, "both connectors to hold a session")
        deeds = rounds.day(dice, 10)
        rounds.do(deeds[:5])
        rounds.workplace.until(lambda: rounds.workplace.owed() or rounds.workplace.engine.is_quiet(rounds.workplace.engine.status()), "something on its way")
        disk.fill()
        rounds.do(deeds[5:])
        rounds.workplace.until(lambda: self.status(rounds)["state"] == "DEGRADED", "the engine to notice")

    @staticmethod
    def status(rounds):
        return rounds.workplace.engine.status()

    def killed_and_started(self, rounds, disk):
        workplace, program = rounds.workplace, rounds.workplace.engine.program
        workplace.kill("engine")
        disk.fill()
        program.start()
        workplace.until(lambda: not program.is_running, "the engine to refuse to start")
        self.assertIn("DISK_FULL", "\n".join(program.tail()))
        disk.empty()
        workplace.start("engine")
        rounds.settle()

    def test_nothing_is_lost_on_a_small_tmpfs(self):
        rounds, disk = self.at_work("tmpfs")
        workplace, dice = rounds.workplace, random.Random(SEED)

        with self.subTest("the engine stands still, says why, and goes on when there is room"):
            self.fill_under_load(rounds, disk, dice)
            self.assertEqual(self.status(rounds)["problem_reason"], "DISK_FULL")
            self.assertIn("Free some space", self.status(rounds)["problem"])
            examined = workplace.entente("doctor", "--json")
            self.assertEqual((examined.code, problems(examined)["engine"]["reason"]), (1, "DISK_FULL"))
            rounds.do(rounds.day(dice, 3))
            self.assertEqual(self.status(rounds)["state"], "DEGRADED")
            disk.empty()
            workplace.until(lambda: self.status(rounds)["state"] == "RUNNING", "the engine to go on by itself")
            rounds.settle()

        with self.subTest("killed on a full disk, it starts only when there is room, and has lost nothing"):
            self.fill_under_load(rounds, disk, dice)
            self.killed_and_started(rounds, disk)

        with self.subTest("full again and again while connectors die"):
            for victim in ("sage connector", "ssm connector", "gateway"):
                self.fill_under_load(rounds, disk, dice)
                workplace.kill(victim)
                disk.empty()
                disk.fill()
                disk.empty()
                workplace.start(victim)
                workplace.until(lambda: self.status(rounds)["state"] == "RUNNING", "the engine to go on by itself")
                rounds.settle()
        rounds.reconcile()
        print(f"seed {SEED}, tmpfs: 5 times full, {rounds.fields} fields compared in both systems", file=sys.stderr)

    def test_nothing_is_lost_on_a_small_ext4(self):
        """Here the log keeps what it took in advance: the engine works on while the disk is full, and notices when it starts."""
        rounds, disk = self.at_work("ext4")
        dice = random.Random(SEED)
        for _ in range(3):
            disk.fill()
            rounds.do(rounds.day(dice, 8))
            rounds.workplace.until(lambda: rounds.workplace.owed() or rounds.workplace.engine.is_quiet(self.status(rounds)), "something on its way")
            self.killed_and_started(rounds, disk)
        rounds.reconcile()
        print(f"seed {SEED}, ext4: 3 times full, {rounds.fields} fields compared in both systems", file=sys.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
