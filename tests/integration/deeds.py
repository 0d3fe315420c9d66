"""What users of both systems do, each deed with what must be true of it once everything is settled."""

from dataclasses import dataclass, field

from running import ROOT  # noqa: F401 (finds the verifier)
from tools.verifier.text import digits, trim


class Away(Exception):
    """The program a user needs does not answer: he tries again later."""


@dataclass(frozen=True)
class Field:
    """A field both sides may edit; `value(n)` makes one that nobody typed before, `form` is what both sides must have in common."""

    name: str
    sage: str
    ssm: str
    value: object
    form: object = trim

    def held(self, row, system):
        return self.form(row[self.sage] if system == "sage" else row.get(self.ssm.lower()))


def _phone(number):
    text = f"02{40000000 + number % 10000000}"
    return " ".join(text[at:at + 2] for at in range(0, 10, 2))


PARTY = (Field("phone", "CT_Telephone", "phone", _phone, digits), Field("fax", "CT_Telecopie", "fax", _phone, digits),
         Field("city", "CT_Ville", "city", "Ville {}".format), Field("address1", "CT_Adresse", "address1", "{} quai de la Fosse".format),
         Field("address2", "CT_Complement", "address2", "Escalier {}".format), Field("region", "CT_CodeRegion", "region", "Canton {}".format))
CONTACT = (Field("phone", "CT_Telephone", "phone1", _phone, digits), Field("mobile", "CT_TelPortable", "phone2", _phone, digits),
           Field("fax", "CT_Telecopie", "fax", _phone, digits), Field("first_name", "CT_Prenom", "firstName", "Yann {}".format))


@dataclass
class Deed:
    """One thing somebody does. `born`, `gone`: ((system, what), key); `unnamed`: how many records appear whose key the system gives."""

    kind: str
    born: list = field(default_factory=list)
    gone: list = field(default_factory=list)
    unnamed: dict = field(default_factory=dict)

    def begin(self, people):
        """Does it. Raises Away where the system does not answer; may then be called again, and does nothing twice."""
        raise NotImplementedError

    def problems(self, people, look):
        """What is not as it must be, once everything is settled."""
        return []


@dataclass
class Pair:
    """A record that both sides have."""

    entity: str
    sage_key: object
    ssm_key: int
    fields: tuple

    TABLES = {"party": ("F_COMPTET", "CT_Num", "accounts"), "contact": ("F_CONTACTT", "CT_No", "contacts")}

    @property
    def table(self):
        return self.TABLES[self.entity]

    def rows(self, look):
        """Both rows now; None where there is none."""
        if self.entity == "party":
            account = look.accounts.get(self.ssm_key)
            return look.parties.get((trim(account.get("extid")) or "").upper()) if account else None, account
        numbers = look.contact_of.get(str(self.sage_key), [])
        return look.people.get(self.sage_key), look.contacts[numbers[0]] if len(numbers) == 1 else None


class Edit(Deed):
    """Fields of one record typed by users: `typed` is (system, field, value), in order."""

    def __init__(self, kind, pair, typed):
        super().__init__(kind)
        self.pair = pair
        self.typed = typed
        self._saw = []
        self._before = None

    def begin(self, people):
        table, column, resource = self.pair.table
        for system, one, value in self.typed:
            if system == "sage":
                before = people.sage.edit(table, column, self.pair.sage_key, {one.sage: value})
            else:
                self._before = people.ssm.last_access()
                before = people.ssm.get(resource, self.pair.ssm_key)
                people.ssm.edit(resource, self.pair.ssm_key, {one.ssm: value})
            self._saw.append(one.held(before, system))

    def problems(self, people, look):
        rows = dict(zip(("sage", "ssm"), self.pair.rows(look)))
        if None in rows.values():
            return [f"{self.pair.entity} {self.pair.sage_key} has no partner any more"]
        found = []
        for one in {one.name: one for _, one, _ in self.typed}.values():
            values = [(system, one.form(value)) for system, typed, value in self.typed if typed is one]
            held = {system: one.held(row, system) for system, row in rows.items()}
            if held["sage"] != held["ssm"]:
                found.append(f"{self._named(one)}: Sage has {held['sage']!r}, SSM {held['ssm']!r}")
            else:
                found += self._judge(people, one, held["sage"], values)
                people.ledger[self.pair.entity, self._lasting_key, one] = held["sage"]
        return found

    @property
    def _lasting_key(self):
        return self.pair.ssm_key if self.pair.entity == "party" else self.pair.sage_key

    def _named(self, one):
        return f"{self.pair.entity} {self.pair.sage_key} (SSM {self.pair.ssm_key}) {one.name}"

    def _judge(self, people, one, held, values):
        if len(values) == 1:
            (system, value), = values
            if held == value:
                return []
            if people.may_meet_an_old_base and people.names_lost(self.pair, one, value):
                people.counts["edits that lost against an older base, named"] += 1
                return []
            return [f"{self._named(one)}: {value!r}, typed in {system}, is lost; both hold {held!r}"]
        (_, first), (_, second) = values
        if held not in (first, second):
            return [f"{self._named(one)}: both {first!r} and {second!r} are lost; both sides hold {held!r}"]
        (loser_system, loser), = [value for value in values if value[1] != held]
        if loser == first and self._saw[-1] == first:
            people.counts["second user saw the first one's value"] += 1
        elif people.names_lost(self.pair, one, loser):
            people.counts["conflicts, the loser named"] += 1
        elif self._unseen(people, loser_system):
            people.counts["written over in SSM before any read could see it"] += 1
        else:
            return [f"{self._named(one)}: {loser!r}, typed in {loser_system}, lost against {held!r}, and nothing says so"]
        return []

    def _unseen(self, people, loser_system):
        """SSM has no conditional write. Its user may write over what we wrote after he looked, and we over what he wrote after we looked: no read could know."""
        accesses = people.ssm.accesses(self.pair.table[2], self.pair.ssm_key, self._before)
        typed = next(place for place, access in enumerate(accesses) if access["by"] == "user")
        if loser_system == "sage":
            return any(access["verb"] != "read" for access in accesses[:typed])
        later = accesses[typed + 1:]
        ours = next((place for place, access in enumerate(later) if access["by"] == "api" and access["verb"] != "read"), None)
        # A poll goes on beside a write that has begun: what counts is the look that a write begins with.
        return ours is not None and not any(access["verb"] == "read" and "date" not in access["where"] for access in later[:ours])


class Reverted(Deed):
    """A customer edited in the CRM: Sage alone keeps customers."""

    def __init__(self, pair, one, value):
        super().__init__("customer edited in the CRM")
        self.pair, self.one, self.value = pair, one, value

    def begin(self, people):
        people.ssm.edit("accounts", self.pair.ssm_key, {self.one.ssm: self.value})

    def problems(self, people, look):
        party, account = self.pair.rows(look)
        if party is None or account is None:
            return [f"customer {self.pair.sage_key} has no partner any more"]
        wrong = self.one.form(self.value)
        return [f"customer {self.pair.sage_key}: {wrong!r}, typed in the CRM, stands in {system}"
                for system, row in (("sage", party), ("ssm", account)) if self.one.held(row, system) == wrong]


class BornInSage(Deed):
    def __init__(self, what, fields, table, mark):
        super().__init__(f"{what} born in Sage", unnamed={("ssm", {"prospect": "accounts", "contact": "contacts", "invoice": "salesorders"}[what]): 1})
        self.what, self.fields, self.table, self.mark = what, fields, table, mark
        self.unnamed["sage", {"prospect": "parties", "contact": "contacts", "invoice": "documents"}[what]] = 1

    def begin(self, people):
        column, value = self.mark
        if people.sage.rows(f'SELECT 1 FROM "{self.table}" WHERE "{column}" = ?', value):
            return  # it was done, only the answer did not come
        people.in_sage("create", self.what, **self.fields)

    def problems(self, people, look):
        column, value = self.mark
        rows = {"contact": look.people, "prospect": look.parties, "invoice": look.documents}[self.what].values()
        count = sum(row[column] == value for row in rows)
        return [] if count == 1 else [f"{self.what} {value} is in Sage {count} times"]


class BornInSsm(Deed):
    """A prospect, a contact of a known account, or both at once: a child waits for its parent."""

    def __init__(self, name, account=None, with_contact=False):
        super().__init__("prospect and contact born in SSM" if account is None and with_contact else "prospect born in SSM" if account is None else "contact born in SSM")
        self.name, self.account, self.with_contact = name, account, with_contact or account is not None

    def begin(self, people):
        owner = self.account
        if owner is None:
            owner = people.ssm.create("accounts", name=f"Atelier {self.name}", statusId="Prospect", city="Rezé", postcode="44400")
            self.born.append((("ssm", "accounts"), owner))
            self.unnamed["sage", "parties"] = 1
        if self.with_contact:
            born = people.ssm.create("contacts", accountId=owner, firstName="Enora", lastName=f"Tanguy {self.name}", email=f"enora.{self.name}@exemple.example")
            self.born.append((("ssm", "contacts"), born))
            self.unnamed["sage", "contacts"] = 1

    def problems(self, people, look):
        found = []
        for rows, column, value in ((look.parties, "CT_Intitule", f"Atelier {self.name}"), (look.people, "CT_Nom", f"Tanguy {self.name}")):
            wanted = int(("sage", "contacts") in self.unnamed if rows is look.people else ("sage", "parties") in self.unnamed)
            count = sum(row[column] == value for row in rows.values())
            if count != wanted:
                found.append(f"{value}, born in SSM, is in Sage {count} times instead of {wanted}")
        return found


class DeletedInSage(Deed):
    def __init__(self, pair):
        what = {"party": ("parties", "accounts"), "contact": ("contacts", "contacts")}[pair.entity]
        super().__init__(f"{pair.entity} deleted in Sage", gone=[(("sage", what[0]), pair.sage_key), (("ssm", what[1]), pair.ssm_key)])
        self.pair = pair

    def begin(self, people):
        table, column, _ = self.pair.table
        people.forget(self.pair)
        if self.pair.entity == "contact":
            people.sage.delete(table, column, self.pair.sage_key)
        elif people.sage.rows(f'SELECT 1 FROM "{table}" WHERE "{column}" = ?', self.pair.sage_key):
            people.in_sage("delete", "party", self.pair.sage_key)


class DeletedInSsm(Deed):
    """Comes back, once: Sage still has it."""

    def __init__(self, pair):
        resource = pair.table[2]
        super().__init__(f"{pair.entity} deleted in SSM", gone=[(("ssm", resource), pair.ssm_key)], unnamed={("ssm", resource): 1})
        self.pair = pair

    def begin(self, people):
        people.forget(self.pair)
        people.ssm.delete(self.pair.table[2], self.pair.ssm_key)

    def problems(self, people, look):
        found = (look.account_of if self.pair.entity == "party" else look.contact_of).get(str(self.pair.sage_key), [])
        return [] if len(found) == 1 else [f"{self.pair.entity} {self.pair.sage_key}, deleted in SSM, is there {len(found)} times"]


class Converted(Deed):
    """A prospect becomes a customer in Sage, under a new code: the same account."""

    def __init__(self, pair, code):
        super().__init__("prospect converted", gone=[(("sage", "parties"), pair.sage_key)], born=[(("sage", "parties"), code)])
        self.pair, self.code = pair, code

    def begin(self, people):
        if not people.sage.rows('SELECT 1 FROM "F_COMPTET" WHERE "CT_Num" = ?', self.code):
            people.in_sage("convert", self.pair.sage_key, self.code, mode="new_code_same_row")

    def problems(self, people, look):
        held = look.account_of.get(self.code, [])
        return [] if held == [self.pair.ssm_key] else [f"{self.code}, once {self.pair.sage_key}, is account {held} instead of {self.pair.ssm_key}"]


class Priced(Deed):
    def __init__(self, reference, price):
        super().__init__("price changed")
        self.reference, self.price = reference, price

    def begin(self, people):
        people.sage.edit("F_ARTICLE", "AR_Ref", self.reference, {"AR_PrixVen": self.price})


class QuoteWritten(Deed):
    def __init__(self, account, products, name):
        super().__init__("quote written")
        self.account, self.products, self.name = account, products, name

    def begin(self, people):
        quote = people.ssm.create("salesorders", reference=self.name, accountId=self.account)
        self.born.append((("ssm", "salesorders"), quote))
        for place, product in enumerate(self.products, start=1):
            people.ssm.create("salesordersLines", salesOrderId=quote, productId=product, quantity=place + 1, price=1, total=place + 1, order=place)
        people.unsent.append(quote)


class QuotePushed(Deed):
    """Asked for until the engine has said yes; from then on it is the engine's to send, once."""

    def __init__(self, quote):
        super().__init__("quote pushed", unnamed={("sage", "documents"): 1})
        self.quote = quote
        self.answer = None

    def begin(self, people):
        outcome = people.workplace.entente("quote", "push", self.quote, "--no-wait", "--json")
        if outcome.code != 0:
            self.answer = outcome.text.strip()
            raise Away(f"quote {self.quote}: {self.answer}")

    def problems(self, people, look):
        row = look.orders.get(self.quote)
        number = trim(row.get("extid")) if row else None
        if not number or not number.startswith("Q:"):
            return [f"quote {self.quote} was asked for and not sent: {people.push_of(self.quote)}"]
        return []
