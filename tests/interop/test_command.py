"""`lms assessments import --format … --out …` and `export --format moodle`."""

import pytest
import yaml
from click.testing import CliRunner

from lms.cli import lms
from lms.interop import reading
from tests.interop.files import PICTURE, PNG, SAMPLES, members, zipped


def run(*arguments):
    return CliRunner().invoke(lms, [str(one) for one in arguments])


def test_a_foreign_bank_becomes_drafts_with_a_report(tmp_path):
    done = run("assessments", "import", SAMPLES / "county.moodle.xml", "--format", "auto", "--out", tmp_path / "out", "--course", "internet-and-governance")
    assert done.exit_code == 0, done.output
    assert "county.moodle.xml (moodle): 13 questions in, 8 carried, 5 left" in done.output
    assert "left: question 10 (cloze) “Gaps”: it has several gaps in one text: write each as a question of its own" in done.output
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()) == [
        f"out/assets/{PICTURE}", "out/county-moodle.yaml", "out/report.txt"]
    assert (tmp_path / "out/assets" / PICTURE).read_bytes() == PNG
    assert (tmp_path / "out/report.txt").read_text().splitlines()[0] == "county.moodle.xml (moodle): 13 questions in, 8 carried, 5 left"
    bank = yaml.safe_load((tmp_path / "out/county-moodle.yaml").read_text())
    assert (bank["schema"], bank["framework"], bank["course"], len(bank["items"])) == ("assessment/1", "dgcf@1.0.0", "internet-and-governance", 8)


def test_the_check_of_banks_lists_what_is_missing(tmp_path):
    run("assessments", "import", SAMPLES / "county.moodle.xml", "--format", "moodle", "--out", tmp_path / "out")
    found = run("assessments", "check", tmp_path / "out/county-moodle.yaml")
    assert found.exit_code == 1
    for field in ("competency", "level", "cognitive", "difficulty"):
        for number in range(2, 9):
            assert f"county-moodle-Q{number:02} has no {field}" in found.output
        assert f"R-1 has no {field}" in found.output
    assert "'zh' is empty. Write it in both languages." in found.output
    assert "The stem of R-1 has a picture. Say in words what it shows" in found.output
    report = (tmp_path / "out/report.txt").read_text()
    assert "to fill in: R-1: competency, level, cognitive, difficulty, the other language of the rationale, Chinese texts\n" in report
    assert "to fill in: county-moodle-Q02: competency, level, cognitive, difficulty, rationale\n" in report


def test_a_draft_cannot_be_loaded(app, tmp_path):
    run("assessments", "import", SAMPLES / "county.gift.txt", "--format", "auto", "--out", tmp_path / "out")
    from lms.assessments import sources

    report = sources.read(tmp_path / "out/county-gift.yaml")
    assert report.bank is None
    assert {f"desk-{n} has no level" for n in (1, 2, 3, 4, 5, 6, 7, 9, 11)} <= {problem.what for problem in report.problems}


@pytest.mark.parametrize("name", ["county.gift.txt", "county.aiken.txt", "county.csv"])
def test_every_format_by_its_name(tmp_path, name):
    form = reading.recognised((SAMPLES / name).read_bytes(), name)
    done = run("assessments", "import", SAMPLES / name, "--format", form, "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert f"({form})" in done.output


def test_a_package_that_leads_out_is_refused_in_one_line_and_nothing_is_written(tmp_path):
    (tmp_path / "pack.zip").write_bytes(zipped(members("qti3") | {"../evil.xml": b"x"}))
    done = run("assessments", "import", tmp_path / "pack.zip", "--format", "auto", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert done.output.strip() == "pack.zip: '../evil.xml' leads out of the archive's own folder"
    assert [path.name for path in tmp_path.iterdir()] == ["pack.zip"]


def test_a_file_without_any_question_to_carry_writes_nothing(tmp_path):
    (tmp_path / "a.txt").write_text("Only a text {=a} with two {=b} gaps")
    done = run("assessments", "import", tmp_path / "a.txt", "--format", "gift", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "no question could be carried; nothing was written" in done.output
    assert not (tmp_path / "out").exists()


def test_wrong_usage_is_said(tmp_path):
    assert run("assessments", "import", SAMPLES / "county.csv", "--format", "auto").exit_code == 2
    assert run("assessments", "import", "internet-and-governance", "--out", tmp_path).exit_code == 2
    assert "lms assessments import questions.xml --format auto --out drafts" in run("assessments", "import", "--help").output


@pytest.fixture
def on(app, monkeypatch):
    """The commands on the test's own instance."""
    monkeypatch.setattr("lms.app.create_app", lambda: app)
    return run


def test_a_draft_that_is_filled_in_is_loaded_and_goes_out_and_in_again_unchanged(on, tmp_path):
    rows = (SAMPLES / "county.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "desk.csv").write_text("\n".join(rows[:2]), encoding="utf-8")
    done = on("assessments", "import", tmp_path / "desk.csv", "--format", "table", "--out", tmp_path / "in", "--course", "internet-and-governance")
    assert "1 drafts with 0 places to fill in or correct" in done.output
    assert on("assessments", "check", tmp_path / "in/desk.yaml").exit_code == 0
    assert "desk: 1 items, loaded, 1 new item revisions" in on("assessments", "import", tmp_path / "in/desk.yaml").output
    assert on("assessments", "export", "desk", "--format", "moodle", "--out", tmp_path / "desk.xml").exit_code == 0
    on("assessments", "import", tmp_path / "desk.xml", "--format", "auto", "--out", tmp_path / "again", "--course", "internet-and-governance")
    assert "desk: 1 items, unchanged" in on("assessments", "import", tmp_path / "again/desk.yaml").output


def test_drafts_are_refused_by_the_loader_and_nothing_is_loaded(on, tmp_path):
    on("assessments", "import", SAMPLES / "county.aiken.txt", "--format", "auto", "--out", tmp_path / "out")
    done = on("assessments", "import", tmp_path / "out/county-aiken.yaml")
    assert done.exit_code == 1
    assert "nothing loaded" in done.output
    assert "county-aiken-Q01 has no level" in done.output
    assert on("assessments", "export", "county-aiken").exit_code == 1
