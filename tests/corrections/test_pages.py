"""The pages of corrections: a key is put right there, and only by those who may."""

import re

import pytest
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.corrections.models import Correction
from tests.corrections.world import WRONG

REASON = "The key named the wrong option."


def begin(home, **form):
    """Send the form of a correction, as its page does; the page it leads to."""
    sent = {"item": WRONG, "version": "1", "kind": "rekey", "answer": "c", "reason_en": REASON, "reason_zh": ""} | form
    return home.browser("admin").post("/corrections/new", data=sent, follow_redirects=True)


def ref_of(page) -> str:
    return page.request.path.rsplit("/", 1)[-1]


def test_only_the_administrator_comes_in(home):
    assert {key: home.browser(key).get("/corrections/").status_code for key in ("admin", "hr", "author", "zhaxi", "head")} == {
        "admin": 200, "hr": 403, "author": 403, "zhaxi": 403, "head": 403,
    }  # fmt: skip


def test_the_form_shows_the_question_with_the_key_that_holds(home):
    page = home.browser("admin").get(f"/corrections/new?item={WRONG}").text
    assert "Question NET-1-Q0" in page and "The key that holds now: Option a" in page and "answered 4 times" in page
    assert home.browser("admin").get("/corrections/new?item=NO-SUCH").status_code == 404
    assert "Id of the question" in home.browser("admin").get("/corrections/new").text


def test_a_wrong_key_is_put_right_on_the_pages(home):
    seen = begin(home)
    assert seen.status_code == 200 and "What it would change" in seen.text and "2</b>" in seen.text
    assert "1 was imported with right or wrong only" in seen.text and "扎西" in seen.text
    assert home.marks()["zhaxi"] == (0, False)
    done = home.browser("admin").post(f"/corrections/{ref_of(seen)}/apply", data={"sure": "1"}, follow_redirects=True)
    assert "carried out" in done.text and "What it changed" in done.text
    assert home.marks()["zhaxi"] == (1, False) and home.marks()["meng"] == (0, False) and home.check() == []
    assert WRONG in home.browser("admin").get("/corrections/?q=net-1&state=applied&order=item").text


def test_taken_back_on_the_page(home):
    before = home.derived()
    ref = ref_of(begin(home))
    browser = home.browser("admin")
    browser.post(f"/corrections/{ref}/apply")
    ahead = browser.post(f"/corrections/{ref}/undo", data={"reason_en": "It was right at first."}, follow_redirects=True)
    assert "restores what held before" in ahead.text and "Key from now on" in ahead.text
    browser.post(f"/corrections/{ref_of(ahead)}/apply")
    assert home.derived() == before and "This correction was taken back" in browser.get(f"/corrections/{ref}").text


@pytest.mark.parametrize("form", [{"reason_en": ""}, {"answer": "z"}, {"answer": "a"}, {"kind": "what"}, {"kind": "reinstate"}, {"reason_en": "x" * 601}])
def test_a_form_that_cannot_be_taken_says_why_and_changes_nothing(home, form):
    answer = begin(home, **form)
    assert answer.status_code == 422 and "Please put this right" in answer.text
    with home.database.reading() as session:
        assert session.scalars(select(Correction)).all() == []


def test_who_looks_at_names_is_written_down_and_the_file_holds_everyone(home):
    ref = ref_of(begin(home))
    file = home.browser("admin").get(f"/corrections/{ref}/effects.csv")
    lines = file.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 3 and any("YX000001" in line and "Unclear,Met" in line for line in lines)
    with home.database.reading() as session:
        seen = session.execute(select(AuditEntry.action).where(AuditEntry.official_id == home.cast.officials["zhaxi"])).scalars().all()
    assert {"people_listed", "correction_exported"} <= set(seen)


def test_the_list_of_effects_can_be_searched_and_narrowed(home):
    ref = ref_of(begin(home))
    page = home.browser("admin").get(f"/corrections/{ref}?q=扎西&states=1&order=name").text
    assert "YX000001" in page and "YX000002" not in page


def test_a_draft_can_be_dropped_and_an_unknown_one_is_not_found(home):
    ref = ref_of(begin(home))
    assert "nothing was changed" in home.browser("admin").post(f"/corrections/{ref}/drop", follow_redirects=True).text
    assert home.browser("admin").post(f"/corrections/{ref}/apply").status_code == 409
    assert home.browser("admin").get("/corrections/nowhere").status_code == 404


def test_the_pages_speak_chinese_too(home):
    page = home.browser("admin", "zh-Hans").get(f"/corrections/new?item={WRONG}").text
    assert 'lang="zh-Hans"' in page and re.search("题目 NET-1-Q0", page)


def test_where_no_state_changes_neither_estimate_nor_state_is_shown(home):
    """A draft is no way to read records: the administrator is not HR."""
    home.answer("dong", 10, NET_1_Q0="c")
    ref = ref_of(begin(home))
    page = home.browser("admin").get(f"/corrections/{ref}?q=YX000005").text
    assert "does not change" in page and " → " not in page.split("YX000005")[-1].split("</tr>")[0]
    lines = home.browser("admin").get(f"/corrections/{ref}/effects.csv?q=YX000005").data.decode("utf-8-sig").splitlines()
    assert lines[1].endswith(",1,0,0,0,,,,")
