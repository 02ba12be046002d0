"""What is wrong with the file of hours rules: every fault with its line and its cure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms.core import yamlfile
from lms.core.problems import Problem
from lms.core.schema import validate
from lms.hours.package import ALL_GROUPS, Rules

FILE = "hours-rules"
Fault = tuple[tuple[str | int, ...], str, str]
"""(keys of the place, what, cure)."""


@dataclass(frozen=True)
class Report:
    """What reading the file gave: the rules (None when anything is wrong) and its problems."""

    rules: Rules | None
    problems: list[Problem]

    @property
    def said(self) -> str:
        """What a faultless file holds."""
        count = len(self.rules.versions) if self.rules else 0
        return f"{count} version{'' if count == 1 else 's'} of rules"


def read(path: Path, *, name: str | None = None) -> Report:
    """Check a file of rules against the register of facts beside it, where there is one."""
    register = path.absolute().parents[1] / "courses" / "facts.yaml"
    facts = yamlfile.read(register).data if register.is_file() else None
    return examine(yamlfile.read(path, name=name), facts=facts)


def examine(document: yamlfile.Document, *, facts: Any = None) -> Report:
    """As ``read``, of a document and the plain data of the register."""
    rules = validate(Rules, document)
    if isinstance(document.data, Mapping):
        for keys, what, cure in _rules(document.data, _status(facts)):
            document.problems.append(Problem(document.file, document.line(*keys), what, cure))
    problems = sorted(set(document.problems), key=lambda one: (one.line, one.what))
    return Report(None if problems else rules, problems)


def _status(facts: Any) -> dict[str, str] | None:
    """Status by id of every fact."""
    if not isinstance(facts, Mapping):
        return None
    return {row["id"]: row.get("status", "") for row in facts.get("facts", ()) if isinstance(row, Mapping) and "id" in row}


def _rules(data: Mapping[str, Any], facts: Mapping[str, str] | None) -> Iterator[Fault]:
    seen: set[tuple[Any, Any]] = set()
    for number, one in enumerate(_list(data, "versions")):
        if isinstance(one, Mapping):
            for keys, what, cure in (*_version(one, seen), *_basis(one, facts)):
                yield ("versions", number, *keys), what, cure


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    found = data.get(key)
    return found if isinstance(found, list) else []


def _version(one: Mapping[str, Any], seen: set[tuple[Any, Any]]) -> Iterator[Fault]:
    name = (str(one.get("rule")), str(one.get("version")))
    if name in seen:
        yield ("version",), f"Version {name[1]} of {name[0]} stands twice", "Give the newer one the next number."
    seen.add(name)
    level = one.get("level")
    if level == "unit" and not one.get("unit"):
        yield ("level",), "A rule of a unit names no unit", "Add unit: with the unit's code."
    if level == "national" and one.get("unit"):
        yield ("unit",), "A national rule names a unit", "Remove unit:, or make it the rule of that unit."
    yield from _groups(one, level)


def _groups(one: Mapping[str, Any], level: Any) -> Iterator[Fault]:
    groups = [group for group in _list(one, "groups") if isinstance(group, Mapping)]
    if level == "national" and not groups:
        yield ("groups",), "A national rule names no groups", "Say of whom it asks something."
    for number, group in enumerate(groups):
        rest = not group.get("grades") and not group.get("positions")
        if rest != (number == len(groups) - 1):
            what = "takes everybody who is left, but others follow it" if rest else "is the last one and takes not everybody who is left"
            yield ("groups", number), f"The group {group.get('id')} {what}", "Let the last group, and only that, name neither grades nor positions."
    known = {group.get("id") for group in groups}
    for number, need in enumerate(_list(one, "require")):
        yield from _need(number, need, known) if isinstance(need, Mapping) else ()


def _need(number: int, need: Mapping[str, Any], known: set[Any]) -> Iterator[Fault]:
    group = need.get("group", ALL_GROUPS)
    if known and group != ALL_GROUPS and group not in known:
        yield ("require", number, "group"), f"There is no group {group}", f"Use one of {', '.join(sorted(map(str, known)))}, or leave it out for all."
    if need.get("years", 1) != 1 and "first_year" not in need:
        yield ("require", number, "years"), "A period of several years has no first year", "Add first_year:, from which the periods are counted."
    if need.get("or_days") is not None and need.get("account") != "organised":
        yield ("require", number, "or_days"), "Days are known of organised training only", "Remove or_days:."


def _basis(one: Mapping[str, Any], facts: Mapping[str, str] | None) -> Iterator[Fault]:
    for number, code in enumerate(_list(one, "basis")):
        if facts is not None and code not in facts:
            yield ("basis", number), f"The register has no fact {code}", "Register it first, or correct its id."
        elif facts is not None and facts[code] == "doubtful":
            yield ("basis", number), f"The fact {code} is doubtful", "A rule can't rest on it: name it under setting: instead."
    if one.get("level") != "unit" and not one.get("basis"):
        yield ("rule",), f"{one.get('rule')} names no basis", "Add basis: with the facts it rests on."
