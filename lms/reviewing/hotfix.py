"""What a hot fix may change (pure): the words of a few passages for a fact that is wrong, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lms.core import yamlfile
from lms.courses.package_queries import split_front
from lms.reviewing.changes import BANK, HEAD, PICTURES, Files, files, text_of
from lms.reviewing.clock import Clock

FREE_IN_HEAD = frozenset({"version", "status", "changelog", "reviewers", "review_by"})
FREE_IN_FRONT = frozenset({"title", "facts", "review_by"})


@dataclass(frozen=True, slots=True)
class Breach:
    """Why a change is no hot fix: ``rule`` is nothing, files, pictures, head, front, blueprint, many_files or many_characters."""

    rule: str
    path: str = ""
    found: int = 0
    allowed: int = 0


def breaches(old: Files, new: Files, clock: Clock) -> list[Breach]:
    """Every way in which the step from ``old`` to ``new`` is more than a hot fix; empty when it is one."""
    changed = [one for one in files(old, new) if one.state != "same" and not (one.path == HEAD and not _head(old, new))]
    if not changed:
        return [Breach("nothing")]
    found = [breach for one in changed for breach in _file(one.path, one.state, old, new)]
    characters = sum(one.characters for one in changed)
    if len(changed) > clock.hot_fix_files:
        found.append(Breach("many_files", found=len(changed), allowed=clock.hot_fix_files))
    if characters > clock.hot_fix_characters:
        found.append(Breach("many_characters", found=characters, allowed=clock.hot_fix_characters))
    return found


def _file(path: str, state: str, old: Files, new: Files) -> Iterator[Breach]:
    if state != "changed":
        yield Breach("files", path)
    elif path.startswith(PICTURES):
        yield Breach("pictures", path)
    elif path == HEAD:
        yield Breach("head", path)
    elif path == BANK:
        if _bank_frame(old[path]) != _bank_frame(new[path]):
            yield Breach("blueprint", path)
    elif _front(old[path]) != _front(new[path]):
        yield Breach("front", path)


def _head(old: Files, new: Files) -> bool:
    """Whether the head says anything else than a release may."""
    return _without(text_of(old.get(HEAD)), FREE_IN_HEAD) != _without(text_of(new.get(HEAD)), FREE_IN_HEAD)


def _front(content: bytes) -> object:
    parts = split_front(text_of(content))
    return _without(parts[0], FREE_IN_FRONT) if parts else None


def _without(text: str, free: frozenset[str]) -> object:
    data = yamlfile.parse(text, HEAD).data
    return {key: value for key, value in data.items() if key not in free} if isinstance(data, dict) else data


def _bank_frame(content: bytes) -> object:
    """Blueprint and codes: which questions there are and how forms are made of them."""
    data = yamlfile.parse(text_of(content), BANK).data
    if not isinstance(data, dict):
        return None
    items = data.get("items") or []
    return data.get("blueprint"), [one.get("id") for one in items if isinstance(one, dict)]
