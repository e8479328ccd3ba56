"""The shapes of verdicts: what the report saves, and what the store keeps. No field holds note text."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from analyser.codebook import INDICATORS, Dimension, Status

Judgement = Literal["met", "partly_met", "not_met", "cannot_tell"]
Reason = Literal[
    "negated",
    "planned",
    "other_speaker",
    "other_person",
    "historical",
    "template_text",
    "wrong_indicator",
    "wrong_span",
]
JUDGEMENTS: Final[dict[Judgement, str]] = {
    "met": "Met",
    "partly_met": "Partly met",
    "not_met": "Not met",
    "cannot_tell": "Cannot tell",
}
REASONS: Final[dict[Reason, str]] = {
    "negated": "it did not happen",
    "planned": "it is only planned",
    "other_speaker": "somebody else says it",
    "other_person": "it is about somebody else",
    "historical": "it is about the past",
    "template_text": "it is text of a template",
    "wrong_indicator": "it shows another indicator",
    "wrong_span": "the wrong passage is marked",
}
KIND: Final = "case-record-analyser verdicts"
LONGEST_COMMENT: Final = 20_000
LONGEST_SEED: Final = 1_000

_Id = Annotated[str, Field(min_length=1, max_length=200)]
_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Version = Annotated[str, Field(max_length=100)]
_Comment = Annotated[str, Field(max_length=LONGEST_COMMENT)]


class SpanKey(NamedTuple):
    """What tells one piece of evidence from every other of the same export."""

    case_id: str
    note_id: str
    start: int
    end: int
    dimension: str
    indicator: str
    status: str


class _Strict(BaseModel):
    # Fields that are not known are left out, not kept: nothing reaches the store that has no place here.
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", hide_input_in_errors=True)


class _Marked(_Strict):
    note_id: _Id
    dimension: Dimension
    indicator: _Id

    @field_validator("indicator")
    @classmethod
    def _of_the_codebook(cls, indicator: str, info: Any) -> str:
        if "dimension" in info.data and indicator not in INDICATORS[info.data["dimension"]]:
            raise ValueError("is no indicator of that dimension")
        return indicator


class SpanVerdict(_Marked):
    """An auditor's word on one piece of evidence.

    Attributes:
        start: First character, as an offset into the note as read.
        end: One past the last.
        source: What found it, such as ``rule:<id>@<version>``; empty where the report did not say.
        verdict: ``agree``, ``disagree``, or ``None`` where an earlier word is taken back.
        reason: Why not; with ``disagree`` only, and always there.

    Raises:
        ValueError: The span is empty, the indicator not of the dimension, or a reason is missing or out of place.
    """

    start: int = Field(ge=0)
    end: int = Field(ge=1)
    status: Status
    source: Annotated[str, Field(pattern=r"^$|^(rule|model|combined):\S+$", max_length=200)] = ""
    verdict: Literal["agree", "disagree"] | None
    reason: Reason | None = None

    @model_validator(mode="after")
    def _whole(self) -> SpanVerdict:
        if self.start >= self.end:
            raise ValueError("ends before it starts")
        if (self.verdict == "disagree") != (self.reason is not None):
            raise ValueError("has to give a reason with disagree, and with nothing else")
        return self

    def key(self, case_id: str) -> SpanKey:
        """The evidence it is about."""
        return SpanKey(case_id, self.note_id, self.start, self.end, self.dimension, self.indicator, self.status)


class Missed(_Marked):
    """Evidence that the machine did not find and an auditor did.

    Attributes:
        start: First character, or ``None`` where the whole note is meant (reports without text);
        end: and one past the last.
        withdrawn: The mark is taken back.
    """

    start: Annotated[int, Field(ge=0)] | None = None
    end: Annotated[int, Field(ge=1)] | None = None
    withdrawn: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Missed:
        if (self.start is None) != (self.end is None) or (
            self.start is not None and self.end is not None and self.start >= self.end
        ):
            raise ValueError("ends before it starts")
        return self


class Seen(_Marked):
    """Evidence that an auditor marked in a note of the blind arm, without knowing what the machine found there.

    Attributes:
        start: First character, or ``None`` where the whole note is meant (reports without text);
        end: and one past the last.
    """

    start: Annotated[int, Field(ge=0)] | None = None
    end: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Seen:
        if (self.start is None) != (self.end is None) or (
            self.start is not None and self.end is not None and self.start >= self.end
        ):
            raise ValueError("ends before it starts")
        return self


class Sentence(_Strict):
    """A sentence of the recall arm, judged before the machine's findings were shown.

    Attributes:
        start: First character, as an offset into the note as read.
        end: One past the last.
        standards: The standards for which it shows evidence; none of them when empty.
    """

    note_id: _Id
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    standards: list[Dimension] = Field(default_factory=list)

    @model_validator(mode="after")
    def _whole(self) -> Sentence:
        if self.start >= self.end:
            raise ValueError("ends before it starts")
        return self


class Protocol(_Strict):
    """How a case of a drawn sample was read.

    Attributes:
        list: ``A`` or ``B``.
        findings: Whether the machine's findings were shown when the standards were judged, or hidden.
        blind_share: Share of notes, 0 to 1, that the report showed without marks.
        recall_share: Share of sentences, 0 to 1, that it offered for judging.
        blind_notes: Notes without marks that the auditor says were read to the end, with all evidence marked.
        seen: What was marked there.
        sentences: Sentences that were judged; those that were only offered are left out.
    """

    list: Literal["A", "B"]
    findings: Literal["hidden", "shown"]
    blind_share: float = Field(ge=0, le=1)
    recall_share: float = Field(ge=0, le=1)
    blind_notes: tuple[_Id, ...] = ()
    seen: tuple[Seen, ...] = ()
    sentences: tuple[Sentence, ...] = ()


class CaseVerdict(_Strict):
    """What one auditor said of one case, as the report saves it.

    Attributes:
        judged_at: When the last of it was entered; ``None`` in files of reports that did not note it.
        dimensions: A judgement for each standard that was judged; ``None`` for the others.
        comment: Typed by the auditor; it is kept as it stands.
        protocol: How it was read, where the report was made for a drawn sample.
    """

    case_id: _Id
    judged_at: AwareDatetime | None = None
    dimensions: dict[Dimension, Judgement | None] = Field(default_factory=dict)
    comment: _Comment = ""
    spans: list[SpanVerdict] = Field(default_factory=list)
    missed: list[Missed] = Field(default_factory=list)
    protocol: Protocol | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was judged and nothing said."""
        arms = self.protocol and (self.protocol.blind_notes or self.protocol.seen or self.protocol.sentences)
        return not (any(self.dimensions.values()) or self.comment.strip() or self.spans or self.missed or arms)


class SampleOf(_Strict):
    """Which drawn sample a report was made for.

    Attributes:
        seed: Its seed.
        frame_ids_sha256: Hash of the ids of its frame.
        draw_sha256: Hash of its draw (:func:`analyser.sampling.belonging.draw_sha256`); ``None`` in older files.
    """

    seed: Annotated[str, Field(max_length=LONGEST_SEED)]
    frame_ids_sha256: _Sha256
    draw_sha256: _Sha256 | None = None


class SavedFile(_Strict):
    """The file that a report saves; one of a drawn sample names it."""

    kind: Literal["case-record-analyser verdicts"]
    saved_at: AwareDatetime
    auditor: Annotated[str, Field(max_length=100)] = ""
    versions: dict[_Version, _Version] = Field(default_factory=dict)
    input_sha256: _Sha256
    sample: SampleOf | None = None
    verdicts: list[CaseVerdict]


class Record(CaseVerdict):
    """A line of the store: what one auditor said of one case at one time. Lines are added, never changed.

    Attributes:
        auditor: Name or initials, as typed, without spaces around them.
        input_sha256: Hash of the export that the report was made from.
        versions: Of program, codebook and rules of that report.
        sample: The drawn sample, where the report was made for one.
        reviewed: Always false here: importing is no review, and a file cannot say that it was reviewed.
    """

    auditor: _Id
    input_sha256: _Sha256
    versions: dict[_Version, _Version]
    judged_at: AwareDatetime
    sample: SampleOf | None = None
    reviewed: Literal[False] = False

    def content(self) -> dict[str, Any]:
        """The line of the store. A protocol or sample that is not there has no place in it: older lines had none."""
        absent = {name for name in ("protocol", "sample") if getattr(self, name) is None}
        return self.model_dump(mode="json", exclude=absent)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal; the same verdict has the same one, whenever it is imported."""
        content = json.dumps(self.content(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def who(self) -> str:
        """The auditor, however the name was capitalised."""
        return self.auditor.casefold()
