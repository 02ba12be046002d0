"""Marking the responses of a portion of officials anew, and keeping what it meant for each of them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, cast, insert, select, update
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.assessments.models import Response
from lms.assessments.queries import Question
from lms.assessments.ruling_actions import Marked, marked_anew
from lms.competency.foresight_actions import state_on
from lms.core import clock
from lms.core import events as news
from lms.core.rows import Rows
from lms.corrections import queries
from lms.corrections.events import EvidenceCorrected
from lms.corrections.models import Correction, CorrectionEffect, Remark
from lms.people import notice_actions

Pair = tuple[int, str]
NOTICE = "correction"
IMPORT = "import"

_R = Response.__table__.c
_GIVEN = select(
    _R.id, _R.official_id, _R.competency, _R.item_revision_id, _R.attempt_ref, _R.correct, _R.fraction_milli, _R.void,
    cast(_R.answer, Text).label("answer"),
).where(
    _R.official_id.in_(bindparam("ids", expanding=True)), _R.competency.in_(bindparam("codes", expanding=True)),
    _R.item_revision_id.in_(bindparam("revisions", expanding=True)),
)  # fmt: skip
_MARKED = {"correct": bindparam("new_correct"), "fraction_milli": bindparam("new_fraction"), "void": bindparam("new_void")}
_MARKS = Rows(update(Response.__table__).where(_R.id == bindparam("key")).values(_MARKED), ("new_correct", "new_fraction", "new_void", "key"))
_REMARKS = Rows(
    insert(Remark.__table__),
    ("correction_id", "response_id", *(f"{when}_{name}" for when in ("before", "after") for name in ("correct", "fraction_milli", "void"))),
)


class Change(NamedTuple):
    """A response whose mark changes."""

    response_id: int
    pair: Pair
    before: Marked
    after: Marked


class Marker:
    """Marks responses by what holds after a correction; remembers each distinct answer's mark."""

    def __init__(self, questions: Mapping[int, Question | None], withdrawn: Mapping[int, bool]) -> None:
        self.questions, self.withdrawn = questions, withdrawn
        self.revisions = list(withdrawn)
        self._anew = lru_cache(maxsize=5000)(self._marked)

    def changes(self, session: Session, pairs: Sequence[Pair]) -> tuple[list[Change], Counter[str]]:
        """What changes among the responses of ``pairs``, and how many responses there are, and of which kind."""
        ids, codes = sorted({official_id for official_id, _ in pairs}), sorted({code for _, code in pairs})
        seen: Counter[str] = Counter()
        changes = []
        rows = session.execute(_GIVEN, {"ids": ids, "codes": codes, "revisions": self.revisions}).all()
        for response_id, official_id, code, revision_id, attempt_ref, correct, fraction, void, answer in rows:
            before = Marked(correct, fraction, bool(void))
            blind = attempt_ref == IMPORT and answer in (None, "null")  # only right or wrong is known: imported without the answer
            after = self._anew(revision_id, answer, before, blind)
            seen["blind"] += blind
            if after != before:
                changes.append(Change(response_id, (official_id, code), before, after))
        seen["responses"] = len(rows)
        return changes, seen

    def _marked(self, revision_id: int, answer: str | None, before: Marked, blind: bool) -> Marked:
        given = json.loads(answer) if answer is not None else None
        return marked_anew(self.questions[revision_id], given, before, blind=blind, withdrawn=self.withdrawn[revision_id])


def tally(changes: Iterable[Change]) -> dict[Pair, dict[str, int]]:
    """How the marks of each pair change, in the words of ``CorrectionEffect``."""
    found: dict[Pair, dict[str, int]] = {}
    for change in changes:
        marks = found.get(change.pair)
        if marks is None:
            marks = found[change.pair] = dict.fromkeys(queries.MARKS, 0)
        word = _word(change.before, change.after)
        if word in marks:
            marks[word] += 1
    return found


def _word(before: Marked, after: Marked) -> str:
    if before.void != after.void:
        return "dropped" if after.void else "returned"
    if before.correct == after.correct:
        return "partial"  # the share shown changes, the evidence does not
    return "gained" if after.correct == 1 else "lost"


class Portions:
    """The hooks of ``competency.portion_actions.replay_in_portions`` that carry a correction through.

    One object serves one run; each portion passes ``prepare``, ``watch`` and ``conclude`` in its transaction.
    """

    def __init__(self, one: Correction, marker: Marker, actor: Actor, told: Mapping[str, Any], now: datetime) -> None:
        self.correction_id, self.marker, self.actor, self.told, self.now = one.id, marker, actor, told, now
        self.subject, self.today = str(told["item"]), clock.day_number(now)
        self.marks: dict[Pair, dict[str, int]] = {}
        self.rows: dict[Pair, tuple[Any, Any]] = {}
        self.last = 0

    def prepare(self, session: Session, pairs: Sequence[Pair]) -> Collection[Pair]:
        """Mark the portion's responses anew, keeping every mark's before and after; answers the pairs that moved."""
        session.execute(_HOLD, {"one": self.correction_id})  # one run of a correction at a time
        changes, _ = self.marker.changes(session, pairs)
        _MARKS.write(session, ((*change.after, change.response_id) for change in changes))
        _REMARKS.write(session, ((self.correction_id, change.response_id, *change.before, *change.after) for change in changes))
        self.marks, self.rows, self.last = tally(changes), {}, pairs[-1][0]
        return self.marks

    def watch(self, before: Mapping[Pair, Any], after: Mapping[Pair, Any]) -> None:
        """Remember the rows of the pairs around their replay."""
        self.rows.update({pair: (before.get(pair), row) for pair, row in after.items()})

    def conclude(self, session: Session, _changed: Sequence[Any]) -> None:
        """Keep what it meant for each official, tell them, and write it into the audit chain."""
        effects: list[tuple[Any, ...]] = []
        by_official: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        for pair, marks in self.marks.items():
            around = self._around(pair)
            effects.append(effect_row(self.correction_id, pair, marks, around))
            by_official[pair[0]].append({"competency": pair[1], **marks, "before_state": around.before_state, "after_state": around.after_state})
        add_effects(session, effects)
        notice_actions.tell(session, kind=NOTICE, facts={i: {**self.told, "changes": mine} for i, mine in by_official.items()}, now=self.now)
        detail = {"correction": self.told["correction"]}
        events = [audit.Event(audit.Action.MARK_CORRECTED, self.subject, i, detail) for i in by_official]
        audit.record_many(session, actor=self.actor, now=self.now, events=events)
        news.publish(session, EvidenceCorrected(frozenset(self.marks), self.now))
        session.execute(_REACHED, {"one": self.correction_id, "last": self.last})

    def _around(self, pair: Pair) -> Around:
        before, after = self.rows[pair]
        return Around(_m(before), _m(after), state_on(before, self.today), state_on(after, self.today))


_C = Correction.__table__.c
_HOLD = select(_C.id).where(_C.id == bindparam("one")).with_for_update()
_REACHED = update(Correction.__table__).where(_C.id == bindparam("one"), _C.cursor < bindparam("last")).values(cursor=bindparam("last"))
_EFFECTS = Rows(
    insert(CorrectionEffect.__table__),
    ("correction_id", "foreseen", "official_id", "competency", *queries.MARKS, "before_m", "after_m", "before_state", "after_state"),
)


def _m(row: Any) -> int | None:
    return None if row is None else row["m_milli"]


class Around(NamedTuple):
    """A pair before and after: m in milli-logits (None without evidence), and the state of that day."""

    before_m: int | None
    after_m: int | None
    before_state: str
    after_state: str


def effect_row(correction_id: int, pair: Pair, marks: Mapping[str, int], around: Around, *, foreseen: bool = False) -> tuple[Any, ...]:
    """A ``CorrectionEffect`` for ``add_effects``."""
    return (correction_id, foreseen, *pair, *(marks[name] for name in queries.MARKS), *around)


def add_effects(session: Session, rows: Iterable[tuple[Any, ...]]) -> None:
    """Keep what a correction means, or would mean, for officials."""
    _EFFECTS.write(session, rows)
