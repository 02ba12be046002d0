"""Organisations as their administrator, their coordinators and their members see them."""

import pytest
from sqlalchemy import select

from lms.core.sheets import read_table
from lms.people.models import Partner

NEW = {
    "code": "E01", "name_zh": "示例企业", "name_en": "Sample Enterprise", "kind": "enterprise", "contact_name": "陈", "contact_mail": "chen@e01.example",
    "agreement_from": "2026-01-01", "agreement_until": "2026-12-31", "agreement_note": "No. 7",
}  # fmt: skip


def test_an_organisation_is_registered_listed_changed_and_exported(office):
    admin = office.browser("admin")
    answer = admin.post("/partners/new", data=NEW)
    ref = answer.location.split("/")[2]
    assert answer.location == f"/partners/{ref}/invite"
    assert 'value="coordinator" checked' in admin.get(answer.location).text
    page = admin.get(f"/partners/{ref}").text
    assert "chen@e01.example" in page and "from 1 January 2026 until 31 December 2026" in page and "No. 7" in page
    changed = NEW | {"name_en": "Renamed", "agreement_until": "2026-11-01"}
    assert admin.post(f"/partners/{ref}/edit", data=changed).status_code == 303
    listed = admin.get("/partners/?state=ending").text
    assert "Renamed" in listed and "agreement has ended" in listed and "Far Institute" not in listed
    assert "Renamed" in admin.get("/partners/?q=chen@E01").text and "No organisation of this kind" in admin.get("/partners/?q=nothing").text
    assert "Renamed" not in admin.get("/partners/?kind=institute").text
    table = read_table(admin.get("/partners/export.csv?order=code").data)
    assert [row[0] for row in table] == ["Code", "E01", "U01", "U02"]
    assert table[2][5:7] == ["4", "1"] and table[1][11] == "2026-11-01"
    assert admin.get("/partners/export.xlsx").status_code == 200
    kinds = [action for action, _actor, subject in office.logged("partner_added", "partner_changed", "partners_exported") if subject != "U02"]
    assert kinds == ["partner_added", "partner_changed", "partners_exported", "partners_exported"]


@pytest.mark.parametrize(
    "wrong,says",
    [
        ({"code": "no good"}, "A code has letters"),
        ({"code": "U01"}, "is taken"),
        ({"name_en": " "}, "in both languages"),
        ({"kind": "ministry"}, "Choose the kind"),
        ({"contact_mail": "chen"}, "not a mail address"),
        ({"agreement_until": "2025-01-01"}, "ends before it begins"),
        ({"agreement_from": "1 May"}, "Write a date like"),
    ],
)
def test_what_is_wrong_with_an_organisation_is_said_and_nothing_kept(office, wrong, says):
    answer = office.browser("admin").post("/partners/new", data=NEW | wrong)
    assert answer.status_code in (409, 422) and says in answer.text
    with office.database.reading() as session:
        assert sorted(session.scalars(select(Partner.code))) == ["U01", "U02"]


def test_order_of_the_list(office):
    admin = office.browser("admin")
    pages = {order: admin.get(f"/partners/?order={order}").text for order in ("name", "members", "code", "agreement", "newest", "odd")}
    first = {order: min((page.index(name), name) for name in ("Far Institute", "Partner University"))[1] for order, page in pages.items()}
    assert first["name"] == "Far Institute" and first["members"] == "Partner University" == first["code"]


def test_members_see_their_own_organisation_and_only_coordinators_its_invitations(office):
    office.invite()
    author, coordinator = office.browser("author").get("/organisation/").text, office.browser("lin").get("/organisation/").text
    assert all(name in page for name in ("林协调", "吴作者", "作者") for page in (author, coordinator))
    assert "周新" in coordinator and "周新" not in author and "Invite a member" not in author and "Leave this organisation" in author
    assert "孙鹏静" not in author + coordinator and "A practitioner from a county office" in author
    assert "You belong to no partner organisation" in office.browser("hr").get("/organisation/").text
    assert "My organisation" in author and "My organisation" not in office.browser("admin").get("/").text


def test_who_belongs_to_two_organisations_finds_both(office):
    link = office.invite("far", "U02", role=["author"])
    assert office.browser("wu").post(link).location == office.page(code="U02")
    page = office.browser("wu").get("/organisation/").text
    assert "Partner University" in page and "You also belong to:" in page and office.page(code="U02") in page


def test_the_roles_of_a_member_are_changed(office):
    lin, wu = office.browser("lin"), office.browser("wu")
    assert wu.get("/organisation/").status_code == 200
    assert "Choose at least one role" in lin.post(office.member("wu", "roles")).text
    assert lin.post(office.member("wu", "roles"), data={"role": ["author", "reviewer", "administrator"]}).status_code == 303
    assert office.roles("wu") == ["author", "reviewer"] and wu.get("/organisation/").status_code == 200
    lin.post(office.member("wu", "roles"), data={"role": ["reviewer"]})
    assert office.roles("wu") == ["reviewer"] and wu.get("/organisation/").status_code == 302
    assert office.told("wu") == ["member_roles", "member_roles"]
    assert "you are now: Reviewer" in office.browser("wu").get("/me/notices").text
    assert office.logged("membership_ended") == [("membership_ended", "林协调", "wu@u01.example")]


def test_closing_ends_memberships_and_invitations_and_keeps_the_rest(office):
    link, admin, wu = office.invite(), office.browser("admin"), office.browser("wu")
    assert wu.get("/organisation/").status_code == 200
    assert "The memberships of 4 people end" in admin.get(office.page("close")).text
    assert admin.post(office.page("close"), data={"reason": " "}).status_code == 422
    assert admin.post(office.page("close"), data={"reason": "The agreement has ended."}).status_code == 303
    assert admin.post(office.page("close"), data={"reason": "Again."}).status_code == 409
    assert [office.roles(key) for key in ("lin", "wu", "author", "sun")] == [[], [], [], []]
    assert wu.get("/organisation/").status_code == 302 and "organisation_closed" in office.told("sun")
    page = admin.get(office.page()).text
    assert "The agreement has ended." in page and "Former members" in page and "吴作者" in page
    assert office.app.test_client().get(link).status_code == 410
    assert admin.post(office.page("invite"), data={"name": "新", "role": "author", "days": "7"}).status_code == 409
    assert "Partner University" not in admin.get("/partners/").text and "Partner University" in admin.get("/partners/?state=closed").text
    assert admin.post(office.page("reopen")).status_code == 303 and admin.post(office.page("reopen")).status_code == 409
    assert "Partner University" in admin.get("/partners/").text and office.roles("lin") == []


def test_the_administrator_is_reminded_of_agreements_and_the_coordinator_of_invitations_that_nobody_answered(office):
    admin = office.browser("admin")
    admin.post(office.page("edit"), data={"name_zh": "合作大学", "name_en": "Partner University", "kind": "university", "agreement_until": "2027-01-10"})
    assert "1 agreement with a partner organisation ends soon" in admin.get("/").text
    assert "1 agreement" not in office.browser("lin").get("/").text
