"""The shape of a rule file. A misspelt key is an error; docs/rules.md explains each key to people."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analyser.codebook import LABELS, Status
from analyser.contracts import AuthorKind, NoteKind

AXES: Final[dict[str, tuple[str, ...]]] = {
    "polarity": ("affirmed", "negated", "attempted"),
    "time": ("current", "planned", "historical"),
    "reality": ("actual", "conditional", "general"),
    "certainty": ("certain", "uncertain"),
    "speaker": ("writer", "child", "sibling", "family", "professional", "unknown"),
    "subject": ("child", "sibling", "family", "professional", "worker", "manager", "unknown"),
}
Outcome = Literal["keep", "weaken", "drop", "gap", "planned"]
Strength = Literal["strong", "medium", "weak"]
CONFIDENCE: Final[dict[str, float]] = {"strong": 0.9, "medium": 0.72, "weak": 0.4}
LEAST_TESTS: Final = 6

DEFAULT_CONTEXT: Final[dict[str, dict[str, Outcome]]] = {
    "polarity": {"negated": "drop", "attempted": "drop"},
    "time": {"planned": "drop"},
    "reality": {"conditional": "drop", "general": "drop"},
    "certainty": {},
    "speaker": {},
    "subject": {},
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Near(_Strict):
    """Words close together: each item is a phrase; ``within`` counts the words between neighbours."""

    words: list[str] = Field(min_length=2, max_length=4)
    within: int = Field(default=5, ge=0, le=20)
    order: Literal["forward", "any"] = "any"


class Pattern(_Strict):
    """One way of matching: exactly one of ``phrase``, ``near``, ``regex``, ``tokens``, ``words``, ``quotation``.

    ``words: N`` matches any unit with at least N words; it is for rules that ``where`` confines to a section or a
    kind of note. ``quotation: true`` matches what stands in quotation marks; ``context`` says whose words.
    """

    phrase: str | None = None
    near: Near | None = None
    regex: str | None = None
    tokens: list[dict[str, object]] | None = None
    words: int | None = Field(default=None, ge=1, le=50)
    quotation: Literal[True] | None = None
    anchors: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_kind(self) -> Pattern:
        kinds = [k for k in ("phrase", "near", "regex", "tokens", "words", "quotation") if getattr(self, k) is not None]
        if len(kinds) != 1:
            raise ValueError("a pattern has exactly one of phrase, near, regex, tokens, words, quotation")
        if kinds[0] in {"regex", "tokens"} and not self.anchors:
            raise ValueError(f"a {kinds[0]} pattern needs anchors: words of which at least one is in every match")
        if kinds[0] not in {"regex", "tokens"} and self.anchors:
            raise ValueError("anchors of a phrase are found by the program; leave them out")
        return self


class Match(_Strict):
    """What a rule looks for.

    Attributes:
        any: Ways of matching; one is enough.
        also: Further patterns, all of which must be somewhere in the same unit.
        mark: What the evidence spans: the match itself, its clause, or the whole unit.
    """

    any: list[Pattern] = Field(min_length=1)
    also: list[Pattern] = Field(default_factory=list)
    mark: Literal["match", "clause", "sentence"] = "sentence"


class Where(_Strict):
    """Which notes, writers and sections a rule reads; empty means all.

    Attributes:
        kinds: Kinds of note; ``not_kinds`` likewise, the other way round.
        authors: Kinds of writer of the passage.
        sections: What the heading above announces.
        max_age: Read only where the child is at most so old, in years.
        body: Units with content (the default), headings with nothing behind them, or both.
        position: ``first``: only the first unit of the note.
        in_quotation: Only units that go on with a quotation begun in an earlier one.
    """

    kinds: list[NoteKind] = Field(default_factory=list)
    not_kinds: list[NoteKind] = Field(default_factory=list)
    authors: list[AuthorKind] = Field(default_factory=list)
    not_authors: list[AuthorKind] = Field(default_factory=list)
    sections: list[str] = Field(default_factory=list)
    not_sections: list[str] = Field(default_factory=list)
    max_age: float | None = Field(default=None, ge=0)
    body: Literal["any", "content", "heading_only"] = "content"
    position: Literal["any", "first"] = "any"
    in_quotation: bool = False


class NoteOfTest(_Strict):
    """The note that a test sentence stands in."""

    kind: NoteKind = "visit"
    author: AuthorKind = "worker"
    section: str = ""
    age: str = ""
    before: str = ""


class Test(_Strict):
    """An invented sentence and what the rule must do with it. ``[[…]]`` marks the exact span."""

    __test__ = False

    fires: str | None = None
    silent: str | None = None
    todo_fires: str | None = None
    todo_silent: str | None = None
    because: str | None = None
    status: Status | None = None
    note: NoteOfTest | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Test:
        given = [k for k in ("fires", "silent", "todo_fires", "todo_silent") if getattr(self, k) is not None]
        if len(given) != 1:
            raise ValueError("a test has exactly one of fires, silent, todo_fires, todo_silent")
        text = str(getattr(self, given[0]))
        if given[0] == "fires" and len(re.findall(r"\[\[.+?\]\]", text, re.DOTALL)) != 1:
            raise ValueError("a fires test marks one span with [[ and ]]")
        if given[0] == "silent":
            if not self.because:
                raise ValueError("a silent test says because: no_match, unless, also, where.<key> or <axis>.<value>")
            check_reason(self.because)
        return self


def check_reason(because: str) -> None:
    """Raise ``ValueError`` unless ``because`` is a reason for which a rule can stay silent."""
    if because in {"no_match", "unless", "also"}:
        return
    head, _, tail = because.partition(".")
    if head == "where" and tail in Where.model_fields:
        return
    if head in AXES and tail in AXES[head]:
        return
    raise ValueError(f"{because!r} is no reason; give no_match, unless, also, where.<key> or <axis>.<value>")


class Rule(_Strict):
    """One rule file.

    Attributes:
        id: ``<dimension>.<indicator>.<name>``; also its place, ``rules/<dimension>/<indicator>_<name>.yaml``.
        version: Raised whenever what the rule fires on changes.
        title: What a sentence shows when the rule fires.
        why: One line: why that is evidence.
        owner: Who looks after the rule.
        state: ``trial`` and ``active`` rules run; ``paused`` and ``retired`` ones do not.
        gives: Labels of the codebook.
        status: Status of the evidence when context does not change it.
        strength: How often such a match is right, before verdicts exist.
        who: Who must be the one that acts: ``child`` (or a sibling), ``maybe_child`` (nobody known to be an adult),
            or ``any``.
        family: Rules of one family count once when several fire on one sentence.
        where: Notes, writers and sections that it reads.
        match: What it looks for.
        unless: Patterns that silence it.
        context: For an axis and a value, what becomes of the match, where that differs from the default.
        tests: At least six.
    """

    id: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+\.[a-z0-9_]+$")]
    version: int = Field(default=1, ge=1)
    title: str
    why: str
    owner: str
    state: Literal["trial", "active", "paused", "retired"] = "active"
    gives: list[str] = Field(min_length=1)
    status: Status = "present"
    strength: Strength = "medium"
    who: Literal["any", "child", "maybe_child"] = "any"
    family: str = ""
    where: Where = Where()
    match: Match
    unless: list[Pattern] = Field(default_factory=list)
    context: dict[str, dict[str, Outcome]] = Field(default_factory=dict)
    tests: list[Test] = Field(min_length=LEAST_TESTS)

    @model_validator(mode="after")
    def _consistent(self) -> Rule:
        unknown = [label for label in self.gives if label not in LABELS]
        if unknown:
            raise ValueError(f"gives names {', '.join(unknown)}, which the codebook has not")
        if f"{self.id.rsplit('.', 1)[0]}" not in self.gives:
            raise ValueError("the first two parts of the id are one of the labels it gives")
        for axis, outcomes in self.context.items():
            if axis not in AXES:
                raise ValueError(f"context has no axis {axis}; there are {', '.join(AXES)}")
            wrong = [value for value in outcomes if value not in AXES[axis]]
            if wrong:
                raise ValueError(f"axis {axis} has no value {', '.join(wrong)}; there are {', '.join(AXES[axis])}")
        return self

    def outcome(self, axis: str, value: str) -> Outcome:
        """What becomes of a match whose ``axis`` has ``value``."""
        own = self.context.get(axis, {})
        if value in own:
            return own[value]
        if axis == "subject" and self.who != "any":
            return (
                "keep"
                if value in {"child", "sibling"} or (value == "unknown" and self.who == "maybe_child")
                else "drop"
            )
        return DEFAULT_CONTEXT[axis].get(value, "keep")

    @property
    def dimension(self) -> str:
        """The dimension of its id."""
        return self.id.split(".", 1)[0]
