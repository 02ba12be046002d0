"""Who has no business with an organisation gets nowhere with it."""

import pytest

from lms.access.permissions import PARTNER_ROLES, Role
from lms.core import clock
from lms.partners.enums import LinkState
from lms.partners.membership import CHOICES, expiry, open_to, worth


def tries(office, code="U02", key="far"):
    """Everything that can be done to an organisation, one of its members and one of its invitations."""
    office.invite("far", "U02", name="内部")
    sub = office.invitations("U02")[0].invitation.ref
    form = {"name": "x", "role": ["author", "coordinator"], "days": "7", "reason": "r", "successor": "x"}
    form |= {"name_zh": "坏", "name_en": "Bad", "kind": "university"}
    for part in ("", "edit", "close", "invite", "leave"):
        yield "GET", office.page(part, code), {}
    yield "GET", office.member(key, code=code), {}
    for part in ("edit", "close", "reopen", "invite", "leave", f"invitations/{sub}/renew", f"invitations/{sub}/withdraw"):
        yield "POST", office.page(part, code), form
    for part in ("roles", "end"):
        yield "POST", office.member(key, part, code), form


@pytest.mark.parametrize("who", ["lin", "wu", "author", "sun", "zhaxi", "hr", "auditor"])
def test_another_organisation_is_out_of_reach(office, who):
    browser = office.browser(who)
    answers = {(method, url): browser.open(url, method=method, data=form).status_code for method, url, form in tries(office)}
    assert set(answers.values()) <= {403, 404}, answers
    assert office.roles("far", "U02") == ["coordinator"]
    assert [one.invitation.state for one in office.invitations("U02")] == ["open"]


@pytest.mark.parametrize("who", ["wu", "author", "sun"])
def test_members_who_do_not_coordinate_change_nothing_in_their_own(office, who):
    office.invite()
    browser, sub = office.browser(who), office.invitations()[0].invitation.ref
    form = {"role": ["author", "coordinator"], "name": "x", "days": "7", "reason": "r"}
    for part in ("invite", f"invitations/{sub}/renew", f"invitations/{sub}/withdraw", "edit", "close", "reopen"):
        assert browser.post(office.page(part), data=form).status_code in (403, 404), part
    for part in ("roles", "end"):
        assert browser.post(office.member(who, part), data=form).status_code in (403, 404), part
    assert office.roles("wu") == ["author"] and [one.invitation.state for one in office.invitations()] == ["open"]


def test_things_of_another_organisation_are_not_reached_through_ones_own(office):
    """The organisation in the address is one's own, the member or the invitation is not."""
    office.invite("far", "U02")
    sub, lin = office.invitations("U02")[0].invitation.ref, office.browser("lin")
    far = office.member("far", code="U02").rsplit("/", 1)[-1]
    for url in (f"invitations/{sub}/renew", f"invitations/{sub}/withdraw", f"members/{far}/roles", f"members/{far}/end"):
        assert lin.post(office.page(url), data={"role": "author", "reason": "r"}).status_code == 404, url
    assert lin.get(office.page(f"members/{far}")).status_code == 404
    assert office.roles("far", "U02") == ["coordinator"]


def test_only_the_administrator_registers_lists_and_closes(office):
    for key in ("lin", "wu", "sun", "hr", "auditor", "zhaxi"):
        browser = office.browser(key)
        pages = ("/partners/", "/partners/new", "/partners/export.csv", office.page("edit"), office.page("close"))
        assert {browser.get(url).status_code for url in pages} == {403}
        assert browser.post("/partners/new", data={"code": "X"}).status_code == 403


def test_roles_from_elsewhere_do_not_come_with_an_invitation(office):
    """Only the three roles of organisations are granted, whatever the form says; and a link carries what was chosen when it was made."""
    link = office.invite(role=["author", "administrator", "hr", "auditor"])
    browser, _answer = office.accept(link)
    assert browser.get("/admin/").status_code == 403 and browser.get("/people/").status_code == 403
    browser.post(link, data={"role": ["coordinator"]})
    assert browser.get(office.page("invite")).status_code == 403


def test_what_a_link_is_worth(now):
    good = {"state": "open", "expires_at": now, "replaced": False, "closed": False, "now": now.replace(year=2025)}
    assert worth(**good) is LinkState.GOOD
    assert worth(**good | {"now": now}) is LinkState.EXPIRED
    assert worth(**good | {"replaced": True, "now": now}) is LinkState.REPLACED
    assert worth(**good | {"closed": True, "replaced": True}) is LinkState.CLOSED
    assert worth(**good | {"state": "withdrawn", "closed": True}) is LinkState.WITHDRAWN
    assert worth(**good | {"state": "accepted", "replaced": True}) is LinkState.USED


@pytest.mark.parametrize("official,held,roles", [
    (False, [], PARTNER_ROLES), (False, [Role.AUTHOR, Role.COORDINATOR], PARTNER_ROLES), (True, [], (Role.REVIEWER,)),
    (False, [Role.HR], (Role.REVIEWER,)), (False, [Role.ADMINISTRATOR, Role.AUTHOR], (Role.REVIEWER,)), (True, [Role.UNIT_HEAD], (Role.REVIEWER,)),
])  # fmt: skip
def test_who_may_be_what(official, held, roles):
    assert open_to(official=official, held=held) == roles


def test_an_invitation_holds_for_a_few_chosen_spans():
    at = clock.now()
    assert [(expiry(at, days) - at).days for days in CHOICES] == [3, 7, 14, 30]
    for days in (0, 15, -1, 10**6):
        with pytest.raises(ValueError):
            expiry(at, days)
