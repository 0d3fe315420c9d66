"""Invoices and quotes of Sage against sales documents of SSM, with lines; invoices with the row of turnover too."""

from collections import defaultdict
from datetime import timedelta

from . import calendar_fr
from .exact import HUNDRED, amounts_in, divided, number, rounded
from .outcome import Outcome
from .products import Articles
from .ssm import reference
from .text import fold, split_comment, trim

INVOICE_TYPES = (6, 7, 8)
CREDIT_NOTES = (1, 2)
PRICE_DECIMALS = 4


def line_price(line):
    """(unit price, three percents): a discount that is no percent becomes part of the price."""
    slots = [(number(line[f"DL_Remise0{i}REM_Valeur"]), line[f"DL_Remise0{i}REM_Type"]) for i in (1, 2, 3)]
    quantity = number(line["DL_Qte"])
    if all(not value or form == 1 for value, form in slots) or not quantity:
        return number(line["DL_PrixUnitaire"]), [value if form == 1 else number(None) for value, form in slots]
    return divided(number(line["DL_MontantHT"]), quantity, PRICE_DECIMALS), [number(None)] * 3


def instalment_amounts(instalments, total):
    """What falls due, by DR_No: an amount of 0 is a percentage of the total, or what the other instalments leave."""
    amounts, rest = {}, total
    for row in instalments:
        amount = number(row["DR_Montant"]) or rounded(total * number(row["DR_Pourcent"]) / HUNDRED, 2)
        if row["DR_Equil"] == 1 and not number(row["DR_Montant"]):
            continue
        amounts[row["DR_No"]] = amount
        rest -= amount
    for row in instalments:
        amounts.setdefault(row["DR_No"], rest)
    return amounts


class Documents:
    def __init__(self, company, tenant, users, parties, products, parameters):
        self.company = company
        self.tenant = tenant
        self.users = users
        self.parties = parties
        self.products = products
        self.parameters = parameters
        self.status = {i: label for i, label in tenant.labels("salesorderStatuses").items()}
        self.currencies = {row["id"]: row.get("isocode") for row in tenant.all("currencies")}
        self.texts = {row["DT_No"]: row["DT_Text"] for row in company["F_DOCLIGNETEXT"]}
        self.lines = defaultdict(list)
        for line in company.lines:
            self.lines[(line["DO_Type"], line["DO_Piece"])].append(line)
        self.ssm_lines = defaultdict(list)
        for line in tenant.live("salesordersLines"):
            self.ssm_lines[reference(line.get("salesorderid"))].append(line)
        self.invoices, self.quotes, self.unkeyed = defaultdict(list), defaultdict(list), []
        kinds = {fold(parameters["status_invoice"]), fold(parameters["status_credit_note"])}
        for head in tenant.live("salesorders"):
            key = trim(head.get("extid")) or ""
            if key.startswith("I:"):
                self.invoices[key[2:]].append(head)
            elif key.startswith("Q:"):
                self.quotes[key[2:]].append(head)
            else:
                self.unkeyed.append((head, fold(self.status.get(reference(head.get("statusid")))) in kinds))
        self.turnover = defaultdict(list)
        for row in tenant.live("sales"):
            self.turnover[trim(row.get("extid"))].append(row)

    # ------------------------------------------------------------------ lines

    def _compare_lines(self, outcome, key, sage_lines, head, sign):
        sage_lines = [line for line in sage_lines if line["DL_Valorise"] != 0]
        ssm_lines = sorted(self.ssm_lines.get(head["id"], []), key=lambda line: (number(line.get("order")), line["id"]))
        outcome.same(key, "lines", len(sage_lines), len(ssm_lines), len(sage_lines) == len(ssm_lines))
        for place, (sage, ssm) in enumerate(zip(sage_lines, ssm_lines), start=1):
            self._compare_line(outcome, f"{key} line {place}", place, sage, ssm, sign)

    def _compare_line(self, outcome, name, place, sage, ssm, sign):
        article = Articles.key(sage["AR_Ref"], sage["AG_No1"], sage["AG_No2"]) if trim(sage["AR_Ref"]) else None
        product = self.products.id_of(article) if article and not sage["DL_TRemPied"] else None
        expected = product or self.products.placeholder
        held = reference(ssm.get("productid"))
        outcome.same(name, "product", article, held, held is not None and held == expected)
        if article and product is None and article.split("#")[0] not in (ssm.get("description") or ""):
            outcome.explain("unresolved_article", name)
        price, discounts = line_price(sage)
        for field, left, right in (("quantity", number(sage["DL_Qte"]) * sign, ssm.get("quantity")), ("price", price, ssm.get("price")),
                                   ("total", number(sage["DL_MontantHT"]) * sign, ssm.get("total"))):
            outcome.same(name, field, left, right, right is not None and left == number(right))
        held_discounts = [number(ssm.get(f"discount{i}")) for i in (1, 2, 3, 4)]
        outcome.same(name, "discounts", discounts, held_discounts, [*discounts, number(None)] == held_discounts)
        text = trim(self.texts.get(sage["DT_No"])) or trim(sage["DL_Design"]) or trim(sage["AR_Ref"])
        outcome.same(name, "text", text, ssm.get("description"), (text or "") == (trim(ssm.get("description")) or ""))
        outcome.same(name, "order", place, ssm.get("order"), place == ssm.get("order"))

    # ------------------------------------------------------------------ invoices

    def compare_invoices(self):
        invoices, turnover = Outcome("invoices"), Outcome("turnover")
        instalments = defaultdict(list)
        for row in self.company["F_DOCREGL"]:
            if row["DO_Domaine"] == 0 and row["DR_TypeRegl"] == 2:
                instalments[(row["DO_Type"], row["DO_Piece"])].append(row)
        numbers = set()
        for head in self.company.heads:
            if head["DO_Type"] in INVOICE_TYPES:
                numbers.add(head["DO_Piece"].strip())
                self._pair_invoice(invoices, turnover, head, instalments)
        for number_text, heads in self.invoices.items():
            if number_text not in numbers:
                invoices.unexpected.append(f"invoice {number_text} is not in Sage ({len(heads)} in SSM)")
        turnover.unexpected.extend(f"turnover of {key}, which is not in Sage" for key in self.turnover if key not in numbers)
        invoices.unexpected.extend(f"document {head['id']} is called an invoice and carries no number" for head, is_invoice in self.unkeyed if is_invoice)
        return [invoices, turnover]

    def _pair_invoice(self, invoices, turnover, head, instalments):
        key = head["DO_Piece"].strip()
        held = self.invoices.get(key, [])
        account = self.parties.account_of(head["DO_Tiers"])
        if len(held) > 1:
            invoices.duplicates.append(f"invoice {key} has {len(held)} documents")
        elif held:
            self._compare_invoice(invoices, key, head, held[0], account, instalments[(head["DO_Type"], head["DO_Piece"])])
        elif account is None:
            invoices.explain("parent_waits", key)
        else:
            invoices.missing.append(f"invoice {key} has no document")
        rows = self.turnover.get(key, [])
        if len(rows) > 1:
            turnover.duplicates.append(f"invoice {key} has {len(rows)} rows of turnover")
        elif rows:
            self._compare_turnover(turnover, key, head, rows[0], account)
        elif account is None:
            turnover.explain("parent_waits", key)
        else:
            turnover.missing.append(f"invoice {key} has no turnover")

    @staticmethod
    def _is_credit_note(head):
        return head["DO_Provenance"] in CREDIT_NOTES

    def _sign(self, head):
        return -1 if self._is_credit_note(head) and number(head["DO_TotalHTNet"]) > 0 else 1

    def _compare_invoice(self, outcome, key, head, document, account, instalments):
        outcome.pairs += 1
        sign = self._sign(head)
        outcome.same(key, "number", key, document.get("reference"), key == trim(document.get("reference")))
        kind = self.parameters["status_credit_note" if self._is_credit_note(head) else "status_invoice"]
        label = self.status.get(reference(document.get("statusid")))
        outcome.same(key, "kind", kind, label, fold(kind) == fold(label))
        held = reference(document.get("accountid"))
        outcome.same(key, "party", head["DO_Tiers"], held, account is not None and held == account["id"])
        rep = self.users.id_of(head["CO_No"])
        outcome.same(key, "sales rep", rep, reference(document.get("salesrepid")), rep == reference(document.get("salesrepid")))
        day, closed = calendar_fr.parse_local(head["DO_Date"]), calendar_fr.parse_utc(document.get("closeddate"))
        outcome.same(key, "date", day, closed, (closed and calendar_fr.to_paris(closed)) == day)
        net = number(head["DO_TotalHTNet"]) * sign
        outcome.same(key, "net total", net, document.get("total"), document.get("total") is not None and net == number(document["total"]))
        currency = self.currencies.get(reference(document.get("currencyid")))
        outcome.same(key, "currency", self.parameters["bookkeeping_currency"], currency, currency == self.parameters["bookkeeping_currency"])
        outcome.same(key, "locked", True, document.get("readonly"), document.get("readonly") is True)
        outcome.same(key, "complete", False, document.get("blocked"), document.get("blocked") is not True)
        self._invoice_block(outcome, key, head, document, sign, instalments)
        self._compare_lines(outcome, key, self.lines[(head["DO_Type"], head["DO_Piece"])], document, sign)

    def _invoice_block(self, outcome, key, head, document, sign, instalments):
        _, block = split_comment(document.get("internalcomment"))
        printed = {amount for line in block for amount in amounts_in(line)}
        gross = rounded(number(head["DO_TotalTTC"]) * sign, 2)
        tax = rounded((number(head["DO_TotalTTC"]) - number(head["DO_TotalHTNet"])) * sign, 2)
        balance = rounded((number(head["DO_NetAPayer"]) - number(head["DO_MontantRegle"])) * sign, 2)
        for name, amount in (("gross total", gross), ("balance", balance)):
            outcome.same(key, name, amount, " / ".join(block), amount in printed)
        taxes = [amounts_in(line)[-1] for line in block if line.upper().startswith("TVA") and amounts_in(line)]
        outcome.same(key, "tax", tax, taxes, sum(taxes, number(None)) == tax)
        amounts = instalment_amounts(instalments, number(head["DO_TotalTTC"]))
        for row in instalments:
            amount = amounts[row["DR_No"]]
            day = calendar_fr.parse_local(row["DR_Date"])
            if day is None:
                continue
            shown = day.strftime("%d/%m/%Y")
            outcome.same(key, "instalment", f"{shown} {amount * sign}", " / ".join(block),
                         any(shown in line and rounded(amount * sign, 2) in amounts_in(line.replace(shown, "")) for line in block))

    def _compare_turnover(self, outcome, key, head, row, account):
        outcome.pairs += 1
        net = number(head["DO_TotalHTNet"]) * self._sign(head)
        outcome.same(key, "total", net, row.get("total"), row.get("total") is not None and net == number(row["total"]))
        day, held = calendar_fr.parse_local(head["DO_Date"]), calendar_fr.parse_utc(row.get("date"))
        outcome.same(key, "day", day, held, held is not None and day is not None and held.date() == day.date())
        outcome.same(key, "party", head["DO_Tiers"], reference(row.get("accountid")), account is not None and reference(row.get("accountid")) == account["id"])
        code = trim(row.get("accountextid"))
        outcome.same(key, "party code", head["DO_Tiers"], code, code == head["DO_Tiers"].strip().upper())
        expected = self.users.id_of(head["CO_No"])
        outcome.same(key, "sales rep", expected, reference(row.get("salesrepid")), reference(row.get("salesrepid")) == expected)
        codes = {str(head["CO_No"])} if head["CO_No"] else {self.users.key_of(self.users.fallback) or "0"}
        outcome.same(key, "sales rep code", codes, row.get("salesrepextid"), trim(row.get("salesrepextid")) in codes)

    # ------------------------------------------------------------------ quotes

    def compare_quotes(self):
        outcome = Outcome("quotes")
        heads = {head["DO_Piece"].strip(): head for head in self.company.heads if head["DO_Type"] == 0}
        moved = defaultdict(list)
        for line in self.company.lines:
            if line["DO_Type"] != 0 and trim(line["DL_PieceDE"]):
                moved[line["DL_PieceDE"].strip()].append(line)
        for key, documents in self.quotes.items():
            if len(documents) > 1:
                outcome.duplicates.append(f"quote {key} has {len(documents)} documents")
            elif key in heads or key in moved:
                self._compare_quote(outcome, key, heads.get(key), self.lines[(0, key)] + moved[key], documents[0], bool(moved[key]))
            else:
                outcome.unexpected.append(f"quote {key} is not in Sage")
        self._find_lost_pushes(outcome, heads)
        editable = {fold(self.parameters[name]) for name in ("quote_status_draft_pending", "quote_status_draft_validated")}
        for head, is_invoice in self.unkeyed:
            label = fold(self.status.get(reference(head.get("statusid"))))
            if not is_invoice and label in editable:
                outcome.explain("not_sent", head["id"])
            elif not is_invoice:
                outcome.unexpected.append(f"quote {head['id']} is {label.lower() or 'without a status'} and carries no Sage number")
        return outcome

    def _find_lost_pushes(self, outcome, heads):
        """Documents of Sage that came from the CRM, by their external reference: each belongs to one quote, and each quote to one."""
        sources = defaultdict(list)
        for head in self.company.heads:
            found = trim(head.get("DO_RefExterne"))
            if found and found.startswith("SSM-") and head["DO_Type"] == 0:
                sources[found].append(head["DO_Piece"].strip())
        for source, numbers in sources.items():
            if len(numbers) > 1:
                outcome.duplicates.append(f"{source} is in Sage as {', '.join(numbers)}")
            for key in numbers:
                if key not in self.quotes:
                    outcome.missing.append(f"quote {key} ({source}) has no document that carries its number")
                elif str(self.quotes[key][0]["id"]) != source.rsplit("-", 1)[-1]:
                    outcome.duplicates.append(f"quote {key} was made for {source} and is carried by {self.quotes[key][0]['id']}")
        if any(trim(head.get("DO_RefExterne")) is None for head in heads.values()):
            typed = [key for key, head in heads.items() if not trim(head.get("DO_RefExterne")) and key not in self.quotes]
            for key in typed:
                outcome.explain("typed_in_sage", key)

    def _compare_quote(self, outcome, key, head, lines, document, is_moved):
        outcome.pairs += 1
        label = self.status.get(reference(document.get("statusid")))
        expected = self._quote_label(head, is_moved)
        outcome.same(key, "status", expected, label, fold(expected) == fold(label))
        outcome.same(key, "locked", True, document.get("readonly"), document.get("readonly") is True)
        outcome.same(key, "complete", False, document.get("blocked"), document.get("blocked") is not True)
        if head is not None:
            account = self.parties.account_of(head["DO_Tiers"])
            held = reference(document.get("accountid"))
            outcome.same(key, "party", head["DO_Tiers"], held, account is not None and account["id"] == held)
            net = number(head["DO_TotalHTNet"])
            outcome.same(key, "net total", net, document.get("total"), document.get("total") is not None and net == number(document["total"]))
            _, block = split_comment(document.get("internalcomment"))
            gross = rounded(number(head["DO_TotalTTC"]), 2)
            outcome.same(key, "gross total", gross, " / ".join(block), any(gross in amounts_in(line) for line in block))
            archived = head["DO_Statut"] == 4
            outcome.same(key, "archived", archived, document.get("archived"), archived == (document.get("archived") is True))
        _, block = split_comment(document.get("internalcomment"))
        outcome.same(key, "number", key, " / ".join(block), any(key in line for line in block))
        self._compare_lines(outcome, key, sorted(lines, key=lambda line: (line["DL_TRemPied"], line["DL_Ligne"])), document, 1)

    def _quote_label(self, head, is_moved):
        if is_moved:
            return self.parameters["quote_status_ordered"]
        names = {1: "confirmed", 2: "accepted", 3: "lost", 4: "archived"}
        return self.parameters["quote_status_" + names.get(head["DO_Statut"], "synced")]


def first_load(tenant):
    """When the first load began: the oldest product that carries an article's reference. None when there is none."""
    dates = [calendar_fr.parse_utc(row.get("datecreated")) for row in tenant.all("products") if trim(row.get("extid"))]
    return calendar_fr.to_paris(min(dates)) - timedelta(seconds=1) if dates else None
