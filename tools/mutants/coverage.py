"""Which tests get to the line of a mutant: one that does not cannot see what is wrong there, and is not asked."""

import hashlib
import json
import os
import pathlib
import re
import resource
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

TOO_LONG_SECONDS = 60

# Notes the numbers it is called with, and writes them where the program ends.
NOTES = """
#include <cstdio>
#include <cstdlib>
namespace {
bool hit[100000];
struct AtEnd {
  ~AtEnd() {
    std::FILE* out = std::fopen(std::getenv("ENTENTE_HITS"), "w");
    for (int i = 0; i < 100000; ++i) if (hit[i]) std::fprintf(out, "%d\\n", i);
    std::fclose(out);
  }
} at_end;
}
extern "C" void entente_mutant_hit(int line) { hit[line] = true; }
"""


def tests_of(binary):
    suite = ""
    for line in subprocess.run([str(binary), "--gtest_list_tests"], capture_output=True, text=True, check=True, cwd=ROOT).stdout.splitlines():
        name = line.split("#")[0].rstrip()
        if re.fullmatch(r"[\w/]+\.", name):
            suite = name
        elif suite and name.startswith("  "):
            yield suite + name.strip()


def takes_probe(lines, at):
    """A statement may stand before the line: it begins one of its own."""
    before = next((line.split("//")[0].rstrip() for line in reversed(lines[:at]) if line.split("//")[0].strip()), "")
    return before.endswith((";", "{", "}")) and not re.match(r"\s*(case|default|else|public|private|}|\))", lines[at])


class Coverage:
    """Which lines of mutants each test of a program gets to. Kept in the folder of the build until the program or a file changes."""

    def __init__(self, build, lines):
        self.build = build
        self.lines = sorted(set(lines))   # (file, line)
        self.kept = build.folder / "mutants"
        self.kept.mkdir(exist_ok=True)
        self.programs = {}

    def seconds(self, program):
        return {test: seen["seconds"] for test, seen in self._of(program)["tests"].items()}

    def reach(self, program, file, line):
        """The tests that get to the line; all where that is not known."""
        known = self._of(program)
        if [file, line] not in known["probed"]:
            return list(known["tests"])
        number = known["lines"].index([file, line])
        return [test for test, seen in known["tests"].items() if number in seen["hits"]]

    def _of(self, program):
        if program not in self.programs:
            binary, kept = self.build.folder / "bin" / program, self.kept / f"{program}.json"
            texts = "".join((ROOT / file).read_text("utf-8") for file in sorted({file for file, _ in self.lines}))
            stamp = hashlib.sha256(texts.encode("utf-8")).hexdigest()
            known = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
            if known.get("stamp") != stamp:
                known = {"stamp": stamp, "lines": [list(place) for place in self.lines], "tests": {}}
            # What a test of that name got to before the program was built again is taken for true: at worst it is asked too seldom.
            tests = list(tests_of(binary))
            if new := [test for test in tests if test not in known["tests"]]:
                self._measure(program, known, new)
                kept.write_text(json.dumps(known), "utf-8")
            known["tests"] = {test: known["tests"][test] for test in tests}
            self.programs[program] = known
        return self.programs[program]

    def _measure(self, program, known, tests):
        with tempfile.TemporaryDirectory(prefix="entente-coverage-") as name:
            scratch = pathlib.Path(name)
            objects, known["probed"] = self._objects(scratch, self.build.files_of(program), known["lines"])
            binary, hits = scratch / program, scratch / "hits"
            linked = self.build.link(program, objects, binary)
            if linked.returncode != 0:
                raise RuntimeError(linked.stderr)
            environment = {**os.environ, "ENTENTE_HITS": str(hits)}
            for test in tests:
                hits.unlink(missing_ok=True)
                before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
                try:
                    subprocess.run([str(binary), f"--gtest_filter={test}"], capture_output=True, cwd=ROOT, env=environment, timeout=TOO_LONG_SECONDS)
                except subprocess.TimeoutExpired:
                    # Never asked: one mutant would take minutes.
                    known["tests"][test] = {"seconds": TOO_LONG_SECONDS, "hits": []}
                    continue
                seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
                reached = [int(line) for line in hits.read_text("utf-8").split()] if hits.exists() else list(range(len(known["lines"])))
                known["tests"][test] = {"seconds": round(seconds, 2), "hits": reached}

    def _objects(self, scratch, linked, lines):
        notes = scratch / "notes.cc"
        notes.write_text(NOTES, "utf-8")
        objects, probed = [scratch / "notes.o"], []
        subprocess.run(["c++", "-O1", "-c", str(notes), "-o", str(objects[0])], check=True)
        for file in sorted({file for file, _ in lines} & linked):
            text = (ROOT / file).read_text("utf-8").splitlines()
            for number, (of, line) in enumerate(lines):
                if of == file and takes_probe(text, line - 1):
                    text[line - 1] = f"entente_mutant_hit({number}); " + text[line - 1]
                    probed.append([file, line])
            source = scratch / pathlib.Path(file).name
            source.write_text('extern "C" void entente_mutant_hit(int);\n' + "\n".join(text) + "\n", "utf-8")
            objects.append(source.with_suffix(".o"))
            made = self.build.compile(file, source, objects[-1])
            if made.returncode != 0:
                raise RuntimeError(made.stderr)
        return objects, probed
