"""A small county with targets and items, and the things that happen to it, each as the product does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.access.actor import Actor, Grant, operator
from lms.access.permissions import Role
from lms.assessments.events import AttemptSubmitted, ResponsesRecorded
from lms.assessments.models import Item, ItemRevision, Response
from lms.competency import actions, target_actions
from lms.competency.cells import key_names
from lms.competency.enums import TargetState
from lms.competency.models import LeafRollup, Proficiency, TargetVersion, TreeExpiry, TreeRollup
from lms.competency.rebuild import rebuild
from lms.competency.target_queries import effective
from lms.competency.target_version_queries import Thing
from lms.competency.targeting import Line
from lms.core import events
from lms.core.ids import new_ref
from lms.courses.models import Course, CourseRevision
from lms.learning.events import CourseCompleted
from lms.learning.models import Completion
from lms.people.events import OfficialMoved, OfficialsMoved, Placement, UnitsMoved
from lms.people.models import Official, Position, Unit
from lms.portfolio.events import EvidenceRecorded
from lms.portfolio.models import Certificate, Judgement, Submission, WorkTask, WorkTaskRevision
from tests.support.people import Cast, small_county

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TARGETS = {"P01": {"NET-1": 1, "SEC-1": 2}, "P02": {"NET-1": 2, "SEC-1": 3, "GOV-1": 1}, "P05": {"GOV-1": 3}}
CODES = ("NET-1", "SEC-1", "GOV-1")
ITEMS = tuple(f"{code}-Q{n}" for code in CODES for n in range(8))


@dataclass
class World:
    """The county's ids by key (see `tests.support.people`), items by code, and its session."""

    session: Session
    cast: Cast
    revisions: dict[str, ItemRevision]
    course: tuple[int, int]
    answered: set[tuple] = field(default_factory=set)
    now: datetime = NOW

    def __getstate__(self) -> dict[str, Any]:
        """A world that is put back (tests/support/worlds.py) has no session yet: ``replace(home, session=session)`` gives it one."""
        return self.__dict__ | {"session": None}

    def official(self, key: str) -> Official:
        return self.session.get_one(Official, self.cast.officials[key])

    def answer(self, *answers: tuple[str, str, float, int | None], ref: str = "import", publish: bool = True) -> set[tuple[int, str]]:
        """Append (official key, item code, days after 2025-01-01, correct) unless already there, and tell competency."""
        pairs = set()
        for position, (key, code, days, correct) in enumerate(answers):
            at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=days)
            revision, official_id = self.revisions[code], self.cast.officials[key]
            if (official_id, revision.item_id, ref, at) not in self.answered:
                self.answered.add((official_id, revision.item_id, ref, at))
                self.session.add(_response(official_id, revision, ref, 0 if ref == "import" else position, correct, at))
            pairs.add((official_id, revision.competency))
        if publish:
            self.tell(ResponsesRecorded(pairs, NOW))
        return pairs

    def mark(self, key: str, correct: int) -> None:
        """A person marks everything of an official that waits."""
        waiting = self.session.scalars(select(Response).where(Response.official_id == self.cast.officials[key], Response.correct.is_(None))).all()
        for response in waiting:
            response.correct = correct
        self.tell(ResponsesRecorded({(r.official_id, r.competency) for r in waiting}, NOW))

    def correct_key(self, code: str) -> None:
        """The key was wrong: every answer is marked anew."""
        item_id = self.revisions[code].item_id
        self.session.execute(update(Response).where(Response.item_id == item_id, Response.correct.is_not(None)).values(correct=1 - Response.correct))
        owners = self.session.execute(select(Response.official_id, Response.competency).where(Response.item_id == item_id))
        self.tell(ResponsesRecorded({(official_id, code) for official_id, code in owners}, NOW))

    def complete(self, key: str, *codes: str) -> None:
        official_id, (course_id, revision_id) = self.cast.officials[key], self.course
        if self.session.scalar(select(Completion.id).where(Completion.official_id == official_id)) is None:
            at = datetime(2025, 6, 1, tzinfo=UTC)
            fact = {"official_id": official_id, "course_id": course_id, "revision_id": revision_id, "competencies": ",".join(codes)}
            gains = {"SEC-1": [520, 31_000]} if "SEC-1" in codes else None  # a gain learned for one competency, the prior for the others
            self.session.add(Completion(**fact, gains=gains, attempt_ref="A", hours=4, completed_at=at))
            self.tell(CourseCompleted(official_id, course_id, codes, at))
            self.tell(AttemptSubmitted(official_id, "A", None, revision_id, "evidence", at))

    def judge(self, key: str, code: str, level: int, assessors: int, days: float) -> None:
        """A piece of work handed in so many days after 2025-01-01 was judged to show a level."""
        at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=days)
        official_id, panel = self.cast.officials[key], assessors > 2
        revision = _task(self.session, code, panel)
        times = {"started_at": at, "handed_in_at": at, "ended_at": NOW}
        handed_in = Submission(ref=new_ref(), official_id=official_id, task_revision_id=revision.id, state="judged", **times)
        self.session.add(handed_in)
        self.session.flush()
        known = {"submission_id": handed_in.id, "official_id": official_id, "competency": code, "kind": revision.kind}
        self.session.add(Judgement(**known, level=level, passed=level > 3, criteria=[2, 2, 2, 2], assessors=assessors, at=at))
        self.tell(EvidenceRecorded(frozenset({(official_id, code)}), NOW))

    def certify(self, key: str, code: str, days: int) -> None:
        """A certificate from elsewhere is recognised."""
        issued = (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=days)).date()
        words = {"issuer": "A", "title": "B", "reason": "C", "recognised_by": "HR", "level": 3}
        self.session.add(
            Certificate(ref=new_ref(), official_id=self.cast.officials[key], competency=code, issued_on=issued, recognised_at=NOW, **words)
        )
        self.tell(EvidenceRecorded(frozenset({(self.cast.officials[key], code)}), NOW))

    def revoke(self, key: str) -> None:
        """HR ends the recognition of all certificates of an official."""
        held = self.session.scalars(select(Certificate).where(Certificate.official_id == self.cast.officials[key], Certificate.revoked_at.is_(None))).all()
        for certificate in held:
            certificate.revoked_at = NOW
        self.tell(EvidenceRecorded(frozenset((one.official_id, one.competency) for one in held), NOW))

    def place(self, key: str, *, unit: str | None = None, position: str | None = None, active: bool | None = None) -> None:
        """Move, give another post, deactivate or reactivate."""
        official = self.official(key)
        before = _placement(official)
        official.unit_id = self.cast.units[unit] if unit else official.unit_id
        official.position_id = self.cast.positions[position] if position else official.position_id
        official.active = official.active if active is None else active
        self.tell(OfficialsMoved([OfficialMoved(official.id, before, _placement(official))]))

    def hang(self, unit: str, below: str) -> None:
        """Hang a unit below another one; does nothing where that would close a circle."""
        moved, parent = (self.session.get_one(Unit, self.cast.units[code]) for code in (unit, below))
        if parent.path.startswith(moved.path):
            return
        old, moved.parent_id = moved.path, parent.id
        for below_it in self.session.scalars(select(Unit).where(Unit.path.startswith(old))):
            below_it.path = parent.path + below_it.path[len(old) - len(f"{moved.id}/") :]
        self.tell(UnitsMoved([moved.id]))

    def retarget(self, position: str, **levels: int) -> None:
        wanted = {code.replace("_", "-"): level for code, level in levels.items()}
        actions.set_targets(self.session, position_id=self.cast.positions[position], levels=wanted, now=NOW)

    def thing(self, *, official: str = "", unit: str = "", position: str = "") -> Thing:
        """What targets can be set for, by keys and codes."""
        cast = self.cast
        known = {"official": (Official, cast.officials, official), "unit": (Unit, cast.units, unit), "position": (Position, cast.positions, position)}
        return Thing(**{name: self.session.get_one(model, ids[key]) for name, (model, ids, key) in known.items() if key})

    def own(self, thing: Thing, *, days: int = 0, sign: bool = True, **levels: int) -> TargetVersion:
        """Draft the next version of a thing's own targets, valid so many days from today, and have an expert sign it."""
        lines = {code.replace("_", "-"): Line(level) for code, level in levels.items()}
        by = {"actor": operator("a test"), "reason": "A reason", "signatures": 1, "now": self.now}
        version = target_actions.draft(self.session, thing=thing, lines=lines, valid_from=self.now.date() + timedelta(days), **by)
        if sign:
            target_actions.sign(self.session, actor=self.expert(), version=version, conflict=False, words="", now=self.now)
        return version

    def expert(self, account: str = "assessor") -> Actor:
        """A reviewer who signs."""
        return Actor(self.cast.accounts[account], account, account, (Grant(Role.REVIEWER),))

    def advance(self, portions: int = 1000) -> None:
        """Bring what is signed and due into force, so many portions a version."""
        for ref in self.session.scalars(select(TargetVersion.ref).where(TargetVersion.state == TargetState.SIGNED).order_by(TargetVersion.id)).all():
            for _portion in range(portions):
                if target_actions.advance(self.session, ref=ref, actor=operator("a test"), now=self.now).finished:
                    break
        self.session.flush()

    def next_day(self) -> None:
        self.now += timedelta(days=1)

    def levels(self, key: str) -> dict[str, int]:
        """The levels that hold for an official."""
        return {code: one.level for code, one in effective(self.session, [self.cast.officials[key]])[self.cast.officials[key]].items()}

    def tell(self, event: object) -> None:
        self.session.flush()
        events.publish(self.session, event)

    def row(self, key: str, code: str) -> Proficiency | None:
        self.session.expire_all()
        return self.session.get(Proficiency, (self.cast.officials[key], code))

    def derived(self) -> dict[str, list]:
        """Everything that is stored and could be derived, as plain values; all-zero rows left out."""
        tables = (Proficiency, LeafRollup, TreeRollup, TreeExpiry)
        return {model.__tablename__: sorted(filter(None, map(_values(model), self.session.execute(select(model.__table__)).mappings()))) for model in tables}


def world(session: Session) -> World:
    """The small county with its targets counted, before anyone has answered anything."""
    cast = small_county(session, NOW)
    for position, levels in TARGETS.items():
        actions.set_targets(session, position_id=cast.positions[position], levels=levels, now=NOW)
    rebuild(session, now=NOW)  # the small county is written without events
    return World(session, cast, {code: _item(session, code, n) for n, code in enumerate(ITEMS)}, _course(session))


def _item(session: Session, code: str, n: int) -> ItemRevision:
    item = Item(code=code)
    session.add(item)
    session.flush()
    number = n % 8
    words = {"kind": "single", "use": "live", "difficulty": "M", "cognitive": "A" if number % 2 else "R", "in_scenario": number == 7}
    sizes = {"level": 1, "a_milli": 1000 + 50 * number, "b_milli": 250 * (number - 4), "c_e4": 2500 if number % 3 else 0, "vb_micro": 40_000 * number}
    revision = ItemRevision(item_id=item.id, version=1, hash="", competency=code.rsplit("-", 1)[0], content={}, **words, **sizes)
    session.add(revision)
    session.flush()
    return revision


def _task(session: Session, code: str, panel: bool) -> WorkTaskRevision:
    name = f"WS-{code}-{5 if panel else 4}"
    task = session.scalar(select(WorkTask).where(WorkTask.code == name))
    if task is None:
        task = WorkTask(code=name, version=1)
        session.add(task)
        session.flush()
        content = {"id": name, "title": {"zh": name, "en": name}}
        known = {"kind": "panel" if panel else "work_sample", "level": 5 if panel else 4, "hash": "", "content": content}
        session.add(WorkTaskRevision(task_id=task.id, version=1, competency=code, loaded_at=NOW, **known))
        session.flush()
    return session.scalars(select(WorkTaskRevision).where(WorkTaskRevision.task_id == task.id)).one()


def _course(session: Session) -> tuple[int, int]:
    course = Course(**_filled(Course, slug="c", code="C01"))
    session.add(course)
    session.flush()
    revision = CourseRevision(**_filled(CourseRevision, course_id=course.id))
    session.add(revision)
    session.flush()
    return course.id, revision.id


def _filled(model: type, **known) -> dict:
    """Any value for each column that needs one: what a course says is of no matter here."""
    blank = {"VARCHAR": "", "TEXT": "", "INTEGER": 0, "BOOLEAN": False, "JSON": {}, "DATETIME": NOW}
    columns = [c for c in model.__table__.columns if not c.nullable and not c.primary_key and c.default is None]
    return {c.name: blank[str(c.type).split("(")[0]] for c in columns} | known


def _response(official_id: int, revision: ItemRevision, ref: str, position: int, correct: int | None, at: datetime) -> Response:
    ids = {"official_id": official_id, "item_id": revision.item_id, "item_revision_id": revision.id}
    return Response(**ids, competency=revision.competency, attempt_ref=ref, position=position, correct=correct, source="test", submitted_at=at)


def _placement(official: Official) -> Placement | None:
    return Placement(official.unit_id, official.position_id) if official.active else None


def _values(model: type):
    keys = key_names(model)

    def plain(row) -> tuple | None:
        rest = [row[name] for name in row if name not in keys]
        return (*(row[name] for name in keys), str(rest)) if any(rest) else None

    return plain
