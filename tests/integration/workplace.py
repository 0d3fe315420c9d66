"""One company whose programs may be killed one by one: the gateway of Sage, SSM, the engine and both connectors, each a process of its own."""

import contextlib
import re
import urllib.error
import urllib.request

from running import BINARIES, NO_LIMIT, ROOT, folder, run
from tools.demonstration.engine import Engine, Tempo
from tools.demonstration.processes import Programs, wait_until
from tools.demonstration.sandbox import Sandbox

# Nothing is asked of how fast a machine is: this long is waited before something counts as never happening.
PATIENCE_SECONDS = 180
# Deletions are held for two polls, as the defaults hold them for five: what was only given another key shows meanwhile.
QUICK = Tempo(poll="500ms", sweep="1s", hold="1s", settle_seconds=1, retry_longest="500ms", heartbeat="1s", lease="4s")
METRICS = 'metrics_listen = "127.0.0.1:0"\nmetrics_listen_file = "metrics.address"\n'
# What is done here in minutes would be a mass change in a real company.
PACK = """name: busy
version: "1"
extends: ssm
"""
UNGUARDED = """guards:
  deletes_min: 1000000
  changes_min: 1000000
"""
SAMPLE = re.compile(r'^entente_(\w+)\{(.*)\} (\S+)$', flags=re.M)


class Systems:
    """Sage and SSM as two sandboxes, so that the gateway may be killed while SSM goes on: a kill of its own program would cost SSM its records."""

    def __init__(self, programs, where, size, seed):
        options = ["--rate-per-minute", 0, "--rate-per-second", 0]
        self.box_of = {name: Sandbox(programs, BINARIES / "entente-sandbox", where / name, size, seed, options) for name in ("sage", "ssm")}
        for box in self.box_of.values():
            box.wait(PATIENCE_SECONDS)
        self.description = {name: box.description[name] for name, box in self.box_of.items()}
        sage = self.box_of["sage"]
        # The other half of this sandbox is used by nobody, but wants to find its records when it starts again.
        sage.ssm("dump", file=str(sage.folder / "ssm.json"))
        port = self.description["sage"]["gateway_url"].rsplit(":", 1)[1]
        sage.program.command += ["--resume", "--gateway-port", port]

    def act(self, system, action, *words, **named):
        return self.box_of[system].act(system, action, *words, **named)

    def sage(self, action, *words, **named):
        return self.act("sage", action, *words, **named)

    def ssm(self, action, *words, **named):
        return self.act("ssm", action, *words, **named)

    @property
    def gateway(self):
        return self.box_of["sage"].program

    def start_gateway(self):
        box = self.box_of["sage"]
        (box.folder / "sandbox.json").unlink(missing_ok=True)
        box.program.start()
        box.wait(PATIENCE_SECONDS)


class Workplace:
    """Everything runs and both systems agree once `open()` returns. `close()` leaves nothing behind. `guarded`: with the ceilings of the pack `ssm`."""

    VICTIMS = ("engine", "sage connector", "ssm connector", "gateway")

    def __init__(self, seed=1, size="small", tempo=QUICK, where=None, host="127.0.0.1", log_level="info", guarded=False):
        self._stack = contextlib.ExitStack()
        self.folder = where or self._stack.enter_context(folder())
        self.programs = Programs(self.folder)
        self._stack.callback(self.programs.stop)
        try:
            self.systems = Systems(self.programs, self.folder, size, seed)
            pack = self.folder / "pack"
            pack.mkdir()
            (pack / "pack.yaml").write_text(PACK if guarded else PACK + UNGUARDED, "utf-8")
            self.engine = Engine(self.programs, BINARIES, ROOT, self.folder / "engine", self.systems, NO_LIMIT, METRICS, log_level=log_level, tempo=tempo, pack=pack, host=host)
        except BaseException:
            self.close()
            raise

    def close(self):
        self._stack.close()

    def open(self):
        self.engine.start()
        self.engine.start_connectors()
        self.until(lambda: self.is_connected(), "both connectors to hold a session")
        self.engine.begin_first_load()
        self.until(lambda: self.engine.approve_users() or self.engine.is_quiet(self.engine.status()), "the first load")
        self.until_quiet()
        return self

    def entente(self, *words, seconds=60):
        """A command at this engine, whatever becomes of it."""
        return run(*self.engine.command(*words), seconds=seconds)

    # ------------------------------------------------------------------ waiting

    def until(self, holds, what, seconds=PATIENCE_SECONDS, every=0.02):
        return wait_until(holds, seconds, what, every=every)

    def until_quiet(self, seconds=PATIENCE_SECONDS):
        """Both sides are connected, were read after this call began, and nothing is left to do."""
        self.until(self.is_connected, "both connectors to hold a session", seconds)
        self.engine.ask("poll")
        self.engine.ask("wait", "--timeout", seconds, seconds=seconds + 60)
        self.until(lambda: self.engine.is_quiet(self.engine.status()), "everything to be settled", seconds, every=0.1)

    def is_connected(self):
        connected = self.metrics("connected")
        return len(connected) == 2 and all(connected.values())

    # ------------------------------------------------------------------ looking

    def metrics(self, name):
        """The values of a metric by the labels that tell them apart; empty while the engine does not answer."""
        try:
            address = (self.engine.folder / "metrics.address").read_text("utf-8").strip()
            with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
                text = answer.read().decode("utf-8")
        except (OSError, urllib.error.URLError):
            return {}
        labels = lambda listed: ",".join(value for label, value in re.findall(r'(\w+)="(.*?)"', listed) if label != "instance")
        return {labels(listed): int(float(value)) for found, listed, value in SAMPLE.findall(text) if found == name}

    def owed(self):
        """Deliveries decided and not yet acknowledged."""
        return sum(self.metrics("outbox_deliveries").values())

    def writes(self):
        """Writes both systems performed for the engine since counting began."""
        counts = self.systems.sage("counts")["writes"]
        return self.systems.ssm("counts")["api_writes_total"] + (sum(counts.values()) if isinstance(counts, dict) else counts)

    # ------------------------------------------------------------------ killing

    def program(self, victim):
        return {"engine": self.engine.program, "gateway": self.systems.gateway,
                **dict(zip(("sage connector", "ssm connector"), self.engine.connectors))}[victim]

    def kill(self, victim):
        self.program(victim).kill()
        if victim == "engine":
            for file in ("engine.address", "metrics.address"):
                (self.engine.folder / file).unlink(missing_ok=True)

    def start(self, victim, wait=True):
        if self.program(victim).is_running:
            return
        if victim == "gateway":
            self.systems.start_gateway()
        else:
            self.program(victim).start()
            if victim == "engine" and wait:
                self.until((self.engine.folder / "engine.address").exists, "the engine to listen")

    def fallen(self):
        """Programs that ended though nobody killed them; each with the end of its log."""
        return {victim: self.program(victim).tail() for victim in self.VICTIMS if not self.program(victim).is_running}
