"""The pages of the register: who sees what, forms that refuse with a sentence and keep what was typed, files to keep."""

from __future__ import annotations

import re

from lms.facts.enums import FlagState

SAID = {"zh": "新的表述", "en": "The new wording", "status": "known", "conf": "70", "src": "s-lawref，S-CSL25", "note": ""}
FORM = SAID | {"review_by": "2027-01-31", "substance": "yes"}


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_register_is_read_by_those_who_write_and_plan_and_kept_by_the_administrator(desk):
    for key, status in (("author", 200), ("hr", 200), ("admin", 200), ("zhaxi", 403), ("auditor", 403)):
        assert desk.browser(key).get("/facts/").status_code == status
        assert desk.browser(key).get("/facts/LF-411").status_code == status
        assert desk.browser(key).get("/facts/sources").status_code == status
    for key, status in (("author", 403), ("admin", 200)):
        assert desk.browser(key).get("/facts/LF-411/edit").status_code == status
        assert desk.browser(key).get("/facts/new").status_code == status
        assert desk.browser(key).post("/facts/LF-411/edit", data={}).status_code == (422 if status == 200 else 403)
    for key, status in (("author", 200), ("hr", 403), ("admin", 200)):
        assert desk.browser(key).get("/facts/flags/").status_code == status
    assert desk.browser("admin").get("/facts/LF-999").status_code == 404


def test_search_status_order_and_files(desk):
    admin = desk.browser("admin")
    found = words(admin.get("/facts/?q=root+mirror").text + admin.get("/facts/?status=doubtful&order=sure").text)
    assert "LF-409" in found
    assert "LF-422" in found
    table = admin.get("/facts/export.csv?status=doubtful").data.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in table[1:]] == ["LF-206", "LF-421", "LF-422", "LF-605", "LF-606", "LF-613"]
    assert admin.get("/facts/export.xlsx").data[:2] == b"PK"


def test_a_change_by_the_form_says_beforehand_what_it_sets_going_and_is_seen_by_the_author(desk):
    admin, author = desk.browser("admin"), desk.browser("author")
    before = words(admin.get("/facts/LF-411/edit").text)
    assert "4 lessons and questions cite this fact" in before
    assert "2 live questions are not drawn any more" in before
    assert "The quiz of “What the internet is and who governs it” can't be filled: 1 of 14 places stay empty." in before.replace("&#39;", "'")
    refused = admin.post("/facts/LF-411/edit", data=FORM | {"seen": "1", "reason": " "})
    assert refused.status_code == 422
    assert "The new wording" in refused.text
    assert desk.flags() == {}
    assert admin.post("/facts/LF-411/edit", data=FORM | {"seen": "0", "reason": "x"}).status_code == 409
    assert admin.post("/facts/LF-411/edit", data=FORM | {"seen": "1", "reason": "New law."}).status_code == 303
    page = words(admin.get("/facts/LF-411").text)
    assert "The new wording" in page
    assert "Version 2" in page
    assert "not drawn" in page
    assert "A fact changed" in words(author.get("/").text) or "Facts changed" in words(author.get("/").text)
    waiting = words(author.get("/facts/flags/").text)
    assert "Question C01-Q01" in waiting
    assert "Quizzes that are closed meanwhile" in waiting
    one = author.get(f"/facts/flags/{desk.ref('C01-Q01')}")
    assert "The new wording" in one.text
    refused = author.post(f"/facts/flags/{desk.ref('C01-Q01')}", data={"verdict": "still_right", "reason": ""})
    assert refused.status_code == 422
    assert author.post(f"/facts/flags/{desk.ref('C01-Q01')}", data={"verdict": "nonsense", "reason": "x"}).status_code == 422
    assert author.post(f"/facts/flags/{desk.ref('C01-Q01')}", data={"verdict": "to_change", "reason": "The year."}).status_code == 303
    refs = [desk.ref("C01-L1"), desk.ref("C01-Q03")]
    assert author.post("/facts/flags/", data={"verdict": "still_right", "reason": "Looked.", "ref": []}).status_code == 422
    assert author.post("/facts/flags/", data={"verdict": "still_right", "reason": "Looked.", "ref": refs}).status_code == 303
    assert desk.flags(state=FlagState.STILL_RIGHT).keys() == {"C01-L1", "C01-Q03"}
    table = author.get("/facts/flags/export.csv?state=all&order=place").data.decode("utf-8-sig").splitlines()
    assert len(table) == 5


def test_a_new_fact_and_a_new_source(desk):
    admin = desk.browser("admin")
    assert admin.post("/facts/sources", data={"code": "law 26", "text": "x"}).status_code == 422
    assert admin.post("/facts/sources", data={"code": "S-LAW26", "text": "The law of 2026, read on 2026-11-01."}).status_code == 303
    assert admin.post("/facts/sources", data={"code": "S-LAW26", "text": "Again."}).status_code == 409
    assert admin.post("/facts/new", data=FORM | {"reason": "For C20.", "src": "S-NONE"}).status_code == 422
    made = admin.post("/facts/new", data=FORM | {"reason": "For C20.", "src": "S-LAW26", "status": "verified"})
    assert made.status_code == 303
    assert "read on 2026-11-01" in admin.get(made.location).text


def test_the_page_of_a_question_says_why_it_is_not_drawn_and_leads_to_who_may_settle_it(desk):
    def said(key: str, code: str = "C01-Q01") -> str:
        return desk.browser(key).get(f"/author/items/{code}").text

    assert "LF-411" not in said("author")
    desk.change("LF-411")
    for key in ("author", "admin"):
        assert "The fact LF-411, which this question cites, was changed: to be looked at." in said(key)
        assert "This question is not drawn into new forms, checks and placements." in said(key)
        assert f'href="/facts/flags/{desk.ref("C01-Q01")}">Look at it<' in said(key)
    assert "LF-411" not in said("author", "C01-Q02")
    desk.look(FlagState.TO_CHANGE, "C01-Q01")
    assert "was changed: needs a change." in said("author")
    desk.look(FlagState.STILL_RIGHT, "C01-Q01")
    assert "LF-411" not in said("author")
    assert "not drawn into new forms" not in said("author")
