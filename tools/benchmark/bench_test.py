"""A small run of the bench ends, writes each row of its table once, and leaves nothing behind."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

WORKS = ["first_load", "incremental", "conflicts", "reconcile_full", "reconcile_cursor", "edit_p50", "edit_p99", "explain_p50", "explain_p99", "push_p99", "push_idle_p99", "restart", "idle",
         "reconcile_rss", "reconcile_batches", "reconcile_entries", "memory", "disk"]
KEYS = {"work", "n", "unit", "ours", "floor", "ratio", "spread", "runs", "batch", "rss_bytes", "disk_bytes", "from_n", "margin"}
# Where nothing is a figure too, and where the floor has none.
MAY_BE_ZERO = {"idle", "reconcile_batches", "reconcile_entries"}
WITHOUT_FLOOR = MAY_BE_ZERO | {"explain_p50", "explain_p99"}


class BenchTest(unittest.TestCase):
    def test_a_small_run_has_every_row_and_leaves_nothing_behind(self):
        with tempfile.TemporaryDirectory() as folder:
            states = Path(folder) / "states"
            states.mkdir()
            out = Path(folder) / "bench.json"
            ended = subprocess.run([BENCH, "--sizes", "1k", "--runs", "1", "--edits", "10", "--pushes", "5", "--idle-seconds", "1", "--json", str(out), "--folder", str(states),
                                    "--packs", str(ROOT / "tools/benchmark/packs"), "--rules", str(ROOT / "rules")],
                                   capture_output=True, text=True, timeout=110, check=False)
            self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
            rows = json.loads(out.read_text("utf-8"))
            self.assertEqual(list(states.iterdir()), [])

        self.assertEqual([row["work"] for row in rows], WORKS)
        for row in rows:
            self.assertLessEqual(KEYS, row.keys())
            self.assertEqual(row["n"], 1000)
            self.assertGreater(row["rss_bytes"], 0)
            if row["work"] not in MAY_BE_ZERO:
                self.assertGreater(row["ours"], 0, row)
            if row["work"] not in WITHOUT_FLOOR:
                self.assertGreater(row["floor"], 0, row)
                self.assertAlmostEqual(row["ratio"], row["ours"] / row["floor"])


if __name__ == "__main__":
    BENCH = sys.argv[1]
    ROOT = Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
