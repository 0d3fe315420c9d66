"""Days of the company in France, without a table of zones."""

from datetime import datetime, timedelta


def _last_sunday(year, month):
    day = datetime(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def _offset_of_utc(moment):
    summer = _last_sunday(moment.year, 3) + timedelta(hours=1) <= moment < _last_sunday(moment.year, 10) + timedelta(hours=1)
    return timedelta(hours=2 if summer else 1)


def to_paris(utc):
    return utc + _offset_of_utc(utc)


def parse_utc(text):
    """A date of SSM: ISO 8601 with a final Z and 0 to 3 digits of a second. None when blank."""
    if not text:
        return None
    text = text.strip().rstrip("Z").replace(" ", "T")
    form = "%Y-%m-%dT%H:%M:%S.%f" if "." in text else "%Y-%m-%dT%H:%M:%S" if "T" in text else "%Y-%m-%d"
    return datetime.strptime(text, form)


def parse_local(text):
    """A date of Sage, in the server's time. None when blank."""
    if not text or text[:10] in ("1753-01-01", "1900-01-01"):
        return None
    text = text.strip().replace("T", " ")
    return datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S" if len(text) >= 19 else "%Y-%m-%d")
