"""The day of an answer is the day on which its reader gave it, in the table, in the picture and where the estimate is taken apart."""

from datetime import UTC, datetime

import pytest
from flask import g

from lms.competency import explain_pages, pictures, skill_pages
from lms.competency.explaining import working
from lms.competency.proficiency import ItemParameters, Response, steps
from lms.competency.skill_queries import Moved
from lms.core.i18n import Bilingual

EARLY = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
"""Half past six in the morning of the 23rd, where the installation stands."""


@pytest.fixture
def shown(app):
    (step,) = steps([Response("I1", ItemParameters(a=1.0, b=-1.7, c=0.25, vb=0.36), EARLY, 0)])
    moved = Moved(step, Bilingual("题", "question"))
    with app.test_request_context():
        g.language = "zh-Hans"
        line = explain_pages._line(moved, working(step), {})
        yield {"table": skill_pages.step_rows([moved])[0]["day"], "picture": pictures._step(step).day, "line": line}


def test_an_answer_given_early_in_the_morning_is_of_that_day(shown):
    assert (shown["table"], shown["picture"], shown["line"]["day"]) == ("2026年11月23日",) * 3


def test_negative_numbers_carry_a_minus_and_no_hyphen(shown):
    assert shown["line"]["parameters"] == "a 1.00, b −1.70, c 0.25, Vb 0.36"
    assert shown["line"]["after"].startswith("−") and "-" not in shown["line"]["after"]
