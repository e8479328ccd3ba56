"""Slips of the pen and of dictation, put into windows while training, so that readers do not hang on clean spelling."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random

    from tokenizers import Tokenizer

    from analyser.training.examples import Example

_MOST_TOKENS: Final = 512  # the encoder's positions
_MISSPELT: Final = 0.12  # share of words of four letters and more
_DICTATED: Final = 0.5  # share of windows with slips that are dictated; the others are misspelt
_HEARD: Final = 0.5  # share of words that have a double in sound
# What dictation writes for what was said, and what is written by ear.
_SOUNDS: Final = {
    "see": "sea", "seen": "scene", "there": "their", "their": "there", "hear": "here", "here": "hear", "week": "weak",
    "weeks": "weaks", "two": "too", "to": "too", "no": "know", "know": "no", "new": "knew", "write": "right",
    "right": "write", "whether": "weather", "where": "were", "for": "four", "by": "buy", "been": "bean",
    "heard": "herd", "read": "red", "would": "wood", "son": "sun", "aunt": "ant", "our": "are", "whole": "hole",
    "past": "passed", "said": "sed", "because": "cos", "wants": "wonts", "what": "wot", "when": "wen",
    "about": "abowt", "could": "cud", "manager": "maneger", "supervision": "supervison", "school": "shcool",
    "child": "chidl", "decision": "desision", "agreed": "agread", "review": "reveiw", "assessment": "assesment",
    "tomorrow": "tommorow", "with": "wiv", "asked": "arsked", "spoke": "spok", "visit": "vist", "alone": "a lone",
    "ahead": "a head",
}  # fmt: skip


class Slips:
    """Misspells or dictates windows.

    Args:
        tokenizer: The encoder's tokenizer.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._body_after = tokenizer.token_to_id("[SEP]") or 0
        self._ids: dict[str, list[int]] = {}

    def __call__(self, example: Example, rng: random.Random) -> Example:
        """The window as a hurried or dictating writer would have left it; unchanged where it would grow too long."""
        dictated = rng.random() < _DICTATED
        body = example.ids.index(self._body_after) + 1
        ids, moved = list(example.ids[:body]), list(range(body))
        at = body
        while at < len(example.ids):
            end = self._end_of_word(example.ids, at)
            moved += [len(ids)] * (end - at)
            ids += self._written(example.ids[at:end], rng, dictated=dictated)
            at = end
        moved.append(len(ids))
        if len(ids) > _MOST_TOKENS:
            return example
        return replace(example, ids=ids, places=[(moved[mark], moved[end]) for mark, end in example.places])

    def _end_of_word(self, ids: list[int], at: int) -> int:
        end = at + 1
        while end < len(ids) and self._piece(ids[end]).startswith("##"):
            end += 1
        return end

    def _written(self, ids: list[int], rng: random.Random, *, dictated: bool) -> list[int]:
        word = "".join(self._piece(k).removeprefix("##") for k in ids)
        if dictated and word in {".", ",", ";", "'", '"', "-"}:
            return []
        if not word.isalpha():
            return ids
        if word in _SOUNDS and rng.random() < _HEARD:
            return self._encoded(_SOUNDS[word])
        if not dictated and len(word) > 3 and rng.random() < _MISSPELT:  # noqa: PLR2004 - short words are seldom misspelt
            return self._encoded(_misspelt(word, rng))
        return ids

    def _piece(self, token: int) -> str:
        return self._tokenizer.id_to_token(token) or ""

    def _encoded(self, word: str) -> list[int]:
        if word not in self._ids:
            self._ids[word] = self._tokenizer.encode(word, add_special_tokens=False).ids
        return self._ids[word]


def _misspelt(word: str, rng: random.Random) -> str:
    """A word with two letters swapped, one left out, doubled, or a vowel mistaken; its first letter stays."""
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:  # noqa: PLR2004 - kinds are counted
        return word[:at] + word[at] + word[at:]
    return word[:at] + (rng.choice("aeiou") if word[at] in "aeiou" else word[at + 1]) + word[at + 1 :]
