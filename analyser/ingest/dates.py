"""Dates as exports write them: ISO, dd/mm/yyyy, with times or without, date cells and serial numbers."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_LONDON: Final = ZoneInfo("Europe/London")
_NUMERIC: Final = re.compile(
    r"(?P<a>\d{1,2})[/.\-](?P<b>\d{1,2})[/.\-](?P<year>\d{4}|\d{2})"
    r"(?:[ T,]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>[ap]\.?m\.?)?)?$",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"(?:[A-Za-z]{3,9},? )?(?P<day>\d{1,2})(?:st|nd|rd|th)?[ \-](?P<month>[A-Za-z]{3,9})[ \-,]+(?P<year>\d{4}|\d{2})"
    r"(?:[ ,]+(?:at )?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?)?$",
    re.IGNORECASE,
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?$")
_EARLIEST: Final = 1990
_LATEST: Final = 2100


def read_date(value: object, *, day_first: bool = True) -> datetime | None:
    """Read one cell.

    Args:
        value: Text, a date, a datetime, or a spreadsheet's serial number.
        day_first: Whether 03/04/2024 is 3 April.

    Returns:
        Local time without a zone (a time with a zone is turned into time in London), or ``None`` for an empty cell.

    Raises:
        ValueError: The cell is not a date, does not exist in the calendar, or lies outside 1990 to 2100. The
            message says which, without the value.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return _checked(_local(value))
    if isinstance(value, date):
        return _checked(datetime(value.year, value.month, value.day))  # noqa: DTZ001 - local time by contract
    text = str(value).strip()
    if not text or text.lower() in {"nan", "nat", "none", "null"}:
        return None
    if _SERIAL.match(text):
        return _checked(datetime(1899, 12, 30) + timedelta(days=float(text)))  # noqa: DTZ001 - a serial has no zone
    match = _NUMERIC.match(text) or _NAMED.match(text)
    if match:
        return _checked(_from_parts(match.groupdict(), day_first=day_first))
    try:
        return _checked(_local(datetime.fromisoformat(text)))
    except ValueError as error:
        if "out of range" in str(error) or "outside" in str(error) or re.match(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError("does not exist" if "outside" not in str(error) else str(error)) from None
        raise ValueError("is not a date that can be read") from None


def _from_parts(parts: dict[str, str | None], *, day_first: bool) -> datetime:
    year = int(parts["year"] or 0)
    year += 2000 if year < 100 else 0  # noqa: PLR2004 - two-digit years
    if parts.get("month"):
        name = str(parts["month"])[:3].lower()
        if name not in _MONTHS:
            raise ValueError("is not a date that can be read")
        day, month = int(parts["day"] or 0), _MONTHS.index(name) + 1
    else:
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        day, month = (first, second) if day_first else (second, first)
    hour = int(parts["hour"] or 0)
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower().startswith("p") else 0)
    try:
        return datetime(year, month, day, hour, int(parts["minute"] or 0), int(parts["second"] or 0))  # noqa: DTZ001
    except ValueError:
        raise ValueError("does not exist") from None


def _local(value: datetime) -> datetime:
    return value.astimezone(_LONDON).replace(tzinfo=None) if value.tzinfo else value


def _checked(value: datetime) -> datetime:
    if not _EARLIEST <= value.year < _LATEST:
        raise ValueError(f"is outside {_EARLIEST} to {_LATEST}")
    return value
