"""Headings: which unit is one, where its content starts, and what it says about the units below."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from analyser.resources import data_path
from analyser.yamlfile import read_yaml

_LABEL: Final = re.compile(
    r"\W{0,4}(?:\d{1,2}[.)]\s*|[a-z][.)]\s+)?(?P<label>[A-Za-z][A-Za-z0-9_'/&, ()-]{0,70}?)(?:\*{2}|_{2})?\s*(?P<mark>[:=]|\s-\s|-\s|\?|$)(?:\*{2})?"
)
_LONGEST: Final = 9  # words in a heading
_MAIL: Final = re.compile(
    r"\W{0,3}(from|to|cc|bcc|sent|date|subject|attachments?|importance)\s*:\s*(?P<value>.*)", re.IGNORECASE
)


class Heading(NamedTuple):
    """A heading at the start of a unit.

    Attributes:
        section: What it announces (``analysis``, ``actions``, …), or ``other`` for a heading that is not known.
        body: Offset in the unit at which content starts; the unit's length when there is none.
    """

    section: str
    body: int


def heading_of(text: str) -> Heading | None:
    """The heading that a unit starts with, or is.

    Args:
        text: The unit, people marked, any case.
    """
    match = _LABEL.match(text)
    if not match:
        return None
    label, mark = match["label"].strip(" -"), match["mark"].strip()
    body = match.end()
    alone = not re.search(r"\w", text[body:])
    if not label or len(label.split()) > _LONGEST:
        return None
    section = _section(re.sub(r"\s+", " ", label.lower()).replace("(", "").replace(")", ""))
    if len(label) == 1 and (mark != ":" or alone):
        return None
    if section and (alone or (mark in ":=" and mark)):
        return Heading(section, len(text) if alone else body)
    if section and mark == "-":
        return Heading(section, body)
    if alone and _looks_like_heading(text, label, mark):
        return Heading("other", len(text))
    return None


def _looks_like_heading(text: str, label: str, mark: str) -> bool:
    stripped = text.strip()
    return mark == ":" or stripped.startswith(("**", "##", "__")) or (label.isupper() and len(label) > 3)  # noqa: PLR2004


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    data = read_yaml(data_path("rules", "context", "sections.yaml"))
    return tuple((name, re.compile(str(pattern), re.IGNORECASE)) for name, pattern in data["sections"].items())


def _section(label: str) -> str:
    for name, pattern in _patterns():
        if pattern.fullmatch(label):
            return name
    return ""


def mail_header(text: str) -> tuple[str, str] | None:
    """Field and value of an e-mail header line pasted into a note (``from``, ``subject``, …)."""
    match = _MAIL.match(text)
    return (match[1].lower(), match["value"]) if match else None


def section_names() -> tuple[str, ...]:
    """Every section that a rule may name."""
    return (*(name for name, _ in _patterns()), "other")
