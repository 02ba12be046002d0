"""When authors leave, the comments that wait are the other authors', and at last the administrator's."""

from sqlalchemy import select

from lms.access.permissions import Role
from lms.feedback import queries
from lms.partners import actions as partners
from lms.people.holder_queries import holders
from lms.people.models import AccountNotice, Partner
from tests.feedback.test_reminders import make_author


def told(office, key: str) -> list[str]:
    with office.database.reading() as session:
        kinds = select(AccountNotice.kind).where(AccountNotice.account_id == office.cast.accounts[key])
        return [kind for kind in session.scalars(kinds.order_by(AccountNotice.id)) if kind.startswith("comment")]


def leave(office, key: str) -> None:
    actor = office.actor(key)
    with office.database.writing() as session:
        partners.leave(session, actor=actor, ref=session.get_one(Partner, office.cast.partner_id).ref, successor="", now=office.now)


def test_the_others_then_the_administrator_are_told_how_many_wait(office):
    office.give_to_partner()
    make_author(office, "assessor", office.cast.partner_id)
    office.say()
    leave(office, "author")
    assert told(office, "assessor") == ["comments_taken_over"] and told(office, "admin") == []
    assert "1 comment on courses of Partner University waits" in office.browser("assessor").get("/me/notices").text
    leave(office, "assessor")
    assert told(office, "admin") == ["comments_taken_over"]


def test_without_waiting_comments_nobody_is_told(office):
    office.give_to_partner()
    leave(office, "author")
    assert told(office, "admin") == []


def test_the_comments_of_a_closed_organisation_are_the_administrators(office):
    office.give_to_partner()
    ref = office.say()
    admin = office.actor("admin")
    with office.database.writing() as session:
        partner = session.get_one(Partner, office.cast.partner_id)
        partners.close(session, actor=admin, ref=partner.ref, reason="The agreement has ended.", now=office.now)
        found = queries.by_ref(session, admin, ref)
        assert queries.owner(session, found) is None
        assert holders(session, Role.AUTHOR, partner_ids=[partner.id]) == []
    assert told(office, "admin") == ["comments_taken_over"]
