"""The demonstration: first load, a working day, the same day with kills, and a verification that trusts nobody."""

import argparse
import contextlib
import io
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tools.verifier import __main__ as verifier

from . import first_load
from .certainty import Certainty
from .day import Day
from .engine import Engine
from .kills import WANTED, Killer
from .processes import Failed, Programs
from .sandbox import Refused, Sandbox
from .scene import Scene
from .tell import Tell

ROOT = Path(__file__).resolve().parents[2]
# Calls SSM allows in the demonstration: (a minute, a second). Real keys allow 50 a minute, or 4 or 13 a second.
RATE = (24000, 400)
EXTRA_STEPS_MAX = 8


class Demonstration:
    def __init__(self, options):
        self.options = options
        self.tell = Tell()
        self.folder = Path(options.dir or tempfile.mkdtemp(prefix="entente-demo-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.programs = Programs(self.folder)
        self.scene = None
        self.cast = None

    def run(self):
        self._set_up()
        self._first_load()
        self._day()
        self._certainty()
        self._day_with_kills()
        return self._verify()

    # ------------------------------------------------------------------ the five parts

    def _set_up(self):
        size = "small" if self.options.small else "demo"
        self.tell.say(f"everything of this run is in {self.folder}")
        sandbox = Sandbox(self.programs, self.options.binaries / "entente-sandbox", self.folder / "sandbox", size, self.options.seed,
                          ["--rate-per-minute", RATE[0], "--rate-per-second", RATE[1]]).wait()
        engine = Engine(self.programs, self.options.binaries, ROOT, self.folder, sandbox, RATE)
        self.scene = Scene(sandbox, engine, self.tell)
        self.tell.say(f"Sage 100: {first_load.company(sandbox)}")
        held = first_load.held(sandbox)
        self.tell.say(f"SSM, before anything: {held['users']} users, {held['accounts']} accounts, {held['contacts']} contacts typed by hand; "
                      f"its limit is raised to {RATE[0]} calls a minute, {RATE[1]} a second, for this demonstration")

    def _first_load(self):
        self.tell.chapter(1, "First load")
        self.scene.engine.start()
        self.scene.engine.start_connectors()
        self.scene.engine.wait_for_connectors()
        self.scene.engine.begin_first_load()
        first_load.report(self.tell, *first_load.run(self.scene))
        self.tell.say(self.scene.engine.items_line())

    def _day(self):
        self.tell.chapter(2, "A working day; after every step both systems are looked into directly")
        day = Day(self.scene, 1)
        for step in day.steps():
            step()
        self.cast = day.cast

    def _certainty(self):
        self.tell.chapter(3, "Certainty: a plan, exactly that plan, why, why not, and back again")
        for step in Certainty(self.scene, self.cast).steps():
            step()

    def _day_with_kills(self):
        self.tell.chapter(4, f"The same day with other records, and the engine killed at least {WANTED} times")
        killer = Killer(self.scene)
        self.scene.before_each_check = killer.strike
        day = Day(self.scene, 2)
        for step in day.steps():
            killer.play(step)
        for _ in range(EXTRA_STEPS_MAX):
            if len(killer.kills) >= WANTED:
                break
            killer.play(day.one_more_edit)
        self.scene.before_each_check = None
        if len(killer.kills) < WANTED:
            raise Failed(f"the engine was killed {len(killer.kills)} times with a delivery in flight, {WANTED} were wanted")
        self.tell.say("")
        self.tell.say(f"killed {len(killer.kills)} times, each time with a delivery in flight; nothing was lost, nothing is there twice")

    def _verify(self):
        self.tell.chapter(5, "Verification: both systems read directly, compared field by field; then a reconcile")
        self.scene.engine.wait_until_quiet()
        before = (self.scene.sandbox.ssm_writes(), self.scene.sandbox.sage_writes())
        self.scene.engine.reconcile()
        after = (self.scene.sandbox.ssm_writes(), self.scene.sandbox.sage_writes())
        writes = sum(after) - sum(before)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = verifier.main(["--sandbox", str(self.scene.sandbox.folder)])
        self.tell.block(out.getvalue().rstrip())
        self.tell.say("")
        (self.tell.say if writes == 0 else self.tell.fails)(f"a full reconcile of both sides afterwards wrote {writes} records")
        agrees = code == 0 and writes == 0
        self.tell.say("")
        (self.tell.say if agrees else self.tell.fails)(
            f"{self.scene.checks} checks and the verification passed in {self.tell.elapsed()} min" if agrees else "The systems do not agree.")
        return 0 if agrees else 1

    # ------------------------------------------------------------------ ends

    def what_to_type(self):
        engine = self.scene.engine
        for line in ("", "Everything still runs; Ctrl-C stops it. In another terminal:", "",
                     f"  export ENTENTE_ADDRESS={engine.address} ENTENTE_TOKEN_FILE={engine.token_file}",
                     f"  export ENTENTE_SANDBOX_DIR={self.scene.sandbox.folder} PATH={self.options.binaries}:$PATH", "",
                     "  entente status", "  entente items list", "  entente watch",
                     "  entente-sandbox sage edit party CL00005 CT_Ville=Quimper     # act as a user of Sage",
                     "  entente-sandbox ssm get accounts @CL00005                   # see what the CRM holds",
                     "  entente explain sage/party/CL00005 --field city             # ask why",
                     f"  {ROOT}/tools/verify --sandbox {self.scene.sandbox.folder}"):
            self.tell.say(line)

    def show_logs(self):
        for program in self.programs.all:
            lines = program.tail()
            self.tell.warn(f"the end of {program.log}:")
            for line in lines:
                self.tell.say("  " + line)

    def close(self, keep_files):
        self.programs.stop()
        if self.options.dir is None and not keep_files:
            shutil.rmtree(self.folder, ignore_errors=True)


def parse():
    parser = argparse.ArgumentParser(prog="tools/demo", description="Shows a Sage 100 company and an SSM implementation kept in agreement, on a sandbox.")
    parser.add_argument("--binaries", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--keep", action="store_true", help="leaves everything running afterwards and prints what to type next")
    parser.add_argument("--small", action="store_true", help="the small sample company: seconds instead of minutes")
    parser.add_argument("--seed", type=int, default=1, help="another sample company")
    parser.add_argument("--dir", metavar="DIR", help="a folder of your own for this run; kept afterwards")
    return parser.parse_args()


def main():
    options = parse()
    options.binaries = options.binaries.resolve()
    # SIGTERM is answered like Ctrl-C: everything that was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    demonstration = Demonstration(options)
    failed = True
    try:
        code = demonstration.run()
        failed = code != 0
        if options.keep:
            demonstration.what_to_type()
            signal.pause()
        return code
    except KeyboardInterrupt:
        demonstration.tell.say("stopped")
        return 0 if not failed else 130
    except (Failed, Refused, OSError) as error:
        demonstration.tell.fails(f"{error}")
        demonstration.show_logs()
        demonstration.tell.warn(f"the files of this run are kept in {demonstration.folder}")
        return 1
    finally:
        demonstration.close(keep_files=failed)


if __name__ == "__main__":
    sys.exit(main())
