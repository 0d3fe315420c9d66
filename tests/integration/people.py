"""Seeded users of both systems: what each of them does next, and what they typed so far."""

import json
from collections import Counter

from deeds import (CONTACT, PARTY, Away, BornInSage, BornInSsm, Converted, DeletedInSage, DeletedInSsm, Edit, Pair, Priced, QuotePushed, QuoteWritten,
                   Reverted)
from interfaces import SageDatabase, SsmScreens
from running import Failed
from tools.demonstration.sandbox import Refused
from tools.verifier.text import trim

# Born and deleted in turns around this, so that a thousand loops meet a company of the same size as the first.
MORE_RECORDS_MAX = 25


class People:
    """`counts`: what happened. `ledger`: what stands in a field that somebody typed, as long as the record lives: it must not come to change by itself."""

    def __init__(self, workplace):
        self.workplace = workplace
        self.systems = workplace.systems
        self.sage = SageDatabase(self.systems.description["sage"]["database"])
        self.ssm = SsmScreens(self.systems)
        self.ledger = {}
        self.counts = Counter()
        self.unsent = []
        # Of a state that was restored, an edit of one side may look like one of two: then it may lose, if that is told.
        self.may_meet_an_old_base = False
        # Accounts and articles somebody is at, until both systems were judged.
        self.taken = set()
        self._number = 0
        self._first_sizes = None

    def close(self):
        self.sage.close()

    def number(self):
        self._number += 1
        return self._number

    # ------------------------------------------------------------------ what deeds need

    def in_sage(self, action, *words, **named):
        """The application of Sage; it is away with the gateway."""
        try:
            return self.systems.sage(action, *words, **named)
        except (Failed, Refused) as error:
            if isinstance(error, Refused):
                raise
            raise Away(str(error)) from error

    def forget(self, pair):
        key = pair.ssm_key if pair.entity == "party" else pair.sage_key
        for known in [known for known in self.ledger if known[:2] == (pair.entity, key)]:
            del self.ledger[known]

    def names_lost(self, pair, one, value):
        """Whether the engine keeps the value that lost, where a person can find it."""
        record = f"ssm/{pair.table[2]}/{pair.ssm_key}"
        try:
            told = [self.workplace.engine.ask("explain", record, "--field", one.name), self.workplace.engine.ask("history", record, "--page-size", 100),
                    self.workplace.engine.ask("conflicts", "--link", self.workplace.engine.ask("records", record)["link"])]
        except Failed:
            return False
        return any(value in text or value in text.replace(" ", "") for text in (json.dumps(part, ensure_ascii=False) for part in told))

    def push_of(self, quote):
        try:
            pushes = self.workplace.engine.ask("quote", "show").get("pushes", [])
        except Failed as error:
            return str(error)
        return pushes[-3:]

    # ------------------------------------------------------------------ what stays true

    def changed_by_itself(self, look):
        """Fields somebody typed in an earlier loop that hold something else now."""
        found = []
        for (entity, key, one), value in self.ledger.items():
            pair = Pair(entity, key, key, ())
            rows = pair.rows(look)
            found += [f"{entity} {key} {one.name}: {value!r} became {one.held(row, system)!r} in {system}" if row else f"{entity} {key} is not in {system} any more"
                      for system, row in zip(("sage", "ssm"), rows) if row is None or one.held(row, system) != value]
        return found

    # ------------------------------------------------------------------ the day

    def day(self, dice, look, count):
        """`count` deeds, no record in two of them or `taken` before. `look`: both systems when they last agreed."""
        self._first_sizes = self._first_sizes or {"prospect": len(look.parties), "contact": len(look.people)}
        choice = Choice(dice, look, self)
        deeds = []
        while len(deeds) < count:
            deed = dice.choices([draw for draw, _ in DRAWS], [weight for _, weight in DRAWS])[0](choice)
            if deed is not None:
                deeds.append(deed)
        return deeds

    def has_room(self, what, look):
        now = {"prospect": len(look.parties), "contact": len(look.people)}
        return now[what] < self._first_sizes[what] + MORE_RECORDS_MAX


class Choice:
    """Records that both systems have and agree on, each given out once."""

    def __init__(self, dice, look, people):
        self.dice, self.look, self.people = dice, look, people
        self._prospects, self._customers = [], []
        for code, numbers in sorted(look.account_of.items()):
            party = look.parties.get(code)
            if party and len(numbers) == 1 and numbers[0] not in people.taken and not party["CT_Sommeil"]:
                (self._prospects if party["CT_Prospect"] == 1 else self._customers).append(Pair("party", party["CT_Num"], numbers[0], PARTY))
        linked = {pair.ssm_key for pair in self._prospects + self._customers}
        self._contacts = [Pair("contact", int(key), numbers[0], CONTACT) for key, numbers in sorted(look.contact_of.items())
                          if len(numbers) == 1 and key.isdigit() and int(key) in look.people and look.owner_of(look.contacts[numbers[0]]) in linked]
        self._articles = sorted(ref for ref, numbers in look.product_of.items()
                                if len(numbers) == 1 and ref not in people.taken and ref in look.articles and is_sellable(look.articles[ref]))
        self._owners = Counter(look.owner_of(row) for row in look.contacts.values())
        self._busy = {row["DO_Tiers"].strip().upper() for row in look.documents.values()} | {(trim(row.get("CT_NumPayeur")) or "").upper() for row in look.parties.values()
                                                                                             if row["CT_NumPayeur"] != row["CT_Num"]}

    def _take(self, pairs, wanted=lambda pair: True):
        """One that was not taken yet, with its family: an account and its contacts are never in two deeds of a day."""
        free = [pair for pair in pairs if wanted(pair)]
        if not free:
            return None
        pair = self.dice.choice(free)
        account = pair.ssm_key if pair.entity == "party" else self.look.owner_of(self.look.contacts[pair.ssm_key])
        self.people.taken.add(account)
        self._contacts = [one for one in self._contacts if self.look.owner_of(self.look.contacts[one.ssm_key]) != account]
        self._prospects = [one for one in self._prospects if one.ssm_key != account]
        self._customers = [one for one in self._customers if one.ssm_key != account]
        return pair

    def prospect(self, wanted=lambda pair: True):
        return self._take(self._prospects, wanted)

    def customer(self):
        return self._take(self._customers)

    def contact(self):
        return self._take(self._contacts)

    def pair(self):
        """A record that both sides may edit."""
        return self.contact() if self.dice.random() < 0.5 else self.prospect()

    def lone_prospect(self):
        """Without contacts or documents: Sage lets it go."""
        return self.prospect(lambda pair: not self._owners[pair.ssm_key] and pair.sage_key.strip().upper() not in self._busy)

    def articles(self, count):
        chosen = self.dice.sample(self._articles, min(count, len(self._articles)))
        self._articles = [ref for ref in self._articles if ref not in chosen]
        self.people.taken.update(chosen)
        return chosen

    def typed(self, system, one):
        return system, one, one.value(self.people.number())


def is_sellable(row):
    return row["AR_Type"] == 0 and not row["AR_Sommeil"] and not row["AR_Nomencl"] and not row["AR_FactPoids"] and not row["AR_PrixTTC"]


# ---------------------------------------------------------------------- draws: a deed, or None where the company has no record for it


def edit_in(system):
    def draw(choice):
        pair = choice.pair()
        return pair and Edit(f"{pair.entity} edited in {'Sage' if system == 'sage' else 'SSM'}", pair, [choice.typed(system, choice.dice.choice(pair.fields))])
    return draw


def edit_different_fields(choice):
    pair = choice.pair()
    if pair is None:
        return None
    first, second = choice.dice.sample(pair.fields, 2)
    return Edit(f"{pair.entity} edited on both sides, different fields", pair, [choice.typed("sage", first), choice.typed("ssm", second)])


def edit_same_field(choice):
    pair = choice.pair()
    if pair is None:
        return None
    one = choice.dice.choice(pair.fields)
    return Edit(f"{pair.entity} edited on both sides, the same field", pair, [choice.typed(system, one) for system in choice.dice.sample(("sage", "ssm"), 2)])


def edit_customer(choice):
    pair = choice.customer()
    return pair and Edit("customer edited in Sage", pair, [choice.typed("sage", choice.dice.choice(pair.fields))])


def edit_customer_in_crm(choice):
    pair = choice.customer()
    return pair and Reverted(pair, *choice.typed("ssm", choice.dice.choice(pair.fields))[1:])


def contact_born_in_sage(choice):
    pair = choice.people.has_room("contact", choice.look) and choice.prospect()
    if not pair:
        return None
    name = f"Kervadec {choice.people.number()}"
    fields = {"CT_Num": pair.sage_key, "CT_Nom": name, "CT_Prenom": "Maelle", "CT_EMail": f"{name.replace(' ', '.').lower()}@exemple.example"}
    return BornInSage("contact", fields, "F_CONTACTT", ("CT_Nom", name))


def contact_born_in_ssm(choice):
    pair = choice.people.has_room("contact", choice.look) and choice.customer()
    return BornInSsm(str(choice.people.number()), account=pair.ssm_key) if pair else None


def prospect_born_in_sage(choice):
    if not choice.people.has_room("prospect", choice.look):
        return None
    number = choice.people.number()
    return BornInSage("prospect", {"CT_Num": f"KL{number:06d}", "CT_Intitule": f"Chantier {number}", "CT_Ville": "Paimboeuf", "CT_CodePostal": "44560"}, "F_COMPTET",
                      ("CT_Intitule", f"Chantier {number}"))


def prospect_born_in_ssm(choice):
    return BornInSsm(str(choice.people.number()), with_contact=choice.dice.random() < 0.5) if choice.people.has_room("prospect", choice.look) else None


def contact_deleted_in_sage(choice):
    pair = choice.contact()
    return pair and DeletedInSage(pair)


def prospect_deleted_in_sage(choice):
    pair = choice.lone_prospect()
    return pair and DeletedInSage(pair)


def deleted_in_ssm(choice):
    pair = choice.contact() if choice.dice.random() < 0.7 else choice.lone_prospect()
    return pair and DeletedInSsm(pair)


def converted(choice):
    pair = choice.prospect()
    return pair and Converted(pair, f"CK{choice.people.number():06d}")


def priced(choice):
    chosen = choice.articles(1)
    return Priced(chosen[0], f"{100 + choice.people.number() % 900}.370000") if chosen else None


def quote_written(choice):
    pair, chosen = choice.customer(), choice.articles(2)
    if pair is None or len(chosen) < 2:
        return None
    return QuoteWritten(pair.ssm_key, [choice.look.product_of[ref][0] for ref in chosen], f"Devis {choice.people.number()}")


def quote_pushed(choice):
    known = [quote for quote in choice.people.unsent if quote in choice.look.orders]
    if not known:
        return None
    choice.people.unsent.remove(known[0])
    return QuotePushed(known[0])


def invoiced(choice):
    pair, chosen = choice.customer(), choice.articles(2)
    if pair is None or len(chosen) < 2:
        return None
    mark = f"Chantier {choice.people.number()}"
    return BornInSage("invoice", {"DO_Tiers": pair.sage_key, "DO_Ref": mark, "lines": [{"AR_Ref": ref, "DL_Qte": "2"} for ref in chosen]}, "F_DOCENTETE", ("DO_Ref", mark))


DRAWS = ((edit_in("sage"), 4), (edit_in("ssm"), 4), (edit_different_fields, 4), (edit_same_field, 4), (edit_customer, 3), (edit_customer_in_crm, 2),
         (contact_born_in_sage, 2), (contact_born_in_ssm, 2), (prospect_born_in_sage, 1), (prospect_born_in_ssm, 2), (contact_deleted_in_sage, 2),
         (prospect_deleted_in_sage, 2), (deleted_in_ssm, 2), (converted, 0.5), (priced, 2), (quote_written, 1), (quote_pushed, 3), (invoiced, 0.5))
