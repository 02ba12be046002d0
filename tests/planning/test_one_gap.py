"""A plan for one gap: from the gap's page, all hours for it alone."""

from sqlalchemy import select

from lms.planning.limits import Limits
from lms.planning.models import Plan


def test_a_plan_for_one_gap_counts_and_closes_that_gap_alone(county):
    ref = county.make(only="SEC-1")
    plan = county.plan(ref)
    assert plan.facts["gap_milli"] == 200 + 900 + 300  # Zhaxi, Lei, Sun
    assert set(plan.result["competencies"]) == {"SEC-1"}
    assert {who for who, _ in county.places(ref)} == {"zhaxi", "lei", "sun"}
    assert ("zhaxi", "networks") not in county.places(ref)


def test_the_form_begins_with_the_gap_one_comes_from_and_says_so_on_the_plan(county):
    hr = county.browser()
    page = hr.get("/talent/plans/new?unit=513399&competency=SEC-1").text
    assert '<option value="SEC-1" selected>' in page
    assert '<option value="" selected>' in hr.get("/talent/plans/new?unit=513399&competency=nonsense").text
    form = {"unit": "513399", "name": "Accounts", "only": "SEC-1", "starts_on": "2026-12-01", "ends_on": "2027-03-01", "hours": "20", "person_hours": ""}
    answer = hr.post("/talent/plans/new", data=form | {"floor_percent": "", "critical_weight": "2", "hour_cost": "", "budget": ""})
    with county.database.reading() as session:
        made = session.scalars(select(Plan)).one()
    assert Limits.of(made.limits).only == "SEC-1"
    assert "For which gap" in hr.get(answer.location).text
    assert '<option value="SEC-1" selected>' in hr.get(f"/talent/plans/new?like={made.ref}").text
