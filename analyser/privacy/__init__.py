"""The privacy gate: identifiers that should not be in an anonymised export."""

from __future__ import annotations

from analyser.privacy.columns import Columns
from analyser.privacy.gate import Finding, Gate, GateReport, Hit, NameCheck, OnIdentifiers, find_identifiers
from analyser.privacy.redact import redact

__all__ = [
    "Columns",
    "Finding",
    "Gate",
    "GateReport",
    "Hit",
    "NameCheck",
    "OnIdentifiers",
    "find_identifiers",
    "redact",
]
