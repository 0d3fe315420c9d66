"""An engine that listens with a certificate: who trusts it gets in, everybody else is told why not."""

import datetime
import shutil
import unittest

from certificates import Authority, openssl, tls_lines
from running import BINARIES, NO_LIMIT, ROOT, Engine, House, folder, run


class TlsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = cls.enterClassContext(folder())
        cls.authority = Authority(cls.home, "root")
        cls.other = Authority(cls.home, "other")
        cls.house = House(head=tls_lines(*cls.authority.sign("engine", "DNS:localhost,IP:127.0.0.1")), tls_root=cls.authority.root)
        cls.addClassCleanup(cls.house.close)
        cls.house.connect()
        cls.engine = cls.house.engine

    def entente(self, address, *words):
        return run("entente", "--address", address, "--token-file", self.engine.token_file, *words, "status")

    def assert_unreached(self, told, reason, *words):
        self.assertEqual(told.code, 3, told.text)
        self.assertIn(f"[{reason}]", told.err)
        for word in words:
            self.assertIn(word, told.err)
        self.assertEqual(len(told.err.strip().splitlines()), 1, "nothing but the sentence is printed")

    def test_connectors_and_operator_that_trust_its_root_get_in(self):
        status = self.engine.status()
        self.assertEqual([side["connected"] for side in status["sides"]], [True, True])
        by_name = self.entente(self.engine.address.replace("127.0.0.1", "localhost"), "--tls-root-file", self.engine.tls_root)
        self.assertEqual(by_name.code, 0, by_name.text)

    def test_records_travel(self):
        self.house.load()
        self.house.sandbox.sage("create", "customer", CT_Num="TLS1", CT_Intitule="Chantiers de Penhoët", CT_Ville="Saint-Nazaire")
        self.house.until(lambda: (self.house.sandbox.account("@TLS1") or {}).get("city") == "Saint-Nazaire", "the customer in the CRM")

    def test_without_tls_nobody_gets_in(self):
        self.assert_unreached(self.entente(self.engine.address), "ENGINE_UNREACHABLE", "If it has a certificate, name its root: --tls-root-file")

    def test_a_wrong_root_is_refused(self):
        self.assert_unreached(self.entente(self.engine.address, "--tls-root-file", self.other.root), "TLS_CERTIFICATE_REFUSED", str(self.other.root), "--tls-root-file")
        config = self.engine.ssm_config().replace(str(self.engine.tls_root), str(self.other.root))
        told = run("entente-connector-ssm", "--config", self.house.write("other-root.toml", config), "--check")
        self.assertEqual(told.code, 3, told.text)
        self.assertIn("FAIL  engine: TLS_CERTIFICATE_REFUSED: ", told.out)
        self.assertIn("engine.tls_root_file", told.out)

    def test_a_name_that_is_not_in_the_certificate_is_refused(self):
        named = Engine(self.house.programs, BINARIES, ROOT, self.house.folder / "named", self.house.sandbox, NO_LIMIT,
                       tls_lines(*self.authority.sign("named", "DNS:engine.example")), self.engine.tls_root)
        named.start()
        self.addCleanup(named.program.stop)
        self.assert_unreached(run(*named.command("status")), "TLS_CERTIFICATE_REFUSED", named.address, "is for another name")

    def test_a_root_that_is_none_is_named(self):
        told = self.entente(self.engine.address, "--tls-root-file", self.home / "none.pem")
        self.assertEqual((told.code, "[TLS_ROOT_MISSING]" in told.err), (2, True), told.text)
        told = self.entente(self.engine.address, "--tls-root-file", self.engine.config)
        self.assertEqual((told.code, "[TLS_ROOT_UNREADABLE]" in told.err), (2, True), told.text)
        config = self.engine.ssm_config().replace(str(self.engine.tls_root), str(self.engine.config))
        told = run("entente-connector-ssm", "--config", self.house.write("no-root.toml", config))
        self.assertEqual((told.code, "TLS_ROOT_UNREADABLE: " in told.err), (4, True), told.text)

    def test_an_address_elsewhere_is_not_called_without_a_root(self):
        told = self.entente("192.0.2.1:7443")
        self.assertEqual((told.code, "[TLS_REQUIRED]" in told.err), (2, True), told.text)

    def test_an_engine_without_tls_is_told_from_one_with(self):
        house = House()
        self.addCleanup(house.close)
        house.engine.start()
        self.assert_unreached(run("entente", "--address", house.engine.address, "--token-file", house.engine.token_file, "--tls-root-file", self.engine.tls_root, "status"),
                              "TLS_NOT_SPOKEN", "does not speak TLS")


class CertificateTest(unittest.TestCase):
    """A certificate that cannot serve is named before the engine touches anything."""

    @classmethod
    def setUpClass(cls):
        cls.home = cls.enterClassContext(folder())
        cls.authority = Authority(cls.home, "root")
        cls.certificate, cls.key = cls.authority.sign("engine", "IP:127.0.0.1")

    def assert_unusable(self, certificate, key, *words):
        config = self.home / "engine.toml"
        config.write_text(f'listen = "127.0.0.1:0"\n{tls_lines(certificate, key)}[[instance]]\nstate_dir = "state"\npack = "{ROOT}/rules/ssm"\n', "utf-8")
        told = run("entented", "--config", config)
        self.assertEqual(told.code, 2, told.text)
        for word in words:
            self.assertIn(word, told.err)
        self.assertFalse((self.home / "state").exists())

    def test_one_that_is_none_is_named(self):
        self.assert_unusable(self.key, self.key, "entented: TLS_CERTIFICATE_UNUSABLE: ", "tls_cert_file", "holds no certificate")
        self.assert_unusable(self.home / "none.pem", self.key, "CONFIG_INVALID", "none.pem cannot be read")

    def test_a_key_of_another_is_named(self):
        _, other = self.authority.sign("other", "IP:127.0.0.1")
        self.assert_unusable(self.certificate, other, "TLS_CERTIFICATE_UNUSABLE", "does not belong")

    def test_a_key_under_a_passphrase_is_named(self):
        locked = self.home / "locked.key"
        openssl("pkcs8", "-topk8", "-in", self.key, "-out", locked, "-passout", "pass:hunter2")
        locked.chmod(0o600)
        self.assert_unusable(self.certificate, locked, "TLS_CERTIFICATE_UNUSABLE", "without a passphrase")

    def test_a_key_others_may_read_is_named(self):
        readable = self.home / "open.key"
        shutil.copy(self.key, readable)
        readable.chmod(0o644)
        self.assert_unusable(self.certificate, readable, "CONFIG_INVALID", f"chmod 600 {readable}")

    def test_one_that_is_out_of_date_is_named_with_its_day(self):
        past, key = self.authority.sign("past", "IP:127.0.0.1", days=-1)
        day = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)).strftime("%Y-%m-%d")
        self.assert_unusable(past, key, "TLS_CERTIFICATE_UNUSABLE", "ended on", day)

    def test_a_certificate_without_a_key_is_named(self):
        config = self.home / "half.toml"
        config.write_text(f'tls_cert_file = "{self.certificate}"\n[[instance]]\nstate_dir = "state"\npack = "{ROOT}/rules/ssm"\n', "utf-8")
        told = run("entented", "--config", config)
        self.assertEqual((told.code, "set both or none" in told.err), (2, True), told.text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
