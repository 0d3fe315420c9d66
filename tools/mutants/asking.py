"""Compiles a mutated file, links a test program with it, and asks the program."""

import json
import os
import pathlib
import re
import resource
import shlex
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A test that takes this of a processor, and five times what it takes without a defect, runs for ever.
TEST_SECONDS = 40
# One that waits for something that does not come takes none.
IDLE_SECONDS = 900
MEMORY_BYTES = 6 << 30


class Build:
    """A finished build: only read. A mutated object is linked before the libraries, which then do not give theirs."""

    def __init__(self, folder):
        self.folder = folder.resolve()
        self.commands = {entry["file"]: entry for entry in json.loads((folder / "compile_commands.json").read_text("utf-8"))}
        self.links = {}
        self.sources = {}

    def has(self, program):
        return (self.folder / "bin" / program).exists()

    def files_of(self, program):
        """The sources in the libraries that the program is linked with."""
        if program not in self.sources:
            said = subprocess.run(["ninja", "-C", str(self.folder), "-t", "inputs", f"bin/{program}"], capture_output=True, text=True, check=True).stdout
            self.sources[program] = {file.removeprefix(f"{ROOT}/") for file in said.splitlines()}
        return self.sources[program]

    def _words(self, file, source, output):
        entry = self.commands[str(ROOT / file)]
        words = shlex.split(entry["command"])
        words = words[next(i for i, word in enumerate(words) if re.search(r"(c\+\+|g\+\+|clang\+\+)$", word)):]
        words[words.index("-o") + 1] = str(output)
        words[words.index("-c") + 1] = str(source)
        return [word for word in words if word not in ("-g1", "-O2")] + ["-O0", "-w", "-I", str(ROOT)], entry["directory"]

    def _includes(self, file):
        """What the file includes, compiled once: most of the time of every mutant of it."""
        header = self.folder / "mutants" / (file.replace("/", ".") + ".h")
        compiled = header.with_name(header.name + ".gch")
        newest = max(path.stat().st_mtime for path in [*(ROOT / "engine").rglob("*.h"), ROOT / file])
        if not compiled.exists() or compiled.stat().st_mtime < newest:
            header.parent.mkdir(exist_ok=True)
            header.write_text("\n".join(line for line in (ROOT / file).read_text("utf-8").splitlines() if line.startswith("#include")) + "\n", "utf-8")
            words, directory = self._words(file, header, compiled)
            subprocess.run(words[:1] + ["-x", "c++-header"] + words[1:], cwd=directory, capture_output=True, check=True)
        return header

    def compile(self, file, source, output):
        words, directory = self._words(file, source, output)
        return subprocess.run(words[:1] + ["-include", str(self._includes(file))] + words[1:], cwd=directory, capture_output=True, text=True)

    def link(self, program, extra, output, more="-Wl,--strip-debug"):
        if program not in self.links:
            said = subprocess.run(["ninja", "-C", str(self.folder), "-t", "commands", f"bin/{program}"], capture_output=True, text=True, check=True).stdout
            command = [line for line in said.splitlines() if f"-o bin/{program} " in line][-1]
            command = re.sub(r"^: && ", "", command)
            self.links[program] = command[:command.index(" && ", command.index(f"-o bin/{program} "))]
        command = self.links[program].replace(f"-o bin/{program} ", f"-o {shlex.quote(str(output))} {' '.join(shlex.quote(str(one)) for one in extra)} ", 1) + f" {more}"
        return subprocess.run(command, shell=True, cwd=self.folder, capture_output=True, text=True)


def ask(binary, tests, seconds=TEST_SECONDS):
    """Whether one of the tests fails, which, and how."""
    words = [str(binary), "--gtest_fail_fast", "--gtest_filter=" + ":".join(tests)]
    environment = {"RC_PARAMS": "seed=4", **os.environ}
    run = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace", cwd=ROOT, env=environment,
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES)))
    said = {"test": "", "failed": "", "cpu": 0.0, "at": time.monotonic()}

    def listen():
        for line in run.stdout:
            if begun := re.match(r"\[ RUN      \] (\S+)", line):
                said.update(test=begun.group(1), cpu=cpu_seconds(run.pid), at=time.monotonic())
            elif failed := re.match(r"\[  FAILED  \] ([\w/.]+)", line):
                said["failed"] = said["failed"] or failed.group(1)

    listener = threading.Thread(target=listen)
    listener.start()
    stuck = False
    while True:
        try:
            run.wait(timeout=0.5)
            break
        except subprocess.TimeoutExpired:
            if cpu_seconds(run.pid) - said["cpu"] > seconds or time.monotonic() - said["at"] > IDLE_SECONDS:
                stuck = True
                run.kill()
    listener.join()
    if said["failed"]:
        return True, said["failed"], ""
    if stuck:
        return True, said["test"], f"does not end in {seconds:.0f} s"
    return run.returncode != 0, said["test"] if run.returncode != 0 else "", f"ends with {run.returncode}" if run.returncode != 0 else ""


def cpu_seconds(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
