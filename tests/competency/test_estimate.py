"""`lms competency estimate`: files in, the expected track out, every fault with its place."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.competency.cli import competency

DATA = Path(__file__).parents[1] / "data" / "competency"
ITEMS = "item,competency,a,b,c\nI1,NET-1,1,0,0\nI2,NET-1,1.2,0.5,0.2\n"


def run(folder: Path, *more: str):
    files = ["--items", f"{folder}/items.csv", "--responses", f"{folder}/responses.csv"]
    return CliRunner().invoke(competency, ["estimate", *files, *more])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "items.csv").write_text(ITEMS)
    (tmp_path / "responses.csv").write_text("official,item,correct,answered_at\nP1,I1,1,2025-06-01T00:00:00+00:00\n")
    return tmp_path


def rows(path: Path):
    return [(r["official"], r["competency"], float(r["mean"]), float(r["sd"])) for r in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]


def test_one_right_answer_gives_the_golden_values_on_its_day(folder):
    result = run(folder, "--out", f"{folder}/out.csv", "--as-of", "2025-06-01")
    assert result.exit_code == 0, result.output
    assert rows(folder / "out.csv") == [("P1", "NET-1", 0.404, pytest.approx(0.836630**0.5, abs=1e-6))]


def test_the_sd_is_that_of_the_date_and_a_completion_moves_the_mean(folder):
    (folder / "completions.csv").write_text("official,competency,completed_at\nP1,NET-1,2025-06-01T08:00:00+00:00\n")
    run(folder, "--completions", f"{folder}/completions.csv", "--out", f"{folder}/out.csv", "--as-of", "2025-07-01")
    expected = (0.836630 + 0.05 + 0.01 * 30 / (365.25 / 12)) ** 0.5
    assert rows(folder / "out.csv") == [("P1", "NET-1", 0.754, pytest.approx(expected, abs=1e-6))]


def test_later_facts_are_left_out(folder):
    run(folder, "--out", f"{folder}/out.csv", "--as-of", "2025-05-31")
    assert rows(folder / "out.csv") == []


def test_every_fault_is_named_with_file_line_and_cure_and_nothing_is_written(folder):
    (folder / "responses.csv").write_text("official,item,correct,answered_at\nP1,I9,1,2025-06-01\nP1,I1,x,2025-06-01\nP1,I1,1,soon\n")
    result = run(folder, "--out", f"{folder}/out.csv")
    assert result.exit_code == 1
    first, *problems = result.output.splitlines()
    assert first == "Nothing was estimated: 3 problems in the files."
    assert [line.split(": ")[0].rsplit(":", 1)[1] for line in problems] == ["2", "3", "4"]
    assert not (folder / "out.csv").exists()


def test_a_missing_file_and_a_missing_column_are_readable(folder):
    (folder / "items.csv").write_text("item,a\nI1,1\n")
    (folder / "responses.csv").unlink()
    result = run(folder, "--out", f"{folder}/out.csv")
    assert result.exit_code == 1
    assert "column competency, b, c is missing" in result.output and "can't be read" in result.output


def test_wrong_usage_exits_with_two():
    assert CliRunner().invoke(competency, ["estimate"]).exit_code == 2


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    lines = (DATA / "responses.csv").read_text().splitlines()
    (tmp_path / "items.csv").write_text((DATA / "items.csv").read_text())
    (tmp_path / "responses.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    for folder, out in ((DATA, "a.csv"), (tmp_path, "b.csv")):
        result = run(folder, "--completions", f"{DATA}/completions.csv", "--out", f"{tmp_path}/{out}", "--as-of", "2026-01-01")
        assert result.exit_code == 0, result.output
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert len(rows(tmp_path / "a.csv")) == 33
