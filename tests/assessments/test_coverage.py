"""The coverage table marks what a course promises and nothing teaches or tests."""

from click.testing import CliRunner

from lms.assessments.coverage import HOLE, Plan, coverage, tables
from lms.assessments.package import parse_bank
from lms.assessments.sources import plans
from lms.cli import lms
from tests.assessments.test_bank_checks import PRACTICE, choice, scenario

NAMES = {"NET-1": "Networks", "LAW-1": "Law", "GOV-4": "Procurement"}
PLAN = Plan("C01", {"NET-1": (0, 2), "LAW-1": (0, 1)}, [("C01-L1", "NET-1", 1), ("C01-L2", "NET-1", 1), ("C01-L2", "NET-1", 2)])


def bank(*items):
    return parse_bank({"schema": "assessment/1", "framework": "dgcf@1.0.0", "course": "first", "items": items})


BANK = bank(choice("Q1"), choice("Q2"), scenario("S1", "NET-1", 1), PRACTICE, choice("Q3", competency="GOV-4"))


def test_cells_count_a_set_once_and_practice_apart():
    cells = coverage([PLAN], [BANK])
    cell = cells["NET-1", 1]
    assert (cell.courses, cell.lessons, cell.live, cell.sets, cell.practice) == (["C01"], ["C01-L1", "C01-L2"], 3, 1, 1)
    assert {key: cell.holes for key, cell in cells.items() if cell.holes} == {("NET-1", 2): ["live items"], ("LAW-1", 1): ["lessons", "live items"]}


def test_what_nobody_plans_is_no_hole():
    cells = coverage([PLAN], [BANK])
    assert cells["GOV-4", 1].holes == []


def test_the_tables():
    lines = list(tables(coverage([PLAN], [BANK]), NAMES))
    assert lines[:5] == [
        "| Competency | L1 | L2 | L3 |",
        "| --- | --- | --- | --- |",
        f"| NET-1 Networks | 2 lessons, 3 items, 1 set | {HOLE} live items | – |",
        f"| LAW-1 Law | {HOLE} lessons, live items | – | – |",
        "| GOV-4 Procurement | 0 lessons, 1 item | – | – |",
    ]
    assert f"| NET-1 | L2 | C01 | C01-L2 | {HOLE} | 0 | 0 |" in lines
    assert f"| LAW-1 | L1 | C01 | {HOLE} | {HOLE} | 0 | 0 |" in lines
    assert "| GOV-4 | L1 | – | – | 1 | 0 | 0 |" in lines


def test_the_plan_of_the_first_course():
    plan = next(plan for plan in plans() if plan.code == "C01")
    assert plan.moves == {"NET-1": (0, 1), "NET-3": (0, 2), "GOV-1": (0, 1)}
    assert ("C01-L2", "NET-3", 1) in plan.serves


def test_the_command_prints_the_tables_and_finds_no_hole():
    result = CliRunner().invoke(lms, ["assessments", "coverage"])
    assert result.exit_code == 0
    assert "| Competency | L1 | L2 | L3 |" in result.output and "| NET-1 | L1 | C01" in result.output


def test_the_command_names_holes(tmp_path):
    folder = tmp_path / "courses" / "known"
    (folder / "lessons").mkdir(parents=True)
    (tmp_path / "assessments").mkdir()
    (folder / "course.yaml").write_text("code: C90\nmoves:\n- {c: NET-1, from: 0, to: 1}\n", encoding="utf-8")
    (folder / "lessons/01-a.zh.md").write_text("---\nid: C90-L1\nserves: [{c: NET-1, level: 1}]\n---\n# 甲\n", encoding="utf-8")
    result = CliRunner().invoke(lms, ["assessments", "coverage", "--root", str(tmp_path)])
    assert result.exit_code == 1
    assert "1 cells of the plan are empty\n  NET-1 L1: no live items\n" in result.output
