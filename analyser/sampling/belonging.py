"""Whether verdicts belong to a sample: by the export, the seed, the frame and the draw that both of them name."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyser.verdicts.records import SampleOf


def draw_sha256(content: Mapping[str, Any]) -> str:
    """What tells a draw from every other: SHA-256 over export, versions of the scan, seed, frame and design.

    The size is left out: a top-up keeps the cases, so verdicts on them go on counting.

    Args:
        content: The sample's record.
    """
    scan = content.get("scan") or {}
    design = {name: value for name, value in content["design"].items() if name != "size"}
    parts = [
        scan.get("input_sha256"),
        scan.get("versions"),
        content["seed"],
        content["frame"]["ids_sha256"],
        design,
    ]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def why_not(content: Mapping[str, Any], told: SampleOf | None, input_sha256: str | None) -> str | None:
    """Why verdicts are not those of a sample, in words that end a sentence; ``None`` where nothing speaks against it.

    Args:
        content: The sample's record.
        told: What the verdicts say of their sample; ``None`` where they say nothing.
        input_sha256: The export that they are on, where they say so.
    """
    export = (content.get("scan") or {}).get("input_sha256")
    if input_sha256 is not None and export is not None and input_sha256 != export:
        return "they are on another export"
    if told is None:
        return None
    if told.seed != content["seed"]:
        return "the sample that they are on has another seed"
    earlier = content.get("earlier", [])
    if told.frame_ids_sha256 not in {content["frame"]["ids_sha256"], *(e["frame_ids_sha256"] for e in earlier)}:
        return "the sample that they are on was drawn from another frame"
    # Files of earlier versions do not name the draw.
    if told.draw_sha256 not in {None, draw_sha256(content), *(e["draw_sha256"] for e in earlier)}:
        return "the sample that they are on has another design, or was drawn from another scan"
    return None
