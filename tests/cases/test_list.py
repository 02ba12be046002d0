"""The list of appeals: searched, ordered, exported; questions never with a name, and a name that was shown is logged."""

import pytest
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.cases import queries
from lms.core import sheets
from lms.people.calendar_queries import today


def listed(desk, key, **how):
    with desk.database.reading() as session:
        return [row[0].ref for row in session.execute(queries.cases(desk.actor(key), today=today(desk.now), **how))]


def test_results_are_searched_by_title_reference_name_and_number_questions_never_by_whose_they_are(desk):
    result, question = desk.appeal(), desk.appeal(1)
    title = desk.case(result).title_zh
    for text in ("扎西", "yx000001", result[:8], title[:4]):
        assert listed(desk, "hr", text=text) == [result]
    assert listed(desk, "hr", text="孟旺") == []
    assert listed(desk, "admin", text=title[:4]) == [question] and listed(desk, "admin", text="扎西") == listed(desk, "admin", text="yx000001") == []


def test_searched_and_ordered_on_the_page(desk):
    ref = desk.appeal()
    hr = desk.browser("hr")
    assert ref in hr.get("/cases/?q=扎西&order=unit").text and ref not in hr.get("/cases/?q=nobody").text
    assert "No appeal of this kind." in hr.get("/cases/?q=nobody").text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_is_kept_as_a_file_and_the_log_says_so(desk, form):
    ref = desk.appeal()
    desk.take_up(ref)
    file = desk.browser("hr").get(f"/cases/export.{form}?state=all")
    rows = sheets.read_table(file.data, f"appeals.{form}")
    assert rows[0][:4] == ["Reference", "About", "Staff number", "Name"]
    assert [row[:1] + row[2:6] + row[9:10] for row in rows[1:]] == [[ref, "YX000001", "扎西", "County service centre", "taken up", "人事"]]
    with desk.database.reading() as session:
        logged = session.scalars(select(AuditEntry).where(AuditEntry.action == "appeals_exported")).one()
    assert (logged.subject, logged.official_id) == ("YX000001", desk.cast.officials["zhaxi"])


def test_a_file_of_questions_names_nobody_and_others_get_no_file(desk):
    desk.appeal(1)
    text = desk.browser("admin").get("/cases/export.csv").data.decode("utf-8-sig")
    assert "Question 1 of" in text and "扎西" not in text and "YX000001" not in text and "service centre" not in text
    assert desk.browser("zhaxi").get("/cases/export.csv").status_code == 403
