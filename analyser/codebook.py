"""The codebook in code: dimensions, indicators and statuses, with the words that reports use for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION: Final = "1.1"

Dimension = Literal["child_voice", "management_oversight", "supervision", "analysis"]
Status = Literal["present", "gap", "planned"]

STATUSES: Final[tuple[Status, ...]] = ("present", "gap", "planned")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One kind of evidence.

    Attributes:
        key: Name within its dimension, as in evidence files (``seen_alone``).
        code: Short label for highlights (``CV2``); never the only carrier of meaning.
        label: A few words for tables.
        shows: What a sentence shows that carries it, ending the phrase "The notes show …".
    """

    key: str
    code: str
    label: str
    shows: str


@dataclass(frozen=True, slots=True)
class DimensionText:
    """A dimension with its indicators, in the order in which reports list them."""

    key: Dimension
    code: str
    label: str
    question: str
    indicators: tuple[Indicator, ...]


CODEBOOK: Final[tuple[DimensionText, ...]] = (
    DimensionText(
        "child_voice",
        "CV",
        "Child's voice",
        "Was the child seen, heard and understood, and did it matter?",
        (
            Indicator("seen", "CV1", "Seen", "that the child was seen in person"),
            Indicator("seen_alone", "CV2", "Seen alone", "that the child was seen away from parents and carers"),
            Indicator("words", "CV3", "Own words", "what the child said"),
            Indicator("wishes_feelings", "CV4", "Wishes and feelings", "what the child wants, likes, fears or feels"),
            Indicator("observed", "CV5", "Observed", "how the child was seen to be, play or interact"),
            Indicator("lived_experience", "CV6", "Lived experience", "what daily life is like for this child"),
            Indicator("direct_work", "CV7", "Direct work", "a tool or activity used to get the child's view"),
            Indicator("influence", "CV8", "Influence", "that the child's view was weighed or changed something"),
        ),
    ),
    DimensionText(
        "management_oversight",
        "MO",
        "Management oversight",
        "Did somebody senior look, decide, and say why?",
        (
            Indicator("decision", "MO1", "Decision", "a decision by a manager or panel"),
            Indicator("rationale", "MO2", "Rationale", "the reason for a decision or direction"),
            Indicator("direction", "MO3", "Direction", "what a manager asks to be done"),
            Indicator("timescale", "MO4", "Timescale", "a date or time limit for a manager's decision or direction"),
            Indicator("sign_off", "MO5", "Sign-off", "that a manager read, approved or returned a record"),
            Indicator(
                "follow_up",
                "MO6",
                "Follow-up",
                "a manager checking whether earlier direction was carried out",
            ),
            Indicator("challenge", "MO7", "Challenge", "challenge, escalation or a professional disagreement"),
            Indicator("independent_review", "MO8", "Independent review", "the view of an IRO or conference chair"),
        ),
    ),
    DimensionText(
        "supervision",
        "SU",
        "Supervision",
        "Is case supervision on the child's file, and is it reflective?",
        (
            Indicator("session", "SU1", "Session", "that case supervision took place"),
            Indicator("reflection", "SU2", "Reflection", "thinking: curiosity, doubt, feelings, other views"),
            Indicator("actions", "SU3", "Actions", "an action agreed in supervision"),
            Indicator("smart", "SU4", "Owner and date", "a supervision action with an owner and a date"),
            Indicator("previous_actions", "SU5", "Earlier actions", "a look back at earlier supervision actions"),
            Indicator("worker_view", "SU6", "Worker's view", "the worker's own view, proposal or disagreement"),
        ),
    ),
    DimensionText(
        "analysis",
        "AN",
        "Analysis",
        "Do the notes say what it all means for this child?",
        (
            Indicator("impact", "AN1", "Impact", "what facts mean for the child"),
            Indicator("weighing", "AN2", "Weighing", "risk weighed against what protects, or how serious harm is"),
            Indicator("history", "AN3", "History", "history or pattern used to understand the present"),
            Indicator("evidence_base", "AN4", "Evidence base", "on what a judgement rests"),
            Indicator("hypothesis", "AN5", "Hypothesis", "an explanation, an alternative, or what is not known"),
            Indicator("research", "AN6", "Research", "research, theory or a named model"),
            Indicator("change", "AN7", "Change", "what has changed, or must, against the plan"),
            Indicator("drift", "AN8", "Drift", "delay for the child, or why a timescale was missed"),
        ),
    ),
)

DIMENSIONS: Final[tuple[Dimension, ...]] = tuple(d.key for d in CODEBOOK)
INDICATORS: Final[dict[Dimension, dict[str, Indicator]]] = {d.key: {i.key: i for i in d.indicators} for d in CODEBOOK}
LABELS: Final[frozenset[str]] = frozenset(f"{d.key}.{i.key}" for d in CODEBOOK for i in d.indicators)


def dimension_text(dimension: str) -> DimensionText:
    """The words for a dimension.

    Raises:
        KeyError: No such dimension.
    """
    for text in CODEBOOK:
        if text.key == dimension:
            return text
    raise KeyError(dimension)


def split_label(label: str) -> tuple[Dimension, str]:
    """``child_voice.seen`` as its two parts.

    Raises:
        ValueError: The label is not in the codebook.
    """
    if label not in LABELS:
        raise ValueError(f"{label!r} is not a label of the codebook")
    dimension, indicator = label.split(".")
    return dimension_text(dimension).key, indicator


def dimension_of(name: str) -> str:
    """``child_voice:present`` for ``child_voice.words:present``, and for itself."""
    return f"{name.split('.', maxsplit=1)[0].split(':', maxsplit=1)[0]}:{name.rsplit(':', 1)[1]}"


def with_dimensions(labels: Iterable[str]) -> frozenset[str]:
    """Labels with their status, and their dimensions with it."""
    given = frozenset(labels)
    return given | {dimension_of(label) for label in given}


def split_status(name: str) -> tuple[str, Status]:
    """``child_voice.seen:gap`` as its label and its status.

    Raises:
        ValueError: The status is not in the codebook.
    """
    label, _, given = name.rpartition(":")
    for status in STATUSES:
        if status == given:
            return label, status
    raise ValueError(f"{given!r} is not a status of the codebook")
