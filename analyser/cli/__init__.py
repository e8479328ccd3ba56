"""The ``analyser`` command. Heavy imports wait inside the command that needs them."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from analyser.cli.app import app
from analyser.errors import AnalyserError, ProgramFault

if TYPE_CHECKING:
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Stopped(BaseException):
    """A person or the system wants the program to end. No handler for errors on the way takes it for one."""


def main() -> None:
    """Run the command; turn errors and signals into one sentence on standard error and an exit code."""
    for number in _SIGNALS:
        signal.signal(number, _stop)
    try:
        app()
    except AnalyserError as error:
        sys.exit(_fail(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except _Stopped as stopped:
        sys.stderr.write("Stopped. Nothing half-written was left behind.\n")
        sys.exit(128 + int(stopped.args[0]))
    except Exception as error:  # noqa: BLE001 - the last resort; a traceback could quote note text
        sys.exit(_fail(ProgramFault("CRA-5999", kind=type(error).__name__, place=_place(error))))


def _stop(number: int, _: FrameType | None) -> None:
    for other in _SIGNALS:  # once is enough: what has begun to tidy up is left in peace
        signal.signal(other, signal.SIG_IGN)
    raise _Stopped(number)


def _fail(error: AnalyserError) -> int:
    from analyser.cli.output import fail  # noqa: PLC0415

    fail(error)
    return error.exit_code


def _place(error: Exception) -> str:
    """File and line of ours where an error arose; its message may hold anything and is not shown."""
    here = Path(__file__).resolve().parent.parent
    place, trace = "an unknown place", error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(here):
            place = f"{file.relative_to(here)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
