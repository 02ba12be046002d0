"""`lms items` on plain files: the shapes that scripts rely on, and faults by file and line."""

import json

import pytest
from click.testing import CliRunner

from lms.cli import lms
from tests.psychometrics.county import county as live_county
from tests.psychometrics.test_calibration import LSAT7
from tests.psychometrics.test_classical import sitting

KEY = list("abcdabcd")


def run(*arguments: str):
    return CliRunner().invoke(lms, ["items", *map(str, arguments)])


@pytest.fixture
def county(tmp_path):
    """Three files of 300 people: question q3 has a wrong key, q6 is harder for readers of English."""
    rows, focal = sitting(1200, KEY, 7, {6: 1.5})
    names = ",".join(f"q{i}" for i in range(8))
    lines = {
        "answers.csv": ["person," + names, *(f"P{n}," + ",".join(row) for n, row in enumerate(rows))],
        "key.csv": [names, ",".join([*KEY[:3], "a", *KEY[4:]])],
        "people.csv": ["person,language", *(f"P{n},{'en' if one else 'zh'}" for n, one in reversed(list(enumerate(focal))))],
    }
    for name, text in lines.items():
        (tmp_path / name).write_text("\n".join(text) + "\n", encoding="utf-8")
    return tmp_path


def test_calibrate_prints_the_contracts_shape():
    done = run("calibrate", "--patterns", LSAT7, "--model", "2pl", "--format", "json")
    data = json.loads(done.stdout)
    assert done.exit_code == 0
    assert data["model"] == "2pl"
    assert data["loglik"] == pytest.approx(-2658.805, abs=0.001)
    assert {"item", "a", "b", "d", "se_a", "se_b"} <= data["items"][0].keys()
    assert all(one["d"] == pytest.approx(-one["a"] * one["b"]) for one in data["items"])


def test_calibrate_prints_a_readable_table():
    done = run("calibrate", "--patterns", LSAT7, "--model", "1pl")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "1PL, log-likelihood -2664.901"
    assert len({line.split()[1] for line in done.stdout.splitlines()[2:]}) == 1


def test_every_fault_of_a_file_is_named_by_line(tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("i1,i2,freq\n1,0,many\n1,2,3\n1\n", encoding="utf-8")
    done = run("calibrate", "--patterns", file, "--model", "2pl")
    assert done.exit_code == 1
    assert [f"{file}:{line}:" in done.stderr for line in (2, 3, 4)] == [True] * 3
    assert "Write 1 for right, 0 for wrong" in done.stderr


def test_a_table_from_which_a_model_cannot_be_told_is_refused(tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("i1,i2\n1,0\n0,1\n1,1\n", encoding="utf-8")
    done = run("calibrate", "--patterns", file, "--model", "2pl")
    assert (done.exit_code, "the 2PL needs at least 3 items" in done.stderr) == (1, True)


def test_a_missing_file_is_refused_and_a_missing_option_is_wrong_usage(tmp_path):
    assert run("calibrate", "--patterns", tmp_path / "none.csv", "--model", "2pl").exit_code == 1
    assert run("calibrate", "--model", "2pl").exit_code == 2
    assert run("calibrate", "--patterns", LSAT7, "--model", "3pl").exit_code == 2


def test_an_item_without_variance_is_named(tmp_path):
    (tmp_path / "p.csv").write_text("i1,i2\n1,0\n1,1\n", encoding="utf-8")
    done = run("calibrate", "--patterns", tmp_path / "p.csv", "--model", "2pl")
    assert (done.exit_code, "i1 was answered right by everybody" in done.stderr) == (1, True)


def test_analyse_prints_the_contracts_shape_and_finds_the_wrong_key(county):
    done = run("analyse", "--responses", county / "answers.csv", "--key", county / "key.csv", "--format", "json")
    data = json.loads(done.stdout)
    assert {"n", "mean", "sd", "alpha", "sem", "items"} <= data.keys()
    assert {"item", "p", "rit", "rest_r", "key_suspect", "options"} <= data["items"][0].keys()
    assert data["n"] == 1200
    assert [one["item"] for one in data["items"] if one["key_suspect"]] == ["q3"]
    assert sum(data["items"][0]["options"].values()) == pytest.approx(1)


def test_analyse_says_in_words_what_to_look_at(county):
    done = run("analyse", "--responses", county / "answers.csv", "--key", county / "key.csv")
    assert [line.split()[0] for line in done.stdout.splitlines() if "the key is probably wrong" in line] == ["q3"]


def test_dif_joins_by_person_and_finds_the_unfair_question(county):
    (county / "key.csv").write_text(",".join(f"q{i}" for i in range(8)) + "\n" + ",".join(KEY) + "\n", encoding="utf-8")
    files = ("--responses", county / "answers.csv", "--key", county / "key.csv", "--groups", county / "people.csv")
    data = json.loads(run("dif", *files, "--format", "json").stdout)
    assert [one["item"] for one in data["items"] if one["dif"]] == ["q6"]
    assert "harder for en at equal ability" in run("dif", *files).stdout


def test_headings_that_differ_are_refused(county):
    (county / "key.csv").write_text("q0,q9\na,b\n", encoding="utf-8")
    done = run("analyse", "--responses", county / "answers.csv", "--key", county / "key.csv")
    assert done.exit_code == 1
    assert "q9 is no column of" in done.stderr
    assert "q1 has no key" in done.stderr


def test_each_command_shows_an_example():
    assert all("Example:" in run(name, "--help").stdout for name in ("calibrate", "analyse", "dif"))


def test_the_instances_own_questions_by_command(app, database, now, monkeypatch):
    with database.writing() as session:
        live_county(session, now, people=60)
    monkeypatch.setattr("lms.app.create_app", lambda: app)
    assert run("refresh").stdout == "Figures of 12 questions.\n"
    foreseen = run("calibrate-new", "--dry-run").stdout
    assert len(foreseen.splitlines()) == 13
    assert run("calibrate-new").stdout == foreseen
    assert run("calibrate-new").stdout == "No question is due: nothing changes.\n"
