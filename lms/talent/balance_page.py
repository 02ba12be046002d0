"""The balance of a unit for its template: each group against all the others together, split into parts and put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from lms.core.sheets import Cell
from lms.talent import balance, wording
from lms.talent.balance import Split, Verdict
from lms.talent.balance_queries import Group, Reached
from lms.talent.heat import Numbers
from lms.talent.wording import share


def rows(groups: Sequence[Group], access: Mapping[str, Reached]) -> list[dict[str, Any]]:
    """One row a group; numbers only where all its cells, and all others', may be seen."""
    codes = comparable(groups)
    found = [_row(group, groups, codes, access.get(group.key)) for group in groups]
    splits = [row["split"] for row in found if "split" in row]
    longest = max((abs(part) for one in splits for part in (one.line.value, one.teaching.value)), default=0.0)
    return [row | {"bars": _bars(row["split"], max(longest, 0.02))} if "split" in row else row for row in found]


def comparable(groups: Sequence[Group]) -> list[str]:
    """Competencies of which no group's numbers are hidden: a total leaves nobody out silently."""
    codes = sorted({code for group in groups for code in group.cells})
    return [code for code in codes if all(group.cells[code] is not None for group in groups if code in group.cells)]


def _counted(group: Group, codes: Sequence[str]) -> dict[str, balance.Counted]:
    return {code: cell for code in codes if (cell := group.cells.get(code)) is not None and cell.n_required}


def _row(group: Group, groups: Sequence[Group], codes: Sequence[str], reached: Reached | None) -> dict[str, Any]:
    own = _counted(group, codes)
    others = balance.together([_counted(other, codes) for other in groups if other is not group])
    known: dict[str, Any] = {"key": group.key, "name": group.name, "access": _reached(reached) if reached else None, "shown": bool(own)}
    if not own:
        return known
    asked, evidence = sum(c.n_required for c in own.values()), sum(c.n_evidence for c in own.values())
    met = sum(c.met for c in own.values())
    known["gap"] = _shortfall([cell for code in codes if (cell := group.cells.get(code)) is not None])
    known |= {
        "asked": wording.number(asked), "coverage": share(round(100 * evidence / asked)), "met": share(round(100 * met / evidence)) if evidence else "",
        "rate": share(round(100 * met / asked)), "numbers": (asked, evidence, met),
    }  # fmt: skip
    if not any(cell.n_required for cell in others.values()):
        return known
    found = balance.split(own, others)
    return known | {"split": found, "words": words(found, group.name), "verdict": balance.verdict(found).value}


def _shortfall(cells: Sequence[Numbers]) -> str:
    """Mean shortfall of those with evidence in levels, over all competencies; nothing where nobody has any."""
    known = [(cell.n_evidence, cell.gap) for cell in cells if cell.n_evidence and cell.gap is not None]
    return wording.levels(sum(n * gap for n, gap in known) / sum(n for n, _gap in known)) if known else ""


def _reached(one: Reached) -> dict[str, str]:
    return {
        "people": wording.number(one.people),
        "activated": share(round(100 * one.activated / one.people)) if one.people else "",
        "tried": share(round(100 * one.tried / one.people)) if one.people else "",
        "begun": wording.number(one.begun),
        "finished": share(round(100 * one.finished / one.begun)) if one.begun else "",
    }


def points(found: Split) -> dict[str, str]:
    """The difference and its parts in percentage points with their signs; what is shown adds up."""
    return {name: wording.signed(value) for name, value in balance.whole_points(found)._asdict().items()}


def _bars(found: Split, longest: float) -> dict[str, Any]:
    """The two parts as bars from a middle axis at 150 of 300; the longest of the page fills its side."""

    def bar(value: float) -> dict[str, float]:
        width = 148.0 * abs(value) / longest
        return {"x": round(150 - width if value < 0 else 150, 1), "width": round(max(width, 0.5), 1)}

    return {"line": bar(found.line.value), "teach": bar(found.teaching.value), "label": split_words(found)}


def split_words(found: Split) -> str:
    """The sum in one line."""
    return gettext(
        "%(difference)s points in all = %(line)s from evidence, %(teaching)s from proficiency, %(asked)s from what the posts ask for",
        **points(found),
    )  # fmt: skip


def words(found: Split, name: str) -> str:
    """Is it the line or the teaching?"""
    what = {"name": name, **points(found)}
    if found.difference > 0 and balance.verdict(found) in (Verdict.LINE, Verdict.TEACHING, Verdict.BOTH):
        return gettext("%(name)s: ahead of the others by %(difference)s points: %(line)s from evidence, %(teaching)s from proficiency.", **what)
    texts = {
        Verdict.NONE: gettext("%(name)s: no more different from the others than chance would have it (%(difference)s points).", **what),
        Verdict.LINE: gettext(
            "%(name)s: %(difference)s points from the others, mostly because fewer have evidence at all (%(line)s points). "
            "That points to the line, or to people who were not asked: first see that they can reach and finish a quiz.", **what),
        Verdict.TEACHING: gettext(
            "%(name)s: %(difference)s points from the others, mostly because those with evidence do less well (%(teaching)s points). "
            "That points to the teaching. "
            "A better connection alone would not change that.", **what),
        Verdict.BOTH: gettext(
            "%(name)s: %(difference)s points from the others: %(line)s from evidence and %(teaching)s from proficiency. Both need work.", **what),
        Verdict.AGAINST: gettext(
            "%(name)s: two things pull against each other: %(line)s points from evidence, %(teaching)s from proficiency. "
            "The sum of %(difference)s hides both.", **what),
        Verdict.ASKED: gettext("%(name)s: %(difference)s points from the others, mostly because its posts ask for other competencies.", **what),
    }  # fmt: skip
    return texts[balance.verdict(found)]


def headline(found: Sequence[Mapping[str, Any]]) -> str:
    """What the page says in one breath: the group furthest behind, explained."""
    split = [row for row in found if "split" in row and row["verdict"] != Verdict.NONE.value]
    if not found:
        return gettext("Nobody in this unit holds a post with targets.")
    if not any(row["shown"] for row in found):
        return gettext("Nothing may be compared here: a group is too small to be shown.")
    if not split:
        return gettext("No group differs from the others by more than chance would have it.")
    return str(min(split, key=lambda row: row["split"].difference)["words"])


def table(found: Sequence[Mapping[str, Any]], day: str) -> list[list[Cell]]:
    """The rows for a file; parts in percentage points."""
    heading: list[Cell] = [
        *(gettext("Group code"), gettext("Group"), gettext("Asked"), gettext("With evidence"), gettext("Met")),
        *(gettext("Difference"), gettext("From evidence"), gettext("Standard error"), gettext("From proficiency"), gettext("Standard error")),
        gettext("From what is asked"),
        gettext("As of"),
    ]
    return [heading, *(_line(row, day) for row in found)]


def _line(row: Mapping[str, Any], day: str) -> list[Cell]:
    numbers = row.get("numbers", (None, None, None))
    if "split" not in row:
        return [row["key"], row["name"], *numbers, *[None] * 6, day]
    found: Split = row["split"]
    parts = (found.difference, found.line.value, found.line.se, found.teaching.value, found.teaching.se, found.asked)
    return [row["key"], row["name"], *numbers, *(round(100 * part, 2) for part in parts), day]
