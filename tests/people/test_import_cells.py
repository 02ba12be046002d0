"""One cell: what people write, and what it means."""

from datetime import date

import pytest

from lms.people import import_cells as cells
from lms.people.import_faults import CellFault, FaultKind

TODAY = date(2026, 6, 1)


def fault_of(reader, text):
    with pytest.raises(CellFault) as refused:
        reader(text)
    return refused.value.kind


@pytest.mark.parametrize(
    "written",
    [
        "1978年3月",
        "1978年03月",
        "1978-03",
        "1978-3-1",
        "1978/3/1",
        "1978.03.01",
        "1978.03",
        "1978.3",
        "19780301",
        "197803",
        "１９７８年３月",
        "1978-03-01 00:00:00",
    ]
    + ["1978年3月1日", "1978年 3月", "28550", "一九七八年三月", "一九七八年三月一日", "1978年3月生"],
)
def test_march_1978_in_the_usual_forms(written):
    assert cells.day(written) == date(1978, 3, 1)


@pytest.mark.parametrize(
    ("written", "meant"), [("一九八〇年十二月", (1980, 12, 1)), ("二〇〇一年十月二十一日", (2001, 10, 21)), ("1999-12-31", (1999, 12, 31))]
)
def test_other_dates(written, meant):
    assert cells.day(written) == date(*meant)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("不详", FaultKind.NOT_A_DATE),
        ("78.3", FaultKind.NOT_A_DATE),
        ("1978-13", FaultKind.NO_SUCH_DATE),
        ("2025-02-29", FaultKind.NO_SUCH_DATE),
        ("1978.1", FaultKind.MONTH_UNCLEAR),
    ],
)
def test_what_is_no_date(written, kind):
    assert fault_of(cells.day, written) == kind


def test_an_empty_date_is_nothing():
    assert cells.day("　 ") is None


def test_a_past_date_lies_between_1900_and_today():
    assert cells.past("2026-06-01", TODAY) == TODAY
    assert fault_of(lambda text: cells.past(text, TODAY), "2026-06-02") == FaultKind.IN_FUTURE
    assert fault_of(lambda text: cells.past(text, TODAY), "1878-03") == FaultKind.TOO_EARLY


@pytest.mark.parametrize(
    ("written", "kept"), [("ＹＸ１０００１４", "YX100014"), (" yx 100014 ", "YX100014"), ("00123", "00123"), ("51339921050", "51339921050"), ("", "")]
)
def test_codes_are_half_width_upper_case_text(written, kept):
    assert cells.code(written) == kept


@pytest.mark.parametrize(
    ("written", "kind"),
    [("5.13399E+10", FaultKind.ROUNDED), ("<b>", FaultKind.BAD_CODE), ("-1", FaultKind.BAD_CODE), ("9" * 41, FaultKind.TOO_LONG), ("A=1", FaultKind.BAD_CODE)],
)
def test_what_is_no_code(written, kind):
    assert fault_of(cells.code, written) == kind


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  丁轩涛 ", "丁轩涛"),
        ("孟　旺", "孟旺"),
        ("孟  旺", "孟旺"),
        ("𠮷 野严", "𠮷野严"),
        ("吉克·阿依", "吉克·阿依"),
        ("Anna  Lee", "Anna Lee"),
        ("\u200b王佳\ufeff", "王佳"),
        ("བསོད་ནམས་", "བསོད་ནམས་"),
    ],
)
def test_names_are_kept_and_trimmed(written, kept):
    assert cells.name(written) == kept


@pytest.mark.parametrize("written", ['=HYPERLINK("x")', "<script>alert(1)</script>", "a>b", "+王", "@王", "12345"])
def test_what_no_name_has(written):
    assert fault_of(cells.name, written) == FaultKind.NAME_CHARACTERS


def test_a_name_of_eighty_characters_is_the_longest():
    assert len(cells.name("王" * 80)) == 80
    assert fault_of(cells.name, "王" * 81) == FaultKind.TOO_LONG


@pytest.mark.parametrize("written", ["10046449792", "100 4644 9792", "100-4644-9792", "+86 10046449792", "0086 10046449792", "１００４６４４９７９２"])
def test_phones_of_eleven_digits_whatever_they_begin_with(written):
    assert cells.phone(written) == "10046449792"


@pytest.mark.parametrize("written", ["1000000", "100464497921", "无"])
def test_phones_of_another_length(written):
    assert fault_of(cells.phone, written) == FaultKind.PHONE_LENGTH


def test_no_phone_is_none():
    assert cells.phone(" ") == ""


@pytest.mark.parametrize(
    ("written", "meant"),
    [("township-office", "township-office"), ("Township Office", "township-office"), ("县直部门", "county-department"), ("州", "prefecture")],
)
def test_tiers_in_the_words_of_the_file_and_in_chinese(written, meant):
    assert cells.tier(written) == meant


@pytest.mark.parametrize(("written", "meant"), [("fibre", "fibre"), ("４Ｇ", "4g"), ("卫星", "satellite"), ("无", "none")])
def test_connections(written, meant):
    assert cells.connection(written) == meant


def test_unknown_words_are_named_faults():
    assert fault_of(cells.tier, "星系") == FaultKind.UNKNOWN_TIER
    assert fault_of(cells.connection, "鸽子") == FaultKind.UNKNOWN_CONNECTION
