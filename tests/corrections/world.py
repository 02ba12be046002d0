"""The small county, a bank of known questions with a wrong key among them, and people who answered it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.access.actor import Actor
from lms.assessments.events import ResponsesRecorded
from lms.assessments.marking import mark
from lms.assessments.models import Item, ItemRevision, Response
from lms.assessments.package import parse_item
from lms.competency import actions as competency
from lms.competency.cells import key_names
from lms.competency.models import LeafRollup, Proficiency, TreeExpiry, TreeRollup
from lms.competency.rebuild import differences, rebuild
from lms.core import events
from lms.core.db import Database
from lms.corrections import actions, jobs, queries
from lms.corrections.actions import Reason
from lms.corrections.enums import CorrectionKind
from tests.support.people import Cast, actor_of, browser_of, small_county
from tests.support.worlds import Worlds

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WHY = Reason(zh="钥匙写错了选项。", en="The key named the wrong option.")
WRONG = "NET-1-Q0"
"""The question whose key should be c; the package says a."""
CODES = tuple(f"NET-1-Q{n}" for n in range(6))
TABLES = (Proficiency, LeafRollup, TreeRollup, TreeExpiry)


@dataclass
class World:
    """A county whose answers are committed; sessions are opened for each thing that happens."""

    app: Flask
    database: Database
    cast: Cast
    revisions: dict[str, int]

    @property
    def admin(self) -> Actor:
        return actor_of(self.database, self.cast, "admin")

    def browser(self, key: str, language: str = "en") -> FlaskClient:
        return browser_of(self.app, self.cast, key, language=language)

    def answer(self, key: str, days: float, **given: str | None) -> None:
        """Answers of one official, by item code with _ for -: marked by what holds now, or imported blind (None: wrong, without the answer)."""
        official_id, at = self.cast.officials[key], NOW - timedelta(days=days)
        with self.database.writing() as session:
            for position, (code, answer) in enumerate(given.items(), 1):
                asked = queries.questions(session, [self.revisions[code.replace("_", "-")]])
                one = next(iter(asked.values()))
                blind = answer is None
                result = None if blind else mark(one.question, answer)
                session.add(
                    Response(
                        official_id=official_id, competency=one.competency, item_id=one.item_id, item_revision_id=one.revision_id, void=one.withdrawn,
                        attempt_ref="import" if blind else f"A{days}", position=0 if blind else position, correct=0 if blind else result.evidence,
                        fraction_milli=0 if blind else result.fraction_milli, answer=None if blind else {"value": answer}, source="test", submitted_at=at,
                    )
                )  # fmt: skip
            session.flush()
            events.publish(session, ResponsesRecorded({(official_id, "NET-1")}, NOW))

    def draft(self, kind: CorrectionKind = CorrectionKind.REKEY, key: object = "c", code: str = WRONG) -> str:
        with self.database.writing() as session:
            return actions.draft(session, actor=self.admin, revision_id=self.revisions[code], kind=kind, key=key, reason=WHY, now=NOW).ref

    def undo(self, ref: str) -> str:
        with self.database.writing() as session:
            made = actions.draft_undo(session, actor=self.admin, ref=ref, reason=Reason(en="It was right at first."), now=NOW).ref
        return self.carry_out(made)

    def begin(self, ref: str) -> str:
        with self.database.writing() as session:
            actions.begin(session, actor=self.admin, ref=ref, now=NOW)
        return ref

    def carry_out(self, ref: str) -> str:
        self.begin(ref)
        jobs.apply(report=lambda done, total: None, ref=ref)
        return ref

    def correct(self, **how: object) -> str:
        return self.carry_out(self.draft(**how))

    def marks(self, code: str = WRONG) -> dict[str, tuple[int | None, bool]]:
        """(right, void) of the newest answer to a question, by official key."""
        names = {official_id: key for key, official_id in self.cast.officials.items()}
        with self.database.reading() as session:
            query = select(Response.official_id, Response.correct, Response.void).where(Response.item_revision_id == self.revisions[code])
            return {names[official_id]: (correct, void) for official_id, correct, void in session.execute(query.order_by(Response.submitted_at))}

    def row(self, key: str) -> Proficiency | None:
        with self.database.reading() as session:
            return session.get(Proficiency, (self.cast.officials[key], "NET-1"))

    def derived(self) -> dict[str, list]:
        """Everything that can be derived, all-zero rows left out."""
        with self.database.reading() as session:
            return {m.__tablename__: sorted(filter(None, (_plain(m, row) for row in session.execute(select(m.__table__)).mappings()))) for m in TABLES}

    def check(self) -> list[str]:
        with self.database.reading() as session:
            return [str(difference) for difference in differences(session)]


def _plain(model: type, row) -> tuple | None:
    keys = key_names(model)
    rest = [row[name] for name in row if name not in keys]
    return (*(row[name] for name in keys), str(rest)) if any(rest) else None


def world(app: Flask, database: Database, worlds: Worlds | None = None) -> World:
    def make() -> tuple[Cast, dict[str, int]]:
        with database.writing() as session:
            cast = small_county(session, NOW)
            for position, level in (("P01", 1), ("P02", 2)):
                competency.set_targets(session, position_id=cast.positions[position], levels={"NET-1": level}, now=NOW)
            rebuild(session, now=NOW)
            return cast, {code: _item(session, code) for code in CODES}

    return World(app, database, *(worlds.make(database, "questions on one competency", make) if worlds else make()))


def content(code: str) -> dict:
    """A question with the options a to d; the package says that a is right."""
    options = [{"key": key, "zh": f"选项{key}", "en": f"Option {key}", "why": {"zh": "不对。", "en": "No."}} for key in "abcd"]
    return {
        "id": code, "version": 1, "type": "single", "use": "live", "competency": "NET-1", "level": 1, "cognitive": "A",
        "difficulty": {"prior_b": 0.0, "prior_sd": 0.5}, "lesson": "C01-L1", "stem": {"zh": f"题目 {code}", "en": f"Question {code}"},
        "options": options, "answer": "a", "rationale": {"zh": "因为如此。", "en": "Because."},
    }  # fmt: skip


def _item(session, code: str) -> int:
    item = Item(code=code)
    session.add(item)
    session.flush()
    parse_item(content(code))
    revision = ItemRevision(
        item_id=item.id, version=1, hash="", kind="single", use="live", competency="NET-1", level=1, cognitive="A", difficulty="M",
        a_milli=1000, b_milli=-2000, c_e4=2500, vb_micro=250_000, content=content(code),
    )  # fmt: skip
    session.add(revision)
    session.flush()
    return revision.id
