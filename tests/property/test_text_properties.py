"""Properties of text handling that must hold for any text at all."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from analyser.contracts import Note
from analyser.privacy.gate import find_identifiers
from analyser.privacy.redact import redact
from analyser.text.normalise import normalise
from analyser.text.offsets import rewrite
from analyser.text.reading import read_note
from analyser.text.splitter import split

PIECES = st.sampled_from(
    ["<p>", "</p>", "<br/>", "&nbsp;", "&amp;", "&#8217;", "<CHILD>", "[MOTHER]", "Child A", "“", "”", "…", "\u200b", "\u202e", "\r\n", "\n\n", ". ", "? ", " - ",
     "XXXX", "J.", "KM", "said", "Mum", "1. ", "a) ", "3.30", "12/03/2024", "İ", "ﬁ", "😀", "\x00", "\x1f", "<script>", "</script>", "Analysis: ", "•", "'", '"', ";"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_units_map_back_inside_the_text_in_order_without_overlap(raw: str) -> None:
    reading = read_note(Note(case_id="c", note_id="n", text=raw))
    assert len(reading.low) == len(reading.text)
    last = 0
    for unit in reading.units:
        start, end = reading.original(unit.start, unit.end)
        assert 0 <= start < end <= len(raw)
        assert start >= last
        last = start


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_every_visible_character_lies_in_exactly_one_unit(raw: str) -> None:
    plain, _ = normalise(raw)
    spans = split(plain)
    covered = [k for start, end in spans for k in range(start, end)]
    assert len(covered) == len(set(covered))
    assert {k for k, c in enumerate(plain) if not c.isspace()} <= set(covered)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_normalising_twice_changes_nothing_more_and_leaves_no_control_characters(raw: str) -> None:
    plain, offsets = normalise(raw)
    assert offsets.new_length == len(plain)
    assert not [c for c in plain if ord(c) < 32 and c != "\n"]
    assert not set("\u200b\u202e\u2066\ufeff") & set(plain)


@given(
    st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 6), st.text(max_size=5)), max_size=6)
)
def test_edits_map_back_to_what_they_replaced(text: str, raw_edits: list[tuple[int, int, str]]) -> None:
    edits, at = [], 0
    for start, length, replacement in sorted(raw_edits):
        if start >= at and start + length <= len(text) and length:
            edits.append((start, start + length, replacement))
            at = start + length
    new, offsets = rewrite(text, edits)
    for k in range(len(new)):
        start, end = offsets.span(k, k + 1)
        assert 0 <= start < end <= len(text)
        inside = [e for e in edits if e[0] <= start < e[1]]
        assert inside or text[start] == new[k]


@given(TEXTS)
@settings(max_examples=120, deadline=None)
def test_redaction_keeps_length_and_is_idempotent(raw: str) -> None:
    text = raw + " Ring 07700 900123 or mail a.b@example.org about Amina Warsame."
    once = redact(text, find_identifiers(text))
    assert len(once) == len(text)
    assert "900123" not in once
    assert redact(once, find_identifiers(once)) == once
