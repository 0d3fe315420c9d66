"""Collaborators of Sage against users of SSM."""

from collections import Counter, defaultdict

from . import calendar_fr, countries
from .outcome import Outcome
from .ssm import reference
from .text import fold, national_phone, trim


def email_of(value):
    """The key of a user: the first address of a field, in lower case."""
    for part in (trim(value) or "").lower().replace(";", " ").replace(",", " ").split():
        if "@" in part:
            return part
    return None


class Users:
    """Who is who, for every other entity: `id_of(CO_No)` is the user a record must carry."""

    def __init__(self, company, tenant, parameters):
        self.company = company
        self.tenant = tenant
        self.parameters = parameters
        self.live = tenant.live("users")
        self.by_key = defaultdict(list)
        for user in self.live:
            if trim(user.get("extid")):
                self.by_key[trim(user["extid"])].append(user)
        wanted = parameters["default_sales_rep"].lower()
        self.fallback = next((u["id"] for u in self.live if wanted in ((u.get("nic") or "").lower(), (u.get("email") or "").lower())), None)

    def id_of(self, number):
        """The user of a collaborator; the default one for nobody, and for somebody who has no user."""
        users = self.by_key.get(str(number or 0))
        return users[0]["id"] if users else self.fallback

    def active_id_of(self, number):
        """The same for an account: who left cannot be given one, so the default user has it."""
        users = self.by_key.get(str(number or 0))
        return users[0]["id"] if users and users[0].get("isactive") is not False else self.fallback

    def key_of(self, user_id):
        """The collaborator's number of a user, or None."""
        return next((trim(user.get("extid")) for user in self.live if user["id"] == user_id), None)

    def compare(self, first_load):
        outcome = Outcome("users")
        collaborators = self.company["F_COLLABORATEUR"]
        scope = [c for c in collaborators if self.parameters["user_scope"] == "all" or c["CO_Vendeur"] == 1]
        mailboxes = Counter(email_of(c["CO_EMail"]) for c in scope)
        countries_iso = {row["id"]: row.get("isocode2") for row in self.tenant.all("countries")}
        for one in scope:
            key = str(one["CO_No"])
            users = self.by_key.get(key, [])
            if len(users) > 1:
                outcome.duplicates.append(f"collaborator {key} has {len(users)} users")
            elif users:
                self._compare_one(outcome, key, one, users[0], countries_iso)
            else:
                self._explain_absence(outcome, key, one, mailboxes, first_load)
        known = {str(c["CO_No"]) for c in collaborators}
        for user in self.live:
            key = trim(user.get("extid"))
            if key is None and user["id"] == self.fallback:
                outcome.explain("default_user", user["id"])
            elif key is None and mailboxes.get(email_of(user.get("email")), 0) > 1:
                outcome.explain("email_doubled", user["id"])
            elif key is None or key not in known:
                outcome.unexpected.append(f"user {user['id']} belongs to no collaborator")
        return outcome

    def _explain_absence(self, outcome, key, one, mailboxes, first_load):
        email = email_of(one["CO_EMail"])
        born = calendar_fr.parse_local(one.get("cbCreation"))
        if email is None:
            outcome.explain("email_missing", key)
        elif mailboxes[email] > 1:
            outcome.explain("email_doubled", key)
        elif first_load and born and born >= first_load and not any(email_of(u.get("email")) == email for u in self.live):
            outcome.explain("awaiting_invite", key)
        else:
            outcome.missing.append(f"collaborator {key} has no user")

    def _compare_one(self, outcome, key, one, user, countries_iso):
        outcome.pairs += 1
        mark = self.parameters["blank_name_mark"]
        first = trim(one["CO_Prenom"]) or trim(one["CO_Nom"]) or mark
        outcome.same(key, "first name", first, user.get("name"), first == trim(user.get("name")))
        last = trim(one["CO_Nom"]) or mark
        outcome.same(key, "last name", last, user.get("lastname"), last == trim(user.get("lastname")))
        outcome.same(key, "e-mail", one["CO_EMail"], user.get("email"), email_of(one["CO_EMail"]) == email_of(user.get("email")))
        phone = trim(one["CO_Telephone"]) or trim(one["CO_TelPortable"]) or self.parameters["user_default_phone"]
        outcome.same(key, "phone", phone, user.get("phone"), national_phone(phone) == national_phone(user.get("phone")))
        country = countries.iso(one["CO_Pays"], spellings(self.company), self.parameters["default_country"])
        if country is None or country not in countries_iso.values():
            outcome.explain("country_unknown", key)
        else:
            held = countries_iso.get(reference(user.get("idprefix")))
            outcome.same(key, "phone prefix", country, held, country == held)
        is_awake = one.get("CO_Sommeil") != 1
        if not is_awake and user.get("isactive") is not False:
            outcome.explain("deactivation_awaits_approval", key)
        else:
            outcome.same(key, "active", is_awake, user.get("isactive"), is_awake == (user.get("isactive") is not False))


def spellings(company):
    """The company's own labels of countries (F_PAYS), folded, by ISO code."""
    return {fold(row["PA_Intitule"]): trim(row["PA_Code"]) for row in company["F_PAYS"] if trim(row["PA_Code"])}
