"""Tables of answers on the page for authors: what it says of plain files, what it refuses, what it keeps."""

import io
import re

import pytest

from lms.psychometrics import table_files
from tests.psychometrics.test_calibration import LSAT7
from tests.psychometrics.test_classical import sitting
from tests.support.people import browser_of

KEY = list("abcdabcd")


@pytest.fixture
def author(app, cast):
    return browser_of(app, cast, "author", language="en")


@pytest.fixture
def county():
    """Answers of 1,200 people: question q3 has a wrong key, q6 is harder for readers of English."""
    rows, focal = sitting(1200, KEY, 7, {6: 1.5})
    names = ",".join(f"q{i}" for i in range(8))
    return {
        "responses": "\n".join(["person," + names, *(f"P{n}," + ",".join(row) for n, row in enumerate(rows))]),
        "key": "\n".join([names, ",".join([*KEY[:3], "a", *KEY[4:]])]),
        "groups": "\n".join(["person,language", *(f"P{n},{'en' if one else 'zh'}" for n, one in enumerate(focal))]),
    }


def send(client, files: dict[str, str], **form: str):
    return client.post("/author/tables", data=form | {name: (io.BytesIO(text.encode()), f"{name}.csv") for name, text in files.items()})


def result(client, files: dict[str, str], **form: str) -> str:
    sent = send(client, files, **form)
    assert sent.status_code == 303
    return client.get(sent.headers["Location"]).text


def row(text: str, caption: str, item: str) -> str:
    """The words of an item's first row in the table of that caption."""
    table = next(one for one in re.findall(r"<table.*?</table>", text, re.S) if caption in one)
    line = next(one for one in re.findall(r"<tr.*?</tr>", table, re.S) if re.search(rf"<th[^>]*>\s*{item}\b", one))
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", line))


def test_answers_with_key_and_groups_are_analysed_calibrated_and_compared(app, author, county):
    text = result(author, county)
    assert "1200 people." in text
    assert "The key is probably wrong" in row(text, "Share right p", "q3")
    assert "The key is probably wrong" not in row(text, "Share right p", "q2")
    assert "2PL by marginal maximum likelihood" in text
    assert "harder for: en" in row(text, "Mantel–Haenszel", "q6")
    assert "no difference that could not be chance" in row(text, "Mantel–Haenszel", "q1")
    with app.app_context():
        assert list(table_files.folder().iterdir()) == []  # nothing of the files is kept


def test_patterns_without_a_key_reach_the_published_figures(author):
    text = result(author, {"responses": LSAT7.read_text(encoding="utf-8")}, model="2pl")
    assert "log-likelihood −2658.805" in text.replace("-2658", "−2658")
    assert "1000 people." in text
    assert "0.98" in row(text, "Parameters with their standard errors", LSAT7.read_text(encoding="utf-8").split(",")[0])


def test_what_everybody_answers_alike_is_named_and_left_out(author):
    text = result(author, {"responses": "i1,i2,i3,i4\n" + "1,1,0,1\n0,1,0,1\n1,1,1,0\n0,1,1,0\n1,1,1,1\n0,1,0,0\n"}, model="1pl")
    assert "without an estimate: i2." in text and "1PL by marginal" in text


def test_too_few_questions_for_a_model_are_said_and_not_calibrated(author):
    text = result(author, {"responses": "i1,i2,i3\n1,0,1\n0,1,1\n1,1,1\n0,0,1\n"}, model="2pl")
    assert "without an estimate: i3." in text and "2PL needs at least 3 questions" in text and "2PL by marginal" not in text


def test_faults_are_named_by_line_without_saying_where_the_file_lies(author):
    text = result(author, {"responses": "i1,i2\n1,x\n0,1\n"})
    assert "responses.csv:2: i2 is &#39;x&#39;" in text
    assert "uploads" not in text


def test_without_a_file_it_asks_for_one(author):
    answer = send(author, {})
    assert answer.status_code == 422 and "Choose a file." in answer.text


def test_only_who_uploaded_it_opens_the_result(app, cast, author, county):
    address = send(author, county).headers["Location"]
    assert browser_of(app, cast, "admin").get(address).status_code == 404
    assert author.get("/author/tables/nothing").status_code == 404


@pytest.mark.parametrize("who, status", [("author", 200), ("admin", 200), ("hr", 403), ("head", 403), ("zhaxi", 403)])
def test_only_authors_reviewers_and_administrators_come_in(app, cast, who, status):
    assert browser_of(app, cast, who).get("/author/tables").status_code == status
