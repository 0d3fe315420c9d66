"""Every micro benchmark runs, briefly, and does what it says it measures."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

GROUPS = {"merge": 3, "decide": 4, "digest": 2, "lens": 16, "expression": 8, "codec": 4}


class MicroTest(unittest.TestCase):
    def test_every_benchmark_runs_and_counts(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "micro.json"
            ended = subprocess.run([MICRO, "--packs", str(ROOT / "tools/benchmark/packs"), "--rules", str(ROOT / "rules"), "--benchmark_min_time=0.001",
                                    f"--benchmark_out={out}", "--benchmark_out_format=json"],
                                   capture_output=True, text=True, timeout=110, check=False)
            self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
            benchmarks = json.loads(out.read_text("utf-8"))["benchmarks"]

        counts = {}
        for benchmark in benchmarks:
            # Each says so itself when the outcome is not the one it is to measure.
            self.assertNotIn("error_occurred", benchmark, benchmark)
            rates = [benchmark[name] for name in ("records/s", "values/s", "evaluations/s") if name in benchmark]
            self.assertEqual(len(rates), 1, benchmark)
            self.assertGreater(rates[0], 0, benchmark)
            group = benchmark["name"].split("/")[0]
            counts[group] = counts.get(group, 0) + 1
        self.assertEqual(counts, GROUPS)


if __name__ == "__main__":
    MICRO = sys.argv[1]
    ROOT = Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
