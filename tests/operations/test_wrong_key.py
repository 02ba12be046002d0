"""The wrong key planted in the sample county, from the night's analysis to the last notice, and back again."""

from __future__ import annotations

import re
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.assessments.models import ItemRevision, Response
from lms.assessments.queries import form_questions
from lms.competency import evidence
from lms.competency.models import LeafRollup, Proficiency, TreeExpiry, TreeRollup
from lms.competency.proficiency import replay
from lms.competency.rebuild import differences
from lms.core import clock
from lms.core.db import Database
from lms.operations import sample, setup
from lms.operations.sample_cast import PASSWORD
from lms.operations.sample_fault import ITEM, TRUE_KEY, WRONG_KEY
from lms.people.models import Account, Notice
from lms.psychometrics.jobs import refresh_figures
from tests.support.people import token_for

PEOPLE, SITTINGS = 320, 240
REASON = {"reason_zh": "答案键写错了选项。", "reason_en": "The key named the wrong option."}
CELLS = (LeafRollup, TreeRollup, TreeExpiry)


@pytest.fixture
def county(app: Flask, now) -> Flask:
    with patch.multiple(sample, PEOPLE=PEOPLE, SITTINGS=SITTINGS):
        setup.load_content(now)
        list(sample.make(seed=1, now=now))
    return app


def signed_in(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    client.post("/login", data={"login": login, "password": PASSWORD})
    client.set_cookie("language", "en")
    return client


def answered(database: Database) -> dict[int, str]:
    """What each official chose at the question with the wrong key."""
    with database.reading() as session:
        revision = session.scalars(select(ItemRevision).where(ItemRevision.kind == "single").order_by(ItemRevision.id.desc()).limit(1)).one()
        rows = session.execute(select(Response.official_id, Response.answer).where(Response.item_revision_id == revision.id)).all()
        assert form_questions(session, [revision.id], ruled=False)[0].question.answer == WRONG_KEY
        return {official_id: answer["value"] for official_id, answer in rows if answer}


def estimates(database: Database) -> dict[tuple[int, str], tuple]:
    with database.reading() as session:
        rows = session.execute(select(Proficiency.__table__)).mappings()
        return {(row["official_id"], row["competency"]): tuple(value for name, value in row.items() if name != "updated_at") for row in rows}


def cells(database: Database) -> dict[str, set[str]]:
    """Every cell that counts somebody."""
    with database.reading() as session:
        return {m.__tablename__: {str(tuple(row)) for row in session.execute(select(m.__table__)) if any(_counts(m, row))} for m in CELLS}


def _counts(model: type, row) -> list:
    return [row._mapping[column.name] for column in model.__table__.columns if not column.primary_key]


def told(database: Database) -> dict[int, list[dict]]:
    with database.reading() as session:
        found: dict[int, list[dict]] = {}
        for notice in session.scalars(select(Notice).where(Notice.kind == "correction").order_by(Notice.id)):
            found.setdefault(notice.official_id, []).append(notice.facts)
        return found


def begun(page) -> str:
    """The reference of the draft whose page this is."""
    assert page.status_code == 200
    return page.request.path.rsplit("/", 1)[-1]


def assert_whole(database: Database) -> None:
    """Everything stored is what the facts give."""
    with database.reading() as session:
        assert list(map(str, differences(session))) == []


def test_it_is_found_put_right_on_the_pages_and_everybody_concerned_is_right(county, database, now):
    administrator = signed_in(county, "root")
    chosen = answered(database)
    gained, lost = ({i for i, answer in chosen.items() if answer == key} for key in (TRUE_KEY, WRONG_KEY))
    before, cells_before = estimates(database), cells(database)
    assert len(gained) > 30 and lost and set(chosen) > gained | lost

    # found: this question and no other
    listed = administrator.get("/author/items?flag=key").text
    assert set(re.findall(r"/author/items/([A-Z0-9-]+)\"", listed)) == {ITEM}
    doubted = administrator.get(f"/author/items/{ITEM}").text
    assert "The key is probably wrong" in doubted and "goes with ability more than the key" in doubted and f"/corrections/new?item={ITEM}" in doubted

    # looked at
    assert f"answered {len(chosen)} times" in administrator.get(f"/corrections/new?item={ITEM}").text
    sent = {"item": ITEM, "kind": "rekey", "answer": TRUE_KEY, **REASON}
    ahead = administrator.post("/corrections/new", data=sent, follow_redirects=True)
    assert f"{len(gained | lost)}</b>" in ahead.text and estimates(database) == before and told(database) == {}

    # put right
    first = begun(ahead)
    assert "carried out" in administrator.post(f"/corrections/{first}/apply", data={"sure": "1"}, follow_redirects=True).text
    assert_right(database, gained, lost)
    after = estimates(database)
    concerned = {pair for pair in after if after[pair] != before[pair]}
    assert {official_id for official_id, _ in concerned} == gained | lost and set(after) == set(before)
    assert_told(county, database, gained, lost)
    refresh_figures(now)
    assert f"/author/items/{ITEM}" not in administrator.get("/author/items?flag=key").text

    # and taken back, to the bit
    undoing = begun(administrator.post(f"/corrections/{first}/undo", data=REASON, follow_redirects=True))
    administrator.post(f"/corrections/{undoing}/apply", data={"sure": "1"})
    assert (estimates(database), cells(database)) == (before, cells_before)
    assert_whole(database)
    assert {i: len(notices) for i, notices in told(database).items()} == dict.fromkeys(gained | lost, 2)


def assert_right(database: Database, gained: set[int], lost: set[int]) -> None:
    """Marks, estimates and cells of all concerned after the correction."""
    assert_whole(database)
    with database.reading() as session:
        revision_id = session.scalars(select(ItemRevision.id).where(ItemRevision.kind == "single").order_by(ItemRevision.id.desc()).limit(1)).one()
        marks = dict(session.execute(select(Response.official_id, Response.correct).where(Response.item_revision_id == revision_id)).all())
        code = session.get_one(ItemRevision, revision_id).competency
        assert {i for i, correct in marks.items() if correct} == gained
        facts = evidence.of_pairs(session, [(i, code) for i in gained | lost])
        for pair, known in facts.items():
            row, state = session.get_one(Proficiency, pair), replay(known.responses, known.completions, judgements=known.judgements).confirmed
            assert (row.m_milli, row.v_micro, row.n) == (state.m_milli, state.v_micro, state.n)


def assert_told(app: Flask, database: Database, gained: set[int], lost: set[int]) -> None:
    """A notice to each one whose marks changed, saying what changed, and to nobody else; the audit chain names the same people."""
    notices = told(database)
    assert set(notices) == gained | lost
    for official_id, (facts,) in notices.items():
        (change,) = facts["changes"]
        assert (change["gained"], change["lost"], facts["item"]) == (int(official_id in gained), int(official_id in lost), ITEM)
    with database.reading() as session:
        named = session.scalars(select(AuditEntry.official_id).where(AuditEntry.action == "mark_corrected", AuditEntry.subject == ITEM)).all()
        assert sorted(named) == sorted(gained | lost)
        account_id = session.scalars(select(Account.id).where(Account.official_id == min(gained))).one()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["t"], cookie["s"] = token_for(database, account_id), int(clock.now().timestamp()) // 60
    client.set_cookie("language", "en")
    home = client.get("/").text
    assert REASON["reason_en"] in home and "1 answer of yours now counts as right" in home
