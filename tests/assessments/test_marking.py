"""How answers are read and what they are worth: item rules, section 4."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessments.marking import AnswerRefused, Refusal, mark, read_answer
from lms.assessments.package import questions
from tests.assessments.banks import first_bank, question, samples

SINGLE, TWO_TIER, MULTIPLE, DEADLINE, ORDERING, MATCHING, SHORT, RATE = (f"SI-0{n}" for n in range(1, 9))


def marked(code, raw):
    return mark(question(code), read_answer(question(code), raw))


def refusal(code, raw, lang="zh-Hans"):
    with pytest.raises(AnswerRefused) as refused:
        read_answer(question(code), raw, lang)
    return refused.value.reason


def test_single_choice_is_right_or_nothing_and_names_the_belief_behind_a_wrong_option():
    right, wrong = marked(SINGLE, "b"), marked(SINGLE, "c")
    assert (right.fraction, right.full, right.evidence, right.misconceptions) == (1, True, 1, ())
    assert (wrong.fraction, wrong.full, wrong.evidence, wrong.misconceptions) == (0, False, 0, ("M-SAME-CHANNEL",))


def test_two_tier_needs_judgement_and_reason():
    assert [marked(TWO_TIER, key).evidence for key in "abcd"] == [0, 0, 1, 0]  # d: right judgement, wrong reason


@pytest.mark.parametrize(
    ("chosen", "fraction", "evidence"),
    [(["a", "d"], 1, 1), (["a"], 0.5, 0), (["a", "b", "d"], 0.5, 0), (["a", "b"], 0, 0), (["b", "c", "e"], 0, 0)],
)
def test_multiple_choice_subtracts_wrong_from_right_and_counts_at_full_marks_only(chosen, fraction, evidence):
    mark = marked(MULTIPLE, chosen)
    assert (mark.fraction, mark.evidence) == (fraction, evidence)


def test_multiple_choice_names_every_wrong_belief_once():
    assert marked(MULTIPLE, ["e", "c", "b"]).misconceptions == ("M-NEW-SYSTEM", "M-SECRET-SHARED", "M-PROVIDER-LIABLE")


@pytest.mark.parametrize("typed", ["28", "２８", " 28 ", "28.0", "28个工作日", "28 working days", "28　个工作日", "+28", 28])
def test_numbers_are_read_as_people_write_them(typed):
    assert marked(DEADLINE, typed).evidence == 1


@pytest.mark.parametrize(("typed", "evidence"), [("5.05", 1), ("4.95", 1), ("5.06", 0), ("4.94", 0), ("５．０", 1)])
def test_a_number_is_right_within_its_tolerance(typed, evidence):
    assert marked(RATE, typed).evidence == evidence


@pytest.mark.parametrize("typed", ["1330", "13:30", "13：30", "13时30分", "１３：３０"])
def test_a_time_of_day_may_be_written_with_its_colon(typed):
    assert marked("C01-Q18", typed).evidence == 1


def test_a_common_error_names_its_belief():
    assert [text.en for text in marked(DEADLINE, "48").misconceptions] == ["The optional extension added automatically"]


@pytest.mark.parametrize("typed", ["", "abc", "1e5", "NaN", "inf", "--5", "1,2", "٢٨x", "9" * 41])
def test_what_is_no_number_is_refused(typed):
    assert refusal(DEADLINE, typed) in (Refusal.NOT_A_NUMBER, Refusal.EMPTY, Refusal.TOO_LONG)


def test_ordering_scores_the_share_of_pairs_and_counts_the_full_order_only():
    full, one_swap, reverse = (marked(ORDERING, list(order)) for order in ("qsptr", "sqptr", "rtpsq"))
    assert (full.fraction, full.evidence) == (1, 1)
    assert (one_swap.fraction, one_swap.evidence) == (0.9, 0)
    assert (reverse.fraction, reverse.evidence) == (0, 0)


def test_matching_scores_its_share_and_counts_from_three_quarters():
    right = {"1": "B", "2": "D", "3": "A", "4": "C"}
    three, two = right | {"4": "F"}, right | {"3": "E", "4": "F"}
    assert [(marked(MATCHING, pairs).fraction, marked(MATCHING, pairs).evidence) for pairs in (right, three, two)] == [
        (1, 1),
        (0.75, 1),
        (0.5, 0),
    ]
    assert marked(MATCHING, two).misconceptions == ("M-CONTENT-CONTROL", "M-IGF-BINDING")


def test_matching_of_three_needs_all_three():
    assert marked("C01-Q06", {"1": "C", "2": "A"}).evidence == 0


def test_a_short_answer_waits_for_a_person():
    mark = marked(SHORT, "按期认证率")
    assert (mark.evidence, mark.fraction_milli) == (None, None)


def test_no_answer_is_worth_nothing_even_to_a_short_question():
    assert [mark(question(code), None).evidence for code in (SINGLE, SHORT)] == [0, 0]


def test_length_of_a_short_answer_depends_on_its_language():
    assert refusal(SHORT, "字" * 101) == Refusal.TOO_LONG
    assert len(read_answer(question(SHORT), "word " * 80, "en")) == 399


@pytest.mark.parametrize(
    ("code", "raw", "reason"),
    [
        (SINGLE, "z", Refusal.UNKNOWN_OPTION),
        (SINGLE, ["a", "b"], Refusal.ONE_ONLY),
        (SINGLE, "", Refusal.EMPTY),
        (MULTIPLE, [], Refusal.EMPTY),
        (MULTIPLE, ["a", "z"], Refusal.UNKNOWN_OPTION),
        (ORDERING, ["q", "s", "p"], Refusal.INCOMPLETE_ORDER),
        (ORDERING, ["q", "q", "p", "t", "r"], Refusal.REPEATED),
        (MATCHING, {"9": "A"}, Refusal.UNKNOWN_OPTION),
        (MATCHING, {"1": "Z"}, Refusal.UNKNOWN_OPTION),
        (MATCHING, {"1": "", "2": ""}, Refusal.EMPTY),
        (SHORT, "a\x00b", Refusal.WRONG_SHAPE),
        (SHORT, "\ud800", Refusal.WRONG_SHAPE),
    ],
)
def test_answers_that_fit_no_question_are_refused_with_the_reason(code, raw, reason):
    assert refusal(code, raw) == reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["a", "b", "1", "A", "q"]),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=3) | st.sampled_from("1234"), inner, max_size=6),
    max_leaves=12,
)
EVERY_QUESTION = [one for bank in (first_bank(), samples()) for item in bank.items for one in questions(item)]


@given(st.sampled_from(EVERY_QUESTION), JSON)
def test_hostile_input_is_refused_or_marked_but_never_crashes(asked, raw):
    try:
        answer = read_answer(asked, raw)
    except AnswerRefused:
        return
    result = mark(asked, answer)
    assert 0 <= result.fraction <= 1
    assert result.evidence in (0, 1, None)
    assert read_answer(asked, answer) == answer  # reading is idempotent: what is stored can be read again


@given(st.permutations("pqrst"))
def test_full_marks_for_an_order_mean_the_key(order):
    result = marked(ORDERING, list(order))
    assert result.full == (list(order) == ["q", "s", "p", "t", "r"]) == (result.evidence == 1)
