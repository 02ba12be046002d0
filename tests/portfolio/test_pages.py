"""Handing in as an official does it, in pages; who may see and fetch what; certificates and declared levels."""

import io
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.portfolio import files
from lms.portfolio.jobs import end_expired_certificates
from lms.portfolio.models import Certificate, Judgement, Submission, WorkFile
from tests.marking.desk import GOOD, PANEL, TASK
from tests.portfolio import made
from tests.support.people import browser_of


@pytest.fixture
def zhaxi(app, desk):
    return browser_of(app, desk.cast, "zhaxi")


def begin(client, code=TASK) -> str:
    answer = client.post("/me/evidence/start", data={"task": code})
    assert answer.status_code == 302
    return answer.headers["Location"].rsplit("/", 1)[-1]


def send(client, ref, data, name):
    return client.post(f"/me/evidence/{ref}/files", data={"file": (io.BytesIO(data), name)})


def stored(desk):
    with desk.database.reading() as session:
        return session.scalars(select(WorkFile).order_by(WorkFile.place)).all()


def on_disk():
    return sorted(path.name for path in files.folder().iterdir())


def test_a_draft_is_filled_and_handed_in_once(desk, zhaxi):
    ref = begin(zhaxi)
    assert send(zhaxi, ref, made.docx(), "../../工作 记录.docx").status_code == 302
    (file,) = stored(desk)
    assert (file.name, file.kind, file.place, len(file.sha256)) == ("工作 记录.docx", "docx", 1, 64)
    assert on_disk() == [file.stored_as] and "工作" not in file.stored_as
    page = zhaxi.post(f"/me/evidence/{ref}", data={"note": "我负责第三步", "do": "hand_in"})
    assert page.status_code == 422 and "我负责第三步" in page.text and desk.state(ref) == "draft"
    assert zhaxi.post(f"/me/evidence/{ref}", data={"note": "我负责第三步", "do": "hand_in", "nameless": "1"}).status_code == 302
    assert desk.state(ref) == "handed_in"
    assert send(zhaxi, ref, made.PDF, "more.pdf").status_code == 409
    assert zhaxi.post(f"/me/evidence/{ref}/withdraw").status_code == 409
    assert zhaxi.post(f"/me/evidence/{ref}/files/1/remove").status_code == 409


def test_nothing_is_handed_in_without_a_file(desk, zhaxi):
    ref = begin(zhaxi)
    assert zhaxi.post(f"/me/evidence/{ref}", data={"do": "hand_in", "nameless": "1"}).status_code == 422
    both = zhaxi.post(f"/me/evidence/{ref}", data={"do": "hand_in"}).text
    assert "Add at least one file before you hand it in." in both and "Confirm that your name stands nowhere in the files." in both
    assert desk.state(ref) == "draft"


def test_the_note_stays_whatever_is_done_with_the_files(desk, zhaxi):
    ref = begin(zhaxi)
    page = f"/me/evidence/{ref}"
    refused = zhaxi.post(f"{page}/files", data={"note": "我负责第三步", "nameless": "1", "file": (io.BytesIO(made.EXE), "report.pdf")})
    assert refused.status_code == 422 and "我负责第三步" in refused.text and re.search(r'name="nameless"[^>]* checked', refused.text)
    zhaxi.post(f"{page}/files", data={"note": "我负责第三、四步", "file": (io.BytesIO(made.docx()), "记录.docx")})
    assert "我负责第三、四步" in zhaxi.get(page).text
    zhaxi.post(f"{page}/files/1/remove", data={"note": "我负责第四步"})
    assert "我负责第四步" in zhaxi.get(page).text and stored(desk) == []
    zhaxi.post(f"{page}/files", data={"note": "x" * 4001, "file": (io.BytesIO(made.docx()), "记录.docx")})
    assert "我负责第四步" in zhaxi.get(page).text and stored(desk) == []


def test_a_chosen_file_goes_along_when_the_work_is_handed_in(desk, zhaxi):
    ref = begin(zhaxi)
    sent = {"do": "hand_in", "nameless": "1", "note": "", "file": (io.BytesIO(made.docx()), "记录.docx")}
    assert zhaxi.post(f"/me/evidence/{ref}", data=sent).status_code == 302
    assert desk.state(ref) == "handed_in" and [file.name for file in stored(desk)] == ["记录.docx"]


@pytest.mark.parametrize(("data", "name", "said"), [
    (made.EXE, "report.pdf", "not what the name"),
    (made.SVG, "p.svg", "not taken"),
    (made.docx(word__bomb=b"\0" * 20_000_000), "a.docx", "swell"),
    (made.encrypted(made.docx()), "a.docx", "password"),
    (made.PNG, "p.png", "This task takes docx, pdf"),
    (b"%PDF-" + b"x" * 10_000_000, "a.pdf", "larger than 10 MB"),
])  # fmt: skip
def test_a_file_that_may_not_stay_leaves_nothing_behind(desk, zhaxi, data, name, said):
    ref = begin(zhaxi)
    answer = send(zhaxi, ref, data, name)
    assert answer.status_code == 422 and said in answer.text
    assert stored(desk) == [] and on_disk() == []


def test_no_more_files_than_the_task_takes_and_none_twice(desk, zhaxi):
    ref = begin(zhaxi)
    for n in range(3):
        assert send(zhaxi, ref, made.docx(f"第{n}件"), f"{n}.docx").status_code == 302
    assert send(zhaxi, ref, made.docx("第4件"), "4.docx").status_code == 422
    zhaxi.post(f"/me/evidence/{ref}/files/2/remove")
    assert [file.place for file in stored(desk)] == [1, 3] and len(on_disk()) == 2
    assert send(zhaxi, ref, made.docx("第0件"), "again.docx").status_code == 422


def test_a_withdrawn_draft_takes_its_files_along(desk, zhaxi):
    ref = begin(zhaxi)
    send(zhaxi, ref, made.PDF, "a.pdf")
    zhaxi.post(f"/me/evidence/{ref}/withdraw")
    assert (desk.state(ref), stored(desk), on_disk()) == ("withdrawn", [], [])
    begin(zhaxi)  # and it may be begun anew


def test_files_lie_outside_what_the_web_serves_under_random_names(app, desk, zhaxi):
    ref = begin(zhaxi)
    send(zhaxi, ref, made.PDF, "说明.pdf")
    with app.app_context():
        folder = files.folder()
        [name] = [path.name for path in folder.iterdir()]
    assert folder.is_relative_to(app.config["SETTINGS"].instance) and not folder.is_relative_to(app.static_folder)
    assert name.startswith("work-") and "说明" not in name and (folder / name).stat().st_mode & 0o077 == 0
    for address in (f"/static/{name}", f"/uploads/work/{name}", f"/instance/uploads/work/{name}", f"/static/../uploads/work/{name}"):
        assert zhaxi.get(address).status_code == 404


def test_a_download_can_do_nothing_but_be_kept(desk, zhaxi):
    ref = begin(zhaxi)
    send(zhaxi, ref, made.PDF, "说明.pdf")
    answer = zhaxi.get(f"/me/evidence/{ref}/files/1")
    assert answer.data == made.PDF and answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_same_task_is_not_begun_twice_nor_soon_after_it_was_judged(app, desk, zhaxi):
    ref = desk.hand_in("zhaxi")
    assert zhaxi.post("/me/evidence/start", data={"task": TASK}).headers["Location"].endswith("/me/evidence")
    desk.judge(ref, "assessor", GOOD)
    desk.judge(ref, "assessor_two", GOOD)
    assert zhaxi.post("/me/evidence/start", data={"task": TASK}).headers["Location"].endswith("/me/evidence")
    with desk.database.reading() as session:
        assert len(session.scalars(select(Submission)).all()) == 1


def test_the_result_stands_on_the_page_with_what_the_next_grade_asks_for(desk, zhaxi):
    ref = desk.hand_in("zhaxi")
    desk.judge(ref, "assessor", GOOD)
    assert "Result" not in zhaxi.get(f"/me/evidence/{ref}").text
    desk.judge(ref, "assessor_two", GOOD)
    page = zhaxi.get(f"/me/evidence/{ref}").text
    assert "passed: shows level 4" in page and "Evidence secured and grounds stated" in page
    assert "评审" not in page and "shows level 4" in zhaxi.get("/me/evidence").text


def test_strangers_find_nothing(app, desk, zhaxi):
    ref = desk.hand_in("zhaxi")
    other = browser_of(app, desk.cast, "meng")
    for address in (f"/me/evidence/{ref}", f"/me/evidence/{ref}/files/1"):
        assert other.get(address).status_code == 404
    for address in (f"/me/evidence/{ref}", f"/me/evidence/{ref}/withdraw", f"/me/evidence/{ref}/files/1/remove"):
        assert other.post(address).status_code == 404
    assert send(other, ref, made.PDF, "a.pdf").status_code == 404
    person = desk.cast.refs["zhaxi"]
    for key in ("meng", "head", "hr_neighbour", "admin", "auditor", "assessor"):
        client = browser_of(app, desk.cast, key)
        for address in (f"/people/{person}/evidence", f"/people/{person}/evidence/{ref}", f"/people/{person}/evidence/{ref}/files/1"):
            assert client.get(address).status_code == 403, (key, address)


def test_hr_of_the_subtree_reads_and_that_is_written_down(app, desk):
    ref = desk.hand_in("zhaxi")
    hr, person = browser_of(app, desk.cast, "hr"), desk.cast.refs["zhaxi"]
    assert hr.get(f"/people/{person}/evidence").status_code == 200
    assert hr.get(f"/people/{person}/evidence/{ref}/files/1").data.startswith(b"PK")
    with desk.database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.official_id == desk.cast.officials["zhaxi"])).all()
    assert {"record_read", "work_file_read"} <= {entry.action for entry in entries}


def test_a_draft_is_its_owners_alone(app, desk, zhaxi):
    ref = begin(zhaxi)
    send(zhaxi, ref, made.PDF, "a.pdf")
    hr, person = browser_of(app, desk.cast, "hr"), desk.cast.refs["zhaxi"]
    assert hr.get(f"/people/{person}/evidence/{ref}").status_code == 404
    assert hr.get(f"/people/{person}/evidence/{ref}/files/1").status_code == 404
    assert ref not in hr.get(f"/people/{person}/evidence").text


PAPER = {
    "issuer": "省委党校", "title": "数据安全培训", "competency": "LAW-2", "level": "3",
    "issued_on": "2026-05-01", "expires_on": "2029-05-01", "reason": "核验了证书编号",
}  # fmt: skip


def recognise(client, person, **changed):
    return client.post(f"/people/{person}/certificates", data=PAPER | changed)


def test_a_certificate_moves_what_is_expected_and_confirms_nothing(app, desk):
    desk.mark(_single(desk), "assessor", [1, 1, 1])
    before = desk.proficiency("zhaxi", "LAW-2")
    hr, person = browser_of(app, desk.cast, "hr"), desk.cast.refs["zhaxi"]
    assert recognise(hr, person, copy=(io.BytesIO(made.PDF), "copy.pdf")).status_code == 302
    after = desk.proficiency("zhaxi", "LAW-2")
    assert (after.m_milli, after.v_micro, after.n, after.state, after.evidence) == (before.m_milli, before.v_micro, before.n, before.state, before.evidence)
    assert after.expected_m_milli > before.expected_m_milli and desk.differences() == []
    page = browser_of(app, desk.cast, "zhaxi")
    text = page.get("/me/evidence").text
    assert "数据安全培训" in text and "核验了证书编号" in text and "no longer" not in page.get("/me/notices").text
    with desk.database.reading() as session:
        ref = session.scalars(select(Certificate.ref)).one()
    assert page.get(f"/me/certificates/{ref}/file").data == made.PDF
    assert hr.post(f"/people/{person}/certificates/{ref}/revoke", data={"reason": "编号有误"}).status_code == 302
    again = desk.proficiency("zhaxi", "LAW-2")
    assert again.expected_m_milli == before.expected_m_milli and desk.differences() == []
    assert "编号有误" in page.get("/me/notices").text


def test_a_certificate_stops_counting_the_night_after_its_last_day(app, desk):
    desk.mark(_single(desk), "assessor", [1, 1, 1])
    before = desk.proficiency("zhaxi", "LAW-2").expected_m_milli
    hr, page = browser_of(app, desk.cast, "hr"), browser_of(app, desk.cast, "zhaxi")
    recognise(hr, desk.cast.refs["zhaxi"], expires_on="2026-12-31")
    counted = desk.proficiency("zhaxi", "LAW-2").expected_m_milli
    with app.app_context():
        end_expired_certificates(datetime(2026, 12, 31, 4, tzinfo=UTC))
        assert desk.proficiency("zhaxi", "LAW-2").expected_m_milli == counted > before
        end_expired_certificates(datetime(2027, 1, 1, 4, tzinfo=UTC))
        end_expired_certificates(datetime(2027, 1, 2, 4, tzinfo=UTC))
    assert desk.proficiency("zhaxi", "LAW-2").expected_m_milli == before and desk.differences() == []
    assert "expired" in page.get("/me/evidence").text
    assert page.get("/me/notices").text.count("A certificate has expired") == 1
    assert "End the recognition" not in hr.get(f"/people/{desk.cast.refs['zhaxi']}/evidence").text


def _single(desk) -> int:
    from lms.marking.settling import is_double

    n = next(n for n in range(50) if not is_double(f"A{n}:{n}:SHORT-1", 1))
    return desk.answered("zhaxi", position=n)


@pytest.mark.parametrize("changed", [
    {"reason": ""}, {"issued_on": "2027-01-01"}, {"expires_on": "2026-04-01"}, {"competency": "X"}, {"issued_on": "5/1"}, {"level": "9"},
])  # fmt: skip
def test_a_certificate_needs_all_its_facts(app, desk, changed):
    hr = browser_of(app, desk.cast, "hr")
    assert recognise(hr, desk.cast.refs["zhaxi"], **changed).status_code == 422


def test_hr_next_door_recognises_nothing_here(app, desk):
    for key in ("hr_neighbour", "head", "zhaxi", "admin"):
        assert recognise(browser_of(app, desk.cast, key), desk.cast.refs["zhaxi"]).status_code == 403


def test_a_declared_level_is_shown_apart_and_touches_no_estimate(app, desk, zhaxi):
    desk.mark(_single(desk), "assessor", [1, 1, 1])
    before = desk.proficiency("zhaxi", "LAW-2")
    zhaxi.post("/me/evidence/declare", data={"competency": "LAW-2", "level": "5"})
    zhaxi.post("/me/evidence/declare", data={"competency": "GOV-1", "level": "4"})
    after = desk.proficiency("zhaxi", "LAW-2")
    columns = [column.name for column in type(before).__table__.columns]
    assert [getattr(after, name) for name in columns] == [getattr(before, name) for name in columns]
    assert desk.proficiency("zhaxi", "GOV-1") is None and desk.differences() == []
    assert "Declared level" in zhaxi.get("/me/evidence").text
    hr = browser_of(app, desk.cast, "hr").get(f"/people/{desk.cast.refs['zhaxi']}/evidence").text
    assert "Declared by themselves" in hr
    zhaxi.post("/me/evidence/declare", data={"competency": "GOV-1", "level": "0"})
    assert not re.search(r'rowheader">GOV-1', zhaxi.get("/me/evidence").text)


def test_a_page_says_what_the_post_asks_for(desk, zhaxi):
    page = zhaxi.get("/me/evidence").text
    post, others = page.split("Other tasks")
    assert "Remedy and notification" in post and "Documented results of a regional design" in post and "blind spot" in others


def test_returned_work_is_completed_and_handed_in_again_but_once(app, desk, zhaxi):
    ref = desk.hand_in("zhaxi")
    assessor = browser_of(app, desk.cast, "assessor")
    assert assessor.post(f"/marking/works/{ref}/return", data={"why": "时间线缺了一页"}).status_code == 302
    assert desk.state(ref) == "returned" and "时间线缺了一页" in zhaxi.get(f"/me/evidence/{ref}").text
    assert "时间线缺了一页" in zhaxi.get("/").text
    send(zhaxi, ref, made.PDF, "page.pdf")
    zhaxi.post(f"/me/evidence/{ref}", data={"do": "hand_in", "nameless": "1"})
    assert desk.state(ref) == "handed_in"
    assessor.post(f"/marking/works/{ref}/return", data={"why": "还缺"})
    assert desk.state(ref) == "handed_in"


def test_a_judgement_appears_in_the_trail_of_the_skill(desk, zhaxi):
    assert "See what to hand in for this level" in zhaxi.get("/me/skills/LAW-2").text
    ref = desk.hand_in("zhaxi")
    desk.judge(ref, "assessor", GOOD)
    desk.judge(ref, "assessor_two", GOOD)
    page = zhaxi.get("/me/skills/LAW-2").text
    assert "Remedy and notification after a leak" in page and "judged level 4 by 2 assessors" in page
    assert zhaxi.get("/me/skills/LAW-2/explained").status_code == 200


def test_results_before_a_panel_wait_until_hr_convenes_it(app, desk):
    ref = desk.hand_in("zhaxi", PANEL)
    hr, person = browser_of(app, desk.cast, "hr"), desk.cast.refs["zhaxi"]
    assert "Convene the panel" in hr.get(f"/people/{person}/evidence").text
    chosen = [str(desk.cast.accounts[key]) for key in ("assessor", "assessor_two", "assessor_three")]
    assert hr.post(f"/people/{person}/evidence/{ref}/panel", data={"assessor": chosen[:2]}).status_code == 422
    assert hr.post(f"/people/{person}/evidence/{ref}/panel", data={"assessor": chosen}).status_code == 302
    for key in ("hr_neighbour", "head", "assessor"):
        assert browser_of(app, desk.cast, key).get(f"/people/{person}/evidence/{ref}/panel").status_code == 403
    for key in ("assessor", "assessor_two", "assessor_three"):
        desk.judge(ref, key, GOOD)
    with desk.database.reading() as session:
        assert session.scalars(select(Judgement.level)).one() == 5
