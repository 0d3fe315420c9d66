"""Both systems read directly at one moment: what the verifier says of them, and which records there are."""

import contextlib
from pathlib import Path

from running import ROOT  # noqa: F401 (finds the verifier)
from tools.verifier import expected, report
from tools.verifier.sage import Company
from tools.verifier.ssm import Tenant, reference
from tools.verifier.text import trim


class Look:
    """`sage` and `ssm`: the keys of all records, by what they are; deleted ones of SSM left out."""

    def __init__(self, systems):
        described = systems.description["ssm"]
        key = Path(described["private_key_file"]).read_text("utf-8").split("\n")[0].strip()
        company, tenant = Company(systems.description["sage"]["database"]), Tenant(described["url"], described["public_key"], key)
        with contextlib.closing(tenant):
            self._outcomes = expected.compare(company, tenant)
            self.parties = {row["CT_Num"].strip().upper(): row for row in company["F_COMPTET"] if row["CT_Type"] == 0}
            self.people = {row["CT_No"]: row for row in company["F_CONTACTT"]}
            self.articles = {row["AR_Ref"].strip(): row for row in company["F_ARTICLE"]}
            self.documents = {(row["DO_Type"], row["DO_Piece"].strip()): row for row in company.heads}
            live = lambda resource: {row["id"]: row for row in tenant.live(resource)}
            self.accounts, self.contacts, self.products, self.orders = live("accounts"), live("contacts"), live("products"), live("salesorders")
        self.sage = {"parties": set(self.parties), "contacts": set(self.people), "articles": set(self.articles), "documents": set(self.documents)}
        self.ssm = {"accounts": set(self.accounts), "contacts": set(self.contacts), "products": set(self.products), "salesorders": set(self.orders)}
        self.account_of = _by_key(self.accounts, str.upper)
        self.contact_of = _by_key(self.contacts, str)
        self.product_of = _by_key(self.products, str)

    @property
    def pairs(self):
        return sum(one.pairs for one in self._outcomes)

    @property
    def fields(self):
        return sum(one.fields for one in self._outcomes)

    def differences(self):
        """What the verifier cannot explain, one line each."""
        return [] if all(one.agrees for one in self._outcomes) else report.details(self._outcomes).splitlines()

    def owner_of(self, contact):
        """The account of a contact of SSM."""
        return reference(contact.get("accountid"))


def _by_key(rows, form):
    """Ids by foreign key, all of them: a key that two live records carry is a double."""
    found = {}
    for number, row in rows.items():
        key = trim(row.get("extid"))
        if key:
            found.setdefault(form(key), []).append(number)
    return found


def unaccounted(before, after, deeds):
    """Records that vanished, never came, or came once too often, whatever became of their fields."""
    problems = []
    for system in ("sage", "ssm"):
        for what, held in getattr(after, system).items():
            place = (system, what)
            gone = {key for deed in deeds for at, key in deed.gone if at == place}
            born = {key for deed in deeds for at, key in deed.born if at == place}
            unnamed = sum(deed.unnamed.get(place, 0) for deed in deeds)
            must = (getattr(before, system)[what] - gone) | born
            problems += [f"{system} {what} {key} is missing" for key in sorted(must - held, key=str)]
            problems += [f"{system} {what} {key} is there again" for key in sorted(held & gone - born, key=str)]
            extra = sorted(held - must - gone, key=str)
            if len(extra) != unnamed:
                problems.append(f"{system} has {len(extra)} new {what} instead of {unnamed}: {extra[:6]}")
    return problems
