"""Contacts of Sage against contacts of SSM."""

from collections import defaultdict

from .outcome import Outcome
from .party import compare_modulo, compare_text
from .ssm import reference
from .text import can_never_hold, fold, is_held, labelled_line, phone, trim, url


def _name_key(last, first):
    return ("name", fold((trim(last) or "")[:35]) + "|" + fold((trim(first) or "")[:35]))


class Contacts:
    def __init__(self, company, tenant, parties, parameters):
        self.company = company
        self.tenant = tenant
        self.parties = parties
        self.mark = parameters["blank_name_mark"]
        self.sage = {str(row["CT_No"]): row for row in company["F_CONTACTT"] if row["CT_Num"].strip().upper() in parties.parties}
        self.ssm = tenant.live("contacts")
        self.by_key = defaultdict(list)
        for contact in self.ssm:
            if trim(contact.get("extid")):
                self.by_key[trim(contact["extid"])].append(contact)
        self.services = {row["cbIndice"]: trim(row["S_Intitule"]) for row in company["P_SERVICECPTA"]}
        self.types = tenant.labels("contactTypes")

    def _unmark(self, value):
        return None if trim(value) == self.mark else trim(value)

    def _keys_of_sage(self, row):
        keys = [_name_key(row["CT_Nom"], row["CT_Prenom"])]
        if trim(row["CT_EMail"]):
            keys.append(("email", trim(row["CT_EMail"]).lower()))
        return [(row["CT_Num"].strip().upper(), *key) for key in keys]

    def _keys_of_ssm(self, contact, code):
        keys = [_name_key(self._unmark(contact.get("lastname")), self._unmark(contact.get("firstname")))]
        if trim(contact.get("email")):
            keys.append(("email", trim(contact["email"]).lower()))
        return [(code, *key) for key in keys]

    def compare(self):
        outcome = Outcome("contacts")
        groups = defaultdict(lambda: [[], []])
        for row in self.sage.values():
            for key in self._keys_of_sage(row):
                groups[key][0].append(row)
        for contact in self.ssm:
            for key in self._keys_of_ssm(contact, self.parties.code_of(reference(contact.get("accountid")))):
                groups[key][1].append(contact)
        for key, row in self.sage.items():
            held = self.by_key.get(key, [])
            if len(held) > 1:
                outcome.duplicates.append(f"contact {key} has {len(held)} contacts in SSM")
            elif held:
                self._compare_one(outcome, key, row, held[0])
            else:
                self._explain_absence(outcome, key, row, groups)
        for contact in self.ssm:
            self._explain_contact(outcome, contact, groups)
        return outcome

    def _explain_absence(self, outcome, key, row, groups):
        if self.parties.account_of(row["CT_Num"]) is None:
            outcome.explain("parent_waits", key)
        elif not trim(row["CT_Nom"]) and not trim(row["CT_Prenom"]):
            outcome.explain("name_missing", key)
        elif any(len(groups[k][0]) + len(groups[k][1]) > 2 and any(trim(c.get("extid")) not in self.sage for c in groups[k][1])
                 for k in self._keys_of_sage(row)):
            outcome.explain("ambiguous_match", key)
        else:
            outcome.missing.append(f"contact {key} has no contact in SSM")

    def _explain_contact(self, outcome, contact, groups):
        key = trim(contact.get("extid"))
        if key in self.sage:
            return
        code = self.parties.code_of(reference(contact.get("accountid")))
        if key is not None:
            outcome.unexpected.append(f"contact {contact['id']} carries the number {key}, which Sage has not")
        elif code is None:
            outcome.explain("parent_waits", contact["id"])
        elif any(groups[k][0] and len(groups[k][0]) + len(groups[k][1]) > 2 for k in self._keys_of_ssm(contact, code)):
            outcome.explain("ambiguous_match", contact["id"])
        elif not self._unmark(contact.get("lastname")) and not self._unmark(contact.get("firstname")):
            outcome.explain("name_missing", contact["id"])
        elif can_never_hold(trim(contact.get("lastname")) or "", 35, may_cut=True):
            outcome.explain("value_does_not_fit", contact["id"])
        else:
            outcome.unexpected.append(f"contact {contact['id']} has no partner in Sage")

    def _compare_one(self, outcome, key, row, contact):
        outcome.pairs += 1
        code = self.parties.code_of(reference(contact.get("accountid")))
        outcome.same(key, "party", row["CT_Num"].strip().upper(), code, code == row["CT_Num"].strip().upper())
        compare_text(outcome, key, "last name", row["CT_Nom"], self._unmark(contact.get("lastname")), 35)
        compare_text(outcome, key, "first name", row["CT_Prenom"], self._unmark(contact.get("firstname")), 35)
        gender = 0 if not row["CT_Civilite"] else 1
        held = contact.get("gender")
        outcome.same(key, "gender", gender, held, gender == (held or 0))
        self._department(outcome, key, row, contact)
        self._job(outcome, key, row, contact)
        for name, column, field in (("phone", "CT_Telephone", "phone1"), ("mobile", "CT_TelPortable", "phone2"), ("fax", "CT_Telecopie", "fax")):
            compare_modulo(outcome, key, name, row[column], contact.get(field), phone, 21)
        compare_modulo(outcome, key, "e-mail", row["CT_EMail"], contact.get("email"), lambda v: (trim(v) or "").lower(), 69)
        compare_modulo(outcome, key, "LinkedIn", row["CT_LinkedIn"], contact.get("linkedin"), url, 35)
        compare_modulo(outcome, key, "Skype", row["CT_Skype"], contact.get("skype"), lambda v: trim(v) or "", 35)
        outcome.same(key, "unlocked", False, contact.get("readonly"), contact.get("readonly") is not True)

    def _department(self, outcome, key, row, contact):
        sage = fold(self.services.get(row["N_Service"]))
        ssm = fold(self.types.get(reference(contact.get("typeid"))))
        if sage and sage not in {fold(label) for label in self.types.values()}:
            outcome.explain("label_without_partner", key)
        elif ssm and ssm not in {fold(label) for label in self.services.values()}:
            outcome.explain("label_without_partner", key)
        else:
            outcome.same(key, "department", sage, ssm, sage == ssm)

    def _job(self, outcome, key, row, contact):
        sage, ssm = trim(row["CT_Fonction"]), labelled_line(contact.get("comment"), "Fonction")
        if ssm and sage != ssm and can_never_hold(ssm, 35, may_cut=True):
            outcome.explain("value_does_not_fit", key)
        else:
            outcome.same(key, "job title", sage, ssm, sage == ssm or (sage is not None and ssm is not None and is_held(sage, ssm, 35)))
