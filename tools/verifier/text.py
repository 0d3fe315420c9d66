"""Text as either system can hold it: blanks, the code page of Sage, cuts at a word, the equalities of the field map."""

import re
import unicodedata

BLANK_DATES = ("1753-01-01", "1900-01-01")

# Letters and signs outside CP1252 that have a readable form and no decomposition that gives it.
PLAIN = {
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i", "ŧ": "t", "Ŧ": "T", "ŋ": "n", "Ŋ": "N", "ĸ": "k", "ſ": "s",
    "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-", "′": "'", "″": '"', "‛": "'", "‟": '"', "⁄": "/", "№": "No", "ẞ": "SS",
    "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≠": "<>",
}


def trim(value):
    """None for anything Sage or SSM means as empty."""
    if value is None:
        return None
    text = str(value).strip()
    if not text or text[:10] in BLANK_DATES:
        return None
    return text


def one_line(value):
    text = trim(value)
    return None if text is None else trim(re.sub(r"\s*[\r\n]+\s*", " ", text))


def _in_cp1252(text):
    try:
        text.encode("cp1252")
        return True
    except UnicodeEncodeError:
        return False


def _fit_letter(letter):
    if _in_cp1252(letter):
        return letter
    if letter in PLAIN:
        return PLAIN[letter]
    if letter.isspace():
        return " "
    parts = unicodedata.normalize("NFD", letter)
    while len(parts) > 1:
        parts = parts[:-1]
        shorter = unicodedata.normalize("NFC", parts)
        if _in_cp1252(shorter):
            return shorter
        if shorter in PLAIN:
            return PLAIN[shorter]
    opened = unicodedata.normalize("NFKD", letter)
    return opened if opened != letter and _in_cp1252(opened) else None


def fit(value):
    """The text in letters of CP1252, or None when a letter has no readable form."""
    letters = [_fit_letter(letter) for letter in unicodedata.normalize("NFC", value)]
    return None if None in letters else "".join(letters)


def is_held(sage, full, length, may_cut=True):
    """Whether `sage` is what a column of `length` characters holds of `full`: the same letters, cut at the end of a word if that
    costs at most 8 characters, else in the word."""
    if sage == full:
        return True
    fitted = fit(full)
    if fitted is None:
        return False
    fitted = trim(fitted) or ""
    if len(fitted) <= length or not may_cut:
        return sage == fitted
    if not fitted.startswith(sage) or len(sage) > length:
        return False
    at_word = fitted[len(sage)] == " " or (sage and not fitted[len(sage) - 1].isalnum())
    return sage == fitted[:length].rstrip() or (at_word and len(sage) >= length - 9)


def can_never_hold(full, length, may_cut):
    """True when the column refuses the value: no readable letters, or too long where nothing may be cut."""
    fitted = fit(full)
    return fitted is None or (not may_cut and len(fitted.strip()) > length)


def fold(value):
    """Case, accents and runs of blanks removed: labels and names are compared so."""
    text = unicodedata.normalize("NFKD", trim(value) or "")
    text = "".join(PLAIN.get(letter, letter) for letter in text if not unicodedata.combining(letter))
    return re.sub(r"\s+", " ", text).strip().upper().replace("ß".upper(), "SS")


def phone(value):
    return re.sub(r"[\s.\-()/\u00a0\u202f]", "", trim(value) or "")


def national_phone(value):
    """The number without its country's prefix: what SSM wants of a user."""
    digits = phone(value)
    found = re.match(r"^(?:\+|00)(33|32|41|352|49|34|39|351|44|31|212|213|216|377)(?:0)?(\d+)$", digits)
    return "0" + found.group(2) if found else digits


def url(value):
    text = (trim(value) or "").lower()
    return re.sub(r"^https?://", "", text).rstrip("/")


def vat(value):
    return re.sub(r"[^0-9A-Z]", "", (trim(value) or "").upper())


def digits(value):
    return re.sub(r"\D", "", trim(value) or "")


BLOCK_BEGIN = "--- Sage 100 ---"
BLOCK_END = "--- fin Sage 100 ---"


def split_comment(value):
    """(people's words, lines of Sage's block) of a comment."""
    text = (value or "").replace("\r\n", "\n")
    begin = text.find(BLOCK_BEGIN)
    if begin < 0:
        return text, []
    end = text.find(BLOCK_END, begin)
    inside = text[begin + len(BLOCK_BEGIN):end if end >= 0 else len(text)]
    after = text[end + len(BLOCK_END):] if end >= 0 else ""
    return text[:begin].rstrip("\n") + after, [line.strip() for line in inside.split("\n") if line.strip()]


def labelled_line(value, label):
    """What stands behind `label : ` in the first line that begins so, or None."""
    for line in (value or "").replace("\r\n", "\n").split("\n"):
        found = re.match(r"^\s*" + re.escape(label) + r"\s*:\s*(.*)$", line)
        if found:
            return trim(found.group(1))
    return None
