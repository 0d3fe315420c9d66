"""Lays every bad pack beside the house's rules, asks `entente pack check` and, where that finds nothing, `entente prove`, and counts."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "bad_packs"
STAGES = ("load", "certificate", "examples", "prove")


def said(text, mark):
    found = re.search(rf"^# {mark}: (.*)$", text, re.M)
    return found.group(1) if found else ""


def check(cli, folder, seconds):
    """What `pack check` finds: the stage and a sentence."""
    try:
        run = subprocess.run([cli, "pack", "check", str(folder), "--json"], capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return "hangs", f"no answer in {seconds} s"
    try:
        answer = json.loads(run.stdout)
    except ValueError:
        return "load", (run.stderr or run.stdout).strip()
    if answer["problems"]:
        return "load", str(answer["problems"][0])
    if not answer["certificate"]["certified"]:
        return "certificate", str(answer["certificate"]["refusals"][0].get("sentence", ""))
    broken = [example["name"] for example in answer.get("examples", []) if not example["holds"]]
    return ("examples", ", ".join(broken)) if broken else ("nothing", "")


def can_prove(cli):
    return "prove" in subprocess.run([cli, "--help"], capture_output=True, text=True).stdout


def prove(cli, folder, seconds):
    """What `prove` finds in the time given; its exit code says whether it found a violation."""
    try:
        run = subprocess.run([cli, "prove", str(folder), "--minutes", f"{seconds / 60:g}"], capture_output=True, text=True, timeout=seconds * 2 + 30)
    except subprocess.TimeoutExpired:
        return "hangs", "prove does not end"
    if run.returncode == 0:
        return "nothing", ""
    lines = [line for line in (run.stdout + run.stderr).splitlines() if line.strip()]
    return "prove", lines[0].strip() if lines else ""


def main():
    parser = argparse.ArgumentParser(prog="tools/bad-packs", description="Judges every bad pack of tests/bad_packs and counts how many are caught, and by what.")
    parser.add_argument("names", nargs="*", help="only these packs")
    parser.add_argument("--binaries", default=os.environ.get("ENTENTE_BUILD", str(ROOT / "build")) + "/bin", help="where `entente` lies")
    parser.add_argument("--seconds", type=int, default=60, help="what a pack may take")
    options = parser.parse_args()
    cli = str(pathlib.Path(options.binaries) / "entente")
    proves = can_prove(cli)
    counts = dict.fromkeys((*STAGES, "nothing", "hangs"), 0)
    missed, other, longest = [], [], 0.0
    with tempfile.TemporaryDirectory(prefix="entente-bad-packs-") as scratch:
        for pack in ("base", "ssm"):
            shutil.copytree(ROOT / "rules" / pack, pathlib.Path(scratch) / pack)
        shutil.copytree(FOLDER / "small", pathlib.Path(scratch) / "small")
        for path in sorted((FOLDER / "packs").glob("*.yaml")):
            if options.names and path.stem not in options.names:
                continue
            text = path.read_text("utf-8")
            folder = pathlib.Path(scratch) / "bad"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            (folder / "pack.yaml").write_text(text, "utf-8")
            begin = time.monotonic()
            stage, sentence = check(cli, folder, options.seconds)
            if stage == "nothing" and proves:
                stage, sentence = prove(cli, folder, options.seconds)
            took = time.monotonic() - begin
            longest = max(longest, took)
            counts[stage] += 1
            expected = said(text, "caught by")
            if stage in ("nothing", "hangs"):
                missed.append((path.stem, text.splitlines()[0][2:], stage))
            elif stage != expected and expected != "nothing":
                other.append((path.stem, expected, stage))
            print(f"{stage:12} {took:5.1f} s  {path.stem:40} {sentence[:110]}", flush=True)
    total = sum(counts.values())
    caught = total - counts["nothing"] - counts["hangs"]
    print(f"\n{caught} of {total} bad packs are caught ({100 * caught / max(total, 1):.1f} %), the slowest in {longest:.1f} s: " +
          ", ".join(f"{counts[stage]} by {stage}" for stage in STAGES) + ("" if proves else "  (this build has no `entente prove`)"))
    for name, mistake, stage in missed:
        print(f"not caught: {name}: {mistake} ({stage})")
    for name, expected, stage in other:
        print(f"caught by {stage}, and said to be caught by {expected}: {name}")
    return 0 if caught * 100 >= total * 95 and not other else 1


if __name__ == "__main__":
    sys.exit(main())
