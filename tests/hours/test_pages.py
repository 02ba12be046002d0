"""The pages of class hours: who sees what, what is logged, what is said."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from sqlalchemy import select

from lms.access.actor import operator
from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.hours import jobs, night_actions
from lms.hours.models import Attendance, AttendanceImport, HoursRule
from lms.people.models import Official
from tests.support.people import browser_of


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


@pytest.fixture
def county(attend, now):
    """Two entries of this year, one of the last; the night has passed."""
    attend("meng", hours=60, on="2025-05-10", at=datetime(2025, 5, 12, tzinfo=UTC))
    attend("meng", "zhaxi", hours=40, on="2026-03-20", days=5, title="春季班")
    ref = attend("meng", hours=50, on="2026-06-20", days=6, title="夏季班")
    jobs.nightly(now)
    return ref


def logged(database, action: Action) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry.subject).where(AuditEntry.action == action).order_by(AuditEntry.seq)))


def test_i_see_what_counts_why_and_what_is_missing(app, cast, county):
    page = text_of(browser_of(app, cast, "zhaxi").get("/me/hours"))
    assert "Missing: 50 class hours or 7 days, until 31 December 2026." in page
    assert "at least 12 days or 90 class hours of organised training a year" in page
    assert "(national rule, CN-TRAINING, version 1)" in page
    full = text_of(browser_of(app, cast, "meng").get("/me/hours"))
    assert "Nothing is missing." in full
    assert "春季班" in full


def test_an_old_year_says_that_it_is_closed(app, cast, county):
    page = text_of(browser_of(app, cast, "meng").get("/me/hours?year=2025"))
    assert "This year was closed on" in page
    assert "Not fulfilled" in page
    assert "60 class hours credited, 90 asked" in page


def test_nonsense_in_the_address_shows_this_year(app, cast, county):
    for year in ("1066", "x", "-1"):
        assert "· 2026" in text_of(browser_of(app, cast, "meng").get(f"/me/hours?year={year}"))


def test_the_home_page_speaks_only_when_something_is_missing_near_the_deadline(app, cast, county):
    assert "Class hours still missing" in text_of(browser_of(app, cast, "zhaxi").get("/"))
    assert "Class hours still missing" not in text_of(browser_of(app, cast, "meng").get("/"))


def test_hr_sees_its_people_and_every_reading_is_logged(app, cast, database, county):
    hr = browser_of(app, cast, "hr")
    page = text_of(hr.get("/hours/513399?order=missing"))
    assert "6 people here and below." in page
    assert "YX000007" not in page
    assert len(logged(database, Action.HOURS_LISTED)) == 6
    assert "Class hours of 孟旺" in text_of(hr.get(f"/people/{cast.refs['meng']}/hours"))
    assert logged(database, Action.RECORD_READ) == ["YX000002"]


def test_the_list_is_narrowed_searched_and_exported(app, cast, database, county):
    hr = browser_of(app, cast, "hr")
    assert "YX000001" not in text_of(hr.get("/hours/513399?state=fulfilled"))
    assert "YX000002" in text_of(hr.get("/hours/513399?state=fulfilled"))
    assert "Nobody is found." in text_of(hr.get("/hours/513399?q=nobody"))
    rows = text_of(hr.get("/hours/513399/export.csv?q=孟")).splitlines()
    assert rows[1].split(",")[:2] == ["YX000002", "孟旺"]
    assert rows[1].split(",")[4:8] == ["Fulfilled", "90", "11", "0"]
    missing = text_of(hr.get("/hours/513399/export.csv?q=YX000001")).splitlines()
    assert missing[0].endswith('"Missing, class hours",Next deadline') and missing[1].split(",")[-2:] == ["50", "2026-12-31"]
    assert logged(database, Action.HOURS_EXPORTED) == ["YX000002", "YX000001"]
    book = openpyxl.load_workbook(io.BytesIO(hr.get("/hours/513399/export.xlsx?q=孟").data))
    [meng] = [row for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert (meng[5], meng[6], meng[7]) == (90, 11, 0)  # numbers that a worksheet can add up, not texts


def test_a_head_sees_counts_of_the_own_unit_only(app, cast, database, county, now):
    head = browser_of(app, cast, "head")
    assert "The group is too small" in text_of(head.get("/hours/513399101"))
    with database.writing() as session:
        night_actions.take_figures(session, 2026, now=now, k=1)
    page = text_of(head.get("/hours/513399101"))
    assert "2 people here and below." in page
    assert "孟旺" not in page
    for address in ("/hours/513399", "/hours/513399102", "/hours/5133992011"):
        assert head.get(address).status_code == 403
    assert head.get("/hours/513399101/export.csv").status_code == 403
    assert head.get("/hours/attendance").status_code == 403


def test_others_are_kept_out(app, cast, county):
    addresses = ("/hours/513399", "/hours/attendance", f"/hours/attendance/{county}", f"/people/{cast.refs['meng']}/hours", "/hours/attendance/new")
    for who in ("zhaxi", "hr_neighbour", "author", "auditor"):
        found = {address: browser_of(app, cast, who).get(address).status_code for address in addresses}
        allowed = {"/hours/attendance", "/hours/attendance/new"} if who == "hr_neighbour" else set()
        assert {address for address, status in found.items() if status == 200} == allowed
        assert set(found.values()) <= {200, 403}


FORM = {
    "title_zh": "轮训班",
    "starts_on": "2026-09-07",
    "ends_on": "2026-09-09",
    "hours": "18.5",
    "days": "3",
    "unit": "513399",
    "people": "YX000001\nyx000003",
}


def test_hr_enters_a_training(app, cast, database, rules):
    hr = browser_of(app, cast, "hr")
    assert "A class hour is 45 minutes" in text_of(hr.get("/hours/attendance/new"))
    answer = hr.post("/hours/attendance/new", data=FORM)
    assert answer.status_code == 302
    page = text_of(hr.get(answer.headers["Location"]))
    assert page.count("18.5") == 2
    assert "18.5 class hours credited, 90 asked" in text_of(browser_of(app, cast, "lei").get("/me/hours"))
    assert "轮训班" in text_of(hr.get("/hours/attendance?q=轮训"))
    assert text_of(hr.get("/hours/attendance/export.csv")).splitlines()[1].startswith("YX000001,轮训班,2026-09-07,18.5,2026-09-09,3")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"people": "YX000007"}, "This person is outside the units"),
        ({"people": ""}, "Give the staff number of at least one person."),
        ({"hours": "99"}, "At most 36 are possible"),
        ({"hours": ""}, "Fill this in."),
        ({"hours": "1.3"}, "Write 6, 6.5 or 6.75"),
        ({"ends_on": "2026-09-01"}, "ends before it begins"),
        ({"starts_on": "2027-01-01", "ends_on": ""}, "The day lies in the future."),
        ({"unit": "513398"}, "Choose one of the units that you look after."),
        ({"starts_on": "2024-05-01", "ends_on": ""}, "The year 2024 is closed."),
    ],
)
def test_a_faulty_form_says_what_to_put_right_and_enters_nothing(app, cast, database, rules, now, change, said):
    jobs.nightly(now)
    answer = browser_of(app, cast, "hr").post("/hours/attendance/new", data=FORM | {"hours": "6", "days": ""} | change)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    with database.reading() as session:
        assert session.scalars(select(Attendance)).all() == []


def test_a_part_is_taken_back_on_the_page(app, cast, database, county):
    hr = browser_of(app, cast, "hr")
    answer = hr.post(f"/hours/attendance/{county}/take-back", data={"people": [str(cast.officials["meng"])], "reason": "重复登记"}, follow_redirects=True)
    assert "Taken back by an entry of its own" in text_of(answer)
    assert "Missing: 50 class hours or 7 days" in text_of(browser_of(app, cast, "meng").get("/me/hours"))
    assert "Taken back; it does not count." in text_of(browser_of(app, cast, "meng").get("/me/hours"))
    again = hr.post(f"/hours/attendance/{county}/take-back", data={"people": [str(cast.officials["meng"])], "reason": "r"}, follow_redirects=True)
    assert "Choose people whose part was not taken back yet." in text_of(again)


def send(browser, rows: str):
    data = {"unit": "513399", "file": (io.BytesIO(("工号,培训名称,日期,学时\n" + rows).encode("gb18030")), "名单.csv")}
    return browser.post("/hours/attendance/import", data=data)


def test_a_list_is_uploaded_shown_and_confirmed(app, cast, database, rules):
    hr = browser_of(app, cast, "hr")
    address = send(hr, "YX000001,轮训班,2026-09-07,12\nYX000003,轮训班,2026-09-07,6.5\n").headers["Location"]
    page = text_of(hr.get(address))
    assert "2 rows were read, without a fault." in page
    assert hr.post(f"{address}/apply").status_code == 302
    assert "2 rows of this file are entered." in text_of(hr.get(address))
    assert "6.5 class hours credited, 90 asked" in text_of(browser_of(app, cast, "lei").get("/me/hours"))
    assert browser_of(app, cast, "hr_neighbour").get(address).status_code == 404


def test_a_faulty_list_is_refused_with_a_file_of_its_faults(app, cast, database, rules):
    hr = browser_of(app, cast, "hr")
    address = send(hr, "YX000001,,2026-09-07,12\nYX000007,班,昨天,6\n").headers["Location"]
    assert "Nothing is entered: 2 rows are faulty" in text_of(hr.get(address))
    rows = text_of(hr.get(f"{address}/errors.csv")).splitlines()
    assert rows[0].lstrip("\ufeff") == "row,Column,Value,Reason,What to do"
    assert [row.split(",")[0] for row in rows[1:]] == ["2", "3"]
    hr.post(f"{address}/apply")
    with database.reading() as session:
        assert session.scalars(select(Attendance)).all() == []


def test_an_import_is_withdrawn_and_no_table_is_refused(app, cast, database, rules):
    hr = browser_of(app, cast, "hr")
    address = send(hr, "YX000001,轮训班,2026-09-07,12\n").headers["Location"]
    assert hr.post(f"{address}/withdraw").status_code == 302
    assert "withdrawn" in text_of(hr.get(address))
    bad = hr.post("/hours/attendance/import", data={"unit": "513399", "file": (io.BytesIO(b"PK\x03\x04nonsense"), "a.xlsx")})
    assert bad.status_code == 422
    with database.reading() as session:
        assert session.scalars(select(AttendanceImport.state)).all() == ["withdrawn"]


RULE = {
    "unit": "513399101",
    "effective_from": "2027-01-01",
    "title_zh": "中心规定",
    "title_en": "The centre's rule",
    "text_zh": "每年网络自学不少于10学时",
    "text_en": "At least 10 class hours of self-study a year",
    "self_study": "10",
    "reason": "中心会议决定",
}


def test_an_administrator_reads_the_rules_and_adds_one_of_a_unit(app, cast, database, rules):
    admin = browser_of(app, cast, "admin")
    page = text_of(admin.get("/admin/hours-rules"))
    assert "Basis in the register of facts: LF-611, LF-612, LF-602." in page
    assert admin.post("/admin/hours-rules/new", data=RULE).status_code == 302
    page = text_of(admin.get("/admin/hours-rules"))
    assert page.index("Coming") < page.index("The centre&#39;s rule") < page.index("Earlier versions")
    assert logged(database, Action.HOURS_RULE_ADDED) == ["U-513399101@1"]
    assert browser_of(app, cast, "hr").get("/admin/hours-rules").status_code == 200
    assert browser_of(app, cast, "hr").get("/admin/hours-rules/new").status_code == 403
    assert browser_of(app, cast, "zhaxi").get("/admin/hours-rules").status_code == 403


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"effective_from": "2026-11-23"}, "tomorrow at the earliest"),
        ({"effective_from": "soon"}, "Give the day as year-month-day"),
        ({"unit": "nowhere"}, "There is no unit with this code."),
        ({"self_study": "ten"}, "Give a whole number of class hours"),
        ({"self_study": "²"}, "Give a whole number of class hours"),
        ({"title_zh": ""}, "Fill this in."),
        ({"reason": ""}, "Give a reason"),
    ],
)
def test_a_faulty_rule_is_not_added(app, cast, database, rules, change, said):
    answer = browser_of(app, cast, "admin").post("/admin/hours-rules/new", data=RULE | change)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    with database.reading() as session:
        assert session.scalars(select(HoursRule.rule)).all() == ["CN-TRAINING"]


def test_lists_cost_the_same_queries_for_one_and_for_many(app, cast, database, attend, now):
    from sqlalchemy import event

    def cost() -> int:
        seen: list[str] = []
        hr = browser_of(app, cast, "hr")
        event.listen(database.engine, "before_cursor_execute", listener := lambda *args: seen.append(args[2]))
        text_of(hr.get("/hours/513399"))
        event.remove(database.engine, "before_cursor_execute", listener)
        return len(seen)

    with database.writing() as session:
        for person in session.scalars(select(Official).where(Official.staff_no != "YX000001")):
            person.active = False
    jobs.nightly(now)
    few = cost()
    with database.writing() as session:
        for person in session.scalars(select(Official)):
            person.active = True
    attend("meng", "lei", hours=6, on="2026-03-02")
    assert cost() <= few


def test_the_operator_is_named_as_such(app, cast, database, county):
    with database.reading() as session:
        assert session.scalars(select(Attendance.entered_by)).first() == operator("test").name
