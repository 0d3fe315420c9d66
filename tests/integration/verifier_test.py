"""One field damaged on purpose, on either side, makes the verifier fail, whatever the entity.

A small company is typed into Sage and again, by hand and through its API, into SSM. Nothing of the engine runs here.
"""

import contextlib
import io
import datetime
import json
import re
import sys
import tempfile
import unittest
import urllib.request
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.demonstration.processes import Programs  # noqa: E402
from tools.demonstration.sandbox import Sandbox  # noqa: E402
from tools.verifier import __main__ as verifier  # noqa: E402

BINARY = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else str(ROOT / "build/bin/entente-sandbox")


def exact_json(value):
    """JSON whose decimals are written as they are, digit by digit."""
    text = json.dumps(value, default=lambda number: f"#decimal {number}#")
    return re.sub(r'"#decimal ([-0-9.]+)#"', r"\1", text).encode()


class Api:
    """SSM through its own API."""

    def __init__(self, description):
        self.url = description["url"]
        private_key = Path(description["private_key_file"]).read_text("utf-8").split("\n")[0].strip()
        answer = self._call("POST", "/login", {"username": description["public_key"], "password": private_key})
        self.headers["X-Session-Key"] = answer["token"]

    headers = {"Content-Type": "application/json", "Accept": "application/json"}

    def _call(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, exact_json(body) if body is not None else None, dict(self.headers), method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def create(self, resource, **fields):
        answer = self._call("POST", "/" + resource, fields)
        return next(value for key, value in answer.items() if key.lower() == "id")

    def change(self, resource, record, **fields):
        self._call("PUT", f"/{resource}/{record}", fields)

    def delete(self, resource, record):
        self._call("DELETE", f"/{resource}/{record}")

    def listed(self, resource, label):
        for row in self._call("GET", f"/{resource}?lang=fr"):
            if label in row.values():
                return row["id"]
        raise AssertionError(f"{resource} has no {label}")


class VerifierTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        folder = Path(cls.stack.enter_context(tempfile.TemporaryDirectory()))
        programs = Programs(folder)
        cls.stack.callback(programs.stop)
        cls.sandbox = Sandbox(programs, BINARY, folder / "sandbox", "empty", 1, ["--rate-per-minute", "0", "--rate-per-second", "0"]).wait()
        cls.api = Api(cls.sandbox.description["ssm"])
        cls.ids = {}
        cls.type_sage()
        cls.type_ssm()

    @classmethod
    def tearDownClass(cls):
        cls.stack.close()

    @classmethod
    def type_sage(cls):
        sage = cls.sandbox.sage
        cls.rep = sage("create", "collaborator", CO_Nom="Le Goff", CO_Prenom="Anne", CO_EMail="Anne.LeGoff@estuaire.example",
                       CO_Telephone="02 40 11 22 33", CO_Vendeur=1)["CO_No"]
        sage("insert-row", "F_FAMILLE", FA_CodeFamille="VIS", FA_Type=0, FA_Intitule="Visserie")
        sage("create", "article", AR_Ref="VIS-1", AR_Design="Vis à bois 4x40", FA_CodeFamille="VIS", AR_PrixVen="12.5", AR_SuiviStock=2, AR_UniteVen=1)
        sage("set-price", "VIS-1", "11.25", category=1)
        cls.party("CL1", "customer", "Menuiserie Évrard & fils, ateliers de la Loire", CT_Siret="12345678900011")
        cls.party("PR1", "prospect", "Café du Port", CT_Commentaire="Rappeler en mars")
        cls.contact = sage("create", "contact", CT_Num="CL1", CT_Nom="Évrard", CT_Prenom="Luce", CT_Civilite=1, CT_Fonction="Gérante",
                           CT_EMail="luce@evrard.example", CT_Telephone="02 40 55 66 77", N_Service=1)["CT_No"]
        cls.invoice = sage("create", "invoice", DO_Tiers="CL1", DO_Date="2026-03-02", CO_No=cls.rep, lines=[{"AR_Ref": "VIS-1", "DL_Qte": "3"}])
        cls.credit = sage("credit", cls.invoice["DO_Piece"])
        sage("set-stock", "VIS-1", "40")

    @classmethod
    def party(cls, code, kind, name, **fields):
        cls.sandbox.sage("create", kind, CT_Num=code, CT_Intitule=name, CT_Adresse="3 quai des Antilles", CT_CodePostal="44000", CT_Ville="Nantes",
                         CT_Pays="France", CT_Telephone="02 40 00 11 22", CT_EMail="contact@exemple.example", CO_No=cls.rep, N_CatTarif=1, **fields)

    @classmethod
    def type_ssm(cls):
        api, ids, listed = cls.api, cls.ids, cls.api.listed
        branch, france, euro = listed("branches", "Siège"), listed("countries", "France"), listed("currencies", "EUR")
        ids["user"] = api.create("users", name="Anne", lastName="Le Goff", email="anne.legoff@estuaire.example", nic="anne.legoff", phone="0240112233",
                                 idPrefix=france, branches=[branch], dbLanguage="EN", uiLanguage="EN", isActive=True, extId=str(cls.rep))
        for row in cls.sandbox.sage("sql", "SELECT FA_CodeFamille, FA_Intitule FROM F_FAMILLE WHERE FA_Type = 0"):
            ids["family"] = api.create("productFamilies", descriptionFR=row["FA_Intitule"], descriptionEN=row["FA_Intitule"])
        for row in cls.sandbox.sage("sql", "SELECT cbIndice, CT_Intitule FROM P_CATTARIF WHERE CT_Intitule <> ''"):
            made = api.create("rates", extID=str(row["cbIndice"]), descriptionFR=row["CT_Intitule"], currencyId=euro)
            ids.setdefault("rate", made)
        unit = cls.sandbox.sage("sql", "SELECT U_Intitule FROM P_UNITE WHERE cbIndice = 1")[0]["U_Intitule"]
        ids["product"] = api.create("products", extId="VIS-1", model="Vis à bois 4x40", description=f"Référence : VIS-1\nUnité : {unit}", price=Decimal("12.5"),
                                    stock=40, notAvailable=False, familyId=ids["family"])
        ids["price"] = api.create("productRates", productId=ids["product"], rateId=ids["rate"], salePrice=Decimal("11.25"), discount1=0)
        ids["customer"] = cls.account(branch, france, "CL1", "Client", "Menuiserie Évrard & fils, ateliers de la Loire",
                                      comment="--- Sage 100 ---\nSIRET : 12345678900011\n--- fin Sage 100 ---")
        ids["prospect"] = cls.account(branch, france, "PR1", "Prospect", "Café du Port", comment="Rappeler en mars")
        ids["contact"] = api.create("contacts", extId=str(cls.contact), accountId=ids["customer"], salesRepId=ids["user"], firstName="Luce",
                                    lastName="Évrard", gender=1, email="luce@evrard.example", phone1="02 40 55 66 77", comment="Fonction : Gérante",
                                    typeId=listed("contactTypes", cls.department()))
        ids["invoice"] = cls.document(branch, euro, cls.invoice["DO_Piece"], "Facture", 1)
        ids["credit"] = cls.document(branch, euro, cls.credit["DO_Piece"], "Avoir", -1)

    @classmethod
    def department(cls):
        return cls.sandbox.sage("sql", "SELECT S_Intitule FROM P_SERVICECPTA WHERE cbIndice = 1")[0]["S_Intitule"]

    @classmethod
    def account(cls, branch, country, code, status, name, **fields):
        return cls.api.create("accounts", extId=code, name=name, branchId=branch, salesRepId1=cls.ids["user"], statusId=cls.api.listed("accountStatuses", status),
                              address1="3 quai des Antilles", postcode="44000", city="Nantes", countryId=country, phone="02 40 00 11 22",
                              email="contact@exemple.example", rateId=cls.ids["rate"], **fields)

    @classmethod
    def document(cls, branch, euro, piece, status, sign):
        head = cls.sandbox.sage("sql", f"SELECT * FROM F_DOCENTETE WHERE DO_Piece = '{piece}'")[0]
        lines = cls.sandbox.sage("sql", f"SELECT * FROM F_DOCLIGNE WHERE DO_Piece = '{piece}' ORDER BY DL_Ligne")
        flip = sign if Decimal(head["DO_TotalHTNet"]) > 0 else 1
        french = lambda text: f"{Decimal(text) * flip:.2f}".replace(".", ",")
        tax = Decimal(head["DO_TotalTTC"]) - Decimal(head["DO_TotalHTNet"])
        balance = Decimal(head["DO_NetAPayer"]) - Decimal(head["DO_MontantRegle"])
        block = ["--- Sage 100 ---", f"TVA : {french(tax)} EUR", f"Total TTC : {french(head['DO_TotalTTC'])} EUR", f"Reste à payer : {french(balance)} EUR"]
        for row in cls.sandbox.sage("sql", f"SELECT * FROM F_DOCREGL WHERE DO_Piece = '{piece}' AND DR_TypeRegl = 2"):
            day = row["DR_Date"]
            # The only instalment takes the balance, and then carries no amount of its own.
            amount = row["DR_Montant"] if Decimal(row["DR_Montant"]) else head["DO_TotalTTC"]
            block.append(f"Échéance : {day[8:10]}/{day[5:7]}/{day[:4]} {french(amount)} EUR")
        made = cls.api.create("salesorders", extId="I:" + piece, reference=piece, branchId=branch, salesRepId=cls.ids["user"],
                              statusId=cls.api.listed("salesorderStatuses", status), accountId=cls.ids["customer"], currencyId=euro, readOnly=True,
                              closedDate=cls.midnight_in_paris(head["DO_Date"]), total=Decimal(head["DO_TotalHTNet"]) * flip,
                              internalComment="\n".join([*block, "--- fin Sage 100 ---"]))
        for place, line in enumerate(lines, start=1):
            cls.ids["line"] = cls.api.create(
                "salesordersLines", salesOrderId=made, productId=cls.ids["product"], quantity=Decimal(line["DL_Qte"]) * flip,
                price=Decimal(line["DL_PrixUnitaire"]), discount1=Decimal(line["DL_Remise01REM_Valeur"]), total=Decimal(line["DL_MontantHT"]) * flip,
                description=line["DL_Design"], order=place)
        cls.ids["turnover"] = cls.api.create("sales", extId=piece, accountId=cls.ids["customer"], accountExtId="CL1", date=head["DO_Date"][:10] + " 00:00:00",
                                             total=Decimal(head["DO_TotalHTNet"]) * flip, salesRepExtId=str(cls.rep), salesRepId=cls.ids["user"])
        return made

    @staticmethod
    def midnight_in_paris(day):
        """Winter or summer, the evening before in UTC."""
        midnight = datetime.datetime.strptime(day[:10], "%Y-%m-%d")
        sundays = [max(datetime.datetime(midnight.year, month, d) for d in range(25, 32) if datetime.date(midnight.year, month, d).isoweekday() == 7)
                   for month in (3, 10)]
        # The clocks change at night: on the Sunday itself, midnight is still the former time.
        hours = 2 if sundays[0] < midnight <= sundays[1] else 1
        return (midnight - datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")

    # ------------------------------------------------------------------

    def verify(self):
        """(exit code, entities that disagree)."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = verifier.main(["--sandbox", str(self.sandbox.folder), "--json"])
        outcome = json.loads(out.getvalue())
        wrong = [e for e in outcome["entities"] if e["differences"] or e["missing"] or e["duplicates"] or e["unexpected"]]
        return code, {e["entity"]: e for e in wrong}

    def assert_agrees(self):
        code, wrong = self.verify()
        self.assertEqual((code, wrong), (0, {}), json.dumps(wrong)[:600])

    def assert_disagrees(self, entity):
        code, wrong = self.verify()
        self.assertEqual(code, 1)
        self.assertIn(entity, wrong)

    def test_systems_typed_alike_agree(self):
        self.assert_agrees()

    def test_a_field_damaged_in_sage_is_found(self):
        cases = [("users", "collaborator", self.rep, {"CO_Nom": "Le Gof"}, {"CO_Nom": "Le Goff"}),
                 ("customers", "party", "CL1", {"CT_Ville": "Rennes"}, {"CT_Ville": "Nantes"}),
                 ("customers", "party", "CL1", {"CT_Siret": "12345678900012"}, {"CT_Siret": "12345678900011"}),
                 ("prospects", "party", "PR1", {"CT_Telephone": "02 40 00 11 23"}, {"CT_Telephone": "02 40 00 11 22"}),
                 ("prospects", "party", "PR1", {"CT_Commentaire": "Rappeler en mai"}, {"CT_Commentaire": "Rappeler en mars"}),
                 ("contacts", "contact", self.contact, {"CT_Prenom": "Lucie"}, {"CT_Prenom": "Luce"}),
                 ("contacts", "contact", self.contact, {"CT_Civilite": 0}, {"CT_Civilite": 1}),
                 ("products", "article", "VIS-1", {"AR_PrixVen": "12.5001"}, {"AR_PrixVen": "12.5"}),
                 ("products", "article", "VIS-1", {"AR_Sommeil": 1}, {"AR_Sommeil": 0})]
        for entity, kind, key, damage, repair in cases:
            with self.subTest(entity=entity, damage=damage):
                self.sandbox.sage("edit", kind, key, **damage)
                self.assert_disagrees(entity)
                self.sandbox.sage("edit", kind, key, **repair)
        self.assert_agrees()

    def test_a_figure_damaged_in_sage_is_found(self):
        piece = self.invoice["DO_Piece"]
        cases = [("invoices", "F_DOCENTETE", "DO_TotalHTNet", piece), ("turnover", "F_DOCENTETE", "DO_TotalHTNet", piece),
                 ("invoices", "F_DOCLIGNE", "DL_MontantHT", piece), ("invoices", "F_DOCLIGNE", "DL_Qte", piece)]
        for entity, table, column, key in cases:
            with self.subTest(column=column):
                before = self.sandbox.sage("sql", f"SELECT {column} FROM {table} WHERE DO_Piece = '{key}'")[0][column]
                self.sandbox.sage("sql", f"UPDATE {table} SET {column} = '{before[:-1]}1' WHERE DO_Piece = '{key}'")
                self.assert_disagrees(entity)
                self.sandbox.sage("sql", f"UPDATE {table} SET {column} = '{before}' WHERE DO_Piece = '{key}'")
        self.assert_agrees()

    def test_a_field_damaged_in_ssm_is_found(self):
        listed = self.api.listed
        cases = [("users", "users", "user", {"lastName": "Le Gof"}, {"lastName": "Le Goff"}),
                 ("customers", "accounts", "customer", {"name": "Menuiserie Évrard"}, {"name": "Menuiserie Évrard & fils, ateliers de la Loire"}),
                 ("prospects", "accounts", "prospect", {"statusId": listed("accountStatuses", "Client")}, {"statusId": listed("accountStatuses", "Prospect")}),
                 ("prospects", "accounts", "prospect", {"postcode": "4400"}, {"postcode": "44000"}),
                 ("contacts", "contacts", "contact", {"phone1": "02 40 55 66 78"}, {"phone1": "02 40 55 66 77"}),
                 ("contacts", "contacts", "contact", {"accountId": self.ids["prospect"]}, {"accountId": self.ids["customer"]}),
                 ("families", "productFamilies", "family", {"descriptionFR": "Vis"}, {"descriptionFR": "Visserie"}),
                 ("products", "products", "product", {"stock": 41}, {"stock": 40}),
                 ("prices", "productRates", "price", {"salePrice": Decimal("11.26")}, {"salePrice": Decimal("11.25")}),
                 ("invoices", "salesorders", "invoice", {"readOnly": False}, {"readOnly": True}),
                 ("invoices", "salesorders", "credit", {"statusId": listed("salesorderStatuses", "Facture")}, {"statusId": listed("salesorderStatuses", "Avoir")}),
                 ("invoices", "salesordersLines", "line", {"order": 7}, {"order": 1}),
                 ("turnover", "sales", "turnover", {"salesRepExtId": "999"}, {"salesRepExtId": str(self.rep)})]
        for entity, resource, name, damage, repair in cases:
            with self.subTest(entity=entity, damage=damage):
                self.api.change(resource, self.ids[name], **damage)
                self.assert_disagrees(entity)
                self.api.change(resource, self.ids[name], **repair)
        self.assert_agrees()

    def test_a_record_too_many_or_too_few_is_found(self):
        branch, france = self.api.listed("branches", "Siège"), self.api.listed("countries", "France")
        double = self.account(branch, france, "PR1", "Prospect", "Café du Port")
        self.assert_disagrees("prospects")
        self.api.delete("accounts", double)
        self.assert_agrees()

        orphan = self.account(branch, france, "", "Prospect", "Café de la Gare")
        self.assert_disagrees("prospects")
        self.api.delete("accounts", orphan)
        self.assert_agrees()

        lonely = self.sandbox.sage("create", "contact", CT_Num="PR1", CT_Nom="Kerdoncuf", CT_Prenom="Yann")["CT_No"]
        self.assert_disagrees("contacts")
        self.sandbox.sage("delete", "contact", lonely)
        self.assert_agrees()

    def test_a_customer_born_in_the_crm_waits_and_is_no_fault(self):
        branch, france = self.api.listed("branches", "Siège"), self.api.listed("countries", "France")
        born = self.account(branch, france, "", "Client", "Hôtel de la Plage")

        self.assert_agrees()

        self.api.delete("accounts", born)


if __name__ == "__main__":
    unittest.main(verbosity=2)
