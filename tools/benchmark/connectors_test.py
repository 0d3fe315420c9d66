"""A small run of the connectors' bench ends, lists every contact, writes each row once, and leaves nothing behind."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

WORKS = ["sage100_list", "sage100_poll", "sage100_keys", "ssm_list", "ssm_poll", "ssm_invoices", "ssm_list_throttled"]


class ConnectorsTest(unittest.TestCase):
    def test_a_small_run_has_every_row_and_leaves_nothing_behind(self):
        with tempfile.TemporaryDirectory() as folder:
            states = Path(folder) / "states"
            states.mkdir()
            out = Path(folder) / "connectors.json"
            ended = subprocess.run([BENCH, "--sizes", "1200", "--runs", "1", "--throttled", "300", "--calls-per-minute", "100", "--json", str(out), "--folder", str(states)],
                                   capture_output=True, text=True, timeout=110, check=False)
            self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
            rows = json.loads(out.read_text("utf-8"))
            self.assertEqual(list(states.iterdir()), [])

        self.assertEqual([row["work"] for row in rows], WORKS)
        for row in rows:
            self.assertGreater(row["rss_bytes"], 0, row)
            self.assertGreater(row["seconds"], 0, row)
            if not row["work"].endswith("poll"):
                self.assertEqual(row["records"], row["n"], row)
                self.assertGreater(row["records_per_second"], 0, row)
        by_work = {row["work"]: row for row in rows}
        # Three looks at dates, a page for 500 contacts, the empty page.
        self.assertEqual(by_work["ssm_list"]["calls"], 3 + -(-by_work["ssm_list"]["n"] // 500) + 1)
        self.assertLessEqual(by_work["ssm_list_throttled"]["calls_a_minute_max"], 100)


if __name__ == "__main__":
    BENCH = sys.argv[1]
    unittest.main(argv=sys.argv[:1])
