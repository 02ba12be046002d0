"""New items against frozen anchors and anchors that drift, on plain files: what is found, and faults by line."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.special import ndtr

from lms.cli import lms

ANCHORS = {f"A{n}": (1.2, -1.5 + 0.3 * n) for n in range(11)}
NEW = {"N1": (1.0, 0.8), "N2": (1.0, -0.6)}
DRIFTED = "A5"


def run(*arguments: str):
    return CliRunner().invoke(lms, ["items", "anchored", *map(str, arguments)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """600 people answer eleven anchors, one of which has become a logit and a half easier, and two new items expected at 0; one item nobody answers."""
    folder, random = tmp_path_factory.mktemp("anchored"), np.random.default_rng(8)
    truth = ANCHORS | NEW | {DRIFTED: (1.2, ANCHORS[DRIFTED][1] - 1.5)}
    items = [f"{name},SEC-1,{a},{b},0,0.02,1" for name, (a, b) in ANCHORS.items()] + [f"{name},SEC-1,1,0,0,0.5,0" for name in NEW] + ["N3,SEC-1,1,0,0,0.5,0"]
    answers = []
    for person, theta in enumerate(random.normal(0, 1, 600)):
        for name, (a, b) in truth.items():
            answers.append(f"P{person},{name},{int(random.random() < ndtr(a * (theta - b) / 1.702))},2026-03-02T09:00:00")
    (folder / "items.csv").write_text("\n".join(["item,competency,a,b,c,vb,anchor", *items]), encoding="utf-8")
    (folder / "answers.csv").write_text("\n".join(["official,item,correct,answered_at", *answers]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def found(folder):
    done = run("--items", folder / "items.csv", "--responses", folder / "answers.csv", "--format", "json")
    assert done.exit_code == 0
    return {line["item"]: line for line in json.loads(done.stdout)["items"]}


def test_new_items_come_near_the_truth_and_are_surer_than_before(found):
    for name, (_, b) in NEW.items():
        after = found[name]["after"]
        assert found[name]["n"] == 600
        assert after["b"] == pytest.approx(b, abs=0.25)
        assert after["vb"] < 0.05 < found[name]["before"]["vb"]


def test_anchors_stay_as_they_are_and_only_the_one_that_moved_is_named(found):
    assert [name for name in ANCHORS if found[name]["drift"]] == [DRIFTED]
    assert found[DRIFTED]["residual"] > 0.05
    assert all("after" not in found[name] for name in ANCHORS)


def test_what_nobody_answered_keeps_its_authors_opinion(found, folder):
    assert "after" not in found["N3"] and found["N3"]["n"] == 0
    assert "Too few answers: N3" in run("--items", folder / "items.csv", "--responses", folder / "answers.csv").stdout


def test_faults_are_named_by_line(tmp_path):
    (tmp_path / "i.csv").write_text("item,competency,a,b,c,vb,anchor\nA,SEC-1,x,0,0,0,1\nB,SEC-1,1,0,0,0,maybe\n", encoding="utf-8")
    (tmp_path / "r.csv").write_text("official,item,correct\nP,A,1\n", encoding="utf-8")
    done = run("--items", tmp_path / "i.csv", "--responses", tmp_path / "r.csv")
    assert done.exit_code == 1
    assert "i.csv:2: a is 'x'" in done.stderr and "i.csv:3: anchor is 'maybe'" in done.stderr
    (tmp_path / "i.csv").write_text("item,competency,a,b,c,vb,anchor\nA,SEC-1,1,0,0,0,1\n", encoding="utf-8")
    done = run("--items", tmp_path / "i.csv", "--responses", tmp_path / "r.csv")
    assert "r.csv:1: column answered_at is missing" in done.stderr
