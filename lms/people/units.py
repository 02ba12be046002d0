"""The tree of units as plain codes: order, cycles, subtrees. No database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Parents = Mapping[str, str]  # code -> parent's code, "" for a root


def codes_in_cycles(parents: Parents) -> set[str]:
    """Codes that lie on a cycle of parents, themselves included if they are their own parent. Unknown parents end a walk."""
    safe: set[str] = set()
    looping: set[str] = set()
    for start in parents:
        path = _walk(start, parents, safe | looping)
        last = parents.get(path[-1], "") if path else ""
        if last in path:
            looping.update(path[path.index(last) :])
        safe.update(path)
    return looping


def _walk(start: str, parents: Parents, known: set[str]) -> list[str]:
    path: list[str] = []
    on_path: set[str] = set()
    at = start
    while at and at in parents and at not in known and at not in on_path:
        path.append(at)
        on_path.add(at)
        at = parents[at]
    return path


def parents_first(parents: Parents) -> Iterator[str]:
    """Every code after its parent; parents outside the mapping count as present. Needs a forest."""
    done: set[str] = set()
    for start in parents:
        path = []
        at = start
        while at in parents and at not in done:
            path.append(at)
            at = parents[at]
        yield from reversed(path)
        done.update(path)
