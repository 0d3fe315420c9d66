"""tools/mutate: draws seeded defects from the engine's sources, keeps them as a list, and judges them by the tests."""

import argparse
import fnmatch
import os
import pathlib
import random
import sys
import tempfile
import time

from tools.mutants import asking, coverage, operators

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = ROOT / "tests" / "mutants" / "mutants.tsv"
COLUMNS = ("id", "area", "file", "line", "operator", "before", "after", "verdict", "by", "note")

# What is mutated, and the programs that are asked, the quickest killers first.
CORE, PIPELINE, STORE = ("core_test", "exhaustive_test"), ("pipeline_test", "simulation_test", "scenarios_test", "plan_test", "undo_test", "explain_test"), ("store_test",)
# The tests that take longer are asked after all the quick ones of all programs.
SLOW_SECONDS = 1.5
AREAS = {
    "merge": (("engine/core/merge.cc", "engine/core/field_step.cc", "engine/pipeline/fields.cc"), CORE + PIPELINE),
    "decide": (("engine/core/life.cc", "engine/pipeline/decide.cc", "engine/pipeline/guard.cc"), CORE + PIPELINE),
    "ingest": (("engine/pipeline/ingest.cc", "engine/pipeline/identity.cc", "engine/pipeline/absence.cc"), PIPELINE),
    "outbox": (("engine/pipeline/outbox.cc",), PIPELINE),
    "acknowledge": (("engine/pipeline/acknowledge.cc", "engine/pipeline/receipt.cc", "engine/pipeline/failure.cc", "engine/pipeline/uncertain.cc"), PIPELINE),
    "recovery": (("engine/pipeline/memory.cc", "engine/pipeline/state.cc", "engine/store/boot.cc", "engine/store/writer.cc"), STORE + PIPELINE),
    "keys": (("engine/store/keys.cc",), STORE),
}
def read_list():
    if not LIST.exists():
        return []
    lines = LIST.read_text("utf-8").splitlines()
    return [dict(zip(COLUMNS, line.split("\t"))) for line in lines if line and not line.startswith("#") and not line.startswith("id\t")]


def write_list(mutants, head):
    lines = [head, "\t".join(COLUMNS)] + ["\t".join(mutant.get(column, "") for column in COLUMNS) for mutant in mutants]
    LIST.parent.mkdir(parents=True, exist_ok=True)
    LIST.write_text("\n".join(lines) + "\n", "utf-8")


def head_of_list():
    return LIST.read_text("utf-8").splitlines()[0] if LIST.exists() else "#"


def draw(seed, count):
    """As many from each area, or all it has; from every place an operator fits."""
    chance = random.Random(seed)
    found = {area: [(file, place) for file in files for place in operators.places((ROOT / file).read_text("utf-8"))] for area, (files, _) in AREAS.items()}
    drawn, left = [], count
    for rest, (area, all_places) in enumerate(sorted(found.items(), key=lambda item: len(item[1]))):
        share = min(len(all_places), -(-left // (len(found) - rest)))
        left -= share
        drawn += [(area, file, place) for file, place in chance.sample(all_places, share)]
    drawn.sort(key=lambda one: (list(AREAS).index(one[0]), one[1], one[2].line, one[2].operator, one[2].after))
    mutants = [{"id": f"M{number:03}", "area": area, "file": file, "line": str(place.line), "operator": place.operator, "before": place.before.strip(), "after": place.after.strip()}
               for number, (area, file, place) in enumerate(drawn, 1)]
    write_list(mutants, f"# drawn with seed {seed}: {len(mutants)} of {sum(map(len, found.values()))} places, evenly from {len(found)} areas; see README.md")
    print(f"seed {seed}: {len(mutants)} of {sum(map(len, found.values()))} places")


def place_of(mutant):
    """File and line (from 1) of the mutant's text now: in its own file that which is nearest, else in a file of its area it moved to. None: gone."""
    for file in (mutant["file"], *AREAS[mutant["area"]][0]):
        lines = (ROOT / file).read_text("utf-8").splitlines() if (ROOT / file).exists() else []
        where = [number for number, line in enumerate(lines, 1) if line.strip() == mutant["before"]]
        if where:
            return file, min(where, key=lambda number: abs(number - int(mutant["line"])))
    return None


def mutated(mutant, file, line):
    lines = (ROOT / file).read_text("utf-8").splitlines()
    before = lines[line - 1]
    lines[line - 1] = before[:len(before) - len(before.lstrip())] + mutant["after"]
    return "\n".join(lines) + "\n"


def judge(mutant, build, known, scratch, options):
    place = place_of(mutant)
    if not place:
        return "gone", "", "the line has changed since the list was drawn"
    file, line = place
    mutant["file"], mutant["line"] = file, str(line)
    source, obj = scratch / pathlib.Path(file).name, scratch / "mutant.o"
    source.write_text(mutated(mutant, file, line), "utf-8")
    if build.compile(file, source, obj).returncode != 0:
        return "no_compile", "", ""
    programs, asked, left = programs_of(mutant, build, options), 0, 0
    for slow in (False, True):
        for program in programs:
            reached = tests_for(known, program, file, line, slow, options.filter)
            tests = cheapest(reached, known.seconds(program), options.most / len(programs)) if options.most else reached
            if options.rest:
                tests = [test for test in reached if test not in cheapest(reached, known.seconds(program), options.rest / len(programs))]
            left += len(reached) - len(tests)
            if not tests:
                continue
            binary = scratch / program
            if not binary.exists():
                linked = build.link(program, [obj], binary)
                if linked.returncode != 0:
                    return "no_link", program, linked.stderr.strip().splitlines()[-1][:120] if linked.stderr.strip() else ""
            killed, by, note = asking.ask(binary, tests, max(asking.TEST_SECONDS, 5 * max(known.seconds(program)[test] for test in tests)))
            if killed:
                return "killed", f"{program} {by}".strip(), note
            asked += len(tests)
    return "survived", "", f"lived through {asked} tests that get there" + (f"; {left} more do" if left else "")


def cheapest(tests, seconds, most):
    """As many of the tests as fit into so many seconds, the cheapest first."""
    fit, spent = [], 0.0
    for test in sorted(tests, key=seconds.get):
        spent += seconds[test]
        if spent > most:
            break
        fit.append(test)
    return fit


def tests_for(known, program, file, line, slow, only):
    """The tests of the program that get to the line; of these the quick or the slow ones."""
    seconds = known.seconds(program)
    return [test for test in known.reach(program, file, line) if (seconds[test] > SLOW_SECONDS) == slow and fnmatch.fnmatch(test, only or "*")]


def programs_of(mutant, build, options):
    asked = [program for program in AREAS[mutant["area"]][1] if build.has(program) and (not options.ask or program in options.ask)]
    return [program for program in asked if mutant["file"] in build.files_of(program)]


def check_unmutated(build, wanted, options):
    """What fails without a defect says nothing of a defect."""
    for program in dict.fromkeys(program for mutant in wanted for program in programs_of(mutant, build, options)):
        failed, by, note = asking.ask(build.folder / "bin" / program, [options.filter or "*"], 600)
        if failed:
            sys.exit(f"UNMUTATED_FAILS: without any defect {program} fails ({by} {note}). A verdict would say nothing; mend it first.")
        print(f"unmutated: {program} passes", flush=True)


def run(options):
    mutants = read_list()
    build = asking.Build(pathlib.Path(options.build))
    wanted = [m for m in mutants if (not options.only or m["id"] in options.only or m["area"] in options.only) and (options.again or not m.get("verdict") or options.survivors and m["verdict"] == "survived")]
    if options.spread:
        # Some of every area first, so that a run that is broken off has seen all of them.
        rank, seen = {}, {}
        for mutant in wanted:
            rank[mutant["id"]] = seen.get(mutant["area"], 0)
            seen[mutant["area"]] = rank[mutant["id"]] + 1
        wanted.sort(key=lambda m: rank[m["id"]])
    known = coverage.Coverage(build, list(filter(None, map(place_of, mutants))))
    begin = time.monotonic()
    if not options.unchecked:
        check_unmutated(build, wanted, options)
    for mutant in wanted[:options.count or None]:
        with tempfile.TemporaryDirectory(prefix="entente-mutants-") as scratch:
            if options.minutes and time.monotonic() - begin > options.minutes * 60:
                break
            at = time.monotonic()
            mutant["verdict"], mutant["by"], mutant["note"] = judge(mutant, build, known, pathlib.Path(scratch), options)
            print(f"{mutant['id']} {mutant['verdict']:10} {time.monotonic() - at:5.1f} s  {mutant['file']}:{mutant['line']} {mutant['operator']}: {mutant['after'][:70]}  {mutant['by']} {mutant['note'][:60]}", flush=True)
            write_list(mutants, head_of_list())
    summary(mutants)


def summary(mutants):
    """Counts by area and verdict and by who killed; as tables of Markdown."""
    verdict_of = lambda mutant: mutant.get("verdict") or "not judged"
    verdicts = [verdict for verdict in ("killed", "survived", "equivalent", "no_compile", "gone", "no_link", "not judged") if any(verdict_of(m) == verdict for m in mutants)]
    rows = [(area, [m for m in mutants if m["area"] == area]) for area in AREAS] + [("all", mutants)]
    print("| area | " + " | ".join(verdict.replace("_", " ") for verdict in verdicts) + " | of those that compile and are not equivalent |")
    print("|---|" + "---|" * (len(verdicts) + 1))
    for name, some in rows:
        counts = [sum(verdict_of(m) == verdict for m in some) for verdict in verdicts]
        killed, judged = (sum(verdict_of(m) in of for m in some) for of in (("killed",), ("killed", "survived")))
        print(f"| {name} | " + " | ".join(map(str, counts)) + f" | {100 * killed / judged:.1f} % |" if judged else f"| {name} | " + " | ".join(map(str, counts)) + " | |")
    killers = {}
    for mutant in mutants:
        if mutant.get("verdict") == "killed":
            killers[mutant["by"].split()[0]] = killers.get(mutant["by"].split()[0], 0) + 1
    print("\n| killed by | |\n|---|---|\n" + "\n".join(f"| `{name}` | {count} |" for name, count in sorted(killers.items(), key=lambda item: -item[1])))


def main():
    parser = argparse.ArgumentParser(prog="tools/mutate", description="Seeded defects of the engine: drawn by operators, kept as a list, judged by the tests. Not run by CI.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    drawing = verbs.add_parser("draw", help="draw a new list; forgets the old one's verdicts")
    drawing.add_argument("--seed", type=int, default=4)
    drawing.add_argument("--count", type=int, default=210)
    running = verbs.add_parser("run", help="judge those of the list that have no verdict yet")
    running.add_argument("--only", nargs="*", default=[], help="ids or areas")
    running.add_argument("--count", type=int, default=0, help="at most so many")
    running.add_argument("--minutes", type=float, default=0, help="begin none after that")
    running.add_argument("--most", type=float, default=0, help="ask tests that take so many seconds together; --survivors without it asks all later")
    running.add_argument("--rest", type=float, default=0, help="the tests that --most did not ask")
    running.add_argument("--survivors", action="store_true", help="also those that survived, once more")
    running.add_argument("--ask", nargs="*", default=[], help="these test programs alone")
    running.add_argument("--filter", default="", help="of their tests, these alone (a pattern)")
    running.add_argument("--unchecked", action="store_true", help="do not run the tests without a defect first")
    running.add_argument("--again", action="store_true", help="also those that have a verdict")
    running.add_argument("--spread", action="store_true", help="some of every area first")
    running.add_argument("--build", default=os.environ.get("ENTENTE_BUILD", str(ROOT / "build")))
    verbs.add_parser("show", help="the counts")
    options = parser.parse_args()
    if options.verb == "draw":
        draw(options.seed, options.count)
    elif options.verb == "run":
        run(options)
    else:
        summary(read_list())
    return 0


if __name__ == "__main__":
    sys.exit(main())
