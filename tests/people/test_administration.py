"""Administrators grant and revoke roles with their scope, register partners and invite their members; every step is logged."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from lms.access.models import AuditEntry
from lms.core.errors import Forbidden, Invalid, Refused
from lms.people import accounts, administration
from lms.people.models import Account, RoleGrant
from tests.conftest import NOW
from tests.support.people import actor_of, browser_of


def ref_of(database, cast, key: str) -> str:
    with database.reading() as session:
        return session.get_one(Account, cast.accounts[key]).ref


def roles_of(database, cast, key: str) -> list[str]:
    with database.reading() as session:
        live = select(RoleGrant.role).where(RoleGrant.account_id == cast.accounts[key], RoleGrant.revoked_at.is_(None))
        return sorted(session.scalars(live))


def logged(database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(entry.action, entry.subject) for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]


@pytest.mark.parametrize("key", ["zhaxi", "hr", "head", "auditor", "author"])
@pytest.mark.parametrize("url", ["/admin/", "/admin/users", "/partners/"])
def test_administration_is_closed_to_everyone_else(app, cast, key, url):
    assert browser_of(app, cast, key).get(url).status_code == 403


def test_a_role_is_granted_within_a_unit_and_holds_from_the_next_page(app, cast, database):
    ref = ref_of(database, cast, "dong")
    admin, dong = browser_of(app, cast, "admin"), browser_of(app, cast, "dong")
    admin.post(f"/admin/users/{ref}/grants", data={"role": "hr", "unit": " 513399201 "})
    assert roles_of(database, cast, "dong") == ["hr"]
    assert "Hekou township" in dong.get("/me/account").text
    assert ("role_granted", "YX000005") in logged(database)


@pytest.mark.parametrize(
    "form,says",
    [
        ({"role": "hr"}, "This role needs a unit."),
        ({"role": "unit_head", "unit": "000"}, "There is no unit with the code “000”."),
        ({"role": "author", "unit": "513399"}, "This role needs a partner organisation."),
        ({"role": "official"}, "The role official comes with the roster"),
        ({"role": "emperor"}, "Choose a role."),
    ],
)
def test_a_grant_without_its_scope_is_refused(app, cast, database, form, says):
    answer = browser_of(app, cast, "admin").post(f"/admin/users/{ref_of(database, cast, 'dong')}/grants", data=form)
    assert answer.status_code == 422
    assert says in answer.text
    assert roles_of(database, cast, "dong") == []


def test_a_revoked_role_ends_at_once_and_stays_on_record(app, cast, database):
    hr = browser_of(app, cast, "hr")
    assert hr.get("/me/account").status_code == 200
    with database.reading() as session:
        grant = session.scalars(select(RoleGrant.ref).where(RoleGrant.account_id == cast.accounts["hr"])).one()
    page = browser_of(app, cast, "admin").post(f"/admin/grants/{grant}/revoke", follow_redirects=True).text
    assert roles_of(database, cast, "hr") == []
    assert "Sample county" not in hr.get("/me/account").text
    assert "Sample county" in page


def test_the_last_administrator_stays(database, cast):
    admin = actor_of(database, cast, "admin")
    with database.writing() as session:
        grant = session.scalars(select(RoleGrant).where(RoleGrant.role == "administrator")).one()
        with pytest.raises(Refused):
            administration.revoke(session, actor=admin, grant=grant, now=NOW)
        second = administration.open_account(session, actor=admin, login="second", name="Second", now=NOW)
        administration.grant(session, actor=admin, account=second, role="administrator", scope="", now=NOW)
        with pytest.raises(Refused):  # who has never set a password can't help anybody
            administration.revoke(session, actor=admin, grant=grant, now=NOW)
        second.password_hash = "set"
        session.flush()
        administration.revoke(session, actor=admin, grant=grant, now=NOW)
    assert roles_of(database, cast, "admin") == []


def test_hr_can_grant_nothing(database, cast):
    hr = actor_of(database, cast, "hr")
    with database.writing() as session:
        account = session.get_one(Account, cast.accounts["dong"])
        with pytest.raises(Forbidden):
            administration.grant(session, actor=hr, account=account, role="hr", scope="513399", now=NOW)


def test_accounts_with_roles_are_listed_and_others_found_by_their_beginning(app, cast, database):
    admin = browser_of(app, cast, "admin")
    listed = admin.get("/admin/users").text
    assert "审计员" in listed and "扎西" not in listed
    found = admin.get("/admin/users?q=YX00000").text
    assert "扎西" in found and "审计员" not in found
    assert "扎西" in admin.get("/admin/users?q=扎").text
    assert "No account begins with this." in admin.get("/admin/users?q=%25").text
    assert ("people_listed", "YX000001") in logged(database)


@pytest.mark.parametrize("login,name", [("a", "Too short"), ("with space", "X"), ("<b>", "X"), ("fine", " ")])
def test_an_account_needs_a_sound_login_and_a_name(database, cast, login, name):
    admin = actor_of(database, cast, "admin")
    with database.writing() as session, pytest.raises(Invalid):
        administration.open_account(session, actor=admin, login=login, name=name, now=NOW)


@pytest.mark.parametrize("whose", ["admin", "auditor", "zhaxi"])
def test_hr_gets_no_code_by_the_administrators_page(app, cast, database, whose):
    """HR hands out codes to its own officials; by this page it could have opened any account, the administrator's too."""
    assert browser_of(app, cast, "hr").post(f"/admin/users/{ref_of(database, cast, whose)}/code").status_code == 403
    assert [entry for entry in logged(database) if entry[0] == "code_issued"] == []


def test_a_code_is_shown_once_and_opens_the_account(app, cast, database):
    admin = browser_of(app, cast, "admin")
    url = f"/admin/users/{ref_of(database, cast, 'dong')}"
    code = re.search(r"<code>([^<]+)</code>", admin.post(f"{url}/code").text).group(1)
    assert code not in admin.get(url).text
    with database.reading() as session:
        assert accounts.find_code(session, login="YX000005", code=code, now=NOW) is not None


def test_the_first_page_of_administration_says_how_the_installation_is(app, cast):
    page = browser_of(app, cast, "admin").get("/admin/").text
    assert "State of the installation" in page
    assert "Officials in service" in page
