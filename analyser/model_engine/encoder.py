"""A sentence encoder that judges every unit of a note in one pass; ONNX, 8-bit, on the CPU."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analyser.model_engine.reader import Pass
from analyser.model_engine.windows import plain, windows

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from analyser.text.reading import Reading, Unit

_WEIGHTIEST: Final = 3  # words shown for a unit
_SHORTEST_WORD: Final = 3  # letters; shorter ones explain nothing to a reader


class Encoder:
    """An encoder and the layer that turns its states into logits.

    The states of a unit's tokens (their mean), of its mark and of the whole window go through one linear layer; the
    part of the mean is a sum over tokens, so each word's share in a logit is known exactly.

    Args:
        folder: A model folder whose files were checked against its manifest.
        outputs: Names of the columns.
        number: Which of the folder's encoders.
        threads: Threads of one pass; 0 leaves it to the number of cores.
    """

    def __init__(self, folder: Path, outputs: tuple[str, ...], number: int = 0, threads: int = 0) -> None:
        # The official builds send usage figures to their maker unless this is set before the library is first loaded.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime  # noqa: PLC0415 - heavy
        from safetensors.numpy import load_file  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        self.outputs = outputs
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / f"encoder{number}.onnx"), options, providers=["CPUExecutionProvider"]
        )
        head = load_file(str(folder / f"head{number}.safetensors"))
        self._bias = head["bias"].astype(np.float32)
        self._of_mean, self._of_mark, self._of_window = np.split(head["weight"].astype(np.float32).T, 3)

    def read(self, reading: Reading, note_type: str, author_role: str) -> Pass:
        """Read a note once.

        Args:
            reading: The note.
            note_type: Its type as its system names it.
            author_role: Its writer's role as the system names it.
        """
        logits = np.zeros((len(reading.units), len(self.outputs)), np.float32)
        states_of: dict[int, NDArray[np.float32]] = {}
        for window in windows(reading, self._tokenizer, note_type, author_role):
            states = self._states(window.ids)
            of_window = states[0] @ self._of_window + self._bias
            judged = [place for place in window.places if place.judged]
            first, last = np.array([p.mark for p in judged]), np.array([p.end for p in judged])
            # Judged places follow each other up to the window's end, so one pass sums them all.
            means = np.add.reduceat(states, first, axis=0) / (last - first)[:, None]
            logits[[p.unit for p in judged]] = means @ self._of_mean + states[first] @ self._of_mark + of_window
            states_of |= {p.unit: states[p.mark + 1 : p.end] for p in judged}
        return Pass(logits, states_of)

    def weightiest(self, done: Pass, unit: Unit, output: int) -> list[tuple[int, int]]:
        """Up to three words that weighed most for an output, as spans in the unit's text, in order of place."""
        states = done.states[unit.index]
        shares = states @ self._of_mean[:, output]
        words = ((float(shares[tokens].sum()), start, end) for start, end, tokens in self._words(unit, len(states)))
        heaviest = sorted(words, reverse=True)[:_WEIGHTIEST]
        return sorted((start, end) for weight, start, end in heaviest if weight > 0)

    def _words(self, unit: Unit, tokens: int) -> list[tuple[int, int, list[int]]]:
        """Words of a unit as start, end and the places of their tokens."""
        encoding = self._tokenizer.encode(plain(unit), add_special_tokens=False)
        words: dict[int, tuple[int, int, list[int]]] = {}
        for k, (word, (start, end)) in enumerate(
            zip(encoding.word_ids[:tokens], encoding.offsets[:tokens], strict=True)
        ):
            key = -1 if word is None else word
            known = words.get(key)
            words[key] = (start, end, [k]) if known is None else (known[0], end, [*known[2], k])
        return [w for w in words.values() if w[1] - w[0] >= _SHORTEST_WORD and unit.low[w[0] : w[1]].isalpha()]

    def _states(self, ids: list[int]) -> NDArray[np.float32]:
        states: Any = self._session.run(None, {"input_ids": np.array([ids], np.int64)})[0]
        return np.asarray(states[0], np.float32)
