"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

MovedExport: TypeAlias = Annotated[
    Path | None, typer.Option("--export", metavar="FILE", help="Where the export is now, if it has moved.")
]
MovedProfile: TypeAlias = Annotated[
    str | None, typer.Option("--profile", metavar="NAME|FILE", help="The profile, if its file has moved.")
]
NoText: TypeAlias = Annotated[bool, typer.Option("--no-text", help="Without note text: ids and offsets only.")]
