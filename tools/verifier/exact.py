"""Exact numbers: decimals from text, the roundings of the references, amounts printed the French way."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

ZERO = Decimal(0)
HUNDRED = Decimal(100)


def number(value):
    """The decimal a column or a JSON value holds; 0 for blank."""
    if value is None or value == "":
        return ZERO
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, float):
        raise TypeError("an amount passed through a floating point number")
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return ZERO


def rounded(value, decimals):
    with localcontext() as context:
        context.prec = 60
        return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def divided(value, by, decimals):
    with localcontext() as context:
        context.prec = 60
        return rounded(value / by, decimals)


def format_decimals(pattern, otherwise):
    """How many decimals a format of Sage shows: "# ##0,0000" shows 4."""
    return len(pattern) - pattern.rfind(",") - 1 if pattern and "," in pattern else otherwise


def amounts_in(text):
    """The amounts printed in a line: groups of digits, a decimal comma."""
    plain = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(\D|$))", "", text.replace("\u2212", "-"))
    return [Decimal(found.replace(",", ".")) for found in re.findall(r"-?\d+(?:,\d+)?", plain)]
