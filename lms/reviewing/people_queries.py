"""Who wrote a draft, and who might review it, with the reasons for and against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access.permissions import Role
from lms.authoring import queries as drafts
from lms.authoring.models import CourseDraft
from lms.core import yamlfile
from lms.courses.models import CourseRevision
from lms.people.models import Account, Partner, RoleGrant
from lms.reviewing import flow, queries
from lms.reviewing.enums import OPEN, Capacity
from lms.reviewing.models import Review, Reviewer

MOST = 500


@dataclass(frozen=True, slots=True)
class Choosable:
    """A reviewer as the page for naming shows them: ``hindrance`` None, or why not."""

    account_ref: str
    candidate: flow.Candidate
    partners: tuple[Partner, ...]
    hindrance: str | None


def authorship(session: Session, review: Review) -> flow.Authorship:
    """Who wrote: the draft, the revisions that it goes back to, whoever its list of authors names; and their organisations."""
    draft = queries.draft_of(session, review)
    accounts, earlier, names = queries.authors(session, draft.id), set(), _named_in(session, draft)
    revision = session.get(CourseRevision, draft.based_on_id) if draft.based_on_id else None
    seen: set[int] = set()
    while revision is not None and revision.id not in seen:
        seen.add(revision.id)
        names |= {str(person.get("name")) for person in revision.meta.get("authors", ())}
        before = session.scalar(select(CourseDraft).where(CourseDraft.released_revision_id == revision.id))
        earlier |= queries.authors(session, before.id) if before else set()
        revision = session.get(CourseRevision, before.based_on_id) if before and before.based_on_id else None
    partners = _partners(session, accounts)
    own = {draft.partner_id} if draft.partner_id else set()
    return flow.Authorship(accounts, frozenset(earlier), frozenset(names), frozenset(own | {one for held in partners.values() for one in held}))


def _named_in(session: Session, draft: CourseDraft) -> set[str]:
    """The names in the draft's own list of authors."""
    head = yamlfile.parse(drafts.file_now(session, draft.id, "course.yaml").text or "", "course.yaml").data
    people = head.get("authors") if isinstance(head, dict) else None
    return {str(one.get("name")) for one in people if isinstance(one, dict)} if isinstance(people, list) else set()


def _partners(session: Session, accounts: frozenset[int] | None) -> dict[int, set[int]]:
    """Account -> organisations in which it holds a role now; all reviewers when no accounts are named."""
    query = select(RoleGrant.account_id, RoleGrant.partner_id).where(RoleGrant.revoked_at.is_(None), RoleGrant.partner_id.is_not(None))
    if accounts is not None:
        query = query.where(RoleGrant.account_id.in_(accounts))
    found: dict[int, set[int]] = {}
    for account_id, partner_id in session.execute(query):
        found.setdefault(account_id, set()).add(partner_id)
    return found


def choosable(session: Session, review: Review, capacity: Capacity) -> list[Choosable]:
    """Every account that may review, those who can be named first in the order in which they are suggested."""
    wrote, readers = authorship(session, review), queries.standing(session, review).readers
    accounts = {one.id: one for one in _reviewers(session)}
    partners = {one.id: one for one in session.scalars(select(Partner))}
    held = _partners(session, None)
    candidates = _candidates(session, review, accounts, held)
    found = []
    for one in flow.suggested(candidates, wrote):
        named = tuple(partners[key] for key in sorted(one.partners) if key in partners)
        found.append(Choosable(accounts[one.account_id].ref, one, named, flow.hindrance(one, capacity, wrote, readers)))
    return sorted(found, key=lambda one: one.hindrance is not None)


def _reviewers(session: Session) -> Sequence[Account]:
    query = select(Account).join(RoleGrant, RoleGrant.account_id == Account.id)
    known = Account.active, RoleGrant.role == Role.REVIEWER, RoleGrant.revoked_at.is_(None)
    return session.scalars(query.where(*known).distinct().order_by(Account.id).limit(MOST)).all()


def _candidates(session: Session, review: Review, accounts: dict[int, Account], held: dict[int, set[int]]) -> list[flow.Candidate]:
    query = select(Reviewer.account_id, func.count()).join(Review, Review.id == Reviewer.review_id)
    running = dict(session.execute(query.where(Review.state.in_(OPEN), Reviewer.ended_at.is_(None)).group_by(Reviewer.account_id)).all())
    past = select(Reviewer.account_id).join(Review, Review.id == Reviewer.review_id)
    before = set(session.scalars(past.where(Review.slug == review.slug, Review.id != review.id, Reviewer.conflict.is_(False))))
    return [
        flow.Candidate(one.id, one.name, frozenset(held.get(one.id, ())), running.get(one.id, 0), one.id in before) for one in accounts.values()
    ]


def partner_of(session: Session, account_id: int) -> Partner | None:
    """The organisation for which somebody reviews."""
    query = select(Partner).join(RoleGrant, RoleGrant.partner_id == Partner.id)
    known = RoleGrant.account_id == account_id, RoleGrant.role == Role.REVIEWER, RoleGrant.revoked_at.is_(None)
    return session.scalar(query.where(*known).order_by(RoleGrant.id).limit(1))
