"""A file's versions as a person reads them: the many autosaves of one sitting in one line. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lms.authoring.enums import EditKind

SITTING = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Version:
    """One version without its text."""

    path: str
    number: int
    parent: int
    kind: str
    author: str
    account_id: int | None
    at: datetime
    merged_from: int | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """Versions ``first`` to ``last.number`` of one file: one act, or what was saved by itself while somebody wrote."""

    last: Version
    first: int
    began: datetime

    @property
    def count(self) -> int:
        return self.last.number - self.first + 1


def sittings(versions: Iterable[Version]) -> list[Sitting]:
    """The versions (each file's in the order of their numbers) folded, the latest first."""
    last_of: dict[str, int] = {}
    found: list[Sitting] = []
    for version in versions:
        place = last_of.get(version.path)
        if place is not None and _goes_on(found[place].last, version):
            found[place] = replace(found[place], last=version)
        else:
            last_of[version.path] = len(found)
            found.append(Sitting(version, version.number, version.at))
    return sorted(found, key=lambda one: (one.last.at, one.last.number), reverse=True)


def _goes_on(before: Version, version: Version) -> bool:
    same = (before.path, before.account_id, before.author) == (version.path, version.account_id, version.author)
    by_itself = before.kind == version.kind == EditKind.AUTOSAVE
    return same and by_itself and version.at - before.at <= SITTING
