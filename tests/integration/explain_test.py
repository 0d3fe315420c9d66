"""`explain` and `why-not` over the whole sample company, loaded through the real programs: an answer for every field of every record, and one
that is true: the rule it names, evaluated again over the observation it names, gives what the system itself holds."""

import re
import statistics
import time
import unittest
from collections import Counter
from decimal import Decimal, InvalidOperation

from command_line import CommandLineTest

# What a record at rest may be: as its rule says, or nothing is to stand there. Anything else is named by `why-not` too.
AT_REST = {"same", "rendering", "observed_only", "own_since_create", "no_such_field", "no_record", "deleted", "no_record_there", "other_side_deleted", "column_missing",
           "out_of_scope"}
HELD_BACK = ("parked:", "refused:", "unreadable:", "target_missing", "conflict", "drift")
PLACE = re.compile(r"[a-z_]+\.yaml:[1-9]\d*$")


def masked(text):
    """A person's data as the engine shows it."""
    return text[0] + "***" + text[-2:] if len(text) > 5 else "***" if text else ""


def same(held, found):
    """What the answer says a record holds, and what a user of the system sees there."""
    if found is None or found == "":
        return held["text"] in ("", "0") or held["type"] in ("null", "")
    if held["type"] == "null":
        # Sage refers to nobody by 0.
        return str(found) == "0"
    if held["type"] == "bool":
        return (held["text"] == "true") == (found in (True, 1, "1", "true"))
    if held["type"] == "reference":
        return held["text"].split("/")[-1] == str(found["id"] if isinstance(found, dict) else found)
    try:
        return Decimal(held["text"]) == Decimal(str(found))
    except InvalidOperation:
        # SQL Server pads and Sage trims: blanks at the end say nothing.
        return held["text"].rstrip() in (str(found).rstrip(), masked(str(found).rstrip()))


class ExplainTest(CommandLineTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        sandbox = cls.house.sandbox
        customer = sandbox.account("@" + cls.cast.customer())
        products = {row.get("extId"): row for row in sandbox.ssm_list("products", "id > 0")}
        product = products[cls.cast.article()]["id"]
        cls.priced, cls.pushed = (cls.quote(customer, product, name) for name in ("Devis 1", "Devis 2"))
        cls.house.engine.wait_until_quiet()
        cls.house.entente("poll")
        cls.house.engine.wait_until_quiet()
        cls.house.entente("quote", "push", str(cls.pushed))
        cls.house.engine.wait_until_quiet()
        cls.links = list(cls.all_links())

    @classmethod
    def quote(cls, customer, product, name):
        sandbox = cls.house.sandbox
        quote = sandbox.ssm("create", "salesorders", reference=name, accountId=customer["id"])["id"]
        sandbox.ssm("create", "salesordersLines", salesOrderId=quote, productId=product, quantity=2, price=1, total=2, order=1)
        return quote

    @classmethod
    def all_links(cls):
        token = ()
        while True:
            answer = cls.house.engine.ask("links", "--page-size", "1000", *token)
            yield from answer["links"]
            if not answer["next_page_token"]:
                return
            token = ("--page-token", answer["next_page_token"])

    def test_every_field_of_every_record_has_an_answer_that_is_true(self):
        version = self.ask("pack", "describe", "running")["version"]
        agreements, compared, millis = Counter(), Counter(), []
        for link in self.links:
            began = time.perf_counter()
            answer = self.ask("explain", f"link:{link['id']}")
            millis.append(1000 * (time.perf_counter() - began))
            self.assertTrue(answer["fields"], link)
            members = {member["side"]: member for member in answer["link"]["members"]}
            rows = {side: self.row(member) for side, member in members.items() if member["presence"] == "present"}
            held_back = False
            for field in answer["fields"]:
                for side, native in (("sage", "left"), ("ssm", "right")):
                    about = f"link {link['id']} {link['entity']}.{field['field']} {side}"
                    origin = field[f"{native}_origin"]
                    agreements[origin["agreement"].split(":")[0]] += 1
                    held_back |= self.check(origin, version, about)
                    if origin["origin"] == "absent" or rows.get(side) is None:
                        continue
                    self.assertIn(side, rows, about)
                    compared[link["entity"]] += self.check_held(origin, field[f"{native}_native"], rows[side], about)
            if held_back:
                reasons = [cause["reason"] for cause in self.ask("why-not", f"link:{link['id']}")["causes"]]
                self.assertNotIn("NOTHING_IN_THE_WAY", reasons, link)
        print(f"\n{len(self.links)} links, {sum(agreements.values())} answers {dict(agreements)}; compared with the systems {dict(compared)}")
        print(f"explain of a whole link, the program `entente` included: median {statistics.median(millis):.1f} ms, longest {max(millis):.1f} ms")
        self.assertGreater(agreements["same"], 1000)
        self.assertGreaterEqual(set(compared), {"party", "contact", "product", "user", "quote"})

    def check(self, origin, version, about):
        """True where something holds the value back."""
        self.assertTrue(origin["origin"] and origin["agreement"] and origin["sentence"], about)
        self.assertRegex(origin["rule_source"], PLACE, about)
        self.assertTrue(origin["rule"], about)
        self.assertEqual(origin["pack_version"], version, about)
        is_held_back = origin["agreement"].startswith(HELD_BACK)
        self.assertTrue(is_held_back or origin["agreement"] in AT_REST, f"{about} {origin}")
        if origin["origin"] != "absent":
            seen = origin["observation"]
            self.assertTrue(seen["side"] and seen["resource"] and int(seen["seen_micros"]) > 0, about)
            self.assertTrue(seen["key"] or origin["origin"] == "answered", about)
        if origin["origin"] == "written" and origin["agreement"] == "same" and origin["again"]["type"] == origin["held"]["type"] == "text":
            self.assertEqual(origin["again"]["text"].casefold().replace(" ", ""), origin["held"]["text"].casefold().replace(" ", ""), about)
        return is_held_back

    def row(self, member):
        look = self.house.sandbox.sage_row if member["side"] == "sage" else self.house.sandbox.ssm_row
        row = look({"quotes": "salesorders"}.get(member["resource"], member["resource"]), member["key"])
        return {name.casefold(): value for name, value in row.items()} if row else None

    def check_held(self, origin, native, row, about):
        """1 where the field is one of the system's own columns, which was compared."""
        held = origin["held"]
        if not native or native.casefold() not in row or held["type"] not in ("text", "int", "decimal", "bool", "reference", "null"):
            return 0
        found = row[native.casefold()]
        # A value list: the system holds the number of what the answer shows by its label.
        if held["type"] == "text" and isinstance(found, (int, dict)):
            return 0
        self.assertTrue(same(held, found), f"{about}: the answer says {held}, the system holds {found!r}")
        return 1

    def test_every_record_has_an_answer_to_why_not(self):
        reasons = Counter()
        for link in self.links:
            causes = self.ask("why-not", f"link:{link['id']}")["causes"]
            self.assertTrue(causes, link)
            for cause in causes:
                self.assertTrue(cause["sentence"] and cause["remedy"], cause)
                reasons[cause["reason"]] += 1
            if link["state"] == "linked" and not link["items"]:
                self.assertEqual([cause["reason"] for cause in causes], ["NOTHING_IN_THE_WAY"], link)
        self.assertNotIn("NOT_DECIDED_YET", reasons)
        print(f"\nwhy-not: {dict(reasons)}")

    def test_a_field_is_named_behind_its_record(self):
        code = self.cast.customer()
        for words in ((f"sage/party/{code}.city",), (f"sage/party/{code}.CT_Ville",), (f"sage/party/{code}", "--field", "city")):
            with self.subTest(words):
                answer = self.ask("explain", *words)
                self.assertEqual([field["field"] for field in answer["fields"]], ["city"])
        told = self.told("explain", f"sage/party/{code}.city")
        for part in ("party.city", "party.yaml:", f"sage/party/{code}", "CT_Ville=", "the rule gives"):
            self.assertIn(part, told)

    def test_prices_and_the_sent_quote_are_explained_by_sages_answer(self):
        priced = self.ask("explain", f"ssm/quotes/{self.priced}.total")["fields"][0]["right_origin"]
        self.assertEqual((priced["origin"], priced["rule"], priced["agreement"], priced["observation"]["side"]), ("answered", "quote.price", "same", "sage"))
        sent = self.ask("explain", f"ssm/quotes/{self.pushed}.status")["fields"][0]["right_origin"]
        self.assertEqual((sent["origin"], sent["agreement"], sent["observation"]["resource"]), ("answered", "same", "quote"))
        self.assertEqual(self.ask("why-not", f"ssm/quotes/{self.priced}")["causes"][0]["reason"], "ON_DEMAND_ONLY")


if __name__ == "__main__":
    unittest.main(verbosity=2)
