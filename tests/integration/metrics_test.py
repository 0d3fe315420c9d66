"""What a Prometheus server scrapes from the running engine: the metrics engine/server/README.md names, and nobody's values."""

import re
import unittest
import urllib.error
import urllib.request

from running import ROOT, House, run

README = (ROOT / "engine/server/README.md").read_text("utf-8")
# (name, type, labels) of the table.
NAMED = {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in re.findall(r"^\| `(entente_\w+)` \| (\w+) \| (.*?) \|", README, flags=re.M)}
SAMPLE = re.compile(r'^(\w+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'(\w+)="([^"]*)"')


class Scrape:
    """One answer: `types` by name, `values` by (name, labels sorted)."""

    def __init__(self, text):
        self.text = text
        self.types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, flags=re.M))
        self.helped = re.findall(r"^# HELP (\S+) \S", text, flags=re.M)
        self.values = {}
        for line in text.splitlines():
            if line and not line.startswith("#"):
                name, labels, value = SAMPLE.match(line).groups()
                self.values[name, tuple(sorted(LABEL.findall(labels or "")))] = float(value)

    def value(self, name, **labels):
        return self.values.get((name, tuple(sorted(labels.items()))), 0)

    def ours(self):
        return {key: value for key, value in self.values.items() if key[0].startswith("entente_")}


class MetricsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House("empty", head='metrics_listen = "127.0.0.1:0"\nmetrics_listen_file = "metrics.address"\n')
        cls.addClassCleanup(cls.house.close)
        cls.house.connect()
        cls.house.load()

    def setUp(self):
        self.house.engine.wait_until_quiet()

    def address(self):
        return (self.house.engine.folder / "metrics.address").read_text("utf-8").strip()

    def scrape(self):
        with urllib.request.urlopen(f"http://{self.address()}/metrics", timeout=20) as answer:
            self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))
            return Scrape(answer.read().decode("utf-8"))

    def test_names_types_and_labels_are_those_of_the_readme(self):
        self.house.sandbox.ssm("create", "accounts", name="Hôtel de la Plage", statusId="Client", city="La Baule")
        self.house.entente("poll")
        self.house.until(lambda: self.house.engine.status()["open_items"], "a work item")
        scraped = self.scrape()
        ours = {name: kind for name, kind in scraped.types.items() if name.startswith("entente_")}
        self.assertEqual(ours, {name: kind for name, (kind, _) in NAMED.items()})
        self.assertEqual(sorted(scraped.helped), sorted(scraped.types), "each is explained once")
        for (name, labels), value in scraped.ours().items():
            self.assertEqual((name, {label for label, _ in labels}), (name, NAMED[name][1]))
            self.assertGreaterEqual(value, 0)

    def test_they_say_what_the_status_says(self):
        status, scraped = self.house.engine.status(), self.scrape()
        for side in status["sides"]:
            at = {"instance": "default", "side": side["name"]}
            self.assertEqual(scraped.value("entente_connected", **at), 1)
            self.assertEqual(scraped.value("entente_outbox_deliveries", **at), 0)
            self.assertEqual(scraped.value("entente_writes_total", **at), int(side["writes"]))
        for reason, count in status["open_items"].items():
            self.assertEqual(scraped.value("entente_open_items", instance="default", reason=reason), int(count))
        self.assertEqual(scraped.value("entente_degraded", instance="default"), 0)
        self.assertEqual(scraped.value("entente_tokens_refused_total"), int(status["tokens_refused"]))

    def test_counters_rise_with_what_is_synchronised_and_never_fall(self):
        before = self.scrape()
        self.house.sandbox.sage("create", "customer", CT_Num="METER1", CT_Intitule="Conserverie Gonidec", CT_Ville="Concarneau")
        self.house.until(lambda: self.house.sandbox.account("@METER1"), "the customer in the CRM")
        self.house.engine.wait_until_quiet()
        after = self.scrape()
        ssm, sage = ({"instance": "default", "side": side} for side in ("ssm", "sage"))
        self.assertEqual(after.value("entente_writes_total", **ssm) - before.value("entente_writes_total", **ssm), 1)
        self.assertEqual(after.value("entente_writes_total", **sage), before.value("entente_writes_total", **sage))
        self.house.until(lambda: self.scrape().value("entente_calls_total", **ssm) > before.value("entente_calls_total", **ssm), "the connector to report its calls")
        self.assertTrue(any(value > before.values.get(key, 0) for key, value in after.values.items() if key[0] == "entente_events_total"))
        fallen = [key for key, value in before.ours().items() if after.types[key[0]] == "counter" and after.values.get(key, 0) < value]
        self.assertEqual(fallen, [])

    def test_a_pause_shows_in_what_waits_to_be_decided(self):
        self.addCleanup(self.house.entente, "resume")
        self.house.entente("pause")
        self.house.sandbox.sage("create", "customer", CT_Num="METER2", CT_Intitule="Voilerie du Port", CT_Ville="Roscoff")
        self.house.entente("poll")
        self.house.until(lambda: self.scrape().value("entente_dirty_links", instance="default") > 0, "the link that waits")
        self.house.entente("resume")
        self.house.until(lambda: self.scrape().value("entente_dirty_links", instance="default") == 0, "nothing to wait")

    def test_a_wrong_token_and_a_connector_that_went_are_seen(self):
        before = self.scrape().value("entente_tokens_refused_total")
        self.assertEqual(run("entente", "--address", self.house.engine.address, "status").code, 4)
        self.assertEqual(self.scrape().value("entente_tokens_refused_total"), before + 1)
        connector = self.house.engine.connectors[1]
        connector.stop()
        self.house.until(lambda: self.scrape().value("entente_connected", instance="default", side="ssm") == 0, "its absence")
        connector.start()
        self.house.until(lambda: self.scrape().value("entente_connected", instance="default", side="ssm") == 1, "its return")

    def test_no_value_and_no_key_of_a_record_is_in_them(self):
        self.house.sandbox.sage("create", "customer", CT_Num="METER3", CT_Intitule="Ganivelle Quintric", CT_Ville="Plouhinec", CT_EMail="ganivelle@example.com")
        self.house.until(lambda: self.house.sandbox.account("@METER3"), "the customer in the CRM")
        scraped = self.scrape()
        for text in ("METER3", "Ganivelle", "Plouhinec", "example.com"):
            self.assertNotIn(text, scraped.text)
        for (name, labels), _ in scraped.ours().items():
            for label, text in labels:
                self.assertRegex(text, r"^[A-Za-z][\w.:]*$", f"{name}: the label {label} is a word of configuration or pack")

    def test_only_metrics_are_served(self):
        for path in ("/", "/status", "/metrics/../state/tokens/operator.token"):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"http://{self.address()}{path}", timeout=20)
            self.assertEqual(refused.exception.code, 404)
            refused.exception.close()

    def test_a_taken_port_is_named(self):
        config = self.house.write("taken.toml", self.house.engine.config.read_text("utf-8").replace('state_dir = "state"', 'state_dir = "other"')
                                  .replace(self.house.engine.address, "127.0.0.1:0").replace('metrics_listen = "127.0.0.1:0"', f'metrics_listen = "{self.address()}"')
                                  .replace("engine.address", "taken.address").replace("metrics.address", "taken.metrics"))
        told = run("entented", "--config", config)
        self.assertEqual(told.code, 5, told.text)
        self.assertIn("entented: CANNOT_LISTEN: ", told.err)
        self.assertIn("change `metrics_listen`", told.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
