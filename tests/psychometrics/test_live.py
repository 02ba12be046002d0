"""Figures of live questions: what is planted is found, who is few is not shown, and nobody can be told from it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from lms.assessments.models import Item, ItemRevision, Response
from lms.psychometrics import actions, queries
from lms.psychometrics.jobs import refresh_figures
from lms.psychometrics.models import ItemStatistic
from tests.psychometrics.county import CODE, County, Plan, county


def figures(database, now) -> dict[str, ItemStatistic]:
    refresh_figures(now)
    with database.reading() as session:
        return {row.code: row for row in session.scalars(select(ItemStatistic))}


def flagged(found: dict[str, ItemStatistic], flag: str) -> list[str]:
    return sorted(code for code, row in found.items() if f" {flag} " in row.flags)


@pytest.fixture
def wrong_key(database, worlds, now) -> County:
    """200 officials who answered twelve questions, one of them with a wrong key."""

    def build() -> County:
        with database.writing() as session:
            return county(session, now, plan=Plan(wrong_key="Q06"))

    return worlds.make(database, "200 officials, a wrong key at Q06", build)


def test_a_planted_wrong_key_is_found_and_no_other(database, wrong_key, now):
    found = figures(database, now)
    assert flagged(found, "key") == ["Q06"]
    (part,) = found["Q06"].detail["parts"]
    assert part["suspects"] == ["b"]


def test_a_corrected_key_is_no_longer_doubted(database, wrong_key, now):
    with database.writing() as session:
        revision = wrong_key.revisions["Q06"]
        session.execute(update(ItemRevision).where(ItemRevision.id == revision.id).values(content=revision.content | {"answer": "b"}))
        for row in session.scalars(select(Response).where(Response.item_revision_id == revision.id)):
            row.correct = int(row.answer["value"] == "b")
    assert flagged(figures(database, now), "key") == []


def test_figures_are_those_of_the_answers(database, now):
    with database.writing() as session:
        planted = county(session, now)
        revision = planted.revisions["Q03"]
        right, n = session.execute(select(func.sum(Response.correct), func.count()).where(Response.item_revision_id == revision.id)).one()
    row = figures(database, now)["Q03"]
    assert (row.n, row.exposure, row.p_milli) == (n, n, round(1000 * right / n))
    assert row.rest_r_milli > 150
    options = row.detail["parts"][0]["options"]
    assert sum(option["share"] for option in options.values()) == pytest.approx(1)
    assert options["b"]["thirds"][2] > options["b"]["thirds"][0]


def test_times_are_medians_of_questions(database, now):
    with database.writing() as session:
        county(session, now, people=20)
    found = figures(database, now)
    assert (found["Q00"].seconds, found["Q11"].seconds) == (20, 40)


def test_a_question_harder_in_one_language_is_found(database, now):
    with database.writing() as session:
        county(session, now, people=500, plan=Plan(harder_in_english="Q05"))
    found = figures(database, now)
    assert flagged(found, "languages") == ["Q05"]
    (line,) = [one for one in found["Q05"].detail["groups"] if one["grouping"] == "language"]
    assert (line["reference"], line["focal"], line["found"]) == ("zh-Hans", "en", True)
    assert line["logits"] > 0.5


def test_a_question_harder_in_villages_is_found(database, now):
    with database.writing() as session:
        county(session, now, people=600, plan=Plan(harder_in_villages="Q05"))
    assert flagged(figures(database, now), "dif") == ["Q05"]


def test_an_option_that_nobody_chooses_is_named(database, now):
    with database.writing() as session:
        county(session, now, plan=Plan(idle="Q02"))
    found = figures(database, now)
    assert flagged(found, "idle") == ["Q02"]
    assert found["Q02"].detail["parts"][0]["idle"] == ["d"]


def test_there_are_no_numbers_about_fewer_than_five(database, now):
    with database.writing() as session:
        county(session, now, people=4)
    row = figures(database, now)["Q00"]
    assert (row.p_milli, row.rest_r_milli, row.seconds) == (None, None, None)
    assert row.detail == {"parts": [], "groups": [], "drift": None}


def test_groups_of_fewer_than_five_are_not_compared(database, now):
    with database.writing() as session:
        county(session, now, people=13)  # four units: three or four officials each; four of them read English
    compared = {one["grouping"] for row in figures(database, now).values() for one in row.detail["groups"]}
    assert "language" not in compared
    assert "connection" not in compared


def test_below_thirty_answers_a_question_is_uncalibrated_and_nothing_else(database, now):
    with database.writing() as session:
        county(session, now, people=29, plan=Plan(wrong_key="Q06"))
    assert {row.flags for row in figures(database, now).values()} == {" uncalibrated "}


def test_a_withdrawn_question_has_no_answers_that_count(database, now):
    with database.writing() as session:
        planted = county(session, now, people=40)
        session.execute(update(Response).where(Response.item_revision_id == planted.revisions["Q01"].id).values(void=True))
    assert figures(database, now)["Q01"].n == 0


def test_the_first_answer_counts_and_repeats_are_memory(database, now):
    with database.writing() as session:
        planted = county(session, now, people=40)
        first = session.scalars(select(Response).limit(1)).one()
        values = {c.name: getattr(first, c.name) for c in Response.__table__.columns if c.name != "id"}
        session.add(Response(**values | {"attempt_ref": "again", "submitted_at": first.submitted_at + timedelta(days=2)}))
    row = figures(database, now)[next(iter(planted.revisions))]
    assert (row.n, row.exposure) == (40, 41)


def test_nothing_stored_names_an_official(database, now):
    with database.writing() as session:
        county(session, now, people=40)
    stored = str([vars(row) for row in figures(database, now).values()])
    assert "S000" not in stored
    assert "甲" not in stored


def test_the_list_narrows_and_orders(database, wrong_key, now):
    refresh_figures(now)

    def codes(**choice):
        with database.reading() as session:
            return [row.code for row in session.scalars(queries.statistics(queries.Choice(**choice)))]

    assert codes(flag="key") == ["Q06"]
    assert codes()[0] == "Q06"
    assert codes(text="does q03 ASK") == ["Q03"]
    assert codes(competency="SEC-1") == []
    assert codes(order="easy")[0] == "Q00"
    assert codes(order="hard")[:2] == ["Q06", "Q11"]


def test_figures_replace_the_last_ones(database, now):
    with database.writing() as session:
        county(session, now, people=10)
    assert refresh_figures(now) == refresh_figures(now + timedelta(days=1)) == 12
    with database.reading() as session:
        assert {row.at for row in session.scalars(select(ItemStatistic))} == {now + timedelta(days=1)}


def test_reading_figures_writes_nothing(database, now):
    with database.writing() as session:
        county(session, now, people=10)
    with database.reading() as session:
        assert len(actions.figures(session, now=now).items) == 12
        assert session.scalar(select(func.count()).select_from(ItemStatistic)) == 0


def test_parts_of_a_set_are_looked_at_in_the_competency_of_each(database, wrong_key, now):
    with database.writing() as session:
        stem = {"zh": "情境", "en": "A situation"}
        parent = Item(code="SET")
        session.add(parent)
        session.flush()
        words = {"kind": "scenario", "use": "live", "difficulty": "M", "cognitive": "A", "level": 2, "competency": CODE, "hash": ""}
        session.add(ItemRevision(item_id=parent.id, version=1, content={"stem": stem}, a_milli=1000, b_milli=0, c_e4=0, vb_micro=1, **words))
        for number, code in enumerate(("Q04", "Q05", "Q06"), 1):
            revision = wrong_key.revisions[code]
            session.execute(update(Item).where(Item.id == revision.item_id).values(parent_id=parent.id))
            place = {"set": {"stem": stem, "part": number, "parts": 3}}
            values = {"content": revision.content | place, "in_scenario": True, "competency": "SEC-1" if code == "Q06" else CODE}
            session.execute(update(ItemRevision).where(ItemRevision.id == revision.id).values(**values))
        for code in ("Q06", "Q07", "Q08", "Q09"):  # the key of Q06 is doubted by others of its competency
            session.execute(update(Response).where(Response.item_revision_id == wrong_key.revisions[code].id).values(competency="SEC-1"))
    found = figures(database, now)
    assert "Q04" not in found
    row = found["SET"]
    assert [part["code"] for part in row.detail["parts"]] == ["Q04", "Q05", "Q06"]
    assert row.detail["parts"][2]["suspects"] == ["b"]
    assert (row.n, row.seconds, " key " in row.flags) == (200, 60, True)
    shares = [part["p"] for part in row.detail["parts"]]
    assert row.p_milli == round(1000 * (shares[0] + shares[1]) / 2)
