"""Customers and prospects of Sage against accounts of SSM."""

import re
from collections import defaultdict

from . import countries
from .exact import amounts_in, number
from .outcome import Outcome
from .people import spellings
from .ssm import reference
from .text import (can_never_hold, digits, fold, is_held, one_line, phone, split_comment, trim, url, vat)


def match_keys_of_party(party):
    """What the match rules see of a party: VAT number, SIRET, name and postcode."""
    keys = []
    if vat(party["CT_Identifiant"]):
        keys.append(("vat", vat(party["CT_Identifiant"])))
    if len(digits(party["CT_Siret"])) == 14:
        keys.append(("siret", digits(party["CT_Siret"])))
    if trim(party["CT_Intitule"]) and trim(party["CT_CodePostal"]):
        keys.append(("name", fold(party["CT_Intitule"])[:60].strip() + "|" + trim(party["CT_CodePostal"])))
    return keys


def match_keys_of_account(account):
    keys = []
    number_typed = vat(account.get("vatnumber"))
    if number_typed:
        keys.append(("vat", number_typed))
        if len(number_typed) == 14 and number_typed.isdigit():
            keys.append(("siret", number_typed))
    if trim(account.get("name")) and trim(account.get("postcode")):
        keys.append(("name", fold(account["name"])[:60].strip() + "|" + trim(account["postcode"])))
    return keys


class Parties:
    def __init__(self, company, tenant, users, parameters):
        self.company = company
        self.tenant = tenant
        self.users = users
        self.parameters = parameters
        self.parties = {row["CT_Num"].strip().upper(): row for row in company["F_COMPTET"] if row["CT_Type"] == 0}
        self.accounts = tenant.live("accounts")
        self.by_code = defaultdict(list)
        for account in self.accounts:
            if trim(account.get("extid")):
                self.by_code[trim(account["extid"]).upper()].append(account)
        self.status = {i: fold(label) for i, label in tenant.labels("accountStatuses").items()}

    def account_of(self, code):
        found = self.by_code.get((code or "").strip().upper(), [])
        return found[0] if found and (code or "").strip().upper() in self.parties else None

    def code_of(self, account_id):
        """The Sage code of an account, or None when Sage does not know it."""
        code = self._codes().get(account_id)
        return code if code in self.parties else None

    def _codes(self):
        if not hasattr(self, "_code_by_id"):
            self._code_by_id = {a["id"]: (trim(a.get("extid")) or "").upper() for a in self.accounts}
        return self._code_by_id

    def class_of(self, account):
        label = self.status.get(reference(account.get("statusid")))
        if label is None:
            return "unset"
        for name in ("prospect", "customer"):
            if label in [fold(one) for one in self.parameters["status_" + name]]:
                return name
        return "other"

    # ------------------------------------------------------------------ who has a partner

    def compare(self):
        customers, prospects = Outcome("customers"), Outcome("prospects")
        self._index_candidates()
        iso_by_id = {row["id"]: row.get("isocode2") for row in self.tenant.all("countries")}
        own_spellings = spellings(self.company)
        rate_codes = {row["id"]: trim(row.get("extid")) for row in self.tenant.live("rates")}
        for code, party in self.parties.items():
            outcome = prospects if party["CT_Prospect"] == 1 else customers
            accounts = self.by_code.get(code, [])
            if len(accounts) > 1:
                outcome.duplicates.append(f"{code} has {len(accounts)} accounts")
            elif accounts:
                self._compare_one(outcome, code, party, accounts[0], iso_by_id, own_spellings, rate_codes)
            elif self._is_ambiguous_party(party):
                outcome.explain("ambiguous_match", code)
            else:
                outcome.missing.append(f"{code} has no account")
        for account in self.accounts:
            self._explain_account(customers, prospects, account)
        self._find_doubled_births(prospects)
        return [customers, prospects]

    def _index_candidates(self):
        self.parties_by_key, self.accounts_by_key = defaultdict(list), defaultdict(list)
        for code, party in self.parties.items():
            for key in match_keys_of_party(party):
                self.parties_by_key[key].append(code)
        for account in self.accounts:
            for key in match_keys_of_account(account):
                self.accounts_by_key[key].append(account)

    def _is_linked(self, account):
        return (trim(account.get("extid")) or "").upper() in self.parties

    def _is_ambiguous_party(self, party):
        for key in match_keys_of_party(party):
            rivals = self.accounts_by_key.get(key, [])
            if any(not self._is_linked(a) for a in rivals) and len(rivals) + len(self.parties_by_key[key]) > 2:
                return True
        return False

    def _explain_account(self, customers, prospects, account):
        code = trim(account.get("extid"))
        if code is not None and code.upper() in self.parties:
            return
        name, kind = f"account {account['id']}", self.class_of(account)
        outcome = customers if kind == "customer" else prospects
        if code is not None:
            outcome.unexpected.append(f"{name} carries the code {code}, which Sage has not")
            return
        keys = match_keys_of_account(account)
        candidates = [key for key in keys if self.parties_by_key.get(key)]
        if any(len(self.parties_by_key[key]) + len(self.accounts_by_key[key]) > 2 for key in candidates):
            outcome.explain("ambiguous_match", account["id"])
        elif candidates and all(self.account_of(c) is not None for key in candidates for c in self.parties_by_key[key]):
            outcome.explain("candidate_has_another_account", account["id"])
        elif kind == "customer" and not candidates:
            outcome.explain("create_not_allowed_here", account["id"])
        elif kind == "other":
            outcome.explain("status_out_of_scope", account["id"])
        else:
            outcome.unexpected.append(f"{name} ({kind}) has no partner in Sage")

    def _find_doubled_births(self, outcome):
        """A party named after an account, while the account belongs to another party: one of the two is a double."""
        prefix = self.parameters["prospect_code_prefix"]
        for code in self.parties:
            born = re.fullmatch(re.escape(prefix) + r"(\d{4,8})", code)
            if not born:
                continue
            own = self.code_of(int(born.group(1)))
            if own is not None and own != code and not self.by_code.get(code):
                outcome.duplicates.append(f"{code} and {own} come from one account")

    # ------------------------------------------------------------------ field by field

    def _compare_one(self, outcome, code, party, account, iso_by_id, own_spellings, rate_codes):
        outcome.pairs += 1
        is_prospect = party["CT_Prospect"] == 1
        self._text(outcome, code, "name", party["CT_Intitule"] if trim(party["CT_Intitule"]) else code, account.get("name"), 69)
        kind = self.class_of(account)
        expected = "prospect" if is_prospect else "customer"
        outcome.same(code, "status", expected, kind, kind == expected)
        self._representative(outcome, code, party, account, is_prospect)
        for name, column, field, length in (("address", "CT_Adresse", "address1", 35), ("address 2", "CT_Complement", "address2", 35),
                                            ("city", "CT_Ville", "city", 35), ("region", "CT_CodeRegion", "region", 25)):
            self._text(outcome, code, name, party[column], account.get(field), length)
        self._text(outcome, code, "postcode", party["CT_CodePostal"], account.get("postcode"), 9, may_cut=False)
        self._modulo(outcome, code, "phone", party["CT_Telephone"], account.get("phone"), phone, 21)
        self._modulo(outcome, code, "fax", party["CT_Telecopie"], account.get("fax"), phone, 21)
        self._modulo(outcome, code, "e-mail", party["CT_EMail"], account.get("email"), lambda v: (trim(v) or "").lower(), 69)
        self._modulo(outcome, code, "website", party["CT_Site"], account.get("website"), url, 69)
        self._modulo(outcome, code, "VAT number", party["CT_Identifiant"], account.get("vatnumber"), vat, 25)
        self._country(outcome, code, party, account, iso_by_id, own_spellings)
        rate = str(party["N_CatTarif"] or self.parameters["default_price_category"])
        held = rate_codes.get(reference(account.get("rateid")))
        outcome.same(code, "price list", rate, held, rate == held)
        outcome.same(code, "unlocked", False, account.get("readonly"), account.get("readonly") is not True)
        self._comment(outcome, code, party, account, is_prospect)

    def _text(self, outcome, key, name, sage, ssm, length, may_cut=True):
        compare_text(outcome, key, name, sage, ssm, length, may_cut)

    def _modulo(self, outcome, key, name, sage, ssm, form, length):
        compare_modulo(outcome, key, name, sage, ssm, form, length)

    def _representative(self, outcome, code, party, account, is_prospect):
        held = reference(account.get("salesrepid1"))
        expected = self.users.active_id_of(party["CO_No"])
        if is_prospect and held != expected and held is not None and self.users.key_of(held) is None:
            outcome.explain("rep_not_in_sage", code)
            return
        outcome.same(code, "sales rep", expected, held, held == expected)

    def _country(self, outcome, code, party, account, iso_by_id, own_spellings):
        expected = countries.iso(party["CT_Pays"], own_spellings, self.parameters["default_country"])
        held = iso_by_id.get(reference(account.get("countryid")))
        if expected is None or expected not in iso_by_id.values():
            outcome.explain("country_unknown", code)
        elif held is None and not trim(party["CT_Pays"]):
            outcome.fields += 1  # nothing on both sides
        else:
            outcome.same(code, "country", expected, held, expected == held)

    def _comment(self, outcome, code, party, account, is_prospect):
        free, block = split_comment(account.get("comment"))
        if is_prospect:
            first = trim(free.split("\n", 1)[0])
            sage = trim(party["CT_Commentaire"])
            if first is not None and sage is None and can_never_hold(first, 35, may_cut=True):
                outcome.explain("value_does_not_fit", code)
            elif first is None or sage is None:
                outcome.same(code, "comment", sage, first, first == sage)
            elif can_never_hold(first, 35, may_cut=True):
                outcome.explain("value_does_not_fit", code)
            else:
                outcome.same(code, "comment", sage, first, is_held(sage, first, 35))
        facts = [trim(party[c]) for c in ("CT_Siret", "CT_Ape", "CT_Qualite")]
        facts.append(trim(party["CT_NumPayeur"]) if trim(party["CT_NumPayeur"]) not in (None, party["CT_Num"]) else None)
        if not is_prospect:
            facts.append(trim(party["CT_Commentaire"]))
        lines = "\n".join(block)
        for fact in filter(None, facts):
            outcome.same(code, "Sage block", fact, lines, fact in lines)
        limit = number(party["CT_Encours"])
        if limit:
            outcome.same(code, "Sage block: credit limit", limit, lines, any(limit in amounts_in(line) for line in block))
        count = len([f for f in facts if f]) + sum((bool(limit), party["CT_ControlEnc"] in (1, 2), party["CT_Sommeil"] == 1, bool(party["N_Devise"])))
        outcome.same(code, "Sage block: lines", count, len(block), count == len(block))


def compare_text(outcome, key, name, sage, ssm, length, may_cut=True):
    """A text that travels both ways through a column of `length` characters."""
    left, right = one_line(sage), one_line(ssm)
    if left is None or right is None:
        if left is None and right is not None and can_never_hold(right, length, may_cut):
            outcome.explain("value_does_not_fit", key)
        else:
            outcome.same(key, name, left, right, left == right)
        return
    if left != right and can_never_hold(right, length, may_cut) and ("?" not in left or "?" in right):
        outcome.explain("value_does_not_fit", key)
        return
    outcome.same(key, name, left, right, is_held(left, right, length, may_cut))


def compare_modulo(outcome, key, name, sage, ssm, form, length):
    """A value compared in a normal form, refused where it does not fit."""
    left, right = form(sage), form(ssm)
    if left != right and trim(ssm) and can_never_hold(trim(ssm) if len(trim(ssm)) > length else right, length, may_cut=False):
        outcome.explain("value_does_not_fit", key)
        return
    outcome.same(key, name, sage, ssm, left == right)
