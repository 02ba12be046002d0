"""Who goes, what follows, and who may not go yet."""

import pytest

from lms.core.errors import Refused
from lms.partners import actions
from lms.partners.membership import leaves_nobody


def test_a_member_leaves_by_himself_and_can_be_invited_again(office):
    wu = office.browser("wu")
    assert "What follows at once" in wu.get(office.page("leave")).text
    answer = wu.post(office.page("leave"))
    assert answer.location == "/login?ended=left" and "You have left the organisation" in wu.get(answer.location).text
    assert office.roles("wu") == [] and office.sessions("wu") == 0 and office.told("lin") == ["member_left"]
    assert "吴作者 no longer belongs" in office.browser("lin").get("/me/notices").text
    page = office.browser("lin").get(office.page()).text
    assert "Former members" in page and page.index("Former members") < page.index("吴作者")
    assert office.browser("wu").get(office.page()).status_code == 404
    link = office.invite()
    assert office.browser("wu").post(link).status_code == 303 and office.roles("wu") == ["author"]


def test_the_last_coordinator_names_another_before_leaving(office):
    lin = office.browser("lin")
    page = lin.get(office.page("leave")).text
    assert "You are the last coordinator." in page and "孙鹏静" not in page
    assert lin.post(office.page("leave")).status_code == 422
    for nobody in ("nobody", office.ref_of("lin"), office.ref_of("sun")):
        assert lin.post(office.page("leave"), data={"successor": nobody}).status_code in (409, 422)
    assert office.roles("lin") == ["coordinator"]
    assert lin.post(office.page("leave"), data={"successor": office.ref_of("wu")}).location == "/login?ended=left"
    assert office.roles("wu") == ["author", "coordinator"] and office.roles("lin") == []
    assert "member_roles" in office.told("wu")


def test_a_coordinator_cannot_take_the_last_ones_role_but_the_administrator_can(office):
    lin = office.browser("lin")
    refused = lin.post(office.member("lin", "roles"), data={"role": ["author"]})
    assert refused.status_code == 409 and "This is the last coordinator" in refused.text
    assert lin.post(office.member("lin", "end"), data={"reason": "Off."}).status_code == 409
    assert office.roles("lin") == ["coordinator"]
    assert office.browser("admin").post(office.member("lin", "end"), data={"reason": "Has moved."}).status_code == 303
    assert office.roles("lin") == [] and office.told("lin") == ["membership_ended"]


def test_a_coordinator_who_is_not_the_last_may_go(office):
    lin = office.browser("lin")
    lin.post(office.member("wu", "roles"), data={"role": ["author", "coordinator"]})
    assert lin.post(office.page("leave")).location == "/login?ended=left"
    assert office.roles("lin") == [] and office.told("wu") == ["member_roles", "member_left"]


def test_ending_a_membership_needs_a_reason_that_the_person_reads(office):
    lin = office.browser("lin")
    assert "at most 400" in lin.post(office.member("wu", "end"), data={"reason": " "}).text
    assert lin.post(office.member("wu", "end"), data={"reason": "The contract ends."}).status_code == 303
    assert office.sessions("wu") == 0 and office.told("wu") == ["membership_ended"]
    assert lin.get(office.page()).status_code == 200


def test_an_official_who_leaves_stays_an_official(office):
    sun = office.browser("sun")
    assert sun.post(office.page("leave")).location == "/login?ended=left"
    assert office.roles("sun") == [] and office.browser("sun").get("/me/skills").status_code == 200
    notice = office.browser("lin").get("/me/notices").text
    assert "a practitioner from a county office no longer belongs" in notice and "孙鹏静" not in notice


def test_two_coordinators_who_go_at_the_same_time_leave_one(office):
    office.browser("lin").post(office.member("wu", "roles"), data={"role": ["coordinator"]})
    lin, wu = office.actor("lin"), office.actor("wu")
    known = {"ref": office.refs["U01"], "now": office.now}
    with office.database.writing() as session:
        actions.end_membership(session, actor=lin, member_ref=wu.ref, reason="r", **known)
    with office.database.writing() as session, pytest.raises(Refused):
        actions.end_membership(session, actor=wu, member_ref=lin.ref, reason="r", **known)
    assert office.roles("lin") == ["coordinator"]


@pytest.mark.parametrize("coordinators,leaving,nobody", [({1}, 1, True), ({1, 2}, 1, False), ({2}, 1, False), (set(), 1, False)])
def test_when_an_organisation_would_have_no_coordinator(coordinators, leaving, nobody):
    assert leaves_nobody(coordinators, leaving) is nobody
