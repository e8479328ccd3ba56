"""Redaction that keeps every offset: a found identifier becomes a block of the same length."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyser.privacy.gate import Finding

BLOCK: Final = "\u2588"


def redact(text: str, findings: Sequence[Finding]) -> str:
    """The text with every identifier blocked out, of the same length as before.

    Args:
        text: As read.
        findings: Identifiers in it, not overlapping.
    """
    if not findings:
        return text
    from presidio_anonymizer.entities import OperatorConfig, RecognizerResult  # noqa: PLC0415 - heavy

    results = [RecognizerResult(f.type, f.start, f.end, f.score) for f in findings]
    block = OperatorConfig("custom", {"lambda": lambda found: BLOCK * len(found)})
    redacted = _engine().anonymize(text=text, analyzer_results=results, operators={"DEFAULT": block}).text
    return str(redacted)


@cache
def _engine() -> Any:
    from presidio_anonymizer import AnonymizerEngine  # noqa: PLC0415 - heavy

    return AnonymizerEngine()  # type: ignore[no-untyped-call]
