"""Items as typed objects: identity by what they measure, parameters by the measurement rules."""

import pytest

from lms.assessments.enums import Difficulty, Use
from lms.assessments.package import Parameters, Text, content_hash, difficulty_class, item_data, parameters, parse_item, questions
from tests.assessments.banks import first_bank, question, samples

EVERY_ITEM = [*first_bank().items, *samples().items]


def changed(code, **fields):
    item = next(one for one in EVERY_ITEM if one.id == code)
    return content_hash(item), content_hash(item.model_copy(update=fields))


def test_an_item_survives_storage():
    assert [parse_item(item_data(item)) for item in EVERY_ITEM] == EVERY_ITEM


def test_no_two_items_share_a_hash():
    assert len({content_hash(item) for item in EVERY_ITEM}) == len(EVERY_ITEM)


@pytest.mark.parametrize(
    "fields",
    [{"stem": Text(zh="别的", en="Other")}, {"answer": "a"}, {"level": 1}, {"competency": "SEC-2"}, {"use": Use.PRACTICE}, {"version": 2}, {"options": ()}],
)
def test_a_change_of_what_is_measured_changes_the_hash(fields):
    before, after = changed("SI-01", **fields)
    assert before != after


@pytest.mark.parametrize("fields", [{"rationale": Text(zh="更好", en="Better")}, {"facts": ("LF-1",)}, {"lesson": "C02-L9"}, {"review_by": "2030-01-01"}])
def test_a_better_explanation_is_the_same_item(fields):
    before, after = changed("SI-01", **fields)
    assert before == after


def test_a_changed_part_changes_its_set():
    item = next(one for one in EVERY_ITEM if one.id == "SI-11")
    part = item.items[1].model_copy(update={"answer": "a"})
    explained = item.items[1].model_copy(update={"rationale": Text(zh="更好", en="Better")})
    assert content_hash(item.model_copy(update={"items": (item.items[0], part, *item.items[2:])})) != content_hash(item)
    assert content_hash(item.model_copy(update={"items": (item.items[0], explained, *item.items[2:])})) == content_hash(item)


def test_saying_the_default_aloud_is_no_change():
    data = item_data(question("SI-03"))
    assert content_hash(parse_item(data | {"use": "live", "shuffle": True})) == content_hash(parse_item(data))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("C01-Q01", Parameters(1000, -2200, 2500, 360_000)),  # L1 begins at -1; four options
        ("C01-Q12", Parameters(1000, -1500, 3333, 490_000)),  # three options
        ("SI-02", Parameters(1000, 200, 2500, 640_000)),  # L2 begins at 0; two-tier
        ("SI-09", Parameters(1000, -200, 300, 640_000)),  # multiple choice
        ("SI-04", Parameters(1000, 400, 0, 640_000)),  # a number can't be guessed
    ],
)
def test_parameters_of_a_new_item(code, expected):
    assert parameters(question(code)) == expected


def test_parts_inherit_and_are_less_certain():
    (one, two, three) = (q for item in first_bank().items if item.id == "C01-Q16" for q in questions(item))
    assert (one.competency, two.cognitive, three.competency, three.level, three.lesson) == ("GOV-1", "A", "NET-1", 1, "C01-L4")
    assert parameters(two, in_set=True) == Parameters(1000, -600, 300, 890_000)


def test_difficulty_classes_begin_at_their_bounds():
    assert [difficulty_class(b) for b in (-0.26, -0.25, 0.74, 0.75)] == [Difficulty.EASY, Difficulty.MEDIUM, Difficulty.MEDIUM, Difficulty.HARD]
