"""Every row of the requirements that this version must fulfil has a test named after it, such as TEST(SsmPack, SSM_12_ConversionKeepsTheRecord).

Prints rows without a test; exit code 1 then. With --list, prints each row with its tests.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

ROWS = [f"SSM_{number:02d}" for number in range(1, 39)] + [f"C_SSM_{number:02d}" for number in (2, 3, 4, 8, 10, 13)]

TEST = re.compile(r"\b(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)\s*\(\s*(\w+)\s*,\s*((?:C_)?SSM_\d\d)_(\w+)")


def tests_by_row(root):
    found = defaultdict(list)
    for path in sorted((root / "tests").rglob("*.cc")):
        for suite, row, rest in TEST.findall(path.read_text("utf-8")):
            found[row].append((path.relative_to(root), f"{suite}.{row}_{rest}"))
    return found


def main(arguments):
    root = Path(__file__).resolve().parents[2]
    found = tests_by_row(root)
    if "--list" in arguments:
        for row in ROWS:
            print(row.replace("_", "-"), ", ".join(name for _, name in found[row]) or "-")
    missing = [row.replace("_", "-") for row in ROWS if not found[row]]
    unknown = sorted(set(found) - set(ROWS))
    if missing:
        print(f"requirements: {len(missing)} rows have no test: {', '.join(missing)}")
    else:
        print(f"requirements: each of the {len(ROWS)} rows has a test ({sum(len(found[row]) for row in ROWS)} tests)")
    if unknown:
        print(f"requirements: tests name rows that this check does not ask for: {', '.join(unknown)}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
