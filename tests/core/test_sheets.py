"""Tables in and out: encodings, delimiters, workbooks, and cells that a spreadsheet program would run."""

import codecs
import io
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core import sheets

TABLE = [["工号", "姓名"], ["00123", "𠮷野严"]]
TEXT = "工号,姓名\r\n00123,𠮷野严\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encoding_it_has(encoding):
    assert sheets.read_table(TEXT.encode(encoding), "x.csv") == TABLE


def test_gbk_of_older_programs_is_read():
    assert sheets.read_table("工号,姓名\n1,张三\n".encode("gbk")) == [["工号", "姓名"], ["1", "张三"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_seen_from_the_rows(delimiter):
    text = f"一份名册\n工号{delimiter}姓名{delimiter}单位\n1{delimiter}张三{delimiter}县民政局,城关\n"
    assert sheets.delimiter_of(text) == delimiter


def test_rows_keep_their_numbers_blank_ones_included():
    assert sheets.read_table(b"a,b\n\n,\nc,d\n") == [["a", "b"], [], ["", ""], ["c", "d"]]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a,b\n\xff\xff\xff\n", "encoding"),
        (b"\x89PNG\r\n\x1a\n\0\0", "binary"),
        (b"PK\x03\x04 no archive", "workbook"),
        (codecs.BOM_UTF8 + b"\xff", "encoding"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(data, reason):
    with pytest.raises(sheets.UnreadableTable) as refused:
        sheets.read_table(data)
    assert refused.value.reason == reason


def test_a_quotation_mark_that_never_closes_is_refused():
    with pytest.raises(sheets.UnreadableTable) as refused:
        sheets.read_table(b'a,b\n"' + b"x" * 200_000)
    assert refused.value.reason == "csv"


def test_a_path_reads_as_its_bytes_do(tmp_path):
    path = tmp_path / "名册.csv"
    path.write_bytes(TEXT.encode("gb18030"))
    assert sheets.read_table(path) == TABLE


@pytest.mark.parametrize("text", ["=1+1", "+86", "-0.5", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''=1", "\n=1", "＝1+1", "＋86", "－1", "＠SUM(A1)"])
def test_text_that_a_spreadsheet_would_run_is_written_as_text_and_read_back_the_same(text):
    data = sheets.write_csv([[text, "x"]])
    assert data.decode("utf-8-sig").lstrip('"').startswith("'")
    assert sheets.read_table(data) == [[text, "x"]]


def test_numbers_stay_numbers():
    assert sheets.write_csv([[-1.5, 7, None, date(2026, 3, 1)]]) == codecs.BOM_UTF8 + b"-1.5,7,,2026-03-01\r\n"


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8) | st.sampled_from(["=1", "'=1", "'", "''+", "-", "@x", "a,b", 'say "hi"'])


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_what_csv_wrote_csv_reads(rows):
    assert sheets.read_table(sheets.write_csv([("甲", "乙"), *rows]))[1:] == [list(row) for row in rows]


def test_a_workbook_comes_back_as_text():
    rows = [["工号", "数", "日"], ["00123", 51339921050, date(1978, 3, 1)], ["=1+1", 0.5, None]]
    read = sheets.read_table(sheets.write_xlsx({"名册": rows}))
    assert read == [["工号", "数", "日"], ["00123", "51339921050", "1978-03-01"], ["=1+1", "0.5"]]


def test_a_workbook_holds_no_formula_and_no_link():
    book = openpyxl.load_workbook(io.BytesIO(sheets.write_xlsx({"a": [["x"], ["=HYPERLINK(1)"], ["http://example.org"]]})))
    assert [(cell.data_type, cell.hyperlink) for (cell,) in book["a"].iter_rows()] == [("s", None)] * 3


def test_rows_above_the_table_count():
    book = openpyxl.Workbook()
    book.active["B3"] = "工号"
    out = io.BytesIO()
    book.save(out)
    assert sheets.read_table(out.getvalue()) == [[], [], ["工号"]]


def test_the_first_visible_sheet_with_content_is_the_table():
    book = openpyxl.Workbook()
    hidden, shown = book.create_sheet("藏"), book.create_sheet("名册")
    hidden["A1"], shown["A1"] = "不是它", "是它"
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    assert sheets.read_table(out.getvalue()) == [["是它"]]


def test_a_cell_at_the_far_corner_ends_the_reader_and_not_the_server():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "a", "z"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(sheets.UnreadableTable) as refused:
        sheets.read_table(out.getvalue())
    assert refused.value.reason == "workbook"


def test_reading_may_stop_early():
    rows = sheets.iter_table(sheets.write_xlsx({"a": [[str(n)] for n in range(3000)]}))
    assert next(rows) == ["0"]
    rows.close()


def test_times_and_truths_are_text():
    book = openpyxl.Workbook()
    book.active.append([True, datetime(2026, 3, 1, 8, 30), 2.0])  # noqa: DTZ001 - a workbook knows no zones
    out = io.BytesIO()
    book.save(out)
    assert sheets.read_table(out.getvalue()) == [["TRUE", "2026-03-01 08:30:00", "2"]]


def test_sheet_names_are_made_fit_and_unique():
    used: set[str] = set()
    assert [sheets.sheet_name(name, used) for name in ("a/b", "A b", "x" * 40, "")] == ["a b", "A b 2", "x" * 31, "Sheet"]


def test_a_han_character_is_two_wide():
    assert sheets.display_width("工号no") == 6
