"""Cards: what a tier is, what it was measured on, how good it is, for whom less so (after Mitchell et al. 2019)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from analyser.evaluate.tables import as_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analyser.evaluate.labelled import LabelledCase

_WHAT: Final = {
    "rules": "Rules alone: patterns over tokens, with who speaks, what kind of note it is, and whether it happened.",
    "fast": "A linear layer over hashed words of a sentence and its surroundings, taught by readers and the encoder; "
    "no rules. For millions of notes, or a small machine.",
    "standard": "A small sentence encoder (all-MiniLM-L6-v2, fine-tuned) that reads whole notes, weighed together with "
    "the rules. The default.",
    "thorough": "The encoders of two trainings, weighed together with the rules. For when time does not matter.",
}
_FOR: Final = (
    "**For:** finding evidence of recording quality in anonymised case notes, so that people know what to read."
)
_NOT_FOR: Final = (
    "**Not for:** judging a family, a child or a worker; ranking workers; deciding anything; other languages."
)
_MADE_BY: Final = "Made by `analyser evaluate … --card`; a test fails when it is out of date."


@dataclass(frozen=True, slots=True)
class CardFigures:
    """What a card is made of.

    Attributes:
        versions: Of program, codebook, rules, model.
        cases: Digest of the labelled cases (:func:`digest_of`).
        split: Which of them were used.
        figures: Of :func:`analyser.evaluate.measure.summary`.
        behaviour: Of :func:`analyser.evaluate.behaviour.by_capability`.
    """

    versions: dict[str, str]
    cases: str
    split: str | None
    figures: dict[str, Any]
    behaviour: dict[str, Any] | None


def digest_of(cases: Sequence[LabelledCase]) -> str:
    """Digest of texts and labels, so that a card of other cases is known to be stale."""
    digest = hashlib.sha256()
    for case in cases:
        for n in case.notes:
            labels = sorted((k, sorted(v)) for k, v in n.labels.items())
            digest.update(json.dumps([case.case_id, n.note.note_id, n.note.text, n.units, labels]).encode())
    return digest.hexdigest()[:16]


def render(tier: str, found: CardFigures) -> str:
    """The card as Markdown."""
    versions = ", ".join(f"{name} {value}" for name, value in found.versions.items())
    split = f", split {found.split}" if found.split else ""
    made = f"Versions: {versions}. Cases {found.cases}{split}. {_MADE_BY}"
    head = [f"# Tier {tier}", _WHAT.get(tier, "A model of your own."), "", _FOR, _NOT_FOR, "", made, ""]
    return "\n".join(head) + as_markdown(found.figures, "Measured", found.behaviour)


def write_card(folder: Path, tier: str, found: CardFigures) -> None:
    """Write ``<tier>.json`` and ``<tier>.md``."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(found), indent=1, ensure_ascii=False) + "\n"
    (folder / f"{tier}.json").write_text(text, encoding="utf-8")
    (folder / f"{tier}.md").write_text(render(tier, found), encoding="utf-8")


def read_card(folder: Path, tier: str) -> CardFigures:
    """Read what :func:`write_card` wrote."""
    return CardFigures(**json.loads((folder / f"{tier}.json").read_text(encoding="utf-8")))
