"""Observe, plan, apply with the real programs: what the plan shows is what is written, and nothing before."""

import contextlib
import io
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARIES = Path(sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else ROOT / "build/bin")
sys.path.insert(0, str(ROOT))

from tools.demonstration.engine import Engine  # noqa: E402
from tools.demonstration.processes import Programs, wait_until  # noqa: E402
from tools.demonstration.sandbox import Sandbox  # noqa: E402
from tools.verifier import __main__ as verifier  # noqa: E402

RATE = (24000, 400)


class PlanTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.programs = Programs(self.folder)
        self.addCleanup(self.programs.stop)
        self.sandbox = Sandbox(self.programs, BINARIES / "entente-sandbox", self.folder / "sandbox", "small", 1,
                               ["--rate-per-minute", RATE[0], "--rate-per-second", RATE[1]]).wait()
        self.engine = Engine(self.programs, BINARIES, ROOT, self.folder, self.sandbox, RATE)
        self.engine.start()
        self.engine.start_connectors()
        self.engine.wait_for_connectors()

    def listed(self):
        runs = self.engine.status().get("runs", [])
        return bool(runs) and not runs[0].get("pending")

    def written(self):
        return self.sandbox.ssm("counts")["api_writes_total"]

    def type(self, *words):
        return subprocess.run(self.engine.command(*words), capture_output=True, text=True, timeout=120, check=False)

    def test_a_first_load_is_planned_applied_and_needs_nothing_more(self):
        self.engine.ask("observe")
        self.engine.begin_first_load()
        wait_until(self.listed, 60, "both systems to be listed", [], every=0.2)
        file = self.folder / "first.plan"
        planned = self.type("plan", "--kind", "pending", "--out", file)
        self.assertEqual(planned.returncode, 0, planned.stderr)
        self.assertIn("calls", planned.stdout)
        self.assertEqual(self.written(), 0)

        # A changed byte is refused, and nothing is written.
        damaged = self.folder / "damaged.plan"
        damaged.write_bytes(file.read_bytes().replace(b'"link"', b'"Link"', 1))
        refused = self.type("apply", damaged)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("PLAN_DAMAGED", refused.stderr)
        self.assertEqual(self.written(), 0)

        applied = self.type("apply", file, "--json")
        report = json.loads(applied.stdout)
        shown = {write["number"]: write for line in file.read_text("utf-8").splitlines()[:-1] for write in json.loads(line).get("writes", {}).get("writes", [])}
        self.assertEqual([(refusal["reason"], shown[refusal["number"]]) for refusal in report.get("refused", [])][:3], [])
        self.assertGreater(int(report["made"]), 100)
        self.assertEqual(report["made"], report["planned"])

        self.engine.resume()
        self.engine.wait_until_quiet(60)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = verifier.main(["--sandbox", str(self.sandbox.folder)])
        self.assertEqual(code, 0, out.getvalue())
        before = self.written()
        self.engine.reconcile()
        self.assertEqual(self.written(), before)

        # In agreement: a plan of everything is empty.
        empty = self.type("plan")
        self.assertEqual(empty.returncode, 0, empty.stderr)
        self.assertIn("Nothing would be written", empty.stdout)


if __name__ == "__main__":
    unittest.main()
