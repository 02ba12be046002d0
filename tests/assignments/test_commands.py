"""`lms assignments`: what is due, the rules in sentences, applying and switching them."""

from datetime import date

import pytest
from click.testing import CliRunner

from lms.assignments.cli import assignments, due, rules
from tests.assignments.test_rules import GAP, rule  # noqa: F401  (a fixture)


@pytest.fixture
def run(app, monkeypatch):
    """run(command, *options): exit code and lines, in the test's own application."""
    monkeypatch.setattr("lms.app.create_app", lambda: app)
    monkeypatch.setenv("LC_ALL", "C")

    def call(command, *options):
        result = CliRunner().invoke(command, options, catch_exceptions=False)
        return result.exit_code, result.output.splitlines()

    return call


def test_what_is_due_is_counted_by_day_and_thing(run, world):
    assert run(due) == (0, ["nothing is due"])
    world.assign("meng", "zhaxi", due=date(2026, 11, 30))
    world.assign("dong", due=date(2026, 12, 31))
    assert run(due) == (0, ["2026-11-30  Course “What the internet is and who governs it”  2 open"])
    assert len(run(due, "--days", "60")[1]) == 2


def test_rules_are_listed_applied_and_switched(run, world, rule):  # noqa: F811
    assert run(rules) == (0, ["there is no rule"])
    ref = rule(GAP)
    sentence = (
        "Everybody whose post asks for NET-1 How the internet works and who runs it and who stands at “no evidence” does this within 90 days: "
        "Course “What the internet is and who governs it”."
    )
    code, (line,) = run(rules)
    assert code == 0 and line.startswith(f"on   {ref}  Everybody whose post asks for NET-1") and line.endswith("6 today")
    assert sentence.split(" NET-1 ")[1].split(" and who stands")[1] in line
    assert run(rules, "--apply")[1][0].endswith("0 today  6 given")
    assert run(rules, "--off", "--reason", "Flood")[1][0] == "all rules are switched off"
    assert run(rules, "--off", "--reason", "Flood")[0] == 1
    assert run(rules, "--off")[0] == 1
    assert run(rules, "--on", "--reason", "Over")[1][0] == "all rules are switched on again, each as it stands"
    assert run(rules, "--on", "--off")[0] == 1


def test_the_help_has_examples():
    runner = CliRunner()
    for command in (assignments, due, rules):
        assert "For example" in runner.invoke(command, ["--help"]).output
