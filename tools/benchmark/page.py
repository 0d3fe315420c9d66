"""The rows of the table in README.md, in Markdown, from what `tools/bench --json` and `tools/bench --connectors --json` wrote.

Usage: tools/bench --page bench.json connectors.json
Nothing is run. A row whose figures are in no file is left out; where a size was measured in several files, the last one counts.
"""

import json
import sys

MIB = 1 << 20
HEAD = "| row | work of the bench | target | floor | ours | ratio | spread | runs | cpu s | met |\n|---|---|---|---|---|---|---|---|---|---|"


def size(count):
    for factor, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= factor:
            return f"{count / factor:.3g}{letter}"
    return str(count)


def number(value, unit=""):
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{text} {unit}".strip()


class Figures:
    """Rows by work and size."""

    def __init__(self, rows):
        self.rows = {(row["work"], row["n"]): row for row in rows}

    def find(self, work, n):
        return self.rows.get((work, n))

    def sizes(self, work):
        return sorted(n for name, n in self.rows if name == work)


# The size the targets speak of. At a smaller one no verdict is given.
MILLION = 1_000_000


def of_million(row, met):
    return met if row["n"] >= MILLION else None


def line(name, target, row, met, *, ours=None, floor=None, ratio=None, spread=True):
    ours = number(row["ours"], row["unit"]) if ours is None else ours
    if floor is None:
        floor = number(row["floor"], row["unit"]) if row["floor"] > 0 else "–"
    if ratio is None:
        ratio = f"{row['ratio']:.2f}" if row.get("ratio") else "–"
    shown = f"{100 * row['spread']:.0f} %" if spread and row["runs"] > 1 else "–"
    cpu = f"{row['cpu_seconds']:.2f}" if row.get("cpu_seconds") else "–"
    verdict = "–" if met is None else "yes" if met else "no"
    return f"| {name} | `{row['work']}` | {target} | {floor} | {ours} | {ratio} | {shown} | {row['runs']} | {cpu} | {verdict} |"


def loads(figures):
    for n in figures.sizes("first_load"):
        if n < 100_000:
            continue
        row = figures.find("first_load", n)
        yield line(f"first load, {size(n)}", "≥ 30 % of the floor and 40,000/s (aim: 50 %)", row, row["ratio"] >= 0.3 and row["ours"] >= 40_000)
    for n in figures.sizes("cost_growth"):
        row = figures.find("cost_growth", n)
        yield line(f"the same, cost a record from {size(row['from_n'])} to {size(n)}", "≤ 15 points beyond the floor's own", row, of_million(row, row["margin"] <= 15),
                   ours=f"{row['ours']:+.0f} %", floor=f"{row['floor']:+.0f} %", ratio=f"{row['margin']:+.0f} points", spread=False)


def changes(figures, n):
    incremental = figures.find("incremental", n)
    if incremental:
        yield line(f"incremental, 1 % of {size(n)} a side", "≥ 40 % of the floor", incremental, of_million(incremental, incremental["ratio"] >= 0.4))
    conflicts = figures.find("conflicts", n)
    if incremental and conflicts:
        times = incremental["ours"] / conflicts["ours"]
        yield line(f"conflicts, 1 % of {size(n)} in the same field", "≤ 1.5 × the incremental cost a record", conflicts, of_million(conflicts, times <= 1.5), ratio=f"{times:.2f} × incremental")


def reconciles(figures, n):
    full = figures.find("reconcile_full", n)
    if full:
        yield line(f"no-change reconcile of {size(n)}, everything listed", "≤ 5 s", full, of_million(full, full["ours"] <= 5))
    if rss := figures.find("reconcile_rss", n):
        yield line("its memory, the highest", "≤ 256 MiB", rss, of_million(rss, rss["ours"] <= 256))
    if batches := figures.find("reconcile_batches", n):
        entries = figures.find("reconcile_entries", n)
        yield line("its writes to the state (to a system: none, else the bench fails)", "≤ 1", batches, of_million(batches, batches["ours"] <= 1),
                   ours=f"{batches['ours']:.0f} batches, {entries['ours']:.0f} entries", floor=f"{batches['floor']:.0f}", ratio="–")
    if cursor := figures.find("reconcile_cursor", n):
        yield line(f"no-change poll with cursors, {size(n)}", "≤ 10 ms", cursor, cursor["ours"] <= 10)


def latencies(figures, n):
    for work, name, times in (("edit_p50", "one change, idle engine, p50", 2), ("edit_p99", "the same, p99", 3)):
        if row := figures.find(work, n):
            yield line(f"{name}, {size(n)}", f"≤ {times} × the floor", row, row["ratio"] <= times)
    loading = figures.find("push_p99", n)
    idle = figures.find("push_idle_p99", n)
    if loading and idle:
        beyond = loading["ours"] - idle["ours"]
        yield line(f"a quote pushed during a first load of {size(n)}, p99", "≤ 50 ms beyond idle", loading, of_million(loading, beyond <= 50),
                   floor=f"idle: {number(idle['ours'], 'ms')}", ratio=f"{beyond:+.0f} ms")


def rest(figures, n):
    for at in figures.sizes("memory_growth"):
        row = figures.find("memory_growth", at)
        yield line(f"memory at {size(at)} against {size(row['from_n'])}", "≤ 1.3 ×", row, of_million(row, row["ours"] <= 1.3))
    if memory := figures.find("memory", n):
        yield line(f"memory at {size(n)}, the highest of the engine", "(cache and memtables 96 MiB in both)", memory, None)
    if disk := figures.find("disk", n):
        yield line(f"disk at {size(n)}, compacted", "≤ 3 × the records of both sides", disk, disk["ours"] <= 3)
    if restart := figures.find("restart", n):
        yield line(f"first delivery after SIGKILL, {size(n)} links", "≤ 2 s", restart, of_million(restart, restart["ours"] <= 2))
    if idle := figures.find("idle", n):
        yield line("idle, both connected", "≤ 1 % of a core", idle, idle["ours"] <= 1)


def connectors(figures):
    names = (("sage100_list", "Sage, full sweep"), ("sage100_keys", "Sage, keys alone"), ("sage100_poll", "Sage, poll that finds nothing new"),
             ("ssm_list", "SSM, every page, no limit"), ("ssm_poll", "SSM, poll that finds nothing new"), ("ssm_invoices", "SSM, every invoice with lines and turnover"),
             ("ssm_list_throttled", "SSM, every page, within its limit"))
    rows = [(name, figures.find(work, n)) for work, name in names for n in figures.sizes(work)]
    if not rows:
        return
    print("\n| connector | records there | reported | seconds | rows/s | spread | runs | cpu s | peak MiB | sandbox cpu s | sandbox MiB | calls | most a minute |\n"
          "|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for name, row in rows:
        spread = f"{100 * row['spread']:.0f} %" if row["runs"] > 1 else "–"
        print(f"| {name} | {row['n']:,} | {row['records']:,} | {row['seconds']:.2f} | {row['records_per_second']:,.0f} | {spread} | {row['runs']} | {row['cpu_seconds']:.2f} | "
              f"{row['rss_bytes'] / MIB:.0f} | {row['sandbox_cpu_seconds']:.2f} | {row['sandbox_rss_bytes'] / MIB:.0f} | {row['calls'] or '–'} | {row['calls_a_minute_max'] or '–'} |")


def main():
    rows = []
    for file in sys.argv[1:]:
        with open(file, encoding="utf-8") as text:
            rows += json.load(text)
    figures = Figures(rows)
    largest = max(figures.sizes("first_load"), default=0)
    if largest:
        print(HEAD)
        for part in (loads(figures), changes(figures, largest), reconciles(figures, largest), latencies(figures, largest), rest(figures, largest)):
            for text in part:
                print(text)
    connectors(figures)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        sys.exit(__doc__)
    main()
