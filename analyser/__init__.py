"""Case record analyser: what case notes show of the child's voice, management oversight, supervision and analysis.

>>> from analyser import Analyser
>>> [e.label for e in Analyser().analyse("I saw Child A alone in her bedroom.")]  # doctest: +SKIP
['child_voice.seen', 'child_voice.seen_alone']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyser.version import __version__

if TYPE_CHECKING:
    from analyser.api import Analyser
    from analyser.contracts import CaseScore, DimensionScore, Evidence, Note, NoteScore
    from analyser.errors import AnalyserError, InputError, OutputError, PrivacyStop, RuleError

_PLACES = {
    "Analyser": "analyser.api",
    "AnalyserError": "analyser.errors",
    "CaseScore": "analyser.contracts",
    "DimensionScore": "analyser.contracts",
    "Evidence": "analyser.contracts",
    "InputError": "analyser.errors",
    "Note": "analyser.contracts",
    "NoteScore": "analyser.contracts",
    "OutputError": "analyser.errors",
    "PrivacyStop": "analyser.errors",
    "RuleError": "analyser.errors",
}
__all__ = [
    "Analyser",
    "AnalyserError",
    "CaseScore",
    "DimensionScore",
    "Evidence",
    "InputError",
    "Note",
    "NoteScore",
    "OutputError",
    "PrivacyStop",
    "RuleError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """Load exported names when first used, so that ``import analyser`` stays quick."""
    if name not in _PLACES:
        raise AttributeError(f"module 'analyser' has no attribute {name!r}")
    import importlib  # noqa: PLC0415

    return getattr(importlib.import_module(_PLACES[name]), name)
