"""Files of other people's programmes, as they are: counts in, carried whole, with a loss, left; every loss explained in both languages."""

import pytest

from lms.core.i18n import speaking
from lms.interop import reading, wording
from tests.interop.files import SAMPLES

PUBLIC = SAMPLES / "public"


def read(path):
    return reading.read(path.read_bytes(), path.name, language="en")


@pytest.mark.parametrize(
    ("name", "found", "whole", "lossy", "left"),
    [
        ("clozeRef", 5, 0, 0, 5), ("description", 1, 0, 0, 1), ("dragdrop_missing-wordsRef", 2, 0, 0, 2), ("essayRef", 2, 0, 2, 0),
        ("markdownRef", 1, 0, 1, 0), ("matchingRef", 2, 2, 0, 0), ("missing-wordsRef", 6, 0, 0, 6), ("multiple-choiceRef", 2, 0, 2, 0),
        ("multiple-true-falseRef", 3, 0, 0, 3), ("numericalRef", 2, 0, 2, 0), ("orderingRef", 2, 2, 0, 0), ("shortanswerRef", 3, 0, 3, 0),
        ("true-falseRef", 3, 0, 3, 0),
    ],
)  # fmt: skip
def test_moodle_files_of_another_program(name, found, whole, lossy, left):
    outcome = read(PUBLIC / "moodle_tools" / f"{name}.xml")
    notes = [carried.notes for carried in outcome.carried]
    assert (outcome.found, sum(not one for one in notes), sum(bool(one) for one in notes), len(outcome.left)) == (found, whole, lossy, left)


def test_a_qti_package_of_another_program():
    outcome = read(PUBLIC / "qti-2.1-by-qti_package_maker.zip")
    assert (outcome.format, outcome.found, outcome.left) == ("qti", 6, [])
    assert [item["type"] for item in outcome.items] == ["single", "multiple", "matching", "numeric", "short", "ordering"]
    assert [bool(carried.notes) for carried in outcome.carried] == [True, True, False, False, True, False]


def test_every_loss_is_said_in_chinese_too(app):
    files = [*sorted((PUBLIC / "moodle_tools").glob("*.xml")), *PUBLIC.glob("*.zip")]
    said = {text for path in files for text in reasons(read(path))}
    assert len(said) > 15
    with app.test_request_context(), speaking("zh-Hans"):
        assert [text for text in said if wording.said(text).isascii()] == []


def test_names_stand_in_the_marks_of_the_readers_language(app):
    with app.test_request_context(), speaking("zh-Hans"):
        assert (wording.said("the answer 'e' is none of its options"), wording.kind("multiple choice")) == ("答案“e”不在选项里", "选择题")
    with app.test_request_context(), speaking("en"):
        assert wording.said("the answer 'e' is none of its options") == "The answer 'e' is none of its options"


def reasons(outcome):
    yield from (one.reason for one in outcome.left)
    yield from (note for one in outcome.carried for note in one.notes)
    yield from outcome.remarks
