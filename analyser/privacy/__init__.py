"""The privacy gate: identifiers that should not be in an anonymised export."""

from __future__ import annotations

from analyser.privacy.gate import Finding, Gate, GateReport, NameCheck, OnIdentifiers
from analyser.privacy.redact import redact

__all__ = ["Finding", "Gate", "GateReport", "NameCheck", "OnIdentifiers", "redact"]
