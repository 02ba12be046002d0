"""Dates and files as pages write them."""

from datetime import UTC, date, datetime

import pytest
from flask import g

from lms.web.filters import asset, day, moment, month


@pytest.fixture
def reading(app):
    def in_language(code: str):
        context = app.test_request_context()
        context.push()
        g.language = code
        pushed.append(context)

    pushed = []
    yield in_language
    for context in reversed(pushed):
        context.pop()


def test_a_moment_is_told_in_the_countys_own_time(reading):
    reading("zh-Hans")
    assert moment(datetime(2026, 11, 22, 17, 5, tzinfo=UTC)) == "2026年11月23日 01:05"


def test_english_dates_cannot_be_misread(reading):
    reading("en")
    assert moment(datetime(2026, 3, 4, 1, 0, tzinfo=UTC)) == "4 Mar 2026, 09:00"
    assert day(date(2026, 3, 4)) == "4 March 2026"


def test_a_month_is_written_as_its_readers_write_it(reading):
    reading("en")
    assert month("1978-03") == "March 1978"
    reading("zh-Hans")
    assert month("1978-03") == "1978年3月"


def test_nothing_is_written_for_no_date(reading):
    reading("en")
    assert (day(None), moment(None), month("")) == ("", "", "")


def test_an_asset_carries_its_contents_hash(reading):
    reading("en")
    first = asset("app.css")
    assert first.startswith("/static/app.css?v=")
    assert first == asset("app.css")
    assert first.split("=")[1] != asset("app.js").split("=")[1]
