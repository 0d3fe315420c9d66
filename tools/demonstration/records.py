"""Which records a day is played with: linked ones, and never the same twice."""

from .processes import Failed

DAYS = 2


class Cast:
    """Records for one telling of the day. Even and odd candidates go to different days, so that the days never meet."""

    def __init__(self, sandbox, number):
        self.sandbox = sandbox
        self._turn = number % DAYS
        accounts = {(row.get("extId") or "").upper(): row for row in sandbox.ssm_list("accounts", "id > 0")}
        parties = [row for row in sandbox.sage("list", "party", limit=100000) if row["CT_Type"] == 0 and row["CT_Num"] in accounts]
        contacts = sandbox.ssm_list("contacts", "id > 0")
        self._linked_contacts = [(row["extId"], row["accountId"]["id"]) for row in contacts if row.get("extId")]
        self._codes = {row["id"]: code for code, row in accounts.items()}
        awake = [row for row in parties if not row["CT_Sommeil"]]
        self._customers = self._mine([row["CT_Num"] for row in awake if row["CT_Prospect"] != 1])
        self._prospects = self._mine([row["CT_Num"] for row in awake if row["CT_Prospect"] == 1])
        # Contacts of customers, so that deleting one does not disturb a prospect of another step.
        customers = {accounts[row["CT_Num"]]["id"] for row in awake if row["CT_Prospect"] != 1}
        self._contacts = self._mine([pair for pair in self._linked_contacts if pair[1] in customers])
        self._articles = self._mine(self._sellable())

    def _mine(self, candidates):
        return iter(candidates[self._turn::DAYS])

    def _sellable(self):
        products = {row.get("extId") for row in self.sandbox.ssm_list("products", "id > 0")}
        rows = self.sandbox.sage("list", "article", limit=100000)
        return [row["AR_Ref"] for row in rows if row["AR_Ref"] in products and row["AR_Type"] == 0 and not row["AR_Sommeil"] and not row["AR_Nomencl"]
                and not row["AR_FactPoids"]]

    @staticmethod
    def _next(candidates, what):
        found = next(candidates, None)
        if found is None:
            raise Failed(f"the sample company has no {what} left for this day")
        return found

    def prospect(self):
        return self._next(self._prospects, "linked prospect")

    def customer(self):
        return self._next(self._customers, "linked customer")

    def contact(self):
        """(number in Sage, id of its account)."""
        return self._next(self._contacts, "linked contact")

    def article(self):
        return self._next(self._articles, "sellable article")

    def prospect_with_contact(self):
        owners = {self._codes.get(account) for _, account in self._linked_contacts}
        while True:
            code = self.prospect()
            if code in owners:
                return code, None

    def priced_article(self):
        """(reference, price category, id of its price list in SSM), of a category that both sides know."""
        rates = self.sandbox.ssm_list("rates", "id > 0")
        used = {row["rateId"]["id"] for row in self.sandbox.ssm("list", "productRates", count=50)}
        for rate in sorted(rates, key=lambda row: str(row.get("extID"))):
            if rate["id"] in used and rate.get("extID"):
                return self.article(), int(rate["extID"]), rate["id"]
        raise Failed("SSM has no price list with prices")
