"""A unit's report: exact numbers, nothing that is hidden, in both languages; who may have one; schedules; old files go."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.cli import lms
from lms.core import clock
from lms.people.models import Account, Notice, RoleGrant, Unit
from lms.reports import files, jobs
from lms.reports.enums import State
from lms.reports.models import Report, ReportSchedule
from tests.competency.world import NOW

COUNTY, CENTRE, DATA, TOWNSHIP = "513399", "513399101", "513399102", "513399201"


def make(client, code=COUNTY, **wish):
    """Ask for a report; answers its reference. Jobs run at once in tests."""
    answer = client.post(f"/units/{code}/report", data={"form": "pdf", "language": "en", "numbers": "published"} | wish)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rsplit("/", 1)[-1]


def pdf_of(client, **wish) -> PdfReader:
    return PdfReader(io.BytesIO(client.get(f"/talent/reports/{make(client, **wish)}/file").data))


def text_of(reader: PdfReader) -> str:
    """All words on one line each, without the breaks of the page."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def book_of(client, **wish):
    return openpyxl.load_workbook(io.BytesIO(client.get(f"/talent/reports/{make(client, form='xlsx', **wish)}/file").data))


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_document_says_what_the_unit_page_says(browser):
    said = text_of(pdf_of(browser("hr"), code=CENTRE))
    assert "Skills report County service centre" in said
    assert "Numbers published daily snapshot, small groups hidden" in said
    assert "Personal-level detail none: aggregates only" in said
    assert "May be passed on" in said and "For HR's own use" not in said
    # SEC-1 of the centre: 14 required, 12 with evidence, 4 met, 4 not yet, 4 unclear, 2 without
    assert re.search(r"SEC-1 .{0,60}?14 12 4 4 4 2 ", said), said


def test_the_document_is_tagged_titled_and_in_its_language(browser):
    reader = pdf_of(browser("hr"), language="zh-Hans")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF boolean of its own kind
    assert reader.trailer["/Root"]["/Lang"].startswith("zh")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert "示例县" in reader.metadata.title
    assert "示例县" in text_of(reader)


def test_live_numbers_are_marked_on_every_page(browser):
    reader = pdf_of(browser("hr"), numbers="live")
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]
    assert all("For HR's own use: live numbers" in page for page in pages)
    assert re.search(r"SEC-1 .{0,60}?28 23 8 8 7 5 ", " ".join(pages))


def hidden_numbers(rows):
    """(unit code, competency) of lines without a number, and whether any line has only some."""
    lines = [row for row in rows[1:] if row[2] == "SEC-1"]
    return {row[0] for row in lines if not any(isinstance(value, int | float) for value in row[4:13])}


def test_hidden_cells_are_in_neither_file(browser, database):
    book = book_of(browser("hr"))
    cells = rows_of(book["Cells"])
    assert hidden_numbers(cells) == {DATA, TOWNSHIP}
    said = text_of(pdf_of(browser("hr")))
    assert "9 of 10" not in said
    live = rows_of(book_of(browser("hr"), numbers="live")["Cells"])
    assert hidden_numbers(live) == set()


def test_a_unit_too_small_to_be_shown_has_a_report_without_a_number(browser):
    reader = pdf_of(browser("head_township"), code=TOWNSHIP)
    said = text_of(reader)
    assert "too few people to show" in said and "people with targets" not in said
    assert re.search(r"[0-9]+ competenc(y is|ies are) hidden for the whole unit", said)
    numbers = re.search(r"SEC-1 .{0,60}?((?:[–0-9.,]+ ){9})", said.split("The whole unit in numbers")[-1])
    assert set(numbers[1].split()) == {"–"}


def test_the_workbook_has_native_charts_and_no_formula(browser):
    book = book_of(browser("hr"), code=CENTRE)
    assert book.sheetnames == ["Summary", "Competencies", "Cells", "Method"]
    assert len(book["Competencies"]._charts) == 2
    sec = next(row for row in rows_of(book["Competencies"]) if row[1] == "SEC-1")
    assert sec[2:6] == [4, 4, 4, 2]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_units_name_is_never_taken_for_a_formula_or_markup(browser, database, home):
    with database.writing() as session:
        session.scalars(select(Unit).where(Unit.code == CENTRE)).one().name_en = '=1+1 #panic("x") $x$ <b>'
    said = text_of(pdf_of(browser("hr"), code=CENTRE))
    assert '=1+1 #panic("x") $x$ <b>' in said
    book = book_of(browser("hr"), code=CENTRE)
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_head_gets_the_published_numbers_of_the_own_unit_only(browser):
    head = browser("head")
    assert "published daily snapshot" in text_of(pdf_of(head, code=CENTRE))
    refused = [head.post(f"/units/{code}/report", data={"form": "pdf", "language": "en"}).status_code for code in (COUNTY, DATA)]
    assert refused == [403, 403]
    assert head.post(f"/units/{CENTRE}/report", data={"form": "pdf", "language": "en", "numbers": "live"}).status_code == 403


@pytest.mark.parametrize("key", ["zhaxi", "author", "auditor", "admin"])
def test_others_make_no_reports(browser, key):
    assert [browser(key).get(path).status_code for path in (f"/units/{CENTRE}/report", "/talent/reports/")] == [403, 403]


def test_a_live_report_is_not_even_known_to_the_head(browser):
    ref = make(browser("hr"), code=CENTRE, numbers="live")
    published = make(browser("hr"), code=CENTRE)
    head = browser("head")
    assert [head.get(f"/talent/reports/{one}{path}").status_code for one in (ref, published) for path in ("", "/file")] == [404, 404, 200, 200]
    assert head.post(f"/talent/reports/{ref}/delete").status_code == 404
    assert ref not in head.get("/talent/reports/").text and published in head.get("/talent/reports/").text
    assert browser("hr_neighbour").get(f"/talent/reports/{published}").status_code == 404


def test_a_report_is_listed_logged_and_deleted(browser, database, app):
    hr = browser("hr")
    ref = make(hr)
    assert "Document (PDF), English" in hr.get(f"/talent/reports/?q={COUNTY}").text
    assert "Nothing is found" in hr.get("/talent/reports/?q=nowhere").text
    hr.get(f"/talent/reports/{ref}/file")
    table = hr.get("/talent/reports/list.csv").data.decode("utf-8-sig").splitlines()
    assert table[0].startswith("Unit code,Unit,Kind") and table[1].startswith(f"{COUNTY},Sample county,")
    assert files.read(ref)
    assert hr.post(f"/talent/reports/{ref}/delete").status_code == 303
    assert files.read(ref) is None and hr.get(f"/talent/reports/{ref}").status_code == 404
    with database.reading() as session:
        found = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("report%")).order_by(AuditEntry.seq)).all()
    assert found == [Action.REPORT_MADE, Action.REPORT_OPENED, Action.REPORTS_EXPORTED, Action.REPORT_DELETED]


def test_a_head_deletes_the_own_reports_and_ends_the_own_schedules_only(browser, database):
    hr, head = browser("hr"), browser("head")
    schedule = {"form": "pdf", "language": "en", "every": "month", "day": "1"}
    hr.post(f"/units/{CENTRE}/report/schedules", data=schedule)
    head.post(f"/units/{CENTRE}/report/schedules", data=schedule)
    with database.reading() as session:
        first, second = session.scalars(select(ReportSchedule.ref).order_by(ReportSchedule.id)).all()
    by_hr, by_head, other = (make(client, code=CENTRE, form="xlsx") for client in (hr, head, head))
    answers = [head.post(path).status_code for path in (f"/talent/reports/{by_hr}/delete", f"/talent/reports/{by_head}/delete")]
    assert answers == [403, 303] and hr.post(f"/talent/reports/{other}/delete").status_code == 303
    assert "Delete this report" not in head.get(f"/talent/reports/{by_hr}").text
    ends = [client.post(f"/talent/reports/schedules/{ref}/end").status_code for client, ref in ((head, first), (head, second), (hr, first))]
    assert ends == [403, 303, 303]


def test_nonsense_is_refused(browser):
    hr = browser("hr")
    wishes = ({"form": "exe"}, {"language": "fr"})
    answers = [hr.post(f"/units/{COUNTY}/report", data={"form": "pdf", "language": "en"} | wish) for wish in wishes]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert hr.post(f"/units/{COUNTY}/report/schedules", data={"form": "pdf", "language": "en", "every": "month", "day": "31"}).status_code == 422


def night(day):
    with clock.at(day):
        jobs.nightly(day)


def test_a_schedule_makes_published_reports_and_tells_when_one_is_ready(browser, database, home):
    hr = browser("hr")
    with database.writing() as session:  # HR has a record of her own: she is told by a notice as well
        account = session.get_one(Account, home.cast.accounts["hr"])
        account.official_id = None
        session.get_one(Account, home.cast.accounts["he"]).official_id = None
        session.flush()
        account.official_id = home.cast.officials["he"]
    hr.post(f"/units/{COUNTY}/report/schedules", data={"form": "pdf", "language": "zh-Hans", "every": "month", "day": "23"})
    assert "every month, on day 23" in hr.get(f"/units/{COUNTY}/report").text
    for _ in range(2):
        night(NOW)
    with database.reading() as session:
        made = session.scalars(select(Report)).all()
        told = session.scalars(select(Notice).where(Notice.kind == "report_ready")).all()
    assert [(one.state, one.live, one.language) for one in made] == [(State.READY, False, "zh-Hans")]
    assert [one.official_id for one in told] == [home.cast.officials["he"]]
    assert "A report is ready: Sample county" in hr.get("/").text
    hr.get(f"/talent/reports/{made[0].ref}/file")
    assert "A report is ready: Sample county" not in hr.get("/").text
    with database.reading() as session:
        ref = session.scalars(select(ReportSchedule.ref)).one()
    assert browser("head").post(f"/talent/reports/schedules/{ref}/end").status_code == 403
    hr.post(f"/talent/reports/schedules/{ref}/end")
    night(NOW + timedelta(days=31))
    with database.reading() as session:
        assert len(session.scalars(select(Report)).all()) == 1


def test_a_schedule_ends_with_the_right_to_reports(browser, database, home):
    browser("hr").post(f"/units/{COUNTY}/report/schedules", data={"form": "pdf", "language": "en", "every": "month", "day": "1"})
    with database.writing() as session:
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.account_id == home.cast.accounts["hr"])):
            grant.revoked_at = NOW
    night(NOW)
    with database.reading() as session:
        assert session.scalars(select(Report)).all() == []
        assert session.scalars(select(ReportSchedule)).one().ended_at == NOW


def test_files_go_after_their_days(browser, database, app):
    ref = make(browser("hr"))
    later = NOW + timedelta(days=app.config["SETTINGS"].reports_kept_days)
    night(later)
    assert files.read(ref)
    night(later + timedelta(days=1))
    assert files.read(ref) is None
    with database.reading() as session:
        assert session.scalars(select(Report)).all() == []


def test_a_report_left_half_made_is_said_to_have_failed(browser, database):
    hr = browser("hr")
    ref = make(hr, form="xlsx")
    with database.writing() as session:
        session.scalars(select(Report)).one().state = State.MAKING
    assert "is being made" in hr.get(f"/talent/reports/{ref}").text
    night(NOW + timedelta(hours=7))
    assert "The report was not made" in hr.get(f"/talent/reports/{ref}").text


def test_the_command_writes_the_published_numbers(home, app, tmp_path, monkeypatch):
    monkeypatch.setattr("lms.app.create_app", lambda *_: app)
    from click.testing import CliRunner

    out = tmp_path / "report.pdf"
    done = CliRunner().invoke(lms, ["reports", "make", "--unit", CENTRE, "--lang", "en", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert re.search(r"SEC-1 .{0,60}?14 12 4 4 4 2 ", text_of(PdfReader(out)))
    assert CliRunner().invoke(lms, ["reports", "make", "--unit", "none", "--out", str(out)]).exit_code == 1
