"""Reading certificates issued here: one's own, those of HR's people, the one a reference names, and what may be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.access.policy import scope
from lms.competency import certificate_queries as competency
from lms.core import clock, framework
from lms.core.errors import NotFound
from lms.core.i18n import Bilingual
from lms.courses.models import Course, CourseRevision
from lms.credentials.enums import Ending, Kind, Shown
from lms.credentials.models import IssuedCertificate, VerificationMiss
from lms.credentials.sealing import check_code
from lms.learning.models import Completion
from lms.people import queries as people
from lms.people.calendar_queries import today
from lms.people.enums import Tier
from lms.people.models import Official, Unit

MOST = 200
WINDOW = timedelta(minutes=15)
MOST_MISSES = 30  # of one address within the window: a whole county may stand behind one
ORDERS = {
    "newest": (IssuedCertificate.id.desc(),),
    "name": (Official.name, IssuedCertificate.id.desc()),
    "until": (IssuedCertificate.valid_until, IssuedCertificate.id.desc()),
}


def sealed(one: IssuedCertificate) -> str:
    """The check code that its words have; the stored one is the same unless somebody changed the words or the key."""
    said = (one.ref, one.kind, one.name, one.title_zh, one.title_en, one.version, one.competency, one.level, one.hours)
    return check_code(current_app.config["SETTINGS"].key, (*said, one.issuer_zh, one.issuer_en, one.earned_on, one.valid_until))


def shown(one: IssuedCertificate, day: date) -> Shown:
    """The state as whoever checks it is told."""
    if one.ending:
        return Shown(one.ending)
    if one.check_code != sealed(one):
        return Shown.UNCONFIRMED
    return Shown.EXPIRED if one.valid_until and one.valid_until < day else Shown.VALID


def by_ref(session: Session, ref: str) -> IssuedCertificate | None:
    """The certificate that a reference names, to whoever has it."""
    return session.scalar(select(IssuedCertificate).where(IssuedCertificate.ref == ref))


def own(session: Session, official_id: int, ref: str) -> IssuedCertificate:
    """One's own certificate. Raises NotFound."""
    found = by_ref(session, ref)
    if found is None or found.official_id != official_id:
        raise NotFound
    return found


def all_own(session: Session, official_id: int) -> Sequence[IssuedCertificate]:
    """One's own certificates, the newest first."""
    query = select(IssuedCertificate).where(IssuedCertificate.official_id == official_id).order_by(IssuedCertificate.id.desc())
    return session.scalars(query.limit(MOST)).all()


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that a certificate may be asked for. ``key``: the course's slug, or the competency's code."""

    kind: Kind
    key: str
    title: Bilingual
    version: str
    earned_on: date
    until: date | None = None
    level: int | None = None
    hours: int | None = None
    course_id: int | None = None


def offers(session: Session, official_id: int, now: datetime) -> list[Offer]:
    """What the official could have a certificate of and has none that holds as long: levels first, then courses."""
    held = [one for one in all_own(session, official_id) if shown(one, today(now)) is Shown.VALID]
    return [offer for offer in possible(session, official_id, now) if not any(covers(one, offer) for one in held)]


def covers(one: IssuedCertificate, offer: Offer) -> bool:
    """Whether a certificate that holds says the same, as long."""
    if offer.kind == Kind.COURSE:
        return one.kind == Kind.COURSE and one.course_id == offer.course_id and one.version == offer.version
    return one.kind == Kind.LEVEL and one.competency == offer.key and one.level == offer.level and one.valid_until >= offer.until


def possible(session: Session, official_id: int, now: datetime) -> list[Offer]:
    """Everything that the official's evidence supports today."""
    return [*_levels(session, official_id, now), *_courses(session, official_id)]


def _levels(session: Session, official_id: int, now: datetime) -> Iterable[Offer]:
    known = framework.read()
    names = {one.code: one.name for one in known.competencies}
    for one in competency.confirmed_levels(session, official_id, clock.day_number(now)):
        if one.competency in names:
            yield Offer(Kind.LEVEL, one.competency, names[one.competency], f"{known.id} {known.version}", one.earned_on, one.until, one.level)


def _courses(session: Session, official_id: int) -> Iterable[Offer]:
    """Courses completed by handing in the quiz that counts; the last completed revision of each."""
    query = (
        select(Course.id, Course.slug, CourseRevision.title_zh, CourseRevision.title_en, CourseRevision.version, Completion.hours, Completion.completed_at)
        .join(Course, Course.id == Completion.course_id)
        .join(CourseRevision, CourseRevision.id == Completion.revision_id)
        .where(Completion.official_id == official_id)
        .order_by(Completion.completed_at, Completion.id)
        .limit(MOST)
    )
    newest = {row.slug: row for row in session.execute(query)}
    for slug, row in sorted(newest.items()):
        title = Bilingual(row.title_zh, row.title_en)
        yield Offer(Kind.COURSE, slug, title, row.version, today(row.completed_at), hours=row.hours, course_id=row.id)


def issuer(session: Session, official: Official) -> Bilingual:
    """Who issues: the county above the official, else the topmost unit."""
    line = [*people.ancestors(session, official.unit), official.unit]
    unit = next((one for one in reversed(line) if one.tier == Tier.COUNTY), line[0])
    return Bilingual(unit.zh, unit.en)


def certificates(actor: Actor, *, text: str = "", state: str = "", order: str = "newest", day: date) -> Select[Any]:
    """Rows (IssuedCertificate, Official, Unit) of HR's people; ``text`` in name or staff number; ``state`` as in ``Shown``."""
    query = select(IssuedCertificate, Official, Unit).join(Official, Official.id == IssuedCertificate.official_id).join(Unit, Unit.id == Official.unit_id)
    query = query.where(people.within(scope(actor, Permission.CERTIFICATES_REVOKE))).order_by(*ORDERS.get(order, ORDERS["newest"]))
    if text:
        query = query.where(or_(func.lower(Official.name).contains(text.lower(), autoescape=True), Official.staff_no.contains(text.upper(), autoescape=True)))
    c = IssuedCertificate
    if state in list(Ending):
        return query.where(c.ending == state)
    if state == Shown.VALID:
        return query.where(c.ending.is_(None), or_(c.valid_until.is_(None), c.valid_until >= day))
    return query.where(c.ending.is_(None), c.valid_until < day) if state == Shown.EXPIRED else query


def of_hr(session: Session, actor: Actor, ref: str) -> IssuedCertificate:
    """A certificate of HR's own people. Raises NotFound, also where HR may not know of it."""
    found = by_ref(session, ref)
    if found is None or not scope(actor, Permission.CERTIFICATES_REVOKE).covers_unit(found.official.unit.path):
        raise NotFound
    return found


def levels_that_hold(session: Session, pairs: Iterable[tuple[int, str]]) -> list[IssuedCertificate]:
    """Certificates of levels, not ended, of some (official id, competency)."""
    wanted = set(pairs)
    found: list[IssuedCertificate] = []
    for ids in people.batches(sorted({official_id for official_id, _ in wanted})):
        query = select(IssuedCertificate).where(IssuedCertificate.official_id.in_(ids), IssuedCertificate.ending.is_(None))
        rows = session.scalars(query.where(IssuedCertificate.kind == Kind.LEVEL).order_by(IssuedCertificate.id))
        found += [one for one in rows if (one.official_id, one.competency) in wanted]
    return found


def misses(session: Session, origin: str, now: datetime) -> int:
    """How often that address asked for certificates that do not exist, within the window."""
    m = VerificationMiss
    return session.scalar(select(func.count()).select_from(m).where(m.origin == origin, m.at > now - WINDOW)) or 0


def forget_misses(session: Session, now: datetime) -> None:
    """Nothing of them is kept longer than a day."""
    session.execute(delete(VerificationMiss).where(VerificationMiss.at < now - timedelta(days=1)))
