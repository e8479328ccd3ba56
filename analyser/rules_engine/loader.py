"""Load a folder of rules: word lists, cues, rule files; everything that is wrong is said with its file."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from analyser.codebook import DIMENSIONS
from analyser.errors import RuleError
from analyser.resources import data_path
from analyser.rules_engine.cues import Cue, load_cues
from analyser.rules_engine.phrases import (
    Compiled,
    PhraseError,
    anchor_set,
    compile_near,
    compile_phrase,
    compile_regex,
    expand_lists,
)  # fmt: skip
from analyser.rules_engine.schema import Pattern, Rule
from analyser.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class CompiledPattern:
    """A pattern of a rule: a regular expression, or tokens for spaCy's Matcher, with its required literals.

    No required literals: the pattern is tried wherever the rule's ``where`` lets it.
    """

    regex: Any  # re.Pattern, or None for tokens
    required: tuple[frozenset[str], ...]
    tokens: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to run."""

    rule: Rule
    path: Path
    any: tuple[CompiledPattern, ...]
    also: tuple[CompiledPattern, ...]
    unless: tuple[CompiledPattern, ...]

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
        lists: Word lists, expanded.
        digest: Hash over all files, so that a run can name what it used.
    """

    folder: Path
    rules: tuple[CompiledRule, ...]
    cues: tuple[Cue, ...]
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
    rules = [_rule(path, lists) for path in _rule_files(root)]
    if not rules:
        raise RuleError("CRA-3003", path=root)
    seen: dict[str, Path] = {}
    for compiled in rules:
        other = seen.setdefault(compiled.rule.id, compiled.path)
        if other != compiled.path:
            raise RuleError("CRA-3001", path=compiled.path, why=f"its id is that of {other.name} as well")
    rules.sort(key=lambda r: r.rule.id)
    digest = hashlib.sha256()
    for path in sorted(
        [*_rule_files(root), *words.glob("*.yaml"), *context.glob("*.yaml")],
        key=lambda p: (p.parent.name, p.name),
    ):
        digest.update(f"{path.parent.name}/{path.name}\n".encode() + path.read_bytes())
    return RuleSet(root, tuple(rules), load_cues(context), lists, digest.hexdigest()[:16])


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


def _rule(path: Path, lists: dict[str, list[str]]) -> CompiledRule:
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
        return CompiledRule(
            rule,
            path,
            _compile(rule.match.any, lists),
            _compile(rule.match.also, lists),
            _compile(rule.unless, lists),
        )
    except PhraseError as error:
        raise RuleError("CRA-3001", path=path, why=str(error)) from None


def _compile(patterns: list[Pattern], lists: dict[str, list[str]]) -> tuple[CompiledPattern, ...]:
    return tuple(_compile_one(pattern, lists) for pattern in patterns)


def _compile_one(pattern: Pattern, lists: dict[str, list[str]]) -> CompiledPattern:
    if pattern.tokens is not None:
        return CompiledPattern(None, (anchor_set(pattern.anchors, lists),), tuple(pattern.tokens))
    if pattern.words is not None:
        first, rest = r"(?<![\w'])\w[\w']*", r"(?:[^\w]+\w[\w']*)"
        return CompiledPattern(re.compile(f"{first}{rest}{{{pattern.words - 1},}}"), ())
    compiled: Compiled
    if pattern.phrase is not None:
        compiled = compile_phrase(pattern.phrase, lists)
    elif pattern.near is not None:
        compiled = compile_near(pattern.near.words, pattern.near.within, pattern.near.order, lists)
    else:
        compiled = compile_regex(str(pattern.regex), pattern.anchors, lists)
    return CompiledPattern(compiled.regex, compiled.required)
