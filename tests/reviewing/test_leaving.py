"""Who no longer reviews for an organisation hands over what was open, and whoever names reviewers is told."""

from sqlalchemy import select

from lms.partners import actions as partners
from lms.people.models import AccountNotice, Partner
from lms.reviewing.enums import Capacity, ReviewState
from lms.reviewing.models import Reviewer


def open_tasks(world) -> list[str]:
    with world.database.reading() as session:
        return list(session.scalars(select(Reviewer.name).where(Reviewer.ended_at.is_(None)).order_by(Reviewer.id)))


def organisation(world, code: str) -> str:
    with world.database.reading() as session:
        return session.scalars(select(Partner.ref).where(Partner.code == code)).one()


def test_the_reviews_of_who_leaves_are_open_for_somebody_else(world, draft):
    review = world.in_reading(draft)
    assert open_tasks(world) == ["专家", "窗口主任"] and world.state(review) == ReviewState.READING
    world.act(partners.leave, "desk", ref=organisation(world, "E01"), successor="")
    assert open_tasks(world) == ["专家"] and world.state(review) == ReviewState.WAITING
    with world.database.reading() as session:
        told = session.scalars(select(AccountNotice.kind).where(AccountNotice.account_id == world.cast.accounts["admin"])).all()
    assert "review_handed_back" in told
    world.name(review, "other", Capacity.PRACTITIONER)
    assert open_tasks(world) == ["专家", "工程师"]


def test_closing_an_organisation_frees_its_reviews_and_no_others(world, draft):
    world.in_reading(draft)
    world.act(partners.close, "admin", ref=organisation(world, "E01"), reason="The agreement has ended.")
    assert open_tasks(world) == ["专家"]
