"""``lms plans make``."""

import json

import pytest
from click.testing import CliRunner

from lms.planning.cli import plans


@pytest.fixture
def run(county, monkeypatch):
    monkeypatch.setattr("lms.app.create_app", lambda: county.app)
    return lambda *given: CliRunner().invoke(plans, ["make", *given])


def test_a_plan_is_made_kept_as_a_draft_and_printed(run, county):
    found = run("--unit", "513399", "--hours", "10")
    assert found.exit_code == 0
    assert "10 of 10 class hours, 2 people, 3 course places" in found.output
    assert "closes 1.4 of 3.2 levels of gap" in found.output
    assert "at least 100 % of the best possible" in found.output


def test_as_json_it_holds_limits_data_and_result(run, county):
    found = json.loads(run("--unit", "513399", "--hours", "10", "--floor", "0", "--seats", "networks=0", "--format", "json").stdout)
    assert found["state"] == "draft"
    assert found["limits"]["seats"] == {"networks": 0}
    assert set(found["facts"]["courses"]) == {"networks-two", "security"}
    assert county.plan(found["ref"]).made_by == "operator"


def test_limits_that_cannot_be_kept_end_with_one_and_the_numbers(run):
    found = run("--unit", "513399", "--hours", "3", "--must", "P02")
    assert found.exit_code == 1
    assert "must_hours: needed 4, given 3" in found.output


def test_wrong_usage_ends_with_two(run):
    assert run("--unit", "513399", "--hours", "0").exit_code == 2
    assert run("--unit", "513399", "--hours", "9", "--seats", "networks").exit_code == 2


def test_help_has_an_example():
    assert "lms plans make --unit 513399" in CliRunner().invoke(plans, ["make", "--help"]).output
