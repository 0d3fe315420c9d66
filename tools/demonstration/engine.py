"""Engine and connectors as separate processes, and the operator at the command line `entente`."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .processes import Failed, wait_until


@dataclass(frozen=True)
class Tempo:
    """How fast everything happens: the defaults of the programs are minutes, and nobody watches that long."""

    poll: str = "2s"
    sweep: str = "3s"
    hold: str = "2s"
    settle_seconds: int = 2
    retry_longest: str = "2s"
    heartbeat: str = "2s"
    lease: str = "8s"


WRITES = ("create", "update", "delete", "undelete")

ENGINE_TOML = """listen = "{listen}"
listen_file = "engine.address"
{head}
[log]
level = "{log_level}"

[[instance]]
name = "default"
state_dir = "state"
pack = "{pack}"
pack_search_path = "{rules}"

[instance.parameters]
sage_interval = "{poll}"
ssm_interval = "{poll}"
contacts_interval = "{poll}"
stock_interval = "{poll}"
sage_sweep_interval = "{sweep}"
delete_hold = "{hold}"

[instance.tuning]
delete_hold = "{hold}"
retry_first = "200ms"
retry_longest = "{retry_longest}"
settle_time = "{settle}s"
heartbeat = "{heartbeat}"
lease = "{lease}"
"""

SAGE_TOML = """[engine]
address = "{address}"
side = "sage"
token_file = "state/tokens/sage.token"
retry_max_seconds = 1
{tls}
[odbc]
connection = "{odbc}"

[gateway]
url = "{gateway}"
token_file = "{gateway_token}"
timeout_milliseconds = 10000
settle_milliseconds = {settle}000

[company]
expected_guid = "{guid}"
"""

SSM_TOML = """[engine]
address = "{address}"
side = "ssm"
token_file = "state/tokens/ssm.token"
retry_max_seconds = 1
{tls}
[ssm]
url = "{url}"
public_key_file = "ssm-public.key"
private_key_file = "{private_key}"
calls_per_minute = {per_minute}
calls_per_second = {per_second}
overlap_seconds = 2
page_size = 500
search_after_seconds = 1
settle_seconds = {settle}
"""


def _last_object(text):
    """The last JSON object of an answer: a stream prints one a line, everything else a single one over many lines."""
    try:
        return json.loads(text or "null")
    except json.JSONDecodeError:
        return json.loads(text.strip().splitlines()[-1])


class Engine:
    """REQUIRES: the sandbox answers; `folder` belongs to this engine alone.

    `head`: further lines of the engine's configuration; `log_level`: of its log. `tls_root`: the root that connectors and operator check the engine's certificate against.
    `pack`: another folder than that of the pack `ssm`. `host`: the address to listen on.
    """

    def __init__(self, programs, binaries, root, folder, sandbox, rate, head="", tls_root=None, log_level="info", tempo=Tempo(), pack=None, host="127.0.0.1"):
        self.programs = programs
        self.binaries = Path(binaries)
        self.root = Path(root)
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.sandbox = sandbox
        self.rate = rate
        self.head = head
        self.tls_root = tls_root
        self.log_level = log_level
        self.tempo = tempo
        self._pack = pack
        self.host = host
        self.config = self.folder / "engine.toml"
        self.address_file = self.folder / "engine.address"
        self.program = None
        self.connectors = []
        self.address = None

    @property
    def pack(self):
        """The folder of the configured pack."""
        return self._pack or self.root / "rules/ssm"

    # ------------------------------------------------------------------ processes

    def _write_config(self, listen):
        tempo = self.tempo
        self.config.write_text(ENGINE_TOML.format(listen=listen, head=self.head, log_level=self.log_level, pack=self.pack, rules=self.root / "rules", poll=tempo.poll, sweep=tempo.sweep,
                                                  hold=tempo.hold, settle=tempo.settle_seconds, retry_longest=tempo.retry_longest, heartbeat=tempo.heartbeat, lease=tempo.lease), "utf-8")

    def start(self, environment=None):
        self._write_config(f"{self.host}:0")
        self.program = self.programs.add("entented", [self.binaries / "entented", "--config", self.config], environment)
        self._wait_for_address()
        # Connectors know one address: after a restart the engine takes the same one again.
        self._write_config(self.address)

    def _wait_for_address(self):
        wait_until(self.address_file.exists, 60, "the engine to listen", [self.program])
        self.address = self.address_file.read_text("utf-8").strip()

    def kill(self):
        self.program.kill()
        self.address_file.unlink(missing_ok=True)

    def restart(self):
        self.program.start()
        self._wait_for_address()

    def start_connectors(self):
        self.connectors = [self.start_connector("sage100", self.sage_config()), self.start_connector("ssm", self.ssm_config())]

    def start_connector(self, name, config):
        """Starts a connector with this configuration, which it finds in the engine's folder."""
        file = self.folder / f"{name}.toml"
        file.write_text(config, "utf-8")
        return self.programs.add(f"connector-{name}", [self.binaries / f"entente-connector-{name}", "--config", file])

    def _tls(self):
        return f'tls_root_file = "{self.tls_root}"\n' if self.tls_root else ""

    def sage_config(self):
        sage = self.sandbox.description["sage"]
        return SAGE_TOML.format(address=self.address, tls=self._tls(), odbc=sage["odbc_connection_string"], gateway=sage["gateway_url"],
                                gateway_token=sage["gateway_token_file"], guid=sage["company_guid"], settle=self.tempo.settle_seconds)

    def ssm_config(self):
        ssm = self.sandbox.description["ssm"]
        public_key = self.folder / "ssm-public.key"
        public_key.write_text(ssm["public_key"] + "\n", "utf-8")
        public_key.chmod(0o600)
        return SSM_TOML.format(address=self.address, tls=self._tls(), url=ssm["url"], private_key=ssm["private_key_file"], per_minute=self.rate[0],
                               per_second=self.rate[1], settle=self.tempo.settle_seconds)

    # ------------------------------------------------------------------ the operator

    @property
    def token_file(self):
        return self.folder / "state/tokens/operator.token"

    def command(self, *words):
        """The command line a person would type."""
        tls = ["--tls-root-file", str(self.tls_root)] if self.tls_root else []
        return [str(self.binaries / "entente"), "--address", self.address, "--token-file", str(self.token_file), *tls, *map(str, words)]

    def ask(self, *words, seconds=60):
        """The JSON answer of a command."""
        answer = subprocess.run(self.command(*words, "--json"), capture_output=True, text=True, timeout=seconds, env={**os.environ, "NO_COLOR": "1"}, check=False)
        if answer.returncode != 0:
            raise Failed(f"entente {' '.join(map(str, words))}: {answer.stderr.strip() or answer.stdout.strip() or answer.returncode}")
        return _last_object(answer.stdout)

    def told(self, *words, seconds=60, refused=False):
        """What a person reads; with `refused` something of it is to be refused."""
        answer = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=seconds, env={**os.environ, "NO_COLOR": "1"}, check=False)
        if answer.returncode != (1 if refused else 0):
            raise Failed(f"entente {' '.join(map(str, words))}: {answer.stderr.strip() or answer.stdout.strip() or answer.returncode}")
        return answer.stdout

    def status(self):
        return self.ask("status")

    def wait_for_connectors(self):
        wait_until(lambda: len(self._sides()) == 2 and all(side.get("connected") for side in self._sides()), 30, "both connectors to hold a session",
                   [self.program, *self.connectors], every=0.2)

    def _sides(self):
        return self.status().get("sides", [])

    def begin_first_load(self):
        self.ask("first-load", "--no-wait")

    def deliveries_in_flight(self):
        """Writes handed to a connector and not answered, each as a line for people; reads do not count."""
        try:
            links = self.ask("links", "--state", "owed").get("links", [])
        except Failed:
            return []
        return [f"{owed['verb']} of a {link['entity']} in {owed['side']} (delivery {owed['id']})"
                for link in links for owed in link.get("owed", []) if owed.get("state") == "sent" and owed.get("verb") in WRITES]

    @staticmethod
    def is_quiet(status):
        is_running = any(run.get("state") == "running" for run in status.get("runs", []))
        return bool(status.get("quiet")) and not is_running and all(side.get("connected") for side in status.get("sides", []))

    @staticmethod
    def records_read(status):
        """Records both connectors have reported since the engine started."""
        return sum(int(count) for name, count in status.get("counters", {}).items() if name.startswith("read."))

    @staticmethod
    def problem(status):
        """What stands in the way, in one line."""
        parts = [f"{name} {status[name]}" for name in ("state", "dirty", "outbox_left", "outbox_right", "problem") if status.get(name)]
        for side in status.get("sides", []):
            if not side.get("connected"):
                parts.append(f"{side['name']} is not connected {side.get('refused', '')}".strip())
            elif side.get("trouble"):
                parts.append(f"{side['name']}: {side['trouble']}")
        return ", ".join(parts)

    def wait_until_quiet(self, seconds=60):
        wait_until(lambda: self.is_quiet(self.status()), seconds, "everything to be settled", [self.program, *self.connectors], every=0.2)

    def pause(self):
        self.ask("pause")

    def resume(self):
        self.ask("resume")

    # ------------------------------------------------------------------ work items

    def items(self, reason):
        return self.ask("items", "list", "--reason", reason, "--page-size", 1000).get("items", [])

    def approve_users(self):
        """Approves the creation of the first users, if that is asked for. Returns what was approved, in words."""
        approved = []
        for item in self.items("approve_creates"):
            try:
                self.ask("items", "resolve", item["id"], "approve")
            except Failed:
                continue  # asked again at the next look, if it is still open then
            approved.append(item.get("message_en") or item["reason"])
        return approved

    def has_item(self, reason, side, resource, key):
        """Whether an open work item of this reason is about this record."""
        link = self._link(side, resource, key)
        return link is not None and bool(self.ask("items", "list", "--reason", reason, "--link", link).get("items"))

    def items_line(self):
        """What waits for people, in one line."""
        open_items = self.status().get("open_items", {})
        listed = ", ".join(f"{reason} {count}" for reason, count in sorted(open_items.items()))
        return f"waiting for people: {listed or 'nothing'}"

    # ------------------------------------------------------------------ records

    def _link(self, side, resource, key):
        try:
            return self.ask("records", f"{side}/{resource}/{key}").get("link")
        except Failed:
            return None

    def lost_value(self, side, resource, key, field):
        """The value that lost a conflict at a field, as the engine keeps it; None when none did."""
        try:
            fields = self.ask("explain", f"{side}/{resource}/{key}", "--field", field).get("fields", [])
        except Failed:
            return None
        return next((field["lost"].get("text") for field in fields if field.get("lost")), None)

    # ------------------------------------------------------------------ what is asked for

    def push(self, quote):
        """Sends a quote and returns the number Sage gave it."""
        answer = self.ask("quote", "push", quote, "--timeout-seconds", 60)
        if not answer.get("number"):
            raise Failed(f"quote {quote} was not sent: {'; '.join(answer.get('problems', [])) or answer.get('state')}")
        return answer["number"]

    def reconcile(self):
        """Lists both sides in full and waits until everything is settled."""
        self.ask("reconcile", "--timeout-seconds", 170, seconds=180)
        self.wait_until_quiet(120)
