"""A table as a whole: its kind, its heading, its rows, and everything that is wrong with it."""

from datetime import date
from pathlib import Path

import pytest

from lms.core import sheets
from lms.people import roster
from lms.people.import_faults import FaultKind as K
from lms.people.roster_columns import TableKind

DATA = Path(__file__).parents[1] / "data/county"
TODAY = date(2026, 6, 1)
POSITIONS = roster.positions_by_word([(f"P{n:02d}", "县委网信办干部" if n == 4 else "") for n in range(1, 11)])


def units_of(name="units.csv"):
    return roster.read(sheets.iter_table(DATA / name), known=roster.Known(), today=TODAY)


@pytest.fixture(scope="module")
def known():
    return roster.Known({row.code: row.parent for row in units_of().rows}, POSITIONS)


SMALL = roster.Known({"A": "", "B": "A"}, POSITIONS)
HEAD = ["工号", "姓名", "单位编码", "岗位"]


def read(*rows, known=SMALL):
    return roster.read(rows, known=known, today=TODAY)


def faults(*rows, known=SMALL):
    return [(fault.row, fault.column, fault.kind) for fault in read(*rows, known=known).faults]


def test_the_county_s_units_are_all_right():
    reading = units_of()
    assert (reading.kind, reading.count, reading.faults) == (TableKind.UNITS, 101, [])
    assert reading.rows[20] == roster.UnitRow(22, "5133992012", "河口镇便民服务中心", "Township 1 service point", "513399201", "township-office", "4g")


def test_the_county_s_roster_is_all_right(known):
    reading = roster.read(sheets.iter_table(DATA / "roster.csv"), known=known, today=TODAY)
    assert (reading.kind, reading.count, reading.faults) == (TableKind.ROSTER, 1200, [])
    meng = roster.OfficialRow(2, "YX100001", "孟旺", "51339921050", "P01", "三级主任科员", "1990-07", "10046449792", date(2005, 9, 1), None)
    assert reading.rows[0] == meng


def test_the_messy_roster_s_faulty_rows_and_no_others(known):
    reading = roster.read(sheets.iter_table(DATA / "roster_messy.csv"), known=known, today=TODAY)
    assert [(fault.row, fault.column, fault.kind) for fault in reading.faults] == [
        (5, "工号", K.DUPLICATE),
        (6, "工号", K.DUPLICATE),
        (8, "单位编码", K.UNKNOWN_UNIT),
        (10, "姓名", K.EMPTY),
        (12, "姓名", K.NAME_CHARACTERS),
        (14, "岗位", K.UNKNOWN_POSITION),
        (22, "参加工作时间", K.IN_FUTURE),
        (24, "姓名", K.NAME_CHARACTERS),
        (26, "手机", K.PHONE_LENGTH),
        (28, "", K.BLANK_ROW),
        (30, "", K.CELLS_SHIFTED),
    ]


def test_rows_of_the_messy_roster_that_only_look_faulty(known):
    rows = {row.row: row for row in roster.read(sheets.iter_table(DATA / "roster_messy.csv"), known=known, today=TODAY).rows}
    assert rows[16].staff_no == "YX100014"  # full-width in the file
    assert rows[18].name == "丁轩涛"  # spaces around it in the file
    assert rows[20].birth_month == "1978-03"  # 1978年3月
    assert rows[32].name == "𠮷野严"  # beyond the basic plane


def test_headings_in_any_order_in_english_below_a_title():
    reading = read(["Staff 2026"], [], ["Unit code", "Full name", "Post", "Staff No."], ["b", "王佳", "P04", "1"])
    assert [(row.row, row.staff_no, row.unit, row.position) for row in reading.rows] == [(4, "1", "B", "P04")]
    assert reading.faults == []


def test_headings_with_decoration():
    assert read(["*工 号", "姓名：", "单位编码(必填)", "岗　位"], ["1", "王佳", "B", "P01"]).faults == []


def test_a_post_may_be_named():
    assert read(HEAD, ["1", "王佳", "B", "县委网信办干部"]).rows[0].position == "P04"


def test_no_heading_is_one_fault():
    assert faults(["a", "b"], ["c", "d"]) == [(1, "", K.NO_HEADING)]


def test_missing_and_doubled_columns_are_named():
    assert faults(["工号", "姓名", "岗位"]) == [(1, "单位编码", K.COLUMN_MISSING)]
    assert faults([*HEAD, "姓名"]) == [(1, "姓名", K.COLUMN_TWICE)]


def test_a_heading_alone_is_no_table():
    assert faults(HEAD) == [(1, "", K.NO_ROWS)]


def test_columns_that_nobody_knows_are_left_out_and_said():
    reading = read(["序号", *HEAD, "备注"], ["1", "9", "王佳", "B", "P01", "=1"])
    assert (reading.heading.unknown, reading.faults) == (("序号", "备注"), [])


def test_only_columns_of_the_file_may_change_anything():
    assert read(HEAD, ["1", "王佳", "B", "P01"]).columns == {"staff_no", "name", "unit", "position"}


def test_blank_rows_at_the_end_are_no_fault_and_inside_they_are():
    assert faults(HEAD, ["1", "王佳", "B", "P01"], [], ["", "　"]) == []
    assert faults(HEAD, ["1", "王佳", "B", "P01"], [], ["2", "李强", "B", "P01"]) == [(3, "", K.BLANK_ROW)]


def test_every_fault_of_a_row_is_listed():
    assert faults(HEAD, ["", "=1", "Z", "P99"]) == [
        (2, "工号", K.EMPTY),
        (2, "姓名", K.NAME_CHARACTERS),
        (2, "单位编码", K.UNKNOWN_UNIT),
        (2, "岗位", K.UNKNOWN_POSITION),
    ]


def test_a_row_that_merely_ends_early_is_right():
    assert faults([*HEAD, "手机"], ["1", "王佳", "B", "P01"]) == []


def test_a_cell_beyond_the_table_is_a_fault():
    assert faults(HEAD, ["1", "王佳", "B", "P01", "科长"]) == [(2, "", K.CELLS_BEYOND)]


def test_all_rows_of_one_staff_number_are_named_whatever_their_writing():
    reading = read(HEAD, ["x1", "王佳", "B", "P01"], ["Ｘ１", "王佳", "B", "P01"], ["X 1", "李强", "B", "P01"])
    assert [(fault.row, fault.kind, fault.detail) for fault in reading.faults] == [(2, K.DUPLICATE, "3, 4"), (3, K.DUPLICATE, "2, 4"), (4, K.DUPLICATE, "2, 3")]


def test_two_cells_of_a_row_are_never_compared():
    row = ["1", "王佳", "B", "P01", "2012-08", "2012-02", "2001-01-01", "另一个单位"]
    assert read([*HEAD, "出生年月", "参加工作时间", "退休日期", "单位名称"], row).faults == []


UNIT_HEAD = ["编码", "名称", "上级编码", "层级", "网络"]


def unit(code, parent, name="甲", tier="县", net="光纤"):
    return [code, name, parent, tier, net]


def test_a_parent_may_stand_below_its_child_or_exist_already():
    assert faults(UNIT_HEAD, unit("3", "2"), unit("2", "A")) == []


def test_unknown_parents_and_circles():
    rows = [UNIT_HEAD, unit("1", "9"), unit("2", "3"), unit("3", "2"), unit("4", "4"), unit("5", "2")]
    assert faults(*rows) == [(2, "上级编码", K.UNKNOWN_PARENT), (3, "上级编码", K.CYCLE), (4, "上级编码", K.CYCLE), (5, "上级编码", K.CYCLE)]


def test_a_circle_through_units_that_exist():
    assert faults(UNIT_HEAD, unit("A", "B")) == [(2, "上级编码", K.CYCLE)]


def test_unknown_tiers_and_connections_name_the_words():
    reading = read(UNIT_HEAD, unit("1", "", tier="星系", net="鸽子"))
    assert [(fault.kind, fault.detail.split(", ")[0]) for fault in reading.faults] == [(K.UNKNOWN_TIER, "province"), (K.UNKNOWN_CONNECTION, "fibre")]


def test_progress_is_told_every_thousand_rows():
    heard = []
    roster.read([HEAD] + [[str(n), "王佳", "B", "P01"] for n in range(2500)], known=SMALL, today=TODAY, tick=heard.append)
    assert heard == [1000, 2000]


def test_a_file_has_an_end(monkeypatch):
    monkeypatch.setattr(roster, "MOST_ROWS", 3)
    with pytest.raises(roster.TableTooLong):
        read(HEAD, *[[str(n), "王佳", "B", "P01"] for n in range(4)])
