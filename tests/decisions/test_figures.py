"""What a measure reads, and the fingerprint of a record: exact values."""

from hypothesis import given
from hypothesis import strategies as st

from lms.decisions import figures, money
from lms.decisions.enums import Measure

CELLS = {
    "SEC-1": {"required": 28, "evidence": 23, "met": 8, "not_yet": 8, "gap_milli": 500},
    "NET-1": {"required": 12, "evidence": 7, "met": 7, "not_yet": 0, "gap_milli": 0},
    "GOV-1": {"required": 5, "evidence": 0, "met": 0, "not_yet": 0, "gap_milli": None},
}


def test_a_measure_reads_thousandths_of_those_asked_or_of_a_level():
    assert [figures.value(CELLS, measure, "SEC-1") for measure in Measure] == [286, 821, 500]
    assert [figures.value(CELLS, measure, figures.ALL) for measure in Measure] == [round(1000 * 15 / 45), round(1000 * 30 / 45), round(500 * 23 / 30)]


def test_what_is_hidden_unasked_or_without_evidence_has_no_value():
    assert figures.value(CELLS | {"NET-1": None}, Measure.MET, figures.ALL) is None
    assert figures.value(CELLS, Measure.MET, "LAW-1") is None
    assert figures.value(CELLS, Measure.SHORTFALL, "GOV-1") is None


def test_the_way_runs_from_start_to_target_in_either_direction():
    assert [figures.way(286, now, 600) for now in (286, 443, 600, 200, 900, None)] == [0, 50, 100, 0, 100, None]
    assert figures.way(800, 500, 200) == 50
    assert [figures.way(0, now, 1000) for now in (4, 996, 999, 1000)] == [0, 99, 99, 100]
    assert figures.way(None, 500, 200) is None


def test_less_shortfall_is_better_and_more_of_a_share():
    assert [figures.reached(Measure.SHORTFALL, now, 300) for now in (299, 300, 301, None)] == [True, True, False, None]
    assert [figures.reached(Measure.MET, now, 300) for now in (299, 300)] == [False, True]


def test_any_change_of_content_changes_the_fingerprint():
    content = {"question": "问", "options": [{"words": "a"}], "chosen": 0}
    assert figures.content_hash(content) == figures.content_hash({"chosen": 0, "options": [{"words": "a"}], "question": "问"})
    others = ({"chosen": 1}, {"question": "问？"}, {"options": [{"words": "b"}]})
    assert len({figures.content_hash(content | other) for other in ({}, *others)}) == 4


def test_yuan_are_read_as_people_write_them():
    assert [money.fen(text) for text in ("", "12", "1,234.50", "￥1，234．5元", "0.01")] == [0, 1200, 123450, 123450, 1]


def test_what_is_no_money_is_refused():
    def refused(text: str) -> bool:
        try:
            money.fen(text)
        except ValueError:
            return True
        return False

    assert all(refused(text) for text in ("-1", "1.005", "abc", "1e99", "NaN", "Infinity"))


@given(st.integers(0, 10**13))
def test_money_written_and_read_again_is_the_same(amount):
    assert money.fen(money.yuan(amount)) == amount
