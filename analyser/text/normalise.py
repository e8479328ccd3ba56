"""Normalise a note once: markup, odd spaces, curly quotes and invisible characters, with a map back to the original."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from analyser.text.offsets import OffsetMap, identity, rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator

# Only real element names count as markup: placeholders such as <CHILD> or <NAME1> are text.
_ELEMENTS: Final = (
    "a|abbr|address|article|aside|b|big|blockquote|body|br|caption|center|cite|code|col|colgroup|dd|del|dir|div|dl|dt|"
    "em|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|meta|"
    "nav|noscript|object|ol|option|o:p|p|pre|q|s|section|select|small|span|strike|strong|sub|sup|svg|table|tbody|td|"
    "textarea|tfoot|th|thead|title|tr|tt|u|ul|video"
)
_BLOCK: Final = re.compile(
    r"</?(?:address|article|aside|blockquote|body|br|caption|center|dd|dir|div|dl|dt|figure|footer|form|h[1-6]|header|"
    r"hr|li|main|nav|ol|p|pre|section|table|tbody|tfoot|thead|title|tr|ul)\b",
    re.IGNORECASE,
)
_MARKUP: Final = re.compile(
    r"<!--.*?-->|<!doctype[^>]*>|<(?P<raw>script|style)\b[^>]*>.*?</(?P=raw)\s*>|"
    rf"</?(?:{_ELEMENTS}|script|style)(?:\s[^<>]*)?/?>|&(?:#\d{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}});",
    re.IGNORECASE | re.DOTALL,
)
_MAY_HOLD_MARKUP: Final = re.compile(
    rf"</?(?:{_ELEMENTS}|script|style)[\s/>]|&(?:#\w{{2,8}}|[A-Za-z]{{2,8}});", re.IGNORECASE
)

_PLAIN: Final = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc`\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys(
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\x0b",
        " ",
    ),
    **dict.fromkeys("\u2022\u25cf\u25aa\u25ab\u25e6\u2023\u2043\u00b7\uf0b7\u27a2\u2756\u25ba", "\u2022"),
    "\u2026": "...",
    "\u2028": "\n",
    "\u2029": "\n",
    "\x85": "\n",
    "\x0c": "\n",
    "\ufb01": "fi",
    "\ufb02": "fl",
}
# Invisible: zero width, bidirectional marks, byte-order mark, soft hyphen, control characters but line feed.
_INVISIBLE: Final = (
    "\u200b\u200c\u200d\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
)
_ODD: Final = re.compile("\r\n?|[" + "".join(re.escape(c) for c in _PLAIN) + _INVISIBLE + "]+| {2,}|(?<!\\w)_x000[dD]_")


def normalise(raw: str) -> tuple[str, OffsetMap]:
    """Plain text for reading.

    Markup becomes line breaks or nothing, entities their characters; quotes, dashes, spaces and bullets become the
    plain ones; invisible and control characters go. Case and wording stay.

    Args:
        raw: Text as read.

    Returns:
        The plain text, and the map of its offsets to offsets of ``raw``.
    """
    text, offsets = raw, identity(len(raw))
    if _MAY_HOLD_MARKUP.search(raw):
        text, offsets = rewrite(raw, _without_markup(raw))
        # Source line breaks inside markup are layout; they stay as breaks, which reads the same.
    plain, second = rewrite(text, _plain(text))
    return plain, second.then(offsets)


def _without_markup(raw: str) -> Iterator[tuple[int, int, str]]:
    for match in _MARKUP.finditer(raw):
        found = match.group()
        if found.startswith("&"):
            yield match.start(), match.end(), html.unescape(found)
        else:
            yield match.start(), match.end(), "\n" if _BLOCK.match(found) else ""


def _plain(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _ODD.finditer(text):
        found = match.group()
        if found[0] == "\r":
            replacement = "\n"
        elif found[0] == "_":
            replacement = ""
        else:
            replacement = "".join(_PLAIN.get(c, " " if c == " " else "") for c in found)
            if not replacement.strip(" "):
                replacement = " " if " " in replacement else ""
        if replacement != found:
            yield match.start(), match.end(), replacement
