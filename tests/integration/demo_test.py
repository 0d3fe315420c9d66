"""The demonstration on a small company: every step as it should be, the engine killed, both systems in agreement, nothing left behind."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARIES = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else str(ROOT / "build/bin")


def processes_in(folder):
    """Command lines of running processes that name a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if folder in command and "tools.demonstration" not in command:
                found.append(command)
    return found


class DemoTest(unittest.TestCase):
    def start(self, folder, *words):
        return subprocess.Popen([sys.executable, "-B", "-m", "tools.demonstration", "--binaries", BINARIES, "--small", "--dir", folder, *words], cwd=ROOT,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def test_the_small_demonstration_ends_in_agreement(self):
        with tempfile.TemporaryDirectory() as folder:
            demo = self.start(folder)

            output, _ = demo.communicate(timeout=290)

            self.assertEqual(demo.returncode, 0, output)
            self.assertIn("Both systems agree", output)
            self.assertIn("afterwards wrote 0 records", output)
            self.assertGreaterEqual(int(re.search(r"killed (\d+) times", output).group(1)), 5)
            self.assertEqual(processes_in(folder), [])

    def test_a_stopped_demonstration_leaves_nothing_running(self):
        with tempfile.TemporaryDirectory() as folder:
            demo = self.start(folder)
            for line in demo.stdout:
                if line.strip().startswith("1. First load"):
                    break

            demo.send_signal(signal.SIGTERM)
            demo.communicate(timeout=60)

            self.assertNotEqual(demo.returncode, 0)
            self.assertEqual(processes_in(folder), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
