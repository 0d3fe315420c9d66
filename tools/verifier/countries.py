"""Labels of countries as a French Sage writes them, and their ISO codes."""

from .text import fold

LABELS = {
    "FR": "France FRA", "DE": "Allemagne Germany DEU", "BE": "Belgique Belgium BEL", "LU": "Luxembourg LUX", "NL": "Pays-Bas Netherlands NLD Hollande",
    "IT": "Italie Italy ITA", "ES": "Espagne Spain ESP", "PT": "Portugal PRT", "CH": "Suisse Switzerland CHE", "AT": "Autriche Austria AUT",
    "GB": "Royaume-Uni United_Kingdom GBR Grande-Bretagne Angleterre", "IE": "Irlande Ireland IRL", "PL": "Pologne Poland POL",
    "RO": "Roumanie Romania ROU", "MA": "Maroc Morocco MAR", "DZ": "Algérie Algeria DZA", "TN": "Tunisie Tunisia TUN",
    "US": "États-Unis United_States USA", "CA": "Canada CAN", "MC": "Monaco MCO", "DK": "Danemark Denmark DNK", "SE": "Suède Sweden SWE",
    "NO": "Norvège Norway NOR", "FI": "Finlande Finland FIN", "CZ": "Tchéquie Czechia CZE", "GR": "Grèce Greece GRC",
}

_BY_WORD = {fold(word.replace("_", " ")): code for code, words in LABELS.items() for word in [*words.split(" "), code]}


def iso(label, own_spellings, default="FR"):
    """ISO code of a label; the default for a blank one; None for a label nobody knows."""
    word = fold(label)
    if not word:
        return default
    return own_spellings.get(word) or _BY_WORD.get(word)
