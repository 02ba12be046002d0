"""Responses from a table: everything or nothing, every faulty row named, the same file again adds nothing."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from lms.access.actor import operator
from lms.assessments import bank_actions, imports
from lms.assessments.models import Item, Response
from lms.core.errors import Invalid
from tests.assessments.banks import samples

ZONE = ZoneInfo("Asia/Shanghai")
HEAD = ["staff_no", "item", "answer", "answered_at", "source"]


@pytest.fixture
def bank(database, cast, now):
    with database.writing() as session:
        bank_actions.load_bank(session, actor=operator(), slug="samples", bank=samples(), now=now)
        bank_actions.load_plain_items(session, actor=operator(), items=imports.read_items(TABLE, "items.csv"), source="items.csv", now=now)
    return database


TABLE = [["item", "competency", "a", "b", "c"], ["X-1", "DAT-1", "1.2", "0.3", "0.25"], ["X-2", "DAT-2", "1", "-1.4", "0"]]


def take(database, rows, now, file="answers.csv"):
    with database.writing() as session:
        return imports.import_responses(session, actor=operator(), rows=rows, file=file, zone=ZONE, now=now)


def facts(database):
    with database.reading() as session:
        query = select(Item.code, Response.correct, Response.fraction_milli, Response.submitted_at, Response.source).join(Item, Item.id == Response.item_id)
        return session.execute(query.order_by(Item.code)).all()


def test_answers_are_marked_and_times_read_in_the_zone_of_the_installation(bank, cast, now):
    rows = [
        HEAD,
        ["YX000001", "SI-01", "b", "2026-03-02 09:30", "pilot"],
        ["YX000001", "SI-03", "a;b;d", "2026-03-02T09:31:00+08:00", "pilot"],
        ["YX000001", "SI-05", "q>s>p>t>r", "2026-03-02T01:32:00+00:00", "pilot"],
        ["YX000001", "SI-06", "1=B;2=D;3=A;4=E", "2026/03/02 09:33", ""],
        ["YX000001", "SI-07", "按期认证率", "2026-03-02 09:34", ""],
        ["ＹＸ000001", "SI-08", "５．０", "2026-03-02 09:35", ""],
    ]
    done = take(bank, rows, now)
    assert (done.new, done.known) == (6, 0)
    assert done.pairs == {(cast.officials["zhaxi"], code) for code in ("SEC-1", "DAT-2", "SEC-2", "NET-3", "DAT-4", "DAT-1")}
    found = facts(bank)
    assert [(code, correct, fraction) for code, correct, fraction, _, _ in found] == [
        ("SI-01", 1, 1000), ("SI-03", 0, 500), ("SI-05", 1, 1000), ("SI-06", 1, 750), ("SI-07", None, None), ("SI-08", 1, 1000),
    ]  # fmt: skip
    assert found[0].submitted_at == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert [row.source for row in found] == ["pilot"] * 3 + ["answers.csv"] * 3


def test_items_known_by_numbers_take_right_or_wrong(bank, now):
    rows = [["工号", "题目", "是否正确", "作答时间"], ["YX000002", "X-1", "对", "2026-03-02"], ["YX000002", "X-2", "0", "2026-03-02"]]
    assert take(bank, rows, now).new == 2
    assert [(row.code, row.correct) for row in facts(bank)] == [("X-1", 1), ("X-2", 0)]


def test_the_same_file_again_adds_nothing(bank, now):
    rows = [HEAD, ["YX000001", "SI-01", "b", "2026-03-02 09:30", ""], ["YX000001", "SI-01", "b", "2026-03-02 09:30", ""]]
    assert [(done.new, done.known) for done in (take(bank, rows, now), take(bank, rows, now))] == [(1, 1), (0, 2)]


def test_every_faulty_row_is_named_and_nothing_is_imported(bank, now):
    rows = [
        HEAD,
        ["YX000001", "SI-01", "b", "2026-03-02 09:30", ""],
        ["NOBODY", "SI-01", "b", "2026-03-02 09:30", ""],
        ["YX000001", "SI-99", "b", "2026-03-02 09:30", ""],
        ["", "", "", "", ""],
        ["YX000001", "SI-01", "z", "2026-03-02 09:30", ""],
        ["YX000001", "SI-01", "b", "yesterday", ""],
        ["YX000001", "SI-01", "b", "2030-01-01", ""],
        ["YX000001", "SI-11", "b", "2026-03-02", ""],
        ["YX000001", "X-1", "b", "2026-03-02", ""],
        ["YX000001", "SI-01"],
    ]
    with pytest.raises(Invalid) as refused:
        take(bank, rows, now)
    problems = refused.value.details
    assert [problem.line for problem in problems] == [3, 4, 6, 7, 8, 9, 10, 11]
    assert all(problem.what and problem.cure for problem in problems)
    assert facts(bank) == []


def test_a_table_without_its_columns_says_which(bank, now):
    with pytest.raises(Invalid) as refused:
        take(bank, [["staff_no", "item", "answered_at"], ["x", "y", "z"]], now)
    assert refused.value.details[0].what == "Missing: answer or correct"


def test_faulty_item_tables_name_their_rows():
    with pytest.raises(Invalid) as refused:
        imports.read_items([*TABLE, ["X-3", "DAT-1", "much", "0", "0"], ["X-4"]], "items.csv")
    assert [problem.line for problem in refused.value.details] == [4, 5]


def test_an_item_without_a_level_has_the_highest_whose_cut_it_reaches():
    assert [(item.level, item.b_milli, item.c_e4) for item in imports.read_items(TABLE, "items.csv")] == [(2, 300, 2500), (1, -1400, 0)]
