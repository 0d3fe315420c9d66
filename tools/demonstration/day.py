"""A working day in both systems, step by step. Every step acts as users do and then looks into both systems directly."""

from .records import Cast


class Day:
    """One telling of the day with records of its own. `around(step)` runs each step: plainly, or with kills in between."""

    def __init__(self, scene, number):
        self.scene = scene
        self.number = number
        self.cast = Cast(scene.sandbox, number)
        self.sandbox = scene.sandbox
        self.tell = scene.tell

    def steps(self):
        return [self.prospect_different_fields, self.prospect_same_field, self.contacts_born, self.contacts_deleted, self.customer_edited_in_crm,
                self.customer_born_in_crm, self.prospect_converted, self.collaborator_arrives, self.price_changes, self.invoice_and_credit_note,
                self.quote]

    def one_more_edit(self):
        """A short step, for when the day had too few moments to kill at."""
        code = self.cast.customer()
        before, wrong = self.sandbox.account("@" + code).get("region"), f"Région inventée {self.number}"
        self.tell.step(f"Customer {code} is edited in the CRM once more")
        self._user("ssm", f"region becomes {wrong}", "edit", "accounts", "@" + code, region=wrong)
        self.scene.expect(f"SSM says {before or 'nothing'} again", lambda: (self.sandbox.account("@" + code).get("region") or None) == (before or None))

    def _user(self, system, text, action, *words, **named):
        self.tell.acts("Sage" if system == "sage" else "SSM", text)
        return self.sandbox.act(system, action, *words, **named)

    # ------------------------------------------------------------------ prospects

    def prospect_different_fields(self):
        code = self.cast.prospect()
        phone, city = f"02 40 73 0{self.number} 11", f"Saint-Nazaire {self.number}e"
        self.tell.step(f"Prospect {code} is edited on both sides: different fields, both survive")
        with self.scene.at_once():
            self._user("sage", f"phone becomes {phone}", "edit", "party", code, CT_Telephone=phone)
            self._user("ssm", f"city becomes {city}", "edit", "accounts", "@" + code, city=city)
        self.scene.expect("both values stand in Sage and in SSM", lambda: self._holds_party(code, {"CT_Telephone": phone, "CT_Ville": city},
                                                                                            {"phone": phone, "city": city}))

    def prospect_same_field(self):
        code = self.cast.prospect()
        sage, ssm = f"{self.number} place du Bouffay", f"{self.number} place du Commerce"
        self.tell.step(f"Prospect {code} is edited on both sides: the same field, the pack decides (Sage), the loser is kept")
        with self.scene.at_once():
            self._user("sage", f"address becomes {sage}", "edit", "party", code, CT_Adresse=sage)
            self._user("ssm", f"address becomes {ssm}", "edit", "accounts", "@" + code, address1=ssm)
        self.scene.expect(f"both systems say {sage}", lambda: self._holds_party(code, {"CT_Adresse": sage}, {"address1": sage}))
        self.scene.expect(f"the engine kept the losing value: {ssm}", lambda: self.scene.engine.lost_value("sage", "party", code, "address1") == ssm)

    def _holds_party(self, code, sage, ssm):
        party, account = self.sandbox.sage_row("party", code), self.sandbox.account("@" + code)
        return party and account and all(party[k] == v for k, v in sage.items()) and all(account.get(k) == v for k, v in ssm.items())

    # ------------------------------------------------------------------ contacts

    def contacts_born(self):
        code, other = self.cast.prospect(), self.cast.customer()
        account = self.sandbox.account("@" + other)["id"]
        self.tell.step("A contact is born on each side: each arrives once")
        born = self._user("sage", f"new contact Maëlle Kervadec at {code}", "create", "contact", CT_Num=code, CT_Nom="Kervadec", CT_Prenom="Maëlle",
                          CT_EMail=f"maelle.kervadec{self.number}@exemple.example", CT_Telephone="02 51 10 20 30")
        self._user("ssm", f"new contact Zoé Wałęsa at {other}", "create", "contacts", accountId=account, firstName="Zoé", lastName=f"Wałęsa {self.number}",
                   email=f"zoe.walesa{self.number}@exemple.example", phone1="06 11 22 33 44")
        self.scene.expect(f"SSM has contact {born['CT_No']} once, under the right account",
                          lambda: [c["accountId"]["id"] for c in self._ssm_contacts("Kervadec", code)] == [self.sandbox.account("@" + code)["id"]])
        self.scene.expect("Sage has the other once, its name in letters of its code page (Walesa), and SSM carries its number",
                          lambda: self._is_born_in_sage(other))

    def _ssm_contacts(self, name, code):
        account = self.sandbox.account("@" + code)
        return self.sandbox.ssm_list("contacts", f"accountId.id = {account['id']} AND lastName = '{name}'")

    def _is_born_in_sage(self, code):
        rows = self.sandbox.sage("list", "contact", CT_Num=code, CT_Nom=f"Walesa {self.number}")
        contacts = self._ssm_contacts(f"Wałęsa {self.number}", code)
        return len(rows) == 1 and [c.get("extId") for c in contacts] == [str(rows[0]["CT_No"])]

    def contacts_deleted(self):
        (first, _), (second, _) = self.cast.contact(), self.cast.contact()
        self.tell.step("A contact is deleted on each side: the delete in Sage is final, the one in SSM is undone")
        self._user("sage", f"deletes contact {first}", "delete", "contact", first)
        self._user("ssm", f"deletes the contact that Sage calls {second}", "delete", "contacts", "@" + second)
        self.scene.expect(f"SSM has contact {first} no longer", lambda: not self.sandbox.ssm_list("contacts", f"extId = '{first}'"))
        self.scene.expect(f"contact {second} is back in SSM, once, and was never touched in Sage",
                          lambda: len(self.sandbox.ssm_list("contacts", f"extId = '{second}'")) == 1 and self.sandbox.sage_row("contact", second))

    # ------------------------------------------------------------------ customers

    def customer_edited_in_crm(self):
        code = self.cast.customer()
        before = self.sandbox.account("@" + code).get("city")
        wrong = f"Ville inventée {self.number}"
        self.tell.step(f"Customer {code} is edited in the CRM: reverted, Sage alone keeps customers")
        self._user("ssm", f"city becomes {wrong}", "edit", "accounts", "@" + code, city=wrong)
        self.scene.expect(f"SSM says {before} again, and Sage never heard of it",
                          lambda: self.sandbox.account("@" + code).get("city") == before and self.sandbox.sage_row("party", code)["CT_Ville"] != wrong)

    def customer_born_in_crm(self):
        name = f"Hôtel de la Plage {self.number}"
        self.tell.step("A customer is born in the CRM: parked, customers are made in Sage")
        account = self._user("ssm", f"new customer {name}", "create", "accounts", name=name, statusId="Client", city="Pornic", postcode="44210")["id"]
        self.scene.expect("a work item says create_not_allowed_here",
                          lambda: self.scene.engine.has_item("create_not_allowed_here", "ssm", "accounts", account))
        self.scene.expect("Sage has no such party", lambda: not self.sandbox.sage("list", "party", CT_Intitule=name))

    def prospect_converted(self):
        code, contact = self.cast.prospect_with_contact()
        account = self.sandbox.account("@" + code)["id"]
        held = self.sandbox.ssm_list("contacts", f"accountId.id = {account}")
        new_code = f"CLN{self.number}{code[-4:]}"
        self.tell.step(f"Prospect {code} becomes customer {new_code} in Sage: the same CRM record, its contacts stay")
        self._user("sage", f"converts {code} into {new_code}", "convert", code, new_code, mode="new_code_same_row")
        self.scene.expect(f"account {account} is a customer, carries {new_code} and has its {len(held)} contacts",
                          lambda: self._is_converted(account, new_code, held))

    def _is_converted(self, account, code, contacts):
        row = self.sandbox.account(account)
        ids = sorted(c["id"] for c in self.sandbox.ssm_list("contacts", f"accountId.id = {account}"))
        return row and row.get("extId") == code and row["statusId"]["value"] == "Client" and ids == sorted(c["id"] for c in contacts)

    # ------------------------------------------------------------------ people, prices

    def collaborator_arrives(self):
        self.tell.step("A new collaborator arrives in Sage: nobody is invited by itself, a licence costs money")
        users = len(self.sandbox.ssm_list("users", "id > 0"))
        number = self._user("sage", "new collaborator Nolwenn Stéphan", "create", "collaborator", CO_Nom=f"Stéphan {'ABCDEFGH'[self.number]}", CO_Prenom="Nolwenn",
                            CO_EMail=f"nolwenn.stephan{self.number}@quincaillerie-estuaire.example", CO_Vendeur=1)["CO_No"]
        self.scene.expect("a work item says awaiting_invite, and SSM has no new user",
                          lambda: self.scene.engine.has_item("awaiting_invite", "sage", "collaborator", number)
                          and len(self.sandbox.ssm_list("users", "id > 0")) == users)

    def price_changes(self):
        reference, category, rate = self.cast.priced_article()
        price, tariff = f"{140 + self.number}.37", f"{120 + self.number}.4925"
        self.tell.step(f"Article {reference} gets new prices in Sage")
        self._user("sage", f"price becomes {price}", "edit", "article", reference, AR_PrixVen=price, AR_PrixTTC=0)
        self._user("sage", f"price of category {category} becomes {tariff}", "set-price", reference, tariff, category=category)
        self.scene.expect("product and price list in SSM say so, digit by digit", lambda: self._is_priced(reference, price, rate, tariff))

    def _is_priced(self, reference, price, rate, tariff):
        product = self.sandbox.ssm_row("products", "@" + reference)
        rows = self.sandbox.ssm_list("productRates", f"productId.id = {product['id']} AND rateId.id = {rate}")
        return same(product["price"], price) and [same(row["salePrice"], tariff) for row in rows] == [True]

    # ------------------------------------------------------------------ documents

    def invoice_and_credit_note(self):
        code = self.cast.customer()
        first, second = self.cast.article(), self.cast.article()
        self.tell.step(f"An invoice for {code}, and its credit note")
        invoice = self._user("sage", f"invoice: 3 × {first}, 2 × {second}", "create", "invoice", DO_Tiers=code,
                             lines=[{"AR_Ref": first, "DL_Qte": "3"}, {"AR_Ref": second, "DL_Qte": "2"}])["DO_Piece"]
        credit = self._user("sage", f"credit note of {invoice}", "credit", invoice)["DO_Piece"]
        self.scene.expect(f"SSM shows {invoice} with 2 lines and its turnover, equal to the cent", lambda: self._is_invoiced(invoice, 1))
        self.scene.expect(f"SSM shows {credit} as a credit note, negative", lambda: self._is_invoiced(credit, -1))

    def _is_invoiced(self, number, sign):
        head = self.sandbox.sage_row("invoice", number)["head"]
        documents = self.sandbox.ssm_list("salesorders", f"extId = 'I:{number}'")
        turnover = self.sandbox.ssm_list("sales", f"extId = '{number}'")
        if len(documents) != 1 or len(turnover) != 1 or documents[0].get("readOnly") is not True or documents[0].get("blocked") is True:
            return False
        lines = self.sandbox.ssm_list("salesordersLines", f"salesOrderId.id = {documents[0]['id']}")
        net = signed(head["DO_TotalHTNet"], sign)
        return len(lines) == 2 and same(documents[0]["total"], net) and same(turnover[0]["total"], net)

    def quote(self):
        code, first, second = self.cast.customer(), self.cast.article(), self.cast.article()
        account = self.sandbox.account("@" + code)["id"]
        self.tell.step(f"A quote for {code}: written in the CRM, priced by Sage, sent on demand, locked, turned into an order in Sage")
        quote = self._user("ssm", "new quote with 2 lines, at a price the salesperson made up", "create", "salesorders", reference=f"Portail atelier {self.number}",
                           accountId=account)["id"]
        for place, (reference, quantity) in enumerate(((first, 4), (second, 1)), start=1):
            product = self.sandbox.ssm_row("products", "@" + reference)["id"]
            self.sandbox.ssm("create", "salesordersLines", salesOrderId=quote, productId=product, quantity=quantity, price=1, total=quantity, order=place)
        expected = self.sandbox.sage("price", DO_Tiers=code, lines=[{"AR_Ref": first, "DL_Qte": "4"}, {"AR_Ref": second, "DL_Qte": "1"}])
        self.scene.expect(f"Sage's prices stand in the CRM: {amount(expected['DO_TotalHTNet'])} net; nothing was sent",
                          lambda: self._is_priced_quote(quote, expected))
        self.tell.acts("entente", f"quote push {quote}")
        number = self.scene.engine.push(quote)
        self.scene.expect(f"Sage has it as {number}, SSM shows the number and is locked", lambda: self._is_sent(quote, number))
        order = self._user("sage", f"turns {number} into an order", "transform", number, "order")["DO_Piece"]
        self.scene.expect(f"SSM says Commandé and names order {order}", lambda: self._is_ordered(quote, order))

    def _is_priced_quote(self, quote, expected):
        row = self.sandbox.ssm_row("salesorders", quote)
        lines = sorted(self.sandbox.ssm_list("salesordersLines", f"salesOrderId.id = {quote}"), key=lambda line: line["order"])
        return (row["statusId"]["value"] == "Brouillon – Validé" and same(row["total"], expected["DO_TotalHTNet"])
                and len(lines) == 2 and all(same(a["price"], b["DL_PrixUnitaire"]) for a, b in zip(lines, expected["lines"])))

    def _is_sent(self, quote, number):
        row, document = self.sandbox.ssm_row("salesorders", quote), self.sandbox.sage_row("quote", number)
        return row and document and row.get("extId") == "Q:" + number and row.get("readOnly") is True and row.get("blocked") is not True

    def _is_ordered(self, quote, order):
        row = self.sandbox.ssm_row("salesorders", quote)
        return row["statusId"]["value"] == "Commandé" and order in (row.get("internalComment") or "")


def same(left, right):
    """Equal as exact numbers: both come as text or whole numbers."""
    from decimal import Decimal
    return left is not None and Decimal(str(left)) == Decimal(str(right))


def signed(value, sign):
    from decimal import Decimal
    number = Decimal(str(value))
    return number * sign if number > 0 else number


def amount(value):
    from decimal import Decimal
    return f"{Decimal(str(value)):.2f} EUR".replace(".", ",")
