"""The privacy gate: identifiers that should not be in an anonymised export."""

from __future__ import annotations

from analyser.privacy.gate import Finding, Gate, GateReport, NameCheck, OnIdentifiers, find_identifiers
from analyser.privacy.redact import redact

__all__ = ["Finding", "Gate", "GateReport", "NameCheck", "OnIdentifiers", "find_identifiers", "redact"]
