"""The pages: HR assigns, sees progress, answers; officials see why, ask, choose; nobody sees what is not theirs."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.assignments.enums import State
from lms.assignments.models import Assignment, AssignmentGroup, AssignmentRule, RecommendationAnswer, TimeRequest
from lms.core import clock
from tests.support.people import browser_of

FORM = {"thing": "course:internet-and-governance", "unit": "513399101", "due": "2026-12-31", "words": "Network year", "step": "assign"}


@pytest.fixture
def hr(app, world, cast):
    return browser_of(app, cast, "hr")


@pytest.fixture
def meng(app, world, cast):
    return browser_of(app, cast, "meng")


def text(answer):
    return answer.get_data(as_text=True)


def first(session, model=AssignmentGroup):
    return session.scalars(select(model).order_by(model.id)).first()


def test_hr_looks_first_and_then_assigns(hr, read, world):
    looked = hr.post("/talent/assignments/new", data=FORM | {"step": "look"})
    assert looked.status_code == 200 and "It reaches 2 people" in text(looked) and "孟旺" in text(looked)
    assert read(lambda s: list(s.scalars(select(Assignment)))) == []
    done = hr.post("/talent/assignments/new", data=FORM, follow_redirects=True)
    assert "Assigned to 2 people." in text(done) and "0 of 2 done" in text(done)
    again = hr.post("/talent/assignments/new", data=FORM | {"people": "yx000002", "words": "Again"}, follow_redirects=True)
    assert "1 has it open already" in text(again)


def test_what_was_assigned_last_comes_first_however_late_it_was_written_down(hr, database, world):
    for words in ("the later one", "the earlier one"):
        hr.post("/talent/assignments/new", data=FORM | {"words": words})
    with database.writing() as session:
        group = session.scalars(select(AssignmentGroup).where(AssignmentGroup.words == "the earlier one")).one()
        group.made_at -= timedelta(days=90)
    page = text(hr.get("/talent/assignments/"))
    assert page.index("the later one") < page.index("the earlier one")


def test_done_before_it_was_assigned_is_said_only_of_what_was(hr, database, world, read):
    hr.post("/talent/assignments/new", data=FORM)
    ref = read(lambda s: first(s).ref)

    def listed(days: int) -> bool:
        with database.writing() as session:
            one = first(session, Assignment)
            one.state, one.done_before, one.done_at = State.DONE, True, one.made_at + timedelta(days=days)
        return "done before it was assigned" in text(hr.get(f"/talent/assignments/{ref}"))

    assert listed(-3)
    assert not listed(3)


def test_the_form_is_prefilled_by_the_address(hr):
    page = text(hr.get("/talent/assignments/new?kind=course&code=C01&unit=513399201&competency=NET-1"))
    for chosen in ("course:internet-and-governance", "513399201", "NET-1"):
        assert re.search(rf'<option value="{chosen}" selected>', page)
    assert "no such thing" in text(hr.get("/talent/assignments/new?kind=course&code=C99"))


def test_people_are_chosen_by_competency_and_standing(hr, read):
    data = FORM | {"unit": "513399", "competency": "NET-1", "standing": "no_evidence", "step": "look"}
    assert "It reaches 6 people" in text(hr.post("/talent/assignments/new", data=data))
    answer = hr.post("/talent/assignments/new", data=data | {"standing": "not_yet"})
    assert answer.status_code == 422 and "Nobody in your units is like that." in text(answer)


def test_days_are_those_of_the_place(app, world, cast, meng, hr):
    """At five in the afternoon in Greenwich the next day has begun in China."""
    hr.post("/talent/assignments/new", data=FORM | {"due": "2026-11-23"})
    assert "overdue" not in text(meng.get("/me/assignments"))
    with clock.at(datetime(2026, 11, 23, 17, tzinfo=UTC)):
        late, head = browser_of(app, cast, "hr"), browser_of(app, cast, "meng")
        assert 'value="2027-01-23"' in text(late.get("/talent/assignments/new"))
        answer = late.post("/talent/assignments/new", data=FORM | {"due": "2026-11-23"})
        assert answer.status_code == 422 and "The due date is over already." in text(answer)
        assert "overdue" in text(head.get("/me/assignments"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"thing": ""}, "Choose what to assign."),
        ({"words": ""}, "Give a reason"),
        ({"due": "2020-01-01"}, "over already"),
        ({"due": "soon"}, "year-month-day"),
        ({"unit": "513398"}, "Nobody in your units"),
        ({"people": "YX000007"}, "YX000007"),
        ({"competency": "XX-1"}, "no such thing"),
    ],
)
def test_what_is_wrong_with_the_form_is_said(hr, read, change, words):
    answer = hr.post("/talent/assignments/new", data=FORM | change)
    assert answer.status_code == 422 and words in text(answer)
    assert read(lambda s: first(s)) is None


def test_lists_and_files_stay_within_reach(app, world, cast, hr, read):
    world.assign("meng", "zhaxi")
    world.assign("cheng", by="hr_neighbour")
    neighbour = browser_of(app, cast, "hr_neighbour")
    assert "孟旺" in text(hr.get("/talent/assignments/people")) and "程玉飞" not in text(hr.get("/talent/assignments/people"))
    assert "孟旺" not in text(neighbour.get("/talent/assignments/people"))
    assert "孟旺" in text(hr.get("/talent/assignments/people/export.csv")) and "孟旺" not in text(neighbour.get("/talent/assignments/people/export.csv"))
    ref = read(lambda s: first(s).ref)
    assert hr.get(f"/talent/assignments/{ref}").status_code == 200
    assert neighbour.get(f"/talent/assignments/{ref}").status_code == 404
    one = read(lambda s: world.of(s, "meng")[0].ref)
    assert hr.get(f"/talent/assignments/one/{one}").status_code == 200
    assert neighbour.get(f"/talent/assignments/one/{one}").status_code == 403
    assert neighbour.get(f"/people/{cast.refs['meng']}/assignments").status_code == 403
    assert "0 of 2 done" in text(hr.get("/talent/assignments/?q=互联网&state=running&order=due"))
    assert "Nothing is assigned" in text(hr.get("/talent/assignments/?state=finished"))
    assert text(hr.get("/talent/assignments/export.csv")).count("\n") == 2
    assert hr.get("/talent/assignments/export.xlsx").status_code == hr.get("/talent/assignments/people/export.xlsx").status_code == 200


@pytest.mark.parametrize("who", ["meng", "head", "admin", "auditor", "author"])
@pytest.mark.parametrize("path", ["/talent/assignments/", "/talent/assignments/new", "/talent/assignments/people", "/talent/rules/", "/talent/rules/new"])
def test_only_hr_opens_the_lists(app, world, cast, who, path):
    assert browser_of(app, cast, who).get(path).status_code == 403


def test_who_looks_is_written_down(hr, world, cast, read):
    world.assign("meng")
    hr.get(f"/talent/assignments/one/{read(lambda s: world.of(s, 'meng')[0].ref)}")
    hr.get(f"/people/{cast.refs['meng']}/assignments")
    query = select(AuditEntry.action).where(AuditEntry.official_id == cast.officials["meng"], AuditEntry.action != "sign_in").order_by(AuditEntry.seq)
    assert read(lambda s: list(s.scalars(query))) == ["assigned", "assignment_read", "assignment_read"]


def test_an_official_sees_why_and_asks_and_hr_answers(hr, meng, world, read):
    world.assign("meng")
    page = text(meng.get("/me/assignments"))
    assert "Network year" in page and "31 December 2026" in page
    ref = read(lambda s: world.of(s, "meng")[0].ref)
    assert meng.post(f"/me/assignments/{ref}/ask", data={"until": "2027-01-31", "words": ""}).status_code == 422
    assert "HR has your request" in text(meng.post(f"/me/assignments/{ref}/ask", data={"until": "2027-01-31", "words": "Flood duty"}, follow_redirects=True))
    assert "Flood duty" in text(hr.get("/talent/assignments/requests"))
    assert "1 official asks for more time" in text(hr.get("/"))
    assert hr.post(f"/talent/assignments/one/{ref}/answer", data={"answer": "refuse", "words": ""}).status_code == 422
    hr.post(f"/talent/assignments/one/{ref}/answer", data={"answer": "grant"})
    assert read(lambda s: (first(s, TimeRequest).answer, world.of(s, "meng")[0].due_on)) == ("granted", date(2027, 1, 31))
    assert "31 January 2027" in text(meng.get("/me/assignments"))


def test_others_assignments_are_not_found(app, world, cast, read):
    world.assign("meng")
    ref = read(lambda s: world.of(s, "meng")[0].ref)
    zhaxi = browser_of(app, cast, "zhaxi")
    assert zhaxi.post(f"/me/assignments/{ref}/ask", data={"until": "2027-01-31", "words": "x"}).status_code == 404
    assert zhaxi.post(f"/me/assignments/{ref}/drop").status_code == 404


def test_hr_excuses_postpones_and_withdraws(hr, world, read):
    world.assign("meng", "zhaxi", "dong")
    refs = read(lambda s: {key: world.of(s, key)[0].ref for key in ("meng", "zhaxi", "dong")})
    assert hr.post(f"/talent/assignments/one/{refs['meng']}/excuse", data={"words": ""}).status_code == 422
    hr.post(f"/talent/assignments/one/{refs['meng']}/excuse", data={"words": "Leave"})
    assert hr.post(f"/talent/assignments/one/{refs['zhaxi']}/postpone", data={"until": "2026-12-01", "words": "x"}).status_code == 422
    hr.post(f"/talent/assignments/one/{refs['zhaxi']}/postpone", data={"until": "2027-02-01", "words": "Flood"})
    group = read(lambda s: first(s).ref)
    assert hr.post(f"/talent/assignments/{group}/withdraw", data={"words": ""}).status_code == 422
    assert "2 open assignments were withdrawn." in text(hr.post(f"/talent/assignments/{group}/withdraw", data={"words": "Plan changed"}, follow_redirects=True))
    assert read(lambda s: [world.of(s, key)[0].state for key in refs]) == ["excused", "withdrawn", "withdrawn"]


def test_the_home_page_says_what_is_due(meng, world):
    world.assign("meng")
    page = text(meng.get("/"))
    assert "Course “What the internet is and who governs it”" in page and "Network year" in page


def test_recommendations_are_private(hr, meng, world, cast, read):
    page = text(meng.get("/me/assignments"))
    assert "Worth doing next" in page and "Placement for your post" in page
    meng.post("/me/recommendations", data={"kind": "placement", "code": "post", "answer": "accept"})
    one = read(lambda s: world.of(s, "meng")[0])
    assert one.due_on is None
    assert hr.get(f"/talent/assignments/one/{one.ref}").status_code == 404
    assert "Nothing was assigned" in text(hr.get(f"/people/{cast.refs['meng']}/assignments"))
    assert "Nobody is found" in text(hr.get("/talent/assignments/people"))
    meng.post(f"/me/assignments/{one.ref}/drop")
    assert read(lambda s: world.of(s, "meng")[0].state) == "withdrawn"
    meng.post("/me/recommendations", data={"kind": "placement", "code": "post", "answer": "decline", "words": "Not now"})
    assert read(lambda s: [row.accepted for row in s.scalars(select(RecommendationAnswer))]) == [True, False]
    assert "Nothing for now: nothing is missing" in text(meng.get("/me/assignments"))
    assert "Not now" not in text(hr.get(f"/people/{cast.refs['meng']}"))


RULE = {"kind": "gap", "unit": "513399", "competency": "NET-1", "states": ["no_evidence"], "thing": "placement:post", "days": "90", "reason": "Network year"}


def test_hr_makes_a_rule_tests_it_and_switches_it_on(hr, world, read):
    made = hr.post("/talent/rules/new", data=RULE, follow_redirects=True)
    page = text(made)
    assert "Today it would hit 6 people" in page and "no evidence" in page and "孟旺" in page
    row = read(lambda s: first(s, AssignmentRule))
    assert not row.running
    assert read(lambda s: list(s.scalars(select(Assignment)))) == []
    assert hr.post(f"/talent/rules/{row.ref}/switch", data={"running": "on", "reason": ""}).status_code == 422
    assert "applied every night" in text(hr.post(f"/talent/rules/{row.ref}/switch", data={"running": "on", "reason": "Tested"}, follow_redirects=True))
    from lms.assignments import jobs

    assert jobs.apply_rules(world.now) == {row.ref: 6} and jobs.apply_rules(world.now) == {row.ref: 0}
    group = read(lambda s: first(s))
    assert "Rule: Everybody whose post asks for NET-1" in text(hr.get(f"/talent/assignments/{group.ref}"))
    changed = hr.post(f"/talent/rules/{row.ref}/change", data=RULE | {"days": "120", "version": "1", "reason": "More time"}, follow_redirects=True)
    assert "version 2" in text(changed) and "version 1" in text(changed) and "within 120 days" in text(changed)
    assert "Has it from this rule already" in text(changed)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"days": "1"}, "within the limits"), ({"thing": "course:none"}, "no such thing"), ({"unit": "513398"}, "one of your units")],
)
def test_a_faulty_rule_is_refused_in_words(hr, read, change, words):
    answer = hr.post("/talent/rules/new", data=RULE | change)
    assert answer.status_code == 422 and words in text(answer)
    assert read(lambda s: first(s, AssignmentRule)) is None


def test_every_kind_of_rule_has_its_form(hr):
    for kind in ("post", "gap", "newcomer", "law", "expiry"):
        page = hr.get(f"/talent/rules/new?kind={kind}")
        assert page.status_code == 200 and "Days until it is due" in text(page)


def test_all_rules_are_switched_off_in_one_place(hr, world, database, read):
    hr.post("/talent/rules/new", data=RULE)
    assert "All rules are switched off here." in text(
        hr.post("/talent/rules/switch", data={"unit": "513399", "running": "off", "reason": "Flood"}, follow_redirects=True)
    )
    ref = read(lambda s: first(s, AssignmentRule).ref)
    page = text(hr.get(f"/talent/rules/{ref}/test"))
    assert "Today it would hit 0 people" in page and "All rules are switched off for their unit." in page
    assert hr.post("/talent/rules/switch", data={"unit": "5133", "running": "off", "reason": "x"}).status_code == 403


def test_why_rules_were_switched_is_read_where_they_hold(app, world, cast, hr):
    hr.post("/talent/rules/switch", data={"unit": "513399", "running": "off", "reason": "Flood"})
    assert "Flood" in text(hr.get("/talent/rules/")) and "Flood" not in text(browser_of(app, cast, "hr_neighbour").get("/talent/rules/"))


def test_hr_below_sees_a_rule_from_above_but_only_its_own_people(app, world, cast, database, hr, read):
    from lms.access.permissions import Role
    from lms.people.models import Account, RoleGrant

    hr.post("/talent/rules/new", data=RULE)
    with database.writing() as session:
        account = session.scalars(select(Account).where(Account.id == cast.accounts["head_township"])).one()
        session.add(RoleGrant(ref="town-hr", account_id=account.id, role=Role.HR, unit_id=cast.units["513399201"], granted_by="test", granted_at=world.now))
    town, ref = browser_of(app, cast, "head_township"), read(lambda s: first(s, AssignmentRule).ref)
    page = text(town.get(f"/talent/rules/{ref}/test"))
    assert "Today it would hit 2 people" in page and "孟旺" not in page and "孙鹏静" in page
    assert town.get(f"/talent/rules/{ref}/change").status_code == 403
    assert town.post(f"/talent/rules/{ref}/switch", data={"running": "on", "reason": "x"}).status_code == 403
    assert town.post("/talent/assignments/new", data=FORM | {"people": "YX000002"}).status_code == 422


def test_mail_is_asked_about_only_where_it_is_configured(app, meng):
    from dataclasses import replace

    assert "Reminders by mail" not in text(meng.get("/me/assignments"))
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_host="mail.example.cn", mail_from="lms@example.cn")
    assert "Reminders by mail" in text(meng.get("/me/assignments"))
    assert meng.post("/me/assignments/mail", data={"wanted": "1", "address": "nonsense"}).status_code == 422
    assert "Saved." in text(meng.post("/me/assignments/mail", data={"wanted": "1", "address": "meng@example.cn"}, follow_redirects=True))


def test_pages_count_and_do_not_time(hr, meng, world):
    world.assign("meng")
    for page in (text(meng.get("/me/assignments")), text(hr.get("/talent/assignments/"))):
        assert "minutes" not in page and "points of" not in page and "rank" not in page.lower()


def test_who_looks_at_a_list_is_written_down_once_a_person(hr, world, cast, read):
    world.assign("meng", "zhaxi")
    ref = read(lambda s: first(s).ref)
    listed = select(AuditEntry.seq).where(AuditEntry.action == "assignments_listed")
    seen = []
    for path in ("/talent/assignments/people", f"/talent/assignments/{ref}", f"/talent/assignments/{ref}?state=done", "/talent/assignments/requests"):
        assert hr.get(path).status_code == 200
        seen.append(read(lambda s: len(s.scalars(listed).all())))
    assert hr.post(f"/talent/assignments/{ref}/withdraw", data={"words": ""}).status_code == 422
    seen.append(read(lambda s: len(s.scalars(listed).all())))
    assert seen == [2, 4, 4, 4, 6]
