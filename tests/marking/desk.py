"""A county with tasks, officials who hand in work, and assessors at their desks: all by the actions that pages use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select

from lms.access.actor import Actor
from lms.access.permissions import Role
from lms.assessments.models import Item, ItemRevision, Response
from lms.competency import actions as competency
from lms.competency.models import Proficiency
from lms.competency.rebuild import differences, rebuild
from lms.core.db import Database
from lms.core.ids import new_ref
from lms.marking import actions
from lms.people.models import Official, RoleGrant
from lms.portfolio import actions as portfolio
from lms.portfolio import content, files
from lms.portfolio.models import Submission
from lms.portfolio.queries import by_ref
from tests.portfolio import made
from tests.support.people import Cast, actor_of
from tests.support.worlds import Worlds

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TASK, PANEL = "WS-LAW-2-L4", "WS-GOV-1-L5"
GOOD, FAIR, POOR = [3, 3, 2, 2], [2, 2, 2, 2], [1, 1, 1, 0]


@dataclass
class Desk:
    """Everything happens in transactions of its own, as in requests."""

    database: Database
    cast: Cast
    actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, key: str) -> Actor:
        """Signed in before anything is written: that is a transaction of its own."""
        return self.actors[key]

    def hand_in(self, key: str, code: str = TASK, *, text: str = "工作记录") -> str:
        """A piece of work with one file; answers its reference."""
        with self.database.writing() as session:
            made_ = portfolio.start(session, actor=self.actor(key), code=code, now=NOW)
            upload = files.examine(made.docx(text), "我的材料.docx")
            portfolio.add_file(session, actor=self.actor(key), submission=made_, upload=upload, now=NOW)
            portfolio.hand_in(session, actor=self.actor(key), submission=made_, now=NOW)
            return made_.ref

    def judge(self, ref: str, key: str, grades: list[int], comment: str = "") -> bool:
        with self.database.writing() as session:
            return actions.mark_work(session, actor=self.actor(key), submission=by_ref(session, ref), grades=grades, comment=comment, now=NOW)

    def judge_anew(self, ref: str) -> None:
        with self.database.writing() as session:
            actions.judge_anew(session, actor=self.actor("hr"), submission=by_ref(session, ref), now=NOW)

    def make_assessor(self, key: str) -> None:
        with self.database.writing() as session:
            account_id = self.cast.accounts[key]
            session.add(RoleGrant(ref=new_ref(), account_id=account_id, role=Role.ASSESSOR, granted_by="test", granted_at=NOW))
        self.actors[key] = actor_of(self.database, self.cast, key)

    def convene(self, ref: str, *keys: str) -> None:
        with self.database.writing() as session:
            submission = by_ref(session, ref)
            official = session.get_one(Official, submission.official_id)
            accounts = [self.cast.accounts[key] for key in keys]
            actions.convene(session, actor=self.actor("hr"), official=official, submission=submission, accounts=accounts, now=NOW)

    def answered(self, key: str, *, level: int = 1, position: int = 1) -> int:
        """A short answer that waits for its marker; answers its id."""
        with self.database.writing() as session:
            code = f"SHORT-{level}"
            item = session.scalar(select(Item).where(Item.code == code)) or _short(session, code, level)
            revision = session.scalars(select(ItemRevision).where(ItemRevision.item_id == item.id)).one()
            answer = {"answer": {"value": "由信息员在月底前补充。"}, "source": "attempt", "submitted_at": NOW}
            response = Response(
                official_id=self.cast.officials[key], competency="LAW-2", item_id=item.id, item_revision_id=revision.id,
                attempt_ref=f"A{position}", position=position, correct=None, **answer,
            )  # fmt: skip
            session.add(response)
            session.flush()
            return response.id

    def mark(self, response_id: int, key: str, grades: list[int], comment: str = "") -> int | None:
        with self.database.writing() as session:
            return actions.mark_answer(session, actor=self.actor(key), response_id=response_id, grades=grades, comment=comment, now=NOW)

    def state(self, ref: str) -> str:
        with self.database.reading() as session:
            return session.scalars(select(Submission.state).where(Submission.ref == ref)).one()

    def proficiency(self, key: str, code: str) -> Proficiency | None:
        with self.database.reading() as session:
            return session.get(Proficiency, (self.cast.officials[key], code))

    def differences(self) -> list[str]:
        with self.database.reading() as session:
            return [str(one) for one in differences(session)]


def _short(session, code: str, level: int) -> Item:
    item = Item(code=code)
    session.add(item)
    session.flush()
    rubric = [{"zh": f"要点{n}", "en": f"Point {n}", "points": 1} for n in (1, 2, 3)]
    stem = {"zh": "写出一处要改的地方。", "en": "Name one thing to change."}
    numbers = {"version": 1, "level": level, "a_milli": 1000, "b_milli": 0, "c_e4": 0, "vb_micro": 0}
    words = {"hash": "", "kind": "short", "use": "live", "competency": "LAW-2", "cognitive": "A", "difficulty": "M"}
    content_ = {"id": code, "type": "short", "stem": stem, "rubric": rubric, "competency": "LAW-2", "level": level}
    session.add(ItemRevision(item_id=item.id, content=content_, **numbers, **words))
    session.flush()
    return item


def desk(database: Database, cast: Cast, worlds: Worlds) -> Desk:
    """Tasks loaded; the counter clerk's post asks for LAW-2 at level 4 and GOV-1 at level 5."""

    def make() -> None:
        with database.writing() as session:
            list(content.load(session, NOW))
            competency.set_targets(session, position_id=cast.positions["P01"], levels={"LAW-2": 4, "GOV-1": 5}, now=NOW)
            rebuild(session, now=NOW)

    worlds.make(database, "tasks and targets", make)
    return Desk(database, cast, {key: actor_of(database, cast, key) for key in cast.accounts})
