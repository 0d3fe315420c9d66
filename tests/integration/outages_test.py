"""Whatever goes away is named while it is away, and comes back without loss or doubles: gateway, API, both systems, connector, engine."""

import subprocess
import unittest

from running import BINARIES, House, Sandbox, problems
from tools.demonstration.records import Cast


class OutageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House("small")
        cls.addClassCleanup(cls.house.close)
        cls.house.connect()
        cls.house.load()
        cls.cast = Cast(cls.house.sandbox, 1)

    def trouble(self, side):
        return self.house.side(side)["trouble_code"]

    def assert_named(self, side, reason, *words):
        """Status and doctor say the same, and what to do."""
        self.assertIn(reason, self.house.entente("status").out)
        examined = self.house.entente("doctor", "--json")
        self.assertEqual(examined.code, 1)
        self.assertEqual(problems(examined)[side]["reason"], reason)
        for word in words:
            self.assertIn(word, problems(examined)[side]["sentence"])

    def test_while_the_gateway_is_down_writes_wait_and_reading_goes_on(self):
        sandbox, prospect, customer = self.house.sandbox, self.cast.prospect(), self.cast.customer()
        self.addCleanup(sandbox.sage, "clear-faults")
        before = sandbox.sage_writes()
        sandbox.sage("set-faults", down=1)
        sandbox.ssm("edit", "accounts", "@" + prospect, phone="02 40 00 77 01")
        sandbox.sage("edit", "party", customer, CT_Ville="Assérac")
        self.house.entente("poll")

        self.house.until(lambda: sandbox.account("@" + customer)["city"] == "Assérac", "what was read of Sage to arrive")
        self.house.until(lambda: self.trouble("sage") == "GATEWAY_UNREACHABLE", "the gateway's absence to show")
        self.assert_named("sage", "GATEWAY_UNREACHABLE", "gateway")
        self.assertIn("BACKING_OFF", self.house.entente("why-not", f"ssm/accounts/{sandbox.account('@' + prospect)['id']}").out)

        sandbox.sage("clear-faults")
        self.house.until(lambda: sandbox.sage_row("party", prospect)["CT_Telephone"] == "02 40 00 77 01", "the write that waited")
        self.house.until(lambda: self.trouble("sage") == "", "the trouble to be over")
        self.assertEqual(sandbox.sage_writes() - before, 1, "written once")

    def test_when_both_systems_were_away_everything_arrives_once(self):
        sandbox, first, second = self.house.sandbox, self.cast.prospect(), self.cast.prospect()
        accounts = len(sandbox.ssm_list("accounts", "id > 0"))
        self.house.engine.pause()
        sandbox.sage("edit", "party", first, CT_Ville="Bourgneuf")
        sandbox.ssm("edit", "accounts", "@" + second, phone="02 40 00 77 02")
        self.house.entente("poll")
        self.house.until(lambda: int(self.house.engine.status()["dirty"]) >= 2, "both edits to be taken in")
        sandbox.program.stop()
        self.house.engine.resume()

        self.house.until(lambda: (self.trouble("sage"), self.trouble("ssm")) == ("GATEWAY_UNREACHABLE", "API_UNREACHABLE"), "both absences to show")
        self.assert_named("ssm", "API_UNREACHABLE", sandbox.ssm_url, "ssm.url")
        self.assert_named("sage", "GATEWAY_UNREACHABLE")

        sandbox = self.house.sandbox = self.house.engine.sandbox = self.started_again(sandbox)
        self.house.until(lambda: sandbox.account("@" + first)["city"] == "Bourgneuf" and sandbox.sage_row("party", second)["CT_Telephone"] == "02 40 00 77 02",
                         "both edits on the other side")
        self.house.until(lambda: (self.trouble("sage"), self.trouble("ssm")) == ("", ""), "the trouble to be over")
        self.house.engine.wait_until_quiet()
        self.assertEqual(len(sandbox.ssm_list("accounts", "id > 0")), accounts)

    def started_again(self, sandbox):
        """The same systems at the same addresses."""
        port = lambda url: url.removeprefix("http://").split("/")[0].rsplit(":", 1)[1]
        described = sandbox.description
        return Sandbox(self.house.programs, BINARIES / "entente-sandbox", sandbox.folder, "small", 1,
                       ["--rate-per-minute", 0, "--rate-per-second", 0, "--resume", "--ssm-port", port(described["ssm"]["url"]), "--gateway-port",
                        port(described["sage"]["gateway_url"])]).wait()

    def test_a_connector_that_was_away_goes_on_where_it_was(self):
        connector, customer = self.house.engine.connectors[1], self.cast.customer()
        connector.kill()
        self.house.until(lambda: not self.house.side("ssm")["connected"], "the engine to notice")
        examined = self.house.entente("doctor", "--json")
        self.assertEqual((examined.code, problems(examined)["ssm"]["reason"]), (1, "SESSION_MISSING"))
        self.house.sandbox.sage("edit", "party", customer, CT_Ville="Pornic")
        self.house.entente("poll")
        connector.start()
        self.house.until(lambda: self.house.sandbox.account("@" + customer)["city"] == "Pornic", "the edit made meanwhile")

    def test_while_the_api_is_down_writes_wait_and_nothing_is_written_twice(self):
        sandbox, prospect, customer = self.house.sandbox, self.cast.prospect(), self.cast.customer()
        self.addCleanup(sandbox.ssm, "set", down=0)
        self.house.engine.wait_until_quiet()
        before = sandbox.ssm_writes()
        sandbox.ssm("set", down=1)
        sandbox.sage("edit", "party", customer, CT_Ville="Missillac")
        sandbox.ssm("edit", "accounts", "@" + prospect, phone="02 40 00 77 03")
        self.house.entente("poll")

        self.house.until(lambda: self.trouble("ssm") == "API_UNAVAILABLE", "the absence to show")
        self.assert_named("ssm", "API_UNAVAILABLE", "503")
        why = lambda: [cause["reason"] for cause in self.house.engine.ask("why-not", f"sage/party/{customer}")["causes"]]
        self.house.until(lambda: why() == ["API_UNAVAILABLE", "SENT"], "the write to wait for an answer, and the reason to be told")

        sandbox.ssm("set", down=0)
        self.house.until(lambda: sandbox.account("@" + customer)["city"] == "Missillac" and sandbox.sage_row("party", prospect)["CT_Telephone"] == "02 40 00 77 03",
                         "both edits on the other side")
        self.house.until(lambda: self.trouble("ssm") == "", "the trouble to be over")
        self.house.engine.wait_until_quiet()
        self.assertEqual(sandbox.ssm_writes() - before, 1, "written once")

    def test_a_connector_that_dies_in_the_middle_of_a_create_makes_no_double(self):
        sandbox, connector = self.house.sandbox, self.house.engine.connectors[1]
        self.addCleanup(sandbox.ssm, "set", **{"latency-ms": 0})
        self.house.engine.wait_until_quiet()
        sandbox.ssm("set", **{"latency-ms": 700})
        sandbox.sage("create", "customer", CT_Num="HALFWAY", CT_Intitule="Corderie Le Goff", CT_Ville="Le Conquet")
        self.house.entente("poll")
        self.house.until(self.house.engine.deliveries_in_flight, "the create to be on its way")
        connector.kill()
        sandbox.ssm("set", **{"latency-ms": 0})

        connector.start()

        self.house.until(lambda: sandbox.account("@HALFWAY"), "the customer in the CRM")
        self.house.engine.wait_for_connectors()
        self.house.engine.wait_until_quiet()
        self.assertEqual(len(sandbox.ssm_list("accounts", "extId = 'HALFWAY'")), 1)

    def test_who_watches_is_told_that_the_engine_stops(self):
        for words in (("watch",), ("wait", "--timeout", 60)):
            with self.subTest(words[0]):
                self.house.engine.wait_until_quiet()
                self.house.engine.pause()
                self.house.sandbox.sage("edit", "party", self.cast.customer(), CT_Ville="Herbignac")
                self.house.entente("poll")
                self.house.until(lambda: int(self.house.engine.status()["dirty"]) > 0, "something left to do")
                with subprocess.Popen(self.house.engine.command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watch:
                    self.addCleanup(watch.kill)
                    if words == ("watch",):
                        watch.stdout.readline()
                    self.house.engine.program.stop()
                    _, told = watch.communicate(timeout=30)
                self.assertEqual(self.house.engine.program._process.returncode, 0)
                self.assertEqual(watch.returncode, 3, told)
                self.assertRegex(told, r"\[ENGINE_(STOPPING|UNREACHABLE)\]")
                self.house.engine.restart()
                self.house.engine.wait_for_connectors()
                self.house.engine.resume()

    def test_while_the_engine_was_away_both_sides_went_on(self):
        sandbox, first, second = self.house.sandbox, self.cast.prospect(), self.cast.prospect()
        self.house.engine.wait_until_quiet()
        before = sandbox.ssm_writes(), sandbox.sage_writes()
        with subprocess.Popen(self.house.engine.command("watch"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as watch:
            self.addCleanup(watch.kill)
            self.house.engine.kill()
            _, told = watch.communicate(timeout=30)
        self.assertEqual((watch.returncode, "[ENGINE_UNREACHABLE]" in told), (3, True), told)
        sandbox.sage("edit", "party", first, CT_Ville="Quilly")
        sandbox.ssm("edit", "accounts", "@" + second, phone="02 40 00 77 04")

        self.house.engine.restart()

        self.house.engine.wait_for_connectors()
        self.house.until(lambda: sandbox.account("@" + first)["city"] == "Quilly" and sandbox.sage_row("party", second)["CT_Telephone"] == "02 40 00 77 04",
                         "both edits on the other side")
        self.house.engine.wait_until_quiet()
        self.assertEqual((sandbox.ssm_writes() - before[0], sandbox.sage_writes() - before[1]), (1, 1), "written once")

    def test_another_company_behind_the_same_connection_is_refused_until_the_own_one_is_back(self):
        engine, sandbox = self.house.engine, self.house.sandbox
        engine.wait_until_quiet()
        own, writes = sandbox.description["sage"]["company_guid"], sandbox.ssm_writes()
        engine.connectors[0].stop()
        self.addCleanup(sandbox.sage, "company-guid", own)
        sandbox.sage("company-guid", "11111111-2222-3333-4444-555555555555")
        # Nothing but the engine's own memory knows which company it was.
        config = engine.sage_config().replace(f'expected_guid = "{own}"', "").replace("retry_max_seconds = 1", "retry_max_seconds = 1\nrefused_wait_seconds = 1")
        engine.connectors[0] = engine.start_connector("sage100", config)

        self.house.until(lambda: self.house.side("sage")["refused"].startswith("COMPANY_CHANGED: "), "the other company to be refused")
        examined = self.house.entente("doctor", "--json")
        self.assertEqual((examined.code, problems(examined)["sage"]["reason"]), (1, "COMPANY_CHANGED"))
        self.assertIn("former company", problems(examined)["sage"]["sentence"])
        self.assertEqual(sandbox.ssm_writes(), writes)

        sandbox.sage("company-guid", own)
        engine.wait_for_connectors()
        self.assertEqual(self.house.side("sage")["refused"], "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
