"""Pages for assessors: anonymous, never their own, never another's marks before all are in."""

import pytest
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.assessments.models import Response
from tests.marking.desk import FAIR, GOOD
from tests.portfolio import made
from tests.support.people import PEOPLE, UNITS, browser_of


@pytest.fixture
def assessor(app, desk):
    return browser_of(app, desk.cast, "assessor")


def form(grades):
    return {f"c{n}": str(grade) for n, grade in enumerate(grades, 1)}


def test_nothing_says_whose_work_it_is(app, desk, assessor):
    ref = desk.hand_in("zhaxi")
    response = desk.answered("zhaxi")
    pages = [assessor.get(address).text for address in ("/marking/", f"/marking/works/{ref}", f"/marking/answers/{response}")]
    hidden = [name for _, staff_no, name, *_ in PEOPLE for name in (staff_no, name)] + [name for _, zh, en, *_ in UNITS for name in (zh, en)]
    hidden += ["我的材料", desk.cast.refs["zhaxi"]]
    for page in pages:
        assert [name for name in hidden if name in page] == []


def test_a_file_comes_under_a_neutral_name_and_the_reading_is_logged_without_the_official(desk, assessor):
    ref = desk.hand_in("zhaxi")
    answer = assessor.get(f"/marking/works/{ref}/files/1")
    assert answer.headers["Content-Disposition"] == "attachment; filename=file-1.docx"
    assert answer.headers["Content-Type"] == "application/octet-stream" and "sandbox" in answer.headers["Content-Security-Policy"]
    with desk.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "work_file_read")).one()
    assert (entry.actor, entry.subject, entry.official_id) == ("评审甲", ref, None)


def test_nobody_else_opens_the_queue_or_the_files(app, desk):
    ref = desk.hand_in("zhaxi")
    response = desk.answered("zhaxi")
    for key in ("zhaxi", "hr", "head", "admin", "auditor", "author"):
        client = browser_of(app, desk.cast, key)
        for address in ("/marking/", f"/marking/works/{ref}", f"/marking/works/{ref}/files/1", f"/marking/answers/{response}"):
            assert client.get(address).status_code == 403, (key, address)


def test_an_assessor_with_a_staff_record_never_gets_their_own(app, desk):
    desk.make_assessor("zhaxi")
    ref, response = desk.hand_in("zhaxi"), desk.answered("zhaxi")
    client = browser_of(app, desk.cast, "zhaxi")
    assert ref not in client.get("/marking/").text and client.get("/marking/").text.count("Nothing waits.") == 2
    assert client.get(f"/marking/works/{ref}").status_code == 403 and client.get(f"/marking/answers/{response}").status_code == 403
    assert client.post(f"/marking/works/{ref}", data=form(GOOD)).status_code == 403
    assert client.post(f"/marking/answers/{response}", data=form([1, 1, 1])).status_code == 403


def test_stepping_back_without_a_reason_shows_no_answer_that_one_may_not_read(app, desk, assessor):
    desk.make_assessor("zhaxi")
    own, settled = desk.answered("zhaxi"), desk.answered("meng")
    with desk.database.writing() as session:
        session.get_one(Response, settled).correct = 1
    answers = [browser_of(app, desk.cast, "zhaxi").post(f"/marking/answers/{own}/skip"), assessor.post(f"/marking/answers/{settled}/skip")]
    assert [answer.status_code for answer in answers] == [403, 404]


def test_marks_of_others_are_seen_only_when_all_are_in(app, desk, assessor):
    ref = desk.hand_in("zhaxi")
    desk.judge(ref, "assessor_two", GOOD)
    before = assessor.get(f"/marking/works/{ref}").text
    assert "Grades of all" not in before and "评审乙" not in before
    second = browser_of(app, desk.cast, "assessor_two")
    assert "3 · 3 · 2 · 2" in second.get(f"/marking/works/{ref}").text
    assert assessor.post(f"/marking/works/{ref}", data=form(FAIR)).status_code == 302
    after = second.get(f"/marking/works/{ref}").text
    assert "Grades of all assessors" in after and "2 · 3" in after and "评审甲" not in after
    third = browser_of(app, desk.cast, "assessor_three")
    assert third.get(f"/marking/works/{ref}").status_code == 403


def test_a_criterion_without_a_grade_is_asked_again_and_nothing_typed_is_lost(desk, assessor):
    ref = desk.hand_in("zhaxi")
    page = assessor.post(f"/marking/works/{ref}", data={"c1": "3", "c2": "2", "comment": "看过附件"})
    assert page.status_code == 422 and "Give every criterion a grade" in page.text and "看过附件" in page.text


def test_a_conflict_of_interest_takes_it_out_of_the_queue_for_good(desk, assessor):
    ref, response = desk.hand_in("zhaxi"), desk.answered("zhaxi")
    assert assessor.post(f"/marking/works/{ref}/skip", data={"reason": ""}).status_code == 422
    assert assessor.post(f"/marking/works/{ref}/skip", data={"reason": "认得出写的人"}).status_code == 302
    assert assessor.post(f"/marking/answers/{response}/skip", data={"reason": "认得出写的人"}).status_code == 302
    assert assessor.get("/marking/").text.count("Nothing waits.") == 2
    assert assessor.get(f"/marking/works/{ref}").status_code == 403 and assessor.get(f"/marking/answers/{response}").status_code == 403


def test_a_seat_on_a_panel_becomes_free_with_a_conflict(app, desk, assessor):
    ref = desk.hand_in("zhaxi", "WS-GOV-1-L5")
    desk.convene(ref, "assessor", "assessor_two", "assessor_three")
    assessor.post(f"/marking/works/{ref}/skip", data={"reason": "同一项目"})
    page = browser_of(app, desk.cast, "hr").get(f"/people/{desk.cast.refs['zhaxi']}/evidence/{ref}/panel").text
    assert page.count(" checked") == 0 or "评审甲" not in page
    assert "fewer than three assessors" in page


def test_one_mark_leads_to_the_next_and_home_says_how_many_wait(desk, assessor):
    first, second = desk.answered("zhaxi", position=1), desk.answered("meng", position=2)
    assert "2 pieces wait for your mark" in assessor.get("/").text
    answer = assessor.post(f"/marking/answers/{first}", data=form([1, 0, 1]))
    assert answer.headers["Location"].endswith(f"/marking/answers/{second}")
    assert assessor.post(f"/marking/answers/{second}", data=form([1, 1, 1])).headers["Location"].endswith("/marking/")


def test_agreement_is_shown_from_five_double_marks_on(app, desk, assessor):
    def page():
        return assessor.get("/marking/agreement").text

    people = ("zhaxi", "meng", "lei", "sun")
    for key in people:
        ref = desk.hand_in(key)
        desk.judge(ref, "assessor", GOOD)
        desk.judge(ref, "assessor_two", FAIR)
    assert "shown from 5 double marks on" in page() and "0.00" not in page()
    ref = desk.hand_in("dong")
    desk.judge(ref, "assessor", [1, 1, 1, 1])
    desk.judge(ref, "assessor_two", [1, 1, 1, 1])
    # 20 pairs of grades: 8 x (3, 2), 8 x (2, 2), 4 x (1, 1); observed 0.4, expected 0.88, so kappa is 0.545
    assert "0.55" in page() and "moderate" in page()
    assert browser_of(app, desk.cast, "zhaxi").get("/marking/agreement").status_code == 403


def test_what_was_handed_in_is_what_the_assessor_gets(app, desk, assessor):
    ref = desk.hand_in("zhaxi", text="独一份")
    assert assessor.get(f"/marking/works/{ref}/files/1").data[:4] == made.docx()[:4]
    assert assessor.get(f"/marking/works/{ref}/files/2").status_code == 404
