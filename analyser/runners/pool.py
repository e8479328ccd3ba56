"""Notes through gate, analysis and note score: in this process, or in several, always in order.

Note text goes to the other processes through pipes and is never written.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Final, NamedTuple

from analyser.contracts import Note, Rejected
from analyser.errors import OutputError
from analyser.pipeline import NoteResult, analyse_note
from analyser.privacy import Finding, find_identifiers, redact

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from pathlib import Path

    from analyser.pipeline import Bundle
    from analyser.privacy import Hit

_CHARACTERS: Final = 60_000  # of notes that go to a process at a time
_SMALL: Final = 400_000  # bytes of an export that is read before other processes have started
_AHEAD: Final = 3  # parcels a process that wait for it, so that it never waits for us


class Job(NamedTuple):
    """A note, what the gate is to do with it, and what it found in the columns beside the text."""

    note: Note
    names: bool
    redact: bool
    hits: tuple[Hit, ...] = ()


class Done(NamedTuple):
    """What was found in a note: identifiers, then evidence; the note's text is gone."""

    note: Note
    findings: list[Finding]
    names: bool
    result: NoteResult
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Workers:
    """How notes are worked on.

    Attributes:
        bundle: Rules and model of this process.
        count: Processes; 1 works in this one.
        make: Makes a bundle in another process.
    """

    bundle: Bundle
    count: int = 1
    make: Callable[[], Bundle] | None = None

    def each(self, items: Iterable[Job | Rejected]) -> Generator[Done | Rejected, None, None]:
        """Work on notes; rejected rows pass through.

        Args:
            items: Read a few parcels ahead, never all at once.

        Yields:
            One for one, in order.

        Raises:
            OutputError: Another process ended before its work was done.
        """
        if self.count <= 1 or self.make is None:
            yield from (work(item, self.bundle) for item in items)
            return
        waiting: deque[Future[list[Done | Rejected]]] = deque()
        resource_tracker.ensure_running()  # before signals are held back: it lets them through when it starts
        others = set(multiprocessing.active_children())
        # Spawned, not forked: threads of a loaded model do not survive a fork.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.count, context, initializer=_start, initargs=(self.make,)) as pool:
            try:
                for parcel in _parcels(items):
                    with _held_back():
                        waiting.append(pool.submit(_work_on, parcel))
                    if len(waiting) >= self.count * _AHEAD:
                        yield from waiting.popleft().result()
                while waiting:
                    yield from waiting.popleft().result()
            except BrokenProcessPool:
                raise OutputError("CRA-5005") from None
            except BaseException:  # also when a person has had enough: nobody waits for parcels that are not wanted
                for process in set(multiprocessing.active_children()) - others:
                    process.terminate()
                raise
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _held_back() -> Iterator[None]:
    """Hold Ctrl-C back while processes start: they inherit that, and the first process alone stops them all."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def processes(export: Path, wanted: int) -> int:
    """How many processes are worth while: as many as are wanted; where that is 0, one for a small export."""
    if wanted:
        return wanted
    return 1 if export.stat().st_size < _SMALL else len(os.sched_getaffinity(0))


def work(item: Job | Rejected, bundle: Bundle) -> Done | Rejected:
    """Gate and analysis of one note."""
    if isinstance(item, Rejected):
        return item
    note = item.note
    findings = find_identifiers(note.text, names=item.names)
    if findings and item.redact:
        note = note.model_copy(update={"text": redact(note.text, findings)})
    result = analyse_note(note, bundle)
    return Done(note.model_copy(update={"text": ""}), findings, item.names, result, item.hits)


_bundle: Bundle | None = None  # of a process of the pool


def _start(make: Callable[[], Bundle]) -> None:
    global _bundle  # noqa: PLW0603 - one bundle a process, made once
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    threadpool_limits(1)  # the processes are the threads; more of them would wait for each other
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process stops the others
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    _bundle = make()


def _end_with_the_first() -> None:
    """End this process when the one that started it is gone, even when that was killed and could tell nobody."""
    first = multiprocessing.parent_process()
    if first is not None:
        first.join()
        os._exit(1)


def _work_on(parcel: list[Job | Rejected]) -> list[Done | Rejected]:
    if _bundle is None:  # pragma: no cover - the initializer ran
        raise OutputError("CRA-5005")
    return [work(item, _bundle) for item in parcel]


def _parcels(items: Iterable[Job | Rejected]) -> Iterator[list[Job | Rejected]]:
    parcel: list[Job | Rejected] = []
    size = 0
    for item in items:
        parcel.append(item)
        size += len(item.note.text) if isinstance(item, Job) else 1
        if size >= _CHARACTERS:
            yield parcel
            parcel, size = [], 0
    if parcel:
        yield parcel
