"""Articles, families, price lists and prices of Sage against products, families, rates and product rates of SSM."""

from collections import Counter, defaultdict
from decimal import ROUND_FLOOR, Decimal

from .exact import HUNDRED, ZERO, divided, format_decimals, number, rounded
from .outcome import Outcome
from .ssm import label_of, reference
from .text import trim

KEY_LENGTH_MAX = 30
BUNDLES = (2, 3)


class Articles:
    """The articles that may be sold in the CRM: one record an article, or one a variant, by the key SSM holds as `extId`."""

    def __init__(self, company):
        self.company = company
        labels = {row["AG_No"]: row for row in company["F_ARTGAMME"]}
        self._labels = labels
        references = defaultdict(list)
        for row in company["F_ARTENUMREF"]:
            references[row["AR_Ref"]].append(row)
        axes = defaultdict(lambda: ([], []))
        for row in company["F_ARTGAMME"]:
            axes[row["AR_Ref"]][1 if row["AG_Type"] == 1 else 0].append(row["AG_No"])
        self.records = {}
        for row in company["F_ARTICLE"]:
            for variant in self._variants(row, references, axes):
                self.records[self.key(row["AR_Ref"], variant and variant["AG_No1"], variant and variant["AG_No2"])] = (row, variant)
        self._taxes()

    @staticmethod
    def _variants(row, references, axes):
        if row["AR_Type"] != 1:
            return [None]
        if references[row["AR_Ref"]]:
            return references[row["AR_Ref"]]
        first, second = axes[row["AR_Ref"]]
        return [{"AG_No1": a, "AG_No2": b, "AE_Ref": None, "AE_CodeBarre": None, "AE_Sommeil": 0} for a in first for b in (second or [0])] or [None]

    @staticmethod
    def key(reference_text, first=None, second=None):
        text = (reference_text or "").strip()
        for axis in (first, second):
            if axis:
                text += f"#{axis}"
        return text

    def label(self, axis_number):
        row = self._labels.get(axis_number)
        return trim(row["EG_Enumere"]) if row else None

    def _taxes(self):
        rates = {row["TA_Code"]: number(row["TA_Taux"]) for row in self.company["F_TAXE"]}
        self._article_tax, self._family_tax = {}, {}
        for row in self.company["F_ARTCOMPTA"]:
            if (row["ACP_Type"], row["ACP_Champ"], row["ACP_TypeFacture"]) == (0, 1, 0):
                self._article_tax[row["AR_Ref"]] = [rates[c] for c in self._codes(row, "ACP") if c in rates]
        for row in self.company["F_FAMCOMPTA"]:
            if (row["FCP_Type"], row["FCP_Champ"], row["FCP_TypeFacture"]) == (0, 1, 0):
                self._family_tax[row["FA_CodeFamille"]] = [rates[c] for c in self._codes(row, "FCP") if c in rates]

    @staticmethod
    def _codes(row, prefix):
        return [trim(row[f"{prefix}_ComptaCPT_Taxe{i}"]) for i in (1, 2, 3) if trim(row[f"{prefix}_ComptaCPT_Taxe{i}"])]

    def vat(self, article):
        """Percent of VAT of the default accounting category, or None."""
        found = self._article_tax.get(article["AR_Ref"]) or self._family_tax.get(article["FA_CodeFamille"])
        return sum(found, ZERO) if found else None

    def without_tax(self, price, is_tax_included, article, decimals):
        if not is_tax_included:
            return price
        vat = self.vat(article)
        return None if vat is None else divided(price * HUNDRED, HUNDRED + vat, decimals)


class Products:
    def __init__(self, company, tenant, articles, parameters):
        self.company = company
        self.tenant = tenant
        self.articles = articles
        self.parameters = parameters
        self.live = tenant.live("products")
        self.by_key = defaultdict(list)
        for product in self.live:
            if trim(product.get("extid")):
                self.by_key[trim(product["extid"])].append(product)
        self.families = {row["id"]: trim(label_of(row)) for row in tenant.live("productFamilies")}
        pattern = company["P_DOSSIERCIAL"][0]["D_FormatPrix"] if company["P_DOSSIERCIAL"] else ""
        self.price_decimals = format_decimals(pattern, 4)

    def id_of(self, key):
        found = self.by_key.get(key)
        return found[0]["id"] if found else None

    @property
    def placeholder(self):
        return self.id_of(self.parameters["placeholder_product"])

    def is_bundle(self, article):
        return article["AR_Nomencl"] in BUNDLES

    # ------------------------------------------------------------------ products

    def compare(self):
        outcome = Outcome("products")
        stock = self._stock()
        family_labels = {row["FA_CodeFamille"]: trim(row["FA_Intitule"]) or row["FA_CodeFamille"].strip()
                         for row in self.company["F_FAMILLE"] if row["FA_Type"] == 0}
        units = {row["cbIndice"]: trim(row["U_Intitule"]) for row in self.company["P_UNITE"]}
        for key, (article, variant) in self.articles.records.items():
            held = self.by_key.get(key, [])
            if len(held) > 1:
                outcome.duplicates.append(f"{key} has {len(held)} products")
            elif held:
                self._compare_one(outcome, key, article, variant, held[0], stock, family_labels, units)
            elif self.is_bundle(article):
                outcome.explain("bundle_not_supported", key)
            elif len(key) > KEY_LENGTH_MAX:
                outcome.explain("key_too_long", key)
            elif self.parameters["only_published"] and article["AR_Publie"] != 1:
                outcome.explain("not_published", key)
            else:
                outcome.missing.append(f"{key} has no product")
        quoted = {reference(line.get("productid")) for line in self.tenant.live("salesordersLines")}
        for product in self.live:
            self._explain_product(outcome, product, quoted)
        return outcome

    def _explain_product(self, outcome, product, quoted):
        key = trim(product.get("extid"))
        if key in self.articles.records:
            return
        if key == self.parameters["placeholder_product"]:
            outcome.explain("placeholder", product["id"])
        elif key is None:
            outcome.explain("create_not_allowed_here", product["id"])
        elif product.get("notavailable") is True and product["id"] in quoted:
            outcome.explain("kept_for_a_document", key)
        else:
            outcome.unexpected.append(f"product {product['id']} carries the reference {key}, which Sage has not")

    def _stock(self):
        counted = {row["DE_No"] for row in self.company["F_DEPOT"] if row["DE_Exclure"] != 1}
        physical = defaultdict(lambda: ZERO)
        for row in self.company["F_ARTSTOCK"]:
            if row["DE_No"] in counted:
                physical[row["AR_Ref"].strip()] += number(row["AS_QteSto"])
        for row in self.company["F_GAMSTOCK"]:
            if row["DE_No"] in counted:
                physical[Articles.key(row["AR_Ref"], row["AG_No1"], row["AG_No2"])] += number(row["GS_QteSto"])
        return physical

    def _compare_one(self, outcome, key, article, variant, product, stock, family_labels, units):
        outcome.pairs += 1
        labels = [self.articles.label(variant[c]) for c in ("AG_No1", "AG_No2")] if variant else []
        name = " ".join([trim(article["AR_Design"]) or article["AR_Ref"].strip(), *filter(None, labels)])
        outcome.same(key, "name", name, product.get("model"), name == trim(product.get("model")))
        self._details(outcome, key, article, variant, product, units)
        price = self.articles.without_tax(number(article["AR_PrixVen"]), article["AR_PrixTTC"] == 1, article, self.price_decimals)
        if price is None:
            outcome.explain("vat_rate_unknown", key)
        else:
            outcome.same(key, "price", price, product.get("price"), product.get("price") is not None and price == number(product["price"]))
        asleep = article["AR_Sommeil"] == 1 or bool(variant and variant["AE_Sommeil"] == 1)
        outcome.same(key, "not for sale", asleep, product.get("notavailable"), asleep == (product.get("notavailable") is True))
        family = family_labels.get(article["FA_CodeFamille"])
        held = self.families.get(reference(product.get("familyid")))
        outcome.same(key, "family", family, held, family == held)
        if article["AR_SuiviStock"] == 0:
            outcome.same(key, "stock", None, product.get("stock"), product.get("stock") is None)
        else:
            expected = stock[key].to_integral_value(rounding=ROUND_FLOOR)
            outcome.same(key, "stock", expected, product.get("stock"), product.get("stock") is not None and expected == number(product["stock"]))
        outcome.same(key, "cost not shown", None, product.get("cost"), not number(product.get("cost")))

    def _details(self, outcome, key, article, variant, product, units):
        barcode = trim(variant["AE_CodeBarre"]) if variant else None
        facts = [trim(article["AR_Ref"]), trim(variant["AE_Ref"]) if variant else None, barcode or trim(article["AR_CodeBarre"]),
                 units.get(article["AR_UniteVen"]), trim(article["AR_Langue1"])]
        expected = [fact for fact in facts if fact]
        lines = [line.split(" : ", 1)[-1].strip() for line in (product.get("description") or "").split("\n")]
        outcome.same(key, "details", expected, lines, expected == lines)

    # ------------------------------------------------------------------ families, price lists, prices

    def compare_families(self):
        outcome = Outcome("families")
        expected = Counter(trim(row["FA_Intitule"]) or row["FA_CodeFamille"].strip() for row in self.company["F_FAMILLE"] if row["FA_Type"] == 0)
        held = Counter(self.families.values())
        for label in expected:
            if held[label] > expected[label]:
                outcome.duplicates.append(f"{label} is there {held[label]} times")
            elif held[label] < expected[label]:
                outcome.missing.append(f"family {label}")
            outcome.pairs += min(held[label], expected[label])
            outcome.fields += min(held[label], expected[label])
        outcome.unexpected.extend(f"family {label}" for label in held if label not in expected)
        return outcome

    def compare_rates(self):
        outcome = Outcome("price lists")
        self.rates = defaultdict(list)
        for rate in self.tenant.live("rates"):
            self.rates[trim(rate.get("extid"))].append(rate)
        currencies = {row["id"]: row.get("isocode") for row in self.tenant.all("currencies")}
        labels = {str(row["cbIndice"]): trim(row["CT_Intitule"]) for row in self.company["P_CATTARIF"] if trim(row["CT_Intitule"])}
        for key, label in labels.items():
            held = self.rates.get(key, [])
            if len(held) != 1:
                (outcome.duplicates if held else outcome.missing).append(f"price list {key}: {len(held)} in SSM")
                continue
            outcome.pairs += 1
            outcome.same(key, "label", label, label_of(held[0]), label == trim(label_of(held[0])))
            currency = currencies.get(reference(held[0].get("currencyid")))
            outcome.same(key, "currency", self.parameters["bookkeeping_currency"], currency, currency == self.parameters["bookkeeping_currency"])
        outcome.unexpected.extend(f"price list {key}" for key in self.rates if key not in labels)
        return outcome

    def compare_prices(self):
        outcome = Outcome("prices")
        tariff = Tariff(self.company, self.articles, self.price_decimals)
        held = defaultdict(list)
        for row in self.tenant.live("productRates"):
            held[(reference(row.get("productid")), reference(row.get("rateid")))].append(row)
        labelled = {row["cbIndice"] for row in self.company["P_CATTARIF"] if trim(row["CT_Intitule"])}
        parties = [row for row in self.company["F_COMPTET"] if row["CT_Type"] == 0]
        used = sorted({row["N_CatTarif"] or self.parameters["default_price_category"] for row in parties} & labelled)
        categories = sorted(labelled) if self.parameters["price_rows"] == "all" else used
        for key, (article, variant) in self.articles.records.items():
            product = self.id_of(key)
            if product is None:
                continue
            for category in categories:
                rate = self.rates.get(str(category))
                rows = held.pop((product, rate[0]["id"]), []) if rate else []
                self._compare_price(outcome, f"{key} in {category}", tariff, article, variant, category, rows)
        kept = {product["id"] for product in self.live if trim(product.get("extid")) not in self.articles.records}
        for (product, rate), rows in held.items():
            if product in kept:
                outcome.explain("kept_for_a_document", product)
            else:
                outcome.unexpected.append(f"price of product {product} in list {rate}")
        return outcome

    @staticmethod
    def _compare_price(outcome, name, tariff, article, variant, category, rows):
        if len(rows) != 1:
            (outcome.duplicates if rows else outcome.missing).append(f"price of {name}: {len(rows)} in SSM")
            return
        outcome.pairs += 1
        sale, discount = tariff.price(article, variant, category)
        if sale is None:
            outcome.explain("vat_rate_unknown", name)
        else:
            outcome.same(name, "sale price", sale, rows[0].get("saleprice"), sale == number(rows[0].get("saleprice")))
        outcome.same(name, "discount", discount, rows[0].get("discount1"), discount == number(rows[0].get("discount1")))
        rest = [number(rows[0].get(f"discount{i}")) for i in (2, 3, 4)]
        outcome.same(name, "other discounts", 0, rest, not any(rest))


class Tariff:
    """Price and discount of one article in one price category, for quantity 1: steps 2 to 5 of the price rules, then the family's."""

    def __init__(self, company, articles, decimals):
        self.articles = articles
        self.decimals = decimals
        self.rules = {(r["AR_Ref"], r["AC_Categorie"]): r for r in company["F_ARTCLIENT"] if not trim(r["CT_Num"])}
        self.family_rules = {(r["FA_CodeFamille"], r["FT_Categorie"]): r for r in company["F_FAMTARIF"]}
        self.variants = {(r["AR_Ref"], r["AG_No1"], r["AG_No2"] or 0, r["TG_RefCF"]): number(r["TG_Prix"]) for r in company["F_TARIFGAM"]}
        self.breaks = self._breaks(company["F_TARIFQTE"], "AR_Ref", "TQ")
        self.family_breaks = self._breaks(company["F_FAMTARIFQTE"], "FA_CodeFamille", "FQ")
        self.roundings = {r["cbIndice"]: (r["AR_Type"], number(r["AR_Valeur"])) for r in company["P_ARRONDI"]}

    @staticmethod
    def _breaks(rows, owner, prefix):
        found = defaultdict(list)
        for row in rows:
            found[(row[owner], row[prefix + "_RefCF"])].append(
                (number(row[prefix + "_BorneSup"]), [(number(row[f"{prefix}_Remise0{i}REM_Valeur"]), row[f"{prefix}_Remise0{i}REM_Type"]) for i in (1, 2, 3)],
                 number(row[prefix + "_PrixNet"])))
        for steps in found.values():
            steps.sort(key=lambda step: step[0])
        return found

    def price(self, article, variant, category):
        owner = f"a{category:02d}"
        rule = self.rules.get((article["AR_Ref"], category))
        price, is_tax_included = number(article["AR_PrixVen"]), article["AR_PrixTTC"] == 1
        if rule and number(rule["AC_PrixVen"]):
            price, is_tax_included = number(rule["AC_PrixVen"]), rule["AC_PrixTTC"] == 1
        elif rule and number(rule["AC_Coef"]):
            price = self._round(number(article["AR_PrixAch"]) * number(rule["AC_Coef"]), rule["AC_Arrondi"])
            is_tax_included = rule["AC_PrixTTC"] == 1
        if variant:
            price = self.variants.get((article["AR_Ref"], variant["AG_No1"], variant["AG_No2"] or 0, owner)) or price
        discount, is_final = ZERO, False
        if rule:
            is_final = rule["AC_TypeRem"] == 1
            price, discount, is_net = self._discount(price, rule["AC_QteMont"], number(rule["AC_Remise"]), self.breaks.get((article["AR_Ref"], owner)))
            is_final = is_final or is_net
        family = self.family_rules.get((article["FA_CodeFamille"], category))
        if family and not discount and not is_final:
            price, discount, _ = self._discount(price, family["FT_QteMont"], number(family["FT_Remise"]),
                                                self.family_breaks.get((article["FA_CodeFamille"], owner)))
        return self.articles.without_tax(price, is_tax_included, article, self.decimals), discount

    @staticmethod
    def _discount(price, kind, plain, steps):
        """(price, percent, whether a net price ends the search) of a rule for quantity 1."""
        if not kind:
            return price, plain, False
        if not steps:
            return price, ZERO, False
        reached = price if kind == 2 else Decimal(1)
        step = next((s for s in steps if s[0] >= reached), steps[-1])
        if kind == 3:
            return (step[2], ZERO, True) if step[2] else (price, ZERO, False)
        percent = ZERO
        for value, form in step[1]:
            if form == 1:
                percent = percent + value - percent * value / HUNDRED
            elif form == 0:
                price -= value
        return price, percent, False

    def _round(self, price, rule):
        form, step = self.roundings.get(rule, (0, ZERO))
        if not step or form > 2:
            return rounded(price, self.decimals)
        steps = rounded(price / step, 0)
        if form == 1 and steps * step < price:
            steps += 1
        if form == 2 and steps * step > price:
            steps -= 1
        return steps * step
