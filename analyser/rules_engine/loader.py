"""Load a folder of rules: word lists, cues, rule files; everything that is wrong is said with its file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import yaml
from pydantic import ValidationError

from analyser.codebook import DIMENSIONS
from analyser.errors import RuleError
from analyser.resources import data_path
from analyser.rules_engine.cues import Cue, load_cues
from analyser.rules_engine.patterns import CompiledPattern, Parsed, compile_pattern, parse_pattern
from analyser.rules_engine.phrases import PhraseError, expand_lists
from analyser.rules_engine.schema import AXES, Outcome, Rule
from analyser.rules_engine.tokens import Vocabulary, pieces
from analyser.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to run.

    Attributes:
        outcomes: What becomes of a match, by axis and value, where that is not ``keep``.
        needs_people: Whether speaker or subject matter to it.
        looks_around: Whether it reads a unit or not depends on age, place in the note, or an open quotation.
    """

    rule: Rule
    path: Path
    any: tuple[CompiledPattern, ...]
    also: tuple[CompiledPattern, ...]
    unless: tuple[CompiledPattern, ...]
    outcomes: dict[tuple[str, str], Outcome] = field(repr=False, compare=False)
    needs_people: bool = True
    looks_around: bool = True

    @property
    def source(self) -> str:
        """``rule:<id>@<version>``, as evidence names it."""
        return f"rule:{self.rule.id}@{self.rule.version}"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of a folder.

    Attributes:
        folder: Where they were read from.
        rules: Compiled, by id.
        cues: Context cues.
        vocabulary: Codes of the words that rules and cues name.
        lists: Word lists, expanded.
        digest: Hash over all files, so that a run can name what it used.
    """

    folder: Path
    rules: tuple[CompiledRule, ...]
    cues: tuple[Cue, ...]
    vocabulary: Vocabulary = field(repr=False)
    lists: dict[str, list[str]] = field(repr=False)
    digest: str = ""

    @property
    def running(self) -> tuple[CompiledRule, ...]:
        """Rules whose state lets them run."""
        return tuple(r for r in self.rules if r.rule.state in {"trial", "active"})

    def by_id(self, rule_id: str) -> CompiledRule:
        """One rule.

        Raises:
            RuleError: There is none of that id; the message names the nearest.
        """
        import difflib  # noqa: PLC0415 - only for the message

        known = {r.rule.id: r for r in self.rules}
        if rule_id not in known:
            near = ", ".join(difflib.get_close_matches(rule_id, known, n=3, cutoff=0.3)) or "none"
            raise RuleError("CRA-3002", rule=rule_id, near=near)
        return known[rule_id]


def load_rules(folder: Path | None = None) -> RuleSet:
    """Load and compile rules.

    Args:
        folder: A folder that holds ``<dimension>/<name>.yaml``, ``words/`` and ``context/``; by default the
            shipped rules. A folder without ``words/`` or ``context/`` uses the shipped ones.

    Raises:
        RuleError: A file is not usable; the message names it and says why.
    """
    return _load((folder or data_path("rules")).resolve())


@cache
def _load(root: Path) -> RuleSet:
    words = root / "words" if (root / "words").is_dir() else data_path("rules", "words")
    context = root / "context" if (root / "context").is_dir() else data_path("rules", "context")
    lists = _lists(words)
    parsed = [_rule(path, lists) for path in _rule_files(root)]
    if not parsed:
        raise RuleError("CRA-3003", path=root)
    seen: dict[str, Path] = {}
    for one in parsed:
        other = seen.setdefault(one.rule.id, one.path)
        if other != one.path:
            raise RuleError("CRA-3001", path=one.path, why=f"its id is that of {other.name} as well")
    parsed.sort(key=lambda one: one.rule.id)
    cues = load_cues(context)
    named = [token for one in parsed for p in one.patterns() for token in p.literals()]
    vocabulary = Vocabulary([*named, *(token for cue in cues for token in pieces(cue.phrase))])
    digest = hashlib.sha256()
    files = [*_rule_files(root), *words.glob("*.yaml"), *context.glob("*.yaml")]
    for path in sorted(files, key=lambda p: (p.parent.name, p.name)):
        digest.update(f"{path.parent.name}/{path.name}\n".encode() + path.read_bytes())
    rules = tuple(_compiled(one, vocabulary) for one in parsed)
    return RuleSet(root, rules, cues, vocabulary, lists, digest.hexdigest()[:16])


@dataclass(frozen=True, slots=True)
class _ParsedRule:
    rule: Rule
    path: Path
    any: tuple[Parsed, ...]
    also: tuple[Parsed, ...]
    unless: tuple[Parsed, ...]

    def patterns(self) -> Iterator[Parsed]:
        yield from (*self.any, *self.also, *self.unless)


def _compiled(one: _ParsedRule, vocabulary: Vocabulary) -> CompiledRule:
    any_, also, unless = (
        tuple(compile_pattern(p, vocabulary) for p in patterns) for patterns in (one.any, one.also, one.unless)
    )
    values = {"speaker": (*AXES["speaker"], *AXES["subject"])}
    judged = {(a, v): one.rule.outcome(a, v) for a in AXES for v in values.get(a, AXES[a])}
    outcomes: dict[tuple[str, str], Outcome] = {key: outcome for key, outcome in judged.items() if outcome != "keep"}
    people = any(axis in {"speaker", "subject"} for axis, _ in outcomes)
    where = one.rule.where
    around = where.max_age is not None or where.position != "any" or where.in_quotation
    return CompiledRule(one.rule, one.path, any_, also, unless, outcomes, people, around)


def _rule_files(root: Path) -> Iterator[Path]:
    for dimension in DIMENSIONS:
        yield from sorted((root / dimension).glob("*.yaml"))


def _lists(folder: Path) -> dict[str, list[str]]:
    raw: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            data = read_yaml(path)
            for name, items in data["lists"].items():
                if name in raw:
                    raise RuleError("CRA-3001", path=path, why=f"word list {name} is defined twice")
                raw[name] = [str(item) for item in items]
        except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise RuleError("CRA-3001", path=path, why=" ".join(str(error).split())[:200]) from None
    try:
        return expand_lists(raw)
    except PhraseError as error:
        raise RuleError("CRA-3001", path=folder, why=str(error)) from None


def _rule(path: Path, lists: dict[str, list[str]]) -> _ParsedRule:
    try:
        rule = Rule.model_validate(read_yaml(path))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise RuleError(
            "CRA-3001",
            path=path,
            why=f"it is not YAML{where}; a text with a colon or quotes needs quotes around it",
        ) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise RuleError(
            "CRA-3001", path=path, why=f"{'.'.join(map(str, first['loc'])) or 'rule'}: {first['msg']}"
        ) from None
    dimension, indicator, name = rule.id.split(".")
    if path.parent.name != dimension or path.stem != f"{indicator}_{name}":
        raise RuleError("CRA-3001", path=path, why=f"its id belongs in {dimension}/{indicator}_{name}.yaml")
    try:
        any_, also, unless = (
            tuple(parse_pattern(p, lists) for p in patterns)
            for patterns in (rule.match.any, rule.match.also, rule.unless)
        )
    except PhraseError as error:
        raise RuleError("CRA-3001", path=path, why=str(error)) from None
    return _ParsedRule(rule, path, any_, also, unless)
