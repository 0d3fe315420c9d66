"""What ought to agree: the parameters of the field map with their defaults, and the order in which entities are compared."""

from .contacts import Contacts
from .documents import Documents, first_load
from .party import Parties
from .people import Users
from .products import Articles, Products

PARAMETERS = {
    "default_sales_rep": "admin",
    "user_scope": "sellers",
    "user_default_phone": "0000000000",
    "blank_name_mark": "-",
    "default_country": "FR",
    "bookkeeping_currency": "EUR",
    "status_prospect": ["Prospect", "Prospect chaud"],
    "status_customer": ["Client"],
    "prospect_code_prefix": "SSM",
    "default_price_category": 1,
    "only_published": False,
    "price_rows": "used",
    "placeholder_product": "SAGE-TEXTE",
    "status_invoice": "Facture",
    "status_credit_note": "Avoir",
    "quote_status_draft_pending": "Brouillon – En attente",
    "quote_status_draft_validated": "Brouillon – Validé",
    "quote_status_synced": "Synchronisé",
    "quote_status_confirmed": "Confirmé",
    "quote_status_accepted": "Accepté",
    "quote_status_lost": "Perdu",
    "quote_status_archived": "Archivé",
    "quote_status_ordered": "Commandé",
}


def compare(company, tenant, parameters=None):
    """Every entity's outcome, parents first."""
    values = {**PARAMETERS, **(parameters or {})}
    users = Users(company, tenant, values)
    parties = Parties(company, tenant, users, values)
    products = Products(company, tenant, Articles(company), values)
    documents = Documents(company, tenant, users, parties, products, values)
    return [
        users.compare(first_load(tenant)),
        *parties.compare(),
        Contacts(company, tenant, parties, values).compare(),
        products.compare_families(),
        products.compare_rates(),
        products.compare(),
        products.compare_prices(),
        *documents.compare_invoices(),
        documents.compare_quotes(),
    ]
