"""Bad input at the start of a program: a sentence that says what, why and what to do, a code of its own, and nothing touched."""

import shutil
import unittest

from running import BINARIES, ROOT, House, Sandbox, folder, problems, run, secret
from login_refusing_server import LoginRefusingServer
from tools.demonstration.processes import Programs, wait_until

ENGINE = """listen = "127.0.0.1:0"
listen_file = "engine.address"
{head}
[[instance]]
state_dir = "{state}"
pack = "{pack}"
pack_search_path = "{rules}"
{tail}
"""


class EngineRefusals(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(folder())

    def configured(self, head="", tail="", state="state", pack=ROOT / "rules/ssm"):
        path = self.folder / "engine.toml"
        path.write_text(ENGINE.format(head=head, tail=tail, state=state, pack=pack, rules=ROOT / "rules"), "utf-8")
        return path

    def start(self, **parts):
        return run("entented", "--config", self.configured(**parts))

    def assert_told(self, outcome, code, reason, *words):
        self.assertEqual(outcome.code, code, outcome.text)
        self.assertIn(f"entented: {reason}: ", outcome.err)
        for word in words:
            self.assertIn(word, outcome.err)

    def assert_untouched(self):
        self.assertFalse((self.folder / "state").exists(), "a refused configuration touches no state")

    def test_an_unknown_key_is_named_with_its_line_and_the_nearest_one(self):
        self.assert_told(self.start(head='lisen_file = "x"'), 2, "CONFIG_INVALID", 'engine.toml:3: unknown key "lisen_file". Did you mean "listen_file"?')
        self.assert_untouched()

    def test_every_wrong_value_is_named_at_once(self):
        told = self.start(head="metrics_listen = 7", tail='journal_keep = "long"\n[instance.tuning]\nlease = "1s"\ndecisions_per_turn_max = 0')
        self.assert_told(told, 2, "CONFIG_INVALID", '"metrics_listen" must be text in quotes', '"journal_keep" must be a length of time', '"lease" must be at least twice',
                         '"decisions_per_turn_max" must be a whole number from 1 to 100000')
        self.assert_untouched()

    def test_a_file_that_is_no_toml_is_named_with_the_place(self):
        self.assert_told(self.start(head="metrics_listen ="), 2, "CONFIG_UNREADABLE", "engine.toml:3:")

    def test_a_missing_file_is_named(self):
        self.assert_told(run("entented", "--config", self.folder / "none.toml"), 2, "CONFIG_FILE_MISSING", "none.toml", "--config")

    def test_wrong_use_is_answered_with_help(self):
        told = run("entented", "--confg", "x")
        self.assertEqual(told.code, 2)
        self.assertIn("--help", told.text)

    def test_a_wrong_type_in_a_pack_is_named_with_file_and_line(self):
        pack = self.copied_pack("companies_max: 1", "companies_max: one")
        self.assert_told(self.start(pack=pack), 3, "PACK_INVALID", "pack/pack.yaml:", '`sides.sage.companies_max` is not a whole number: "one"', "Write digits only")
        self.assert_untouched()
        checked = run("entente", "pack", "check", pack, "--search-path", ROOT / "rules", "--json")
        self.assertEqual(checked.code, 1)
        self.assertIn("is not a whole number", checked.out)

    def test_a_pack_whose_base_is_missing_is_told_that_alone(self):
        checked = run("entente", "pack", "check", self.copied_pack())
        self.assertEqual(checked.code, 1)
        self.assertIn("The pack extends `base`, which is not found", checked.out)
        self.assertIn("1 problem:", checked.out)

    def copied_pack(self, old="", new=""):
        pack = self.folder / "pack"
        shutil.copytree(ROOT / "rules/ssm", pack)
        text = (pack / "pack.yaml").read_text("utf-8")
        (pack / "pack.yaml").write_text(text.replace(old, new) if old else text, "utf-8")
        return pack

    def test_a_missing_pack_is_named(self):
        self.assert_told(self.start(pack="nowhere"), 3, "PACK_INVALID", "nowhere/pack.yaml", "Name the folder of a pack")
        checked = run("entente", "pack", "check", self.folder / "nowhere")
        self.assertEqual(checked.code, 1)
        self.assertIn("[PACK_MISSING]", checked.err)

    def test_an_unknown_parameter_and_a_wrong_one_are_named(self):
        self.assert_told(self.start(tail='[instance.parameters]\nsage_intervall = "2s"'), 3, "PACK_INVALID", "no parameter `sage_intervall`", "Did you mean sage_interval?")
        self.assert_told(self.start(tail='[instance.parameters]\nsage_interval = "soon"'), 3, "PACK_INVALID", 'parameter `sage_interval` is not right: "soon"')
        self.assert_untouched()

    def test_it_does_not_listen_beyond_this_machine_without_tls(self):
        for listen in ("0.0.0.0:0", "[::]:0", "192.0.2.1:7443", "127.example.com:7443"):
            path = self.configured()
            path.write_text(path.read_text("utf-8").replace("127.0.0.1:0", listen), "utf-8")
            self.assert_told(run("entented", "--config", path), 2, "TLS_REQUIRED", listen, "tls_cert_file", "127.0.0.1")
        self.assert_untouched()

    def test_an_address_without_a_port_is_named(self):
        path = self.configured()
        path.write_text(path.read_text("utf-8").replace("127.0.0.1:0", "localhost"), "utf-8")
        self.assert_told(run("entented", "--config", path), 2, "ADDRESS_INVALID", "HOST:PORT")

    def test_metrics_stay_on_this_machine(self):
        self.assert_told(self.start(head='metrics_listen = "0.0.0.0:9464"'), 2, "CONFIG_INVALID", "must be a loopback address")

    def test_a_state_directory_that_cannot_be_made_is_named(self):
        (self.folder / "file").write_text("", "utf-8")
        self.assert_told(self.start(state="file/state"), 1, "FILE_UNWRITABLE", "file/state", "Check the folder")

    def test_a_token_others_may_read_is_refused_with_the_command_that_mends_it(self):
        self.begin_and_end()
        token = self.folder / "state/tokens/operator.token"
        token.chmod(0o644)
        self.assert_told(self.start(), 1, "SECRET_FILE_READABLE_BY_OTHERS", f"chmod 600 {token}")
        token.chmod(0o600)
        token.write_text("", "utf-8")
        self.assert_told(self.start(), 1, "TOKEN_EMPTY", "Delete it")

    def test_a_damaged_epoch_is_not_guessed(self):
        self.begin_and_end()
        (self.folder / "state/epoch").write_text("many\n", "utf-8")
        self.assert_told(self.start(), 1, "EPOCH_FILE_DAMAGED", "highest epoch the gateway knows")

    def begin_and_end(self):
        programs = self.running_engine()
        programs.stop()
        return self.folder / "state"

    def running_engine(self):
        programs = Programs(self.folder)
        self.addCleanup(programs.stop)
        address = self.folder / "engine.address"
        program = programs.add("entented", [BINARIES / "entented", "--config", self.configured()])
        wait_until(address.exists, 30, "the engine to listen", [program])
        return programs

    def test_a_second_engine_on_the_same_state_is_refused_and_the_first_goes_on(self):
        self.running_engine()
        address = (self.folder / "engine.address").read_text("utf-8").strip()
        second = self.folder / "second.toml"
        second.write_text((self.folder / "engine.toml").read_text("utf-8").replace("engine.address", "second.address"), "utf-8")

        self.assert_told(run("entented", "--config", second), 4, "STATE_DIRECTORY_IN_USE", str(self.folder / "state"), "Stop that one")

        status = run("entente", "--address", address, "--token-file", self.folder / "state/tokens/operator.token", "status")
        self.assertEqual(status.code, 0, status.text)

    def test_a_taken_port_is_named(self):
        self.running_engine()
        address = (self.folder / "engine.address").read_text("utf-8").strip()
        other = self.folder / "other.toml"
        other.write_text(ENGINE.format(head="", tail="", state="other", pack=ROOT / "rules/ssm", rules=ROOT / "rules").replace("127.0.0.1:0", address), "utf-8")
        self.assert_told(run("entented", "--config", other), 5, "CANNOT_LISTEN", address, "change `listen`")

    def test_restoring_under_a_running_engine_is_refused(self):
        self.running_engine()
        saved = self.folder / "saved"
        address = (self.folder / "engine.address").read_text("utf-8").strip()
        made = run("entente", "--address", address, "--token-file", self.folder / "state/tokens/operator.token", "backup", saved)
        self.assertEqual(made.code, 0, made.text)
        restored = run("entente", "restore", saved, "--state-dir", self.folder / "state")
        self.assertEqual(restored.code, 1)
        self.assertIn("[STATE_DIRECTORY_IN_USE]", restored.err)


class ConnectorRefusals(unittest.TestCase):
    """Whatever a connector cannot use it says at `--check`; while it runs, the engine says it too, and all is well once it was mended."""

    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.close)
        cls.house.engine.start()
        cls.sage = cls.house.engine.sage_config()
        cls.ssm = cls.house.engine.ssm_config()
        cls.description = cls.house.sandbox.description

    def check(self, connector, config):
        return run(f"entente-connector-{connector}", "--config", self.house.write("check.toml", config), "--check")

    def assert_check_fails(self, connector, config, reason, *words):
        told = self.check(connector, config)
        self.assertEqual(told.code, 3, told.text)
        self.assertIn(f"FAIL  system: {reason}: ", told.out)
        for word in words:
            self.assertIn(word, told.out)
        self.assertIn("ok    engine: ", told.out, "what else is in order is said as well")

    def assert_configuration_refused(self, connector, config, *words):
        for more in ((), ("--check",)):
            told = run(f"entente-connector-{connector}", "--config", self.house.write("check.toml", config), *more)
            self.assertEqual(told.code, 2, told.text)
            self.assertIn(f"entente-connector-{connector}: CONFIG_INVALID: ", told.err)
            for word in words:
                self.assertIn(word, told.err)

    # ------------------------------------------------------------------ configuration

    def test_configurations_are_refused_with_place_and_remedy(self):
        self.assert_configuration_refused("sage100", self.sage.replace("[odbc]", '[odbc]\nconection = "x"'), "check.toml:", "unknown key `odbc.conection`", "`odbc.connection`")
        self.assert_configuration_refused("sage100", self.sage.replace("retry_max_seconds = 1", 'retry_max_seconds = "x"'), "must be a whole number from 1 to 3600")
        self.assert_configuration_refused("ssm", self.ssm.replace("page_size = 500", "page_size = 0"), "`ssm.page_size` must be a whole number from 1 to 5000")
        self.assert_configuration_refused("sage100", self.sage.replace("127.0.0.1", "192.0.2.1"), "`engine.address`", "`engine.tls_root_file`", "`gateway.url`")
        self.assert_configuration_refused("ssm", self.ssm.replace("http://127.0.0.1", "http://api.example"), "`ssm.url` must begin with https://")

    def test_secrets_in_a_configuration_are_refused_and_not_repeated(self):
        odbc = self.description["sage"]["odbc_connection_string"]
        for connector, config in (("sage100", self.sage.replace(odbc, odbc + ";PWD=hunter2hunter2")), ("ssm", self.ssm + 'private_key = "hunter2hunter2"\n'),
                                  ("ssm", self.ssm.replace("[engine]", '[engine]\ntoken = "hunter2hunter2"').replace("token_file", "# token_file"))):
            self.assert_configuration_refused(connector, config, "file")
            self.assertNotIn("hunter2hunter2", self.check(connector, config).text)

    def test_a_missing_file_is_named(self):
        told = run("entente-connector-ssm", "--config", "/nowhere/ssm.toml")
        self.assertEqual(told.code, 2)
        self.assertIn("CONFIG_FILE_MISSING: ", told.err)

    def test_a_key_others_may_read_is_refused_with_the_command_that_mends_it(self):
        key = secret(self.house.engine.folder / "open.key", "hunter2hunter2")
        key.chmod(0o644)
        self.assert_configuration_refused("ssm", self.ssm.replace(self.description["ssm"]["private_key_file"], str(key)), f"chmod 600 {key}")

    # ------------------------------------------------------------------ systems

    def test_a_wrong_data_source_is_named(self):
        odbc = self.description["sage"]["odbc_connection_string"]
        self.assert_check_fails("sage100", self.sage.replace(odbc, "DSN=nosuch"), "DATA_SOURCE_UNKNOWN", "odbc.connection", "odbcinst")
        self.assert_check_fails("sage100", self.sage.replace(odbc, "Driver=NoSuchDriver;Database=x"), "DATA_SOURCE_UNKNOWN", "NoSuchDriver")
        self.assert_check_fails("sage100", self.sage.replace(odbc, f"Driver=SQLite3;Database={self.house.folder}/empty.sqlite"), "DATABASE_NOT_SAGE", "cbSysTable")
        self.assert_check_fails("sage100", self.sage.replace(odbc, "Driver=FreeTDS;SERVER=127.0.0.1;PORT=1;DATABASE=BIJOU;UID=entente"), "DATABASE_UNAVAILABLE",
                                "check that it runs")

    def test_a_wrong_password_is_named_and_not_repeated(self):
        server = LoginRefusingServer()
        self.addCleanup(server.close)
        secret(self.house.engine.folder / "odbc.password", "hunter2hunter2}")
        config = self.sage.replace(self.description["sage"]["odbc_connection_string"],
                                   f"Driver=FreeTDS;SERVER=127.0.0.1;PORT={server.port};DATABASE=BIJOU;TDS_Version=7.4;ClientCharset=UTF-8;UID=entente")
        config = config.replace("[gateway]", 'password_file = "odbc.password"\n[gateway]')
        self.assert_check_fails("sage100", config, "LOGIN_REFUSED", "odbc.password_file", "Login failed")
        self.assertNotIn("hunter2", self.check("sage100", config).text)

    def test_another_company_is_refused(self):
        guid = self.description["sage"]["company_guid"]
        other = "00000000-0000-0000-0000-000000000000"
        self.assert_check_fails("sage100", self.sage.replace(guid, other), "COMPANY_CHANGED", guid.upper(), other, "company.expected_guid")

    def test_a_gateway_of_another_company_is_refused(self):
        other = Sandbox(self.house.programs, BINARIES / "entente-sandbox", self.house.folder / "other", "empty", 2).wait()
        self.addCleanup(other.program.stop)
        own, theirs = self.description["sage"], other.description["sage"]
        other.sage("company-guid", "11111111-2222-3333-4444-555555555555")
        config = self.sage.replace(own["gateway_url"], theirs["gateway_url"]).replace(own["gateway_token_file"], theirs["gateway_token_file"])
        self.assert_check_fails("sage100", config, "GATEWAY_OF_OTHER_COMPANY", "gateway.url or odbc.connection")

    def test_a_gateway_that_does_not_answer_or_does_not_let_us_in_is_named(self):
        url, token = self.description["sage"]["gateway_url"], self.description["sage"]["gateway_token_file"]
        self.assert_check_fails("sage100", self.sage.replace(url, "http://127.0.0.1:1"), "GATEWAY_UNREACHABLE", "gateway.url")
        self.assert_check_fails("sage100", self.sage.replace(url, self.description["control_url"]), "NOT_A_GATEWAY", "gateway.url")
        wrong = secret(self.house.engine.folder / "gateway.token", "hunter2hunter2")
        self.assert_check_fails("sage100", self.sage.replace(token, str(wrong)), "GATEWAY_TOKEN_REFUSED", "gateway.token_file")

    def test_an_api_that_does_not_answer_or_does_not_let_us_in_is_named(self):
        url, key = self.description["ssm"]["url"], self.description["ssm"]["private_key_file"]
        self.assert_check_fails("ssm", self.ssm.replace(url, "http://127.0.0.1:1/api"), "API_UNREACHABLE", "ssm.url")
        self.assert_check_fails("ssm", self.ssm.replace(url, self.description["sage"]["gateway_url"]), "NOT_SSM", "ssm.url")
        wrong = secret(self.house.engine.folder / "ssm-wrong.key", "hunter2hunter2")
        self.assert_check_fails("ssm", self.ssm.replace(key, str(wrong)), "CREDENTIALS_REFUSED", "public and private key")
        self.assertNotIn("hunter2hunter2", self.check("ssm", self.ssm.replace(key, str(wrong))).text)

    def test_an_api_out_of_service_is_named(self):
        self.house.sandbox.ssm("set", down=1)
        self.addCleanup(self.house.sandbox.ssm, "set", down=0)
        self.assert_check_fails("ssm", self.ssm, "API_UNAVAILABLE", "HTTP 503")

    # ------------------------------------------------------------------ engine

    def assert_engine_refuses(self, connector, config, reason, *words):
        told = self.check(connector, config)
        self.assertEqual(told.code, 3, told.text)
        self.assertIn("ok    system: ", told.out)
        self.assertIn(f"FAIL  engine: {reason}: ", told.out)
        for word in words:
            self.assertIn(word, told.out)

    def test_a_wrong_token_and_a_missing_one_are_refused_and_counted(self):
        before = int(self.house.engine.status()["tokens_refused"])
        self.assert_engine_refuses("sage100", self.sage.replace("sage.token", "ssm.token"), "TOKEN_WRONG", "tokens folder")
        told = self.check("sage100", self.sage.replace("state/tokens/sage.token", "none"))
        self.assertEqual(told.code, 3)
        self.assertIn("FAIL  token: SECRET_FILE_MISSING: ", told.out)
        without = run("entente", "--address", self.house.engine.address, "status")
        self.assertEqual((without.code, "[TOKEN_MISSING]" in without.err), (4, True), without.text)
        wrong = run("entente", "--address", self.house.engine.address, "--token-file", self.house.engine.folder / "state/tokens/sage.token", "pause")
        self.assertEqual((wrong.code, "[TOKEN_WRONG]" in wrong.err), (4, True), wrong.text)
        self.assertEqual(int(self.house.engine.status()["tokens_refused"]) - before, 4)
        self.assertEqual(self.house.engine.status()["state"], "RUNNING")

    def test_the_wrong_side_is_refused(self):
        self.assert_engine_refuses("sage100", self.sage.replace('side = "sage"', 'side = "sap"'), "SIDE_UNKNOWN", "sage and ssm")
        self.assert_engine_refuses("sage100", self.sage.replace('side = "sage"', 'side = "ssm"').replace("sage.token", "ssm.token"), "SYSTEM_UNKNOWN")

    def test_an_engine_that_does_not_answer_is_named(self):
        self.assert_engine_refuses("ssm", self.ssm.replace(self.house.engine.address, "127.0.0.1:1"), "ENGINE_UNREACHABLE", "engine.address")
        gateway = self.description["sage"]["gateway_url"].removeprefix("http://")
        self.assert_engine_refuses("ssm", self.ssm.replace(self.house.engine.address, gateway), "NOT_AN_ENGINE", "engine.address")
        there = run("entente", "--address", gateway, "status", "--json")
        self.assertEqual((there.code, '"NOT_AN_ENGINE"' in there.err), (3, True), there.text)

    def test_version_and_edition_are_checked_before_a_session(self):
        self.addCleanup(self.house.sandbox.sage, "product", "11.02", "on_premise")
        self.house.sandbox.sage("product", "10.05", "on_premise")
        self.assert_engine_refuses("sage100", self.sage, "VERSION_NOT_SUPPORTED", "version 11", "This is Sage 100 10.05")
        self.house.sandbox.sage("product", "11.02", "spc")
        self.assert_engine_refuses("sage100", self.sage, "EDITION_NOT_SUPPORTED", "(spc)")

    def test_what_a_running_connector_meets_shows_at_the_engine_until_it_is_mended(self):
        broken = self.sage.replace(self.description["sage"]["odbc_connection_string"], "DSN=nosuch").replace("retry_max_seconds = 1", "retry_max_seconds = 1\nrefused_wait_seconds = 1")
        connector = self.house.engine.start_connector("sage100", broken)
        self.addCleanup(connector.stop)
        self.house.until(lambda: self.house.side("sage")["refused"].startswith("DATA_SOURCE_UNKNOWN: "), "the engine to show what the connector cannot reach")
        self.assertIn("DATA_SOURCE_UNKNOWN", self.house.entente("status").out)
        examined = self.house.entente("doctor", "--json")
        self.assertEqual(examined.code, 1)
        self.assertEqual(problems(examined)["sage"]["reason"], "DATA_SOURCE_UNKNOWN")
        self.assertIn("odbc.connection", problems(examined)["sage"]["sentence"])

        connector.stop()
        self.house.sandbox.sage("product", "10.05", "on_premise")
        self.addCleanup(self.house.sandbox.sage, "product", "11.02", "on_premise")
        connector = self.house.engine.start_connector("sage100", self.sage.replace("retry_max_seconds = 1", "retry_max_seconds = 1\nrefused_wait_seconds = 1"))
        self.addCleanup(connector.stop)
        self.house.until(lambda: self.house.side("sage")["refused"].startswith("VERSION_NOT_SUPPORTED: "), "the engine to show that a gate refuses the connector")
        self.assertFalse(self.house.side("sage")["connected"])

        self.house.sandbox.sage("product", "11.02", "on_premise")
        self.house.until(lambda: self.house.side("sage")["connected"], "the session that nothing hinders any more")
        self.assertEqual(self.house.side("sage")["refused"], "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
