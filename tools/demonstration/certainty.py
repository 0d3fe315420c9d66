"""What an integrator asks before and after: what would be written, exactly that, why it stands there, why not, and back again."""

import json
import statistics
import time
from datetime import datetime, timezone
from pathlib import Path

from .processes import Failed, wait_until

CITIES = ("Piriac-sur-Mer", "Mesquer", "Guérande")
LATER = "La Turballe"
# Rules of a customer who wants one town otherwise: few of all records.
TOWN = """name: town
version: "1"
extends: ssm
entities:
  party:
    fields:
      city:
        direction: sage -> ssm
        sage: {{field: ~, lens: ~, formula: "sage.CT_Ville == '{0}' ? '{1}' : coalesce(sage.CT_Ville, '')"}}
"""
EXPLAINED = 50


class Certainty:
    def __init__(self, scene, cast):
        self.scene = scene
        self.cast = cast
        self.tell = scene.tell
        self.engine = scene.engine
        self.sandbox = scene.sandbox
        # The last one is a prospect: its city is the CRM's to edit as well.
        self.parties = [*(cast.customer() for _ in CITIES[1:]), cast.prospect()]
        self.before = [self._city(code) for code in self.parties]
        self.since = None

    def steps(self):
        return [self.plan_and_apply, self.explain, self.why_not, self.undo, self.cost]

    # ------------------------------------------------------------------ before

    def plan_and_apply(self):
        self.tell.step("The engine only observes; people work on, and a plan shows what would be written")
        self.since = datetime.now(timezone.utc).isoformat()
        self.engine.ask("observe")
        for code, city in zip(self.parties, CITIES):
            self.tell.acts("Sage", f"the city of {code} becomes {city}")
            self.sandbox.sage("edit", "party", code, CT_Ville=city)
        saved = self.scene.engine.folder / "day.plan"
        wrote = self._writes()
        wait_until(lambda: self._planned(saved) >= len(CITIES), 60, "the plan to show what was typed", self.scene.programs(), every=0.5)
        self.tell.block(_indented(self.engine.told("plan", "--kind", "pending", "--all", "--out", saved)))
        planned = self._planned(saved)
        if self._writes() != wrote:
            raise Failed("a plan wrote something")
        self.tell.say("  entente apply makes exactly these writes:")
        self.tell.block(_indented(self.engine.told("apply", saved)))
        made = self._writes() - wrote
        self.scene.expect(f"{planned} writes were planned, {made} were made, and SSM holds the {len(CITIES)} cities",
                          lambda: made == planned and [self._city(code) for code in self.parties] == list(CITIES))
        self.engine.resume()

    # ------------------------------------------------------------------ after

    def explain(self):
        code = self.parties[0]
        self.tell.step(f"entente explain: why SSM says {CITIES[0]}")
        self.tell.block(_indented(self.engine.told("explain", f"sage/party/{code}", "--field", "city")))
        fields = self.engine.ask("explain", f"sage/party/{code}", "--field", "city").get("fields", [])
        self.scene.expect("the answer names the rule and the side the value came from",
                          lambda: [(field["rule"], field.get("source_side")) for field in fields] == [("party.city", "sage")])

    def why_not(self):
        self.tell.step("entente why-not: why a customer typed into the CRM is not in Sage")
        account = self.sandbox.act("ssm", "create", "accounts", name="Grand Hôtel de l'Océan", statusId="Client", city="Pornichet", postcode="44380")["id"]
        self.scene.expect("the record waits for a person", lambda: self.engine.has_item("create_not_allowed_here", "ssm", "accounts", account))
        self.tell.block(_indented(self.engine.told("why-not", f"ssm/accounts/{account}")))

    def undo(self):
        self.tell.step("entente undo: what was written is taken back; what people typed since stays")
        *others, edited = self.parties
        self.engine.pause()
        saved = self.engine.folder / "back.plan"
        self.tell.block(_indented(self.engine.told("undo", "--since", self.since, "--entity", "party", "--all", "--out", saved)))
        self.tell.acts("SSM", f"the city of {edited} becomes {LATER}, typed by a person after the plan")
        self.sandbox.ssm("edit", "accounts", "@" + edited, city=LATER)
        self.tell.block(_indented(self.engine.told("apply", saved, refused=True)))
        back = list(zip(others, self.before))
        self.scene.expect(f"the cities of before stand in SSM again, and {LATER} stays", lambda: all(self._city(code) == city for code, city in back) and self._city(edited) == LATER)
        self.engine.resume()
        self.scene.expect(f"{LATER} goes on to Sage", lambda: self.sandbox.sage_row("party", edited)["CT_Ville"] == LATER)
        self.tell.say("  Sage still holds the cities that were taken back: the desk asks what is to become of them, and one answer serves all")
        self.tell.block(_indented(self.engine.told("desk", "list", "--reason", "undone")))
        self.tell.block(_indented(self.engine.told("desk", "resolve", "--reason", "undone", "write_again")))
        self.scene.expect("the rules wrote them again", lambda: [self._city(code) for code in others] == list(CITIES[:-1]))

    # ------------------------------------------------------------------ looking

    def _city(self, code):
        return self.sandbox.account("@" + code).get("city")

    def _writes(self):
        return self.sandbox.ssm_writes() + self.sandbox.sage_writes()

    # ------------------------------------------------------------------ what it costs

    def cost(self):
        self.tell.step("What that costs on this company, the command line included")
        self.engine.wait_until_quiet()
        parts, seconds, mebibytes = self._measured("plan", "--kind", "reconcile")
        links = next(part["end"]["links"] for part in parts if "end" in part)
        writes = sum(len(part.get("writes", {}).get("writes", [])) for part in parts)
        self.tell.say(f"  plan of every record: {links} links decided anew, {writes} writes, {seconds:.1f} s, {mebibytes:+d} MiB")
        folder = self.engine.folder / "town"
        folder.mkdir()
        town = next(city.strip() for city in (*self.before, CITIES[0]) if city and "'" not in city)
        (folder / "pack.yaml").write_text(TOWN.format(town, town.upper()), "utf-8")
        (report, *_), seconds, mebibytes = self._measured("pack", "what-if", folder)
        self.tell.say(f"  what if {town} were written in capitals: {report['reached']} of {report['looked']} records reached, {seconds:.1f} s, {mebibytes:+d} MiB")
        millis = []
        for link in self.engine.ask("links", "--entity", "party", "--page-size", EXPLAINED)["links"]:
            _, seconds, _ = self._measured("explain", f"link:{link['id']}")
            millis.append(1000 * seconds)
        self.tell.say(f"  explain of every field of a record: median {statistics.median(millis):.0f} ms over {len(millis)} records")

    def _measured(self, *words):
        """The answers, seconds, and how far the engine's memory rose above what it held, in MiB."""
        process = Path("/proc") / str(self.engine.program.pid)
        held = _kibibytes(process, "VmRSS")
        try:
            (process / "clear_refs").write_text("5")
        except OSError:
            pass
        began = time.perf_counter()
        told = self.engine.told(*words, "--json", seconds=600)
        seconds = time.perf_counter() - began
        return list(_objects(told)), seconds, (_kibibytes(process, "VmHWM") - held) // 1024

    def _planned(self, saved):
        """Writes of the plan as it would be now."""
        self.engine.ask("poll")
        self.engine.told("plan", "--kind", "pending", "--out", saved)
        return sum(line.count('"number":') for line in saved.read_text("utf-8").splitlines())


def _indented(text):
    return "\n".join("    " + line if line else "" for line in text.rstrip().split("\n"))


def _objects(text):
    """The JSON objects that stand one after the other."""
    at, decoder = 0, json.JSONDecoder()
    while text := text[at:].lstrip():
        found, at = decoder.raw_decode(text)
        yield found


def _kibibytes(process, name):
    line = next(line for line in (process / "status").read_text().splitlines() if line.startswith(name + ":"))
    return int(line.split()[1])
