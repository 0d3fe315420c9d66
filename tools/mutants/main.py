"""tools/mutate: draws seeded defects from the engine's sources, keeps them as a list, and judges them by the tests."""

import argparse
import json
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time

from tools.mutants import operators

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = ROOT / "tests" / "mutants" / "mutants.tsv"
COLUMNS = ("id", "area", "file", "line", "operator", "before", "after", "verdict", "by", "note")

# What is mutated, and the programs that are asked, the quickest first.
CORE, PIPELINE, STORE = ("exhaustive_test", "core_test", "certificate_test"), ("pipeline_test", "scenarios_test"), ("store_test",)
AREAS = {
    "merge": (("engine/core/merge.cc", "engine/core/field_step.cc", "engine/pipeline/fields.cc"), CORE + PIPELINE),
    "decide": (("engine/core/life.cc", "engine/pipeline/decide.cc", "engine/pipeline/guard.cc"), CORE + PIPELINE),
    "ingest": (("engine/pipeline/ingest.cc",), PIPELINE),
    "outbox": (("engine/pipeline/outbox.cc",), PIPELINE),
    "acknowledge": (("engine/pipeline/acknowledge.cc",), PIPELINE),
    "recovery": (("engine/pipeline/memory.cc", "engine/pipeline/state.cc", "engine/store/boot.cc", "engine/store/writer.cc"), PIPELINE + STORE),
    "keys": (("engine/store/keys.cc",), STORE),
}
# Asked last, where this build has it: a minute and more.
LAST = ("simulation_test",)


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


class Build:
    """A finished build: only read. A mutated object is linked before the libraries, which then do not give theirs."""

    def __init__(self, folder):
        self.folder = folder.resolve()
        self.commands = {entry["file"]: entry for entry in json.loads((folder / "compile_commands.json").read_text("utf-8"))}
        self.links = {}

    def has(self, program):
        return (self.folder / "bin" / program).exists()

    def compile(self, file, source, output):
        entry = self.commands[str(ROOT / file)]
        words = shlex.split(entry["command"])
        words = words[next(i for i, word in enumerate(words) if re.search(r"(c\+\+|g\+\+|clang\+\+)$", word)):]
        words[words.index("-o") + 1] = str(output)
        words[words.index("-c") + 1] = str(source)
        words = [word for word in words if word not in ("-g1", "-O2")] + ["-O0", "-w", "-I", str(ROOT)]
        return subprocess.run(words, cwd=entry["directory"], capture_output=True, text=True)

    def link(self, program, extra, output):
        if program not in self.links:
            said = subprocess.run(["ninja", "-C", str(self.folder), "-t", "commands", f"bin/{program}"], capture_output=True, text=True, check=True).stdout
            command = [line for line in said.splitlines() if f"-o bin/{program} " in line][-1]
            command = re.sub(r"^: && ", "", command)
            self.links[program] = command[:command.index(" && ", command.index(f"-o bin/{program} "))]
        command = self.links[program].replace(f"-o bin/{program} ", f"-o {shlex.quote(str(output))} {shlex.quote(str(extra))} ", 1)
        return subprocess.run(command, shell=True, cwd=self.folder, capture_output=True, text=True)


def apply(mutant):
    """The mutated text of the file; empty when the line is not what it was when the list was drawn."""
    lines = (ROOT / mutant["file"]).read_text("utf-8").splitlines()
    at = int(mutant["line"]) - 1
    if at >= len(lines) or lines[at].strip() != mutant["before"]:
        where = [i for i, line in enumerate(lines) if line.strip() == mutant["before"]]
        if len(where) != 1:
            return ""
        at = where[0]
    lines[at] = lines[at][:len(lines[at]) - len(lines[at].lstrip())] + mutant["after"]
    return "\n".join(lines) + "\n"


def judge(mutant, build, scratch, seconds):
    text = apply(mutant)
    if not text:
        return "gone", "", "the line has changed since the list was drawn"
    source, obj = scratch / pathlib.Path(mutant["file"]).name, scratch / "mutant.o"
    source.write_text(text, "utf-8")
    if build.compile(mutant["file"], source, obj).returncode != 0:
        return "no_compile", "", ""
    programs = [program for program in AREAS[mutant["area"]][1] + LAST if build.has(program)]
    for program in programs:
        binary = scratch / program
        linked = build.link(program, obj, binary)
        if linked.returncode != 0:
            return "no_link", program, linked.stderr.strip().splitlines()[-1][:120] if linked.stderr.strip() else ""
        try:
            run = subprocess.run([str(binary), "--gtest_fail_fast", "--gtest_brief=1"], capture_output=True, text=True, errors="replace", timeout=seconds, cwd=ROOT)
        except subprocess.TimeoutExpired:
            return "killed", program, f"does not end in {seconds} s"
        finally:
            binary.unlink(missing_ok=True)
        if run.returncode != 0:
            failed = re.findall(r"\[  FAILED  \] ([\w/.]+)", run.stdout)
            return "killed", f"{program} {failed[0]}" if failed else program, "" if failed else f"ends with {run.returncode}"
    return "survived", "", "asked: " + ", ".join(programs)


def run(options):
    mutants = read_list()
    build = Build(pathlib.Path(options.build))
    wanted = [m for m in mutants if (not options.only or m["id"] in options.only or m["area"] in options.only) and (options.again or not m.get("verdict"))]
    if options.spread:
        # Some of every area first, so that a run that is broken off has seen all of them.
        rank, seen = {}, {}
        for mutant in wanted:
            rank[mutant["id"]] = seen.get(mutant["area"], 0)
            seen[mutant["area"]] = rank[mutant["id"]] + 1
        wanted.sort(key=lambda m: rank[m["id"]])
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="entente-mutants-") as scratch:
        for number, mutant in enumerate(wanted[:options.count or None], 1):
            if options.minutes and time.monotonic() - begin > options.minutes * 60:
                break
            at = time.monotonic()
            mutant["verdict"], mutant["by"], mutant["note"] = judge(mutant, build, pathlib.Path(scratch), options.seconds)
            print(f"{mutant['id']} {mutant['verdict']:10} {time.monotonic() - at:5.1f} s  {mutant['file']}:{mutant['line']} {mutant['operator']}: {mutant['after'][:70]}  {mutant['by']} {mutant['note'][:60]}", flush=True)
            write_list(mutants, head_of_list())
    summary(mutants)


def summary(mutants):
    by = {}
    for mutant in mutants:
        by.setdefault(mutant.get("verdict") or "not judged", []).append(mutant)
    judged = len(by.get("killed", [])) + len(by.get("survived", []))
    print(", ".join(f"{len(some)} {verdict}" for verdict, some in sorted(by.items())))
    if judged:
        print(f"{len(by.get('killed', []))} of {judged} that compile and are not equivalent are killed ({100 * len(by.get('killed', [])) / judged:.1f} %)")


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
    running.add_argument("--seconds", type=int, default=150, help="what one program may take")
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
