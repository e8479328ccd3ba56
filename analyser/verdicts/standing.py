"""What stands: each auditor's last word on each thing; where auditors differ; what was changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyser.verdicts.records import Missed, Protocol, Record, SpanKey, SpanVerdict


class Standard(NamedTuple):
    """One standard (dimension) of one case of one export."""

    input_sha256: str
    case_id: str
    dimension: str


class Span(NamedTuple):
    """One piece of evidence of one export."""

    input_sha256: str
    key: SpanKey


class Mark(NamedTuple):
    """One place where evidence was missed; offsets are ``None`` where the whole note is meant."""

    input_sha256: str
    case_id: str
    note_id: str
    start: int | None
    end: int | None
    dimension: str
    indicator: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two words on one thing.

    Attributes:
        case_id: The case.
        what: The standard, or the evidence with its note and offsets.
        words: By auditor what each says; for a change, by time.
    """

    case_id: str
    what: str
    words: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Standing:
    """Each auditor's last word, by thing and auditor.

    Attributes:
        standards: Judgements.
        spans: Verdicts on evidence.
        missed: Who marked that evidence was missed there.
        changes: Where an auditor later said something else; the last word counts, all are kept.
        names: Of auditors, as last typed.
        protocols: By export, case and auditor, how the case of a drawn sample was last read.
        hidden: Judgements of a standard that were given before the machine's findings were shown, by auditor.
    """

    standards: dict[Standard, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    spans: dict[Span, dict[str, SpanVerdict]] = field(default_factory=lambda: defaultdict(dict))
    missed: dict[Mark, set[str]] = field(default_factory=lambda: defaultdict(set))
    changes: list[Difference] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    protocols: dict[tuple[str, str, str], Protocol] = field(default_factory=dict)
    hidden: dict[Standard, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def conflicts(self) -> list[Difference]:
        """Where auditors differ, by case; both words stand until people settle it."""
        found = []
        for standard, given in self.standards.items():
            if len(set(given.values())) > 1:
                found.append(Difference(standard.case_id, standard.dimension, self._named(given)))
        for span, words in self.spans.items():
            if len({v.verdict for v in words.values()}) > 1:
                told = self._named({who: _word(v) for who, v in words.items()})
                found.append(Difference(span.key.case_id, _place(span.key), told))
        return sorted(found, key=lambda d: (d.case_id, d.what))

    def _named(self, words: dict[str, str]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted((self.names[who], word) for who, word in words.items()))


def standing(records: Iterable[Record]) -> Standing:
    """Lay records over each other in the order of judging.

    A later word on a thing replaces the same auditor's earlier one; what a later record does not speak of stays. So
    verdicts saved on two days add up, in whatever order they were imported.

    Args:
        records: In order of the time of judging.
    """
    out = Standing()
    for record in records:
        out.names[record.who] = record.auditor
        for dimension, judged in record.dimensions.items():
            if judged is not None:
                given = out.standards[Standard(record.input_sha256, record.case_id, dimension)]
                _note_change(out, record, dimension, given.get(record.who), judged)
                given[record.who] = judged
                if record.protocol and record.protocol.findings == "hidden":
                    out.hidden[Standard(record.input_sha256, record.case_id, dimension)].setdefault(record.who, judged)
        if record.protocol:
            out.protocols[record.input_sha256, record.case_id, record.who] = record.protocol
        for verdict in record.spans:
            _lay_span(out, record, verdict)
        for missed in record.missed:
            _lay_missed(out, record, missed)
    out.spans = {key: words for key, words in out.spans.items() if words}
    out.missed = {mark: who for mark, who in out.missed.items() if who}
    return out


def _lay_span(out: Standing, record: Record, verdict: SpanVerdict) -> None:
    key = verdict.key(record.case_id)
    words = out.spans[Span(record.input_sha256, key)]
    before = words.get(record.who)
    _note_change(out, record, _place(key), _word(before) if before else None, _word(verdict))
    if verdict.verdict is None:
        words.pop(record.who, None)
    else:
        words[record.who] = verdict


def _lay_missed(out: Standing, record: Record, missed: Missed) -> None:
    mark = Mark(
        record.input_sha256, record.case_id, missed.note_id, missed.start, missed.end, missed.dimension,
        missed.indicator,
    )  # fmt: skip
    if missed.withdrawn:
        out.missed[mark].discard(record.who)
    else:
        out.missed[mark].add(record.who)


def _note_change(out: Standing, record: Record, what: str, before: str | None, now: str) -> None:
    if before not in {None, now}:
        out.changes.append(Difference(record.case_id, what, ((record.auditor, str(before)), (record.auditor, now))))


def _word(verdict: SpanVerdict) -> str:
    if verdict.verdict is None:
        return "taken back"
    return f"disagree ({verdict.reason})" if verdict.reason else verdict.verdict


def _place(key: SpanKey) -> str:
    return f"{key.dimension}.{key.indicator}:{key.status}, note {key.note_id}, {key.start}-{key.end}"
