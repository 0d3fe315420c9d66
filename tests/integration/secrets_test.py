"""No secret leaves the file that is meant to hold it, whatever happens: first load, a working day, refused tokens and logins, backup."""

import base64
import contextlib
import io
import os
import stat
import unittest
import urllib.request
from pathlib import Path

from certificates import Authority, tls_lines
from listening_proxy import ListeningProxy
from login_refusing_server import LoginRefusingServer
from running import House, folder, run, secret
from tools.demonstration.day import Day
from tools.demonstration.records import Cast
from tools.demonstration.scene import Scene
from tools.demonstration.tell import Tell

# A secret is looked for piece by piece: a compressed file may break it once or twice, never between all its letters.
PIECE_LETTERS = 12
DEBUG_LOG = '\n[log]\nlevel = "debug"\n'
METRICS = 'metrics_listen = "127.0.0.1:0"\nmetrics_listen_file = "metrics.address"\n'


def pieces(text):
    """{piece of a secret as bytes: how it was written}, in every form in which programs write texts."""
    forms = {"plain": text.encode("utf-8"), "wide": text.encode("utf-16-le"), "hex": text.encode("utf-8").hex().encode("ascii")}
    for shift in range(3):
        # What comes before decides how the letters fall; the ends depend on the neighbours and are left out.
        forms[f"base64 {shift}"] = base64.b64encode(b" " * shift + text.encode("utf-8"))[4:-4]
    found = {}
    for name, form in forms.items():
        letters = PIECE_LETTERS * (2 if name in ("wide", "hex") else 1)
        for at in range(0, len(form) - letters + 1, letters):
            found[form[at:at + letters]] = name
    return found


def leaks(data, secrets):
    """Names of the secrets of which a piece is in the data, with the form."""
    return [f"{name} ({form})" for name, text in secrets.items() for piece, form in pieces(text).items() if piece in data]


class Run:
    """Everything one run left: files, what programs printed, every command line and address that others could have seen."""

    def __init__(self, house):
        self.house = house
        self.printed, self.command_lines = [], set()

    def entente(self, *words):
        told = self.house.entente(*words)
        self.printed.append(told.text.encode("utf-8"))
        return told

    def run(self, *words):
        told = run(*words)
        self.printed.append(told.text.encode("utf-8"))
        return told

    def look_at_command_lines(self):
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                self.command_lines.add((process / "cmdline").read_bytes())


class SecretsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        certificates = cls.enterClassContext(folder())
        authority = Authority(certificates, "root")
        certificate, cls.tls_key = authority.sign("engine", "IP:127.0.0.1")
        cls.house = House("small", head=METRICS + tls_lines(certificate, cls.tls_key), tls_root=authority.root, log_level="trace")
        cls.addClassCleanup(cls.house.close)
        cls.run_of = Run(cls.house)
        cls.secrets, cls.keepers = {}, set()
        home = cls.house.engine.folder
        cls.proxy = ListeningProxy(cls.house.sandbox.ssm_url)
        cls.addClassCleanup(cls.proxy.close)
        cls.wrong = {name: secret(home / f"{name}.secret", os.urandom(24).hex()) for name in ("odbc password", "wrong token", "wrong key", "wrong password")}

        cls.house.engine.start()
        sage = cls.house.engine.sage_config().replace("[gateway]", f'password_file = "{cls.wrong["odbc password"]}"\n[gateway]') + DEBUG_LOG
        ssm = cls.house.engine.ssm_config().replace(cls.house.sandbox.ssm_url, cls.proxy.url) + DEBUG_LOG
        cls.house.engine.connectors = [cls.house.engine.start_connector("sage100", sage), cls.house.engine.start_connector("ssm", ssm)]
        cls.house.engine.wait_for_connectors()
        cls.work(sage, ssm)

        described = cls.house.sandbox.description
        for name, path in (*cls.wrong.items(), ("ssm key", described["ssm"]["private_key_file"]), ("gateway token", described["sage"]["gateway_token_file"]),
                           *((file.name, file) for file in (home / "state/tokens").iterdir())):
            cls.keepers.add(Path(path))
            cls.secrets[name] = Path(path).read_text("utf-8").strip()
        cls.keepers.add(cls.tls_key)
        # Its first letters say that it is a key, its last ones are the public half.
        cls.secrets["tls key"] = "\n".join(cls.tls_key.read_text("utf-8").splitlines()[1:-1])[48:88]
        for number, token in enumerate(sorted(cls.proxy.tokens)):
            cls.secrets[f"ssm session {number}"] = token

    @classmethod
    def work(cls, sage, ssm):
        house, run_of = cls.house, cls.run_of
        house.load()
        run_of.look_at_command_lines()
        cls.marked, customer = os.urandom(12).hex(), Cast(house.sandbox, 2).customer()
        house.sandbox.sage("edit", "party", customer, CT_Adresse=cls.marked)
        house.until(lambda: house.sandbox.account("@" + customer)["address1"] == cls.marked, "an address that is like no other")
        with contextlib.redirect_stdout(io.StringIO()):
            for step in Day(Scene(house.sandbox, house.engine, Tell()), 1).steps():
                step()
        run_of.look_at_command_lines()
        cls.session_ends()
        cls.everything_is_looked_at()
        run_of.entente("backup", house.folder / "backup")
        cls.strangers_knock(sage, ssm)
        run_of.look_at_command_lines()

    @classmethod
    def session_ends(cls):
        """SSM forgets its sessions: the connector logs in anew."""
        known = len(cls.proxy.tokens)
        cls.house.sandbox.ssm("expire-tokens")
        cls.run_of.entente("poll")
        cls.house.until(lambda: len(cls.proxy.tokens) > known, "a new login")
        cls.house.engine.wait_until_quiet()

    @classmethod
    def everything_is_looked_at(cls):
        for words in (("status",), ("doctor", "--config", cls.house.engine.config), ("records", "--page-size", 1000), ("links", "--page-size", 1000),
                      ("items", "--state", "all", "--page-size", 1000), ("pack", "describe", "running"), ("runs",), ("quote", "show")):
            cls.run_of.entente(*words)
            cls.run_of.entente(*words, "--json")
        address = (cls.house.engine.folder / "metrics.address").read_text("utf-8").strip()
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=20) as answer:
            cls.run_of.printed.append(answer.read())

    @classmethod
    def strangers_knock(cls, sage, ssm):
        """Each is refused: a wrong token at the command line and of a connector, a wrong key at SSM, a wrong password at the database."""
        engine, house = cls.house.engine, cls.house
        cls.run_of.run("entente", "--address", engine.address, "--tls-root-file", engine.tls_root, "--token-file", cls.wrong["wrong token"], "status")
        for program in engine.connectors:
            program.stop()
        server = LoginRefusingServer()
        cls.addClassCleanup(server.close)
        database = f"Driver=FreeTDS;SERVER=127.0.0.1;PORT={server.port};DATABASE=BIJOU;TDS_Version=7.4;ClientCharset=UTF-8;UID=entente"
        described = house.sandbox.description
        locked_out = sage.replace(described["sage"]["odbc_connection_string"], database).replace(str(cls.wrong["odbc password"]), str(cls.wrong["wrong password"]))
        cases = (("sage100", locked_out, lambda: "LOGIN_REFUSED" in house.side("sage")["refused"]),
                 ("ssm", ssm.replace(described["ssm"]["private_key_file"], str(cls.wrong["wrong key"])), lambda: "CREDENTIALS_REFUSED" in house.side("ssm")["refused"]),
                 ("ssm", ssm.replace("state/tokens/ssm.token", str(cls.wrong["wrong token"])), lambda: int(engine.status()["tokens_refused"]) > 1))
        for connector, config, is_refused in cases:
            program = engine.start_connector(connector, config)
            house.until(is_refused, "the stranger to be refused")
            cls.run_of.look_at_command_lines()
            cls.run_of.entente("status")
            cls.run_of.entente("doctor")
            program.stop()
            cls.run_of.run(f"entente-connector-{connector}", "--config", engine.folder / f"{connector}.toml", "--check")

    # ------------------------------------------------------------------ what is nowhere

    def test_the_run_had_every_secret(self):
        self.assertGreaterEqual(set(self.secrets), {"operator.token", "sage.token", "ssm.token", "odbc password", "ssm key", "gateway token", "tls key", "wrong token", "ssm session 1"})
        self.assertEqual([name for name, text in self.secrets.items() if len(text) < 2 * PIECE_LETTERS], [])

    def test_files_meant_to_hold_a_secret_are_their_owners_alone(self):
        for path in self.keepers:
            self.assertEqual((path, stat.S_IMODE(path.stat().st_mode)), (path, 0o600))

    def test_no_other_file_holds_a_piece_of_one(self):
        seen = 0
        for path in self.house.folder.rglob("*"):
            if path.is_file() and path not in self.keepers:
                seen += 1
                self.assertEqual((str(path), leaks(path.read_bytes(), self.secrets)), (str(path), []))
        self.assertGreater(seen, 30)

    def test_the_same_search_finds_what_state_and_backup_do_hold(self):
        found = [path.relative_to(self.house.folder).parts[0] for path in self.house.folder.rglob("*") if path.is_file() and leaks(path.read_bytes(), {"address": self.marked})]
        self.assertLessEqual({"engine", "backup", "sandbox"}, set(found))

    def test_no_log_holds_the_value_of_a_record(self):
        logs = list(self.house.folder.glob("*.log"))
        self.assertGreater(len(logs), 3)
        self.assertEqual([path.name for path in logs if leaks(path.read_bytes(), {"address": self.marked})], [])

    def test_state_and_backup_were_among_the_files(self):
        names = {str(path.relative_to(self.house.folder)) for path in self.house.folder.rglob("*")}
        for part in ("engine/state/db/CURRENT", "backup/CURRENT", "entented.log", "connector-ssm.log", "connector-sage100.log", "sandbox.log"):
            self.assertIn(part, names)
        self.assertTrue(any(name.endswith(".log") and name.startswith("engine/state/db/") for name in names), "what was written last is in no compressed file")

    def test_nothing_a_program_printed_holds_one(self):
        self.assertGreater(sum(map(len, self.run_of.printed)), 100000)
        self.assertEqual([problem for text in self.run_of.printed for problem in leaks(text, self.secrets)], [])

    def test_no_command_line_holds_one(self):
        self.assertTrue(any(b"entented" in line for line in self.run_of.command_lines))
        self.assertEqual(leaks(b"\n".join(self.run_of.command_lines), self.secrets), [])

    def test_no_address_holds_one(self):
        self.assertTrue(any("accounts" in address for address in self.proxy.addresses))
        self.assertEqual(leaks("\n".join(self.proxy.addresses).encode("utf-8"), self.secrets), [])


class SearchTest(unittest.TestCase):
    """The search above can fail."""

    def test_it_finds_a_secret_in_every_form(self):
        text = os.urandom(24).hex()
        raw = text.encode("utf-8")
        for planted in (raw, text.encode("utf-16-le"), raw.hex().encode("ascii"), *(base64.b64encode(b"x" * shift + raw + b"yz") for shift in range(3))):
            self.assertNotEqual(leaks(b"before " + planted + b" after", {"it": text}), [])
        self.assertNotEqual(leaks(raw[:PIECE_LETTERS + 5] + b"\0\1" + raw[PIECE_LETTERS + 5:], {"it": text}), [], "a gap hides nothing")
        self.assertEqual(leaks(os.urandom(100000), {"it": text}), [])

    def test_it_finds_one_in_a_file_of_a_run(self):
        with folder() as home:
            text = os.urandom(24).hex()
            (home / "a.log").write_text(f"session opened  token={text}\n", "utf-8")
            self.assertEqual(leaks((home / "a.log").read_bytes(), {"it": text})[0], "it (plain)")


if __name__ == "__main__":
    unittest.main(verbosity=2)
