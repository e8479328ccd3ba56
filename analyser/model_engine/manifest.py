"""Model folders: what is in them, and proof that nothing in them was changed."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from analyser.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "manifest.json"
SUFFIXES = frozenset({".json", ".onnx", ".safetensors"})  # formats that hold data and never code


def write_manifest(folder: Path, facts: dict[str, Any]) -> None:
    """Write ``manifest.json``: facts of the model, and size and SHA-256 of each of its files.

    Args:
        folder: The model's folder, all other files written.
        facts: Name, version, what it was trained on; no absolute paths.
    """
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": _sha256(path)}
        for path in sorted(folder.iterdir())
        if path.suffix in SUFFIXES and path.name != MANIFEST
    }
    text = json.dumps({**facts, "files": files}, indent=1, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a manifest and check every file of the model against it.

    Raises:
        ModelError: The manifest is missing or unusable, or a file is missing, changed, or of a kind that is not loaded.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        files = manifest["files"]
        for name, facts in files.items():
            file = folder / name
            if file.suffix not in SUFFIXES or file.parent != folder:
                raise ModelError("CRA-4002", path=file, why="files of its kind are not loaded")
            if not file.is_file() or file.stat().st_size != facts["bytes"] or _sha256(file) != facts["sha256"]:
                raise ModelError("CRA-4002", path=file, why="it is missing or is not the file that was trained")
    except FileNotFoundError:
        raise ModelError("CRA-4002", path=path, why="it is missing") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ModelError("CRA-4002", path=path, why="it is not a manifest") from None
    return dict(manifest)


def digest(manifest: dict[str, Any]) -> str:
    """Eight hexadecimal digits that change when any file of the model does."""
    return hashlib.sha256(json.dumps(manifest["files"], sort_keys=True).encode()).hexdigest()[:8]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
