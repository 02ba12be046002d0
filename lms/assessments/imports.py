"""Responses given elsewhere, from a table: ``staff_no,item,answer|correct,answered_at,source``.

All rows are read and judged before any is written; a faulty file imports nothing and every faulty row is named.
The same file again adds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import zip_longest
from operator import itemgetter
from typing import Any, TypeVar
from unicodedata import normalize
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.assessments import queries
from lms.assessments.bank_actions import PlainItem
from lms.assessments.enums import Kind, Use
from lms.assessments.events import ResponsesRecorded
from lms.assessments.marking import AnswerRefused, mark, read_answer
from lms.assessments.models import Item, ItemRevision, ItemRuling, Response
from lms.assessments.ruling_actions import wait_for_rulings
from lms.core.errors import Invalid
from lms.core.events import publish
from lms.core.framework import CUTS_MILLI
from lms.core.problems import Problem
from lms.core.rows import Rows
from lms.people.models import Official

T = TypeVar("T")
AskedOf = Callable[[int], queries.Asked]
"""A question with the key in force, by its revision's id."""
IMPORT = "import"
PORTION = 400
HEADINGS = {
    "staff_no": "staff_no", "工号": "staff_no", "item": "item", "题目": "item", "题号": "item", "answer": "answer", "作答": "answer", "答案": "answer",
    "correct": "correct", "是否正确": "correct", "正确": "correct", "answered_at": "answered_at", "作答时间": "answered_at",
    "source": "source", "来源": "source",
}  # fmt: skip
YES_NO = {"1": 1, "0": 0, "true": 1, "false": 0, "yes": 1, "no": 0, "是": 1, "否": 0, "对": 1, "错": 0}


@dataclass(frozen=True, slots=True)
class ImportedResponses:
    """What an import did: new facts, rows that were known before, and the pairs whose estimates moved."""

    new: int
    known: int
    pairs: frozenset[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    values: dict[str, str]


class _Fault(Exception):
    """One faulty row: what is wrong and how to put it right."""


def import_responses(
    session: Session, *, actor: Actor, rows: Iterable[Sequence[str]], file: str, zone: ZoneInfo, now: datetime
) -> ImportedResponses:
    """Append the responses of a table (its first row holds the headings) and publish the pairs they move.

    Times without an offset are read in ``zone``. Raises Invalid with one Problem a faulty row; nothing is written then.
    """
    table = _table(rows, file)
    wait_for_rulings(session)
    officials = _found(session, select(Official.staff_no, Official.id), Official.staff_no, {row.values["staff_no"] for row in table})
    items = _items(session, {row.values["item"] for row in table})
    question_of: AskedOf = cache(lambda revision_id: queries.form_questions(session, [revision_id])[0])
    facts, problems = [], []
    for row in table:
        try:
            facts.append(_fact(question_of, row.values, officials, items, file, zone, now))
        except _Fault as fault:
            what, cure = fault.args
            problems.append(Problem(file, row.line, what, cure))
    if problems:
        raise Invalid(f"nothing imported: {len(problems)} of {len(table)} rows can't be taken", details=problems)
    return _write(session, facts, actor=actor, file=file, now=now)


def _table(rows: Iterable[Sequence[str]], file: str) -> list[_Row]:
    numbered = [(line, [(cell if cell.isascii() else normalize("NFKC", cell)).strip() for cell in row]) for line, row in enumerate(rows, 1)]
    filled = [(line, cells) for line, cells in numbered if any(cells)]
    if not filled:
        raise Invalid(f"{file} is empty")
    line, heading = filled[0]
    names = [HEADINGS.get(cell.lower(), "") for cell in heading]
    missing = {"staff_no", "item", "answered_at"} - set(names) | (set() if {"answer", "correct"} & set(names) else {"answer or correct"})
    if missing:
        cure = "Head the columns staff_no, item, answer (or correct), answered_at, source."
        raise Invalid(f"{file} lacks columns", details=[Problem(file, line, f"Missing: {', '.join(sorted(missing))}", cure)])
    return [_Row(line, _named(names, cells)) for line, cells in filled[1:]]


def _named(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    values = dict(zip_longest(names, cells[: len(names)], fillvalue=""))
    values.pop("", None)
    return values


def _found(session: Session, query: Any, column: Any, wanted: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for portion in _portions(sorted(wanted)):
        found.update((row[0], row[1]) for row in session.execute(query.where(column.in_(portion))))
    return found


def _items(session: Session, codes: set[str]) -> dict[str, Any]:
    """code -> the latest revision's columns."""
    latest = select(ItemRevision.item_id, func.max(ItemRevision.version).label("version")).group_by(ItemRevision.item_id).subquery()
    query = (
        select(Item.code, ItemRevision.id, ItemRevision.item_id, ItemRevision.competency, ItemRevision.kind, ItemRevision.use, ItemRuling.withdrawn)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .outerjoin(ItemRuling, ItemRuling.item_revision_id == ItemRevision.id)
        .join(latest, (latest.c.item_id == ItemRevision.item_id) & (latest.c.version == ItemRevision.version))
    )
    found: dict[str, Any] = {}
    for portion in _portions(sorted(codes)):
        found.update((row.code, row) for row in session.execute(query.where(Item.code.in_(portion))))
    return found


def _portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), PORTION):
        yield values[start : start + PORTION]


def _fact(
    question_of: AskedOf, values: dict[str, str], officials: dict[str, int], items: dict[str, Any], file: str, zone: ZoneInfo, now: datetime
) -> dict[str, Any]:
    if values["staff_no"] not in officials:
        raise _Fault(f"Nobody has the staff number {values['staff_no']!r}", "Correct it, or import the roster first.")
    item = items.get(values["item"])
    if item is None:
        raise _Fault(f"There is no item {values['item']!r}", "Correct its id, or load its bank or item table first.")
    if item.kind == Kind.SCENARIO or item.use != Use.LIVE:
        raise _Fault(f"The item {values['item']} gives no evidence", "Name a live item; of a scenario set, its parts.")
    correct, fraction, answer = _marked(question_of, item, values)
    return {
        "official_id": officials[values["staff_no"]], "competency": item.competency, "item_id": item.item_id, "item_revision_id": item.id,
        "attempt_ref": IMPORT, "position": 0, "correct": correct, "fraction_milli": fraction, "answer": answer, "void": bool(item.withdrawn),
        "source": (values.get("source") or file)[:40], "submitted_at": _instant(values["answered_at"], zone, now),
    }  # fmt: skip


def _marked(question_of: AskedOf, item: Any, values: dict[str, str]) -> tuple[int | None, int | None, dict[str, Any] | None]:
    given = values.get("answer", "")
    if not given:
        correct = YES_NO.get(values.get("correct", "").lower())
        if correct is None:
            raise _Fault(f"The row says neither an answer nor whether it was right ({values.get('correct', '')!r})", "Write 1 or 0 under correct.")
        return correct, 1000 * correct, None
    if item.kind not in set(Kind):
        raise _Fault(f"The key of {values['item']} is not known here", "Give correct (1 or 0) instead of the answer.")
    question = question_of(item.id).question
    try:
        answer = read_answer(question, _written(Kind(item.kind), given))
    except AnswerRefused as refused:
        what = f"The answer {given[:40]!r} doesn't fit the item ({refused.reason})"
        raise _Fault(what, "Write it as the item's options are keyed: b, a;d, 1=B;2=C.") from refused
    result = mark(question, answer)
    return result.evidence, result.fraction_milli, {"value": answer}


def _written(kind: Kind, text: str) -> object:
    """An answer as a cell holds it: ``b``, ``a;d``, ``q>s>p``, ``1=B;2=C``, a number or a text."""
    pieces = [piece for piece in re.split(r"[;,>|、\s]+", text) if piece]
    if kind is Kind.MATCHING:
        return dict((piece.partition("=")[0], piece.partition("=")[2]) for piece in pieces)
    return pieces if kind in (Kind.MULTIPLE, Kind.ORDERING) else text


def _instant(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    try:
        instant = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise _Fault(f"{text!r} is no time", "Write it as 2026-03-02T09:30:00+08:00 or 2026-03-02 09:30.") from None
    instant = instant if instant.tzinfo else instant.replace(tzinfo=zone)
    if instant > now:
        raise _Fault(f"{text} lies in the future", "Correct the time.")
    return instant


def _write(session: Session, facts: list[dict[str, Any]], *, actor: Actor, file: str, now: datetime) -> ImportedResponses:
    """Insert what is not there yet; one response an official, item and instant."""
    known = _known(session, facts)
    new: dict[tuple[int, int, datetime], dict[str, Any]] = {}
    for fact in facts:
        key = (fact["official_id"], fact["item_id"], fact["submitted_at"])
        if key not in known:
            new.setdefault(key, fact)
    _NEW.write(session, map(_IN_ORDER, new.values()))
    pairs = frozenset((fact["official_id"], fact["competency"]) for fact in new.values())
    if new:
        audit.record(session, actor=actor, action=audit.Action.RESPONSES_IMPORTED, subject=file, now=now, rows=len(new))
        publish(session, ResponsesRecorded(pairs=pairs, now=now))
    return ImportedResponses(len(new), len(facts) - len(new), pairs)


_NAMES = (
    "official_id", "competency", "item_id", "item_revision_id", "attempt_ref", "position", "correct", "fraction_milli", "answer", "void", "source",
    "submitted_at",
)  # fmt: skip
_IN_ORDER = itemgetter(*_NAMES)
_NEW = Rows(insert(Response.__table__), _NAMES)


def _known(session: Session, facts: Sequence[dict[str, Any]]) -> set[tuple[int, int, datetime]]:
    """What is there already of these officials in the time of these facts."""
    officials, times = {fact["official_id"] for fact in facts}, [fact["submitted_at"] for fact in facts]
    if not times:
        return set()
    query = select(Response.official_id, Response.item_id, Response.submitted_at).where(Response.attempt_ref == IMPORT)
    query = query.where(Response.submitted_at.between(min(times), max(times)))
    return {tuple(row) for portion in _portions(sorted(officials)) for row in session.execute(query.where(Response.official_id.in_(portion)))}


def read_items(rows: Iterable[Sequence[str]], file: str) -> list[PlainItem]:
    """Items known by their numbers, from a table ``item,competency,a,b,c[,vb,level,cognitive,scenario]`` in logits.

    Without a level the item has the highest whose cut is not above b. Raises Invalid with one Problem a faulty row.
    """
    table = [list(row) for row in rows]
    names = [cell.strip().lower() for cell in table[0]] if table else []
    if not {"item", "competency", "a", "b", "c"} <= set(names):
        raise Invalid(f"{file} lacks columns", details=[Problem(file, 1, "Missing columns", "Head them item, competency, a, b, c.")])
    items, problems = [], []
    for line, row in enumerate(table[1:], 2):
        try:
            items.append(_plain(dict(zip(names, (cell.strip() for cell in row), strict=False))))
        except (KeyError, ValueError) as error:
            problems.append(Problem(file, line, f"The row can't be read ({error})", "Write numbers with a decimal point."))
    if problems:
        raise Invalid(f"{file} can't be read", details=problems)
    return items


def _plain(values: dict[str, str]) -> PlainItem:
    milli: Callable[[str], int] = lambda name: round(1000 * float(values[name]))  # noqa: E731
    b_milli = milli("b")
    level = int(values["level"]) if values.get("level") else max(1, sum(b_milli >= cut for cut in CUTS_MILLI))
    return PlainItem(
        code=values["item"], competency=values["competency"], level=level, cognitive=values.get("cognitive") or "A",
        a_milli=milli("a"), b_milli=b_milli, c_e4=round(10_000 * float(values["c"])), vb_micro=round(1_000_000 * float(values.get("vb") or 0)),
        in_scenario=values.get("scenario", "") in ("1", "yes", "true"),
    )  # fmt: skip
