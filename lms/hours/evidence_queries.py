"""The evidence that class hours rest on, gathered from the rooms that keep it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.core.i18n import Bilingual
from lms.courses.models import Course, CourseRevision
from lms.hours.enums import Kind
from lms.hours.ledger import Credit
from lms.hours.models import Attendance, AttendanceRow
from lms.hours.package import QUARTERS
from lms.learning.models import Completion
from lms.people import queries as people
from lms.portfolio.models import Certificate, Judgement, Submission, WorkTask, WorkTaskRevision

Credits = dict[int, list[Credit]]


def credits(session: Session, official_ids: Collection[int], *, first: int, last: int, zone: ZoneInfo) -> Credits:
    """Every piece of evidence of some officials in the calendar years ``first`` to ``last``, by official."""
    found: Credits = defaultdict(list)
    span = datetime(first, 1, 1, tzinfo=zone).astimezone(UTC), datetime(last + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    for batch in people.batches(official_ids):
        for official_id, credit in (*_completions(session, batch, span, zone), *_judged(session, batch, span, zone), *_papers(session, batch, span, zone)):
            found[official_id].append(credit)
        for official_id, credit in _attendance(session, batch, date(first, 1, 1), date(last, 12, 31)):
            found[official_id].append(credit)
    return found


Found = Iterator[tuple[int, Credit]]
Span = tuple[datetime, datetime]


def _completions(session: Session, ids: list[int], span: Span, zone: ZoneInfo) -> Found:
    """Courses completed with their evidence quiz; the hours are those that the course names."""
    c = Completion
    query = select(c.official_id, c.completed_at, c.hours, c.attempt_ref, Course.slug, CourseRevision.title_zh, CourseRevision.title_en)
    query = query.join(Course, Course.id == c.course_id).join(CourseRevision, CourseRevision.id == c.revision_id)
    for row in session.execute(_between(query, c.official_id, c.completed_at, ids, span)):
        title = Bilingual(row.title_zh, row.title_en)
        day = row.completed_at.astimezone(zone).date()
        yield row.official_id, Credit(Kind.SELF_STUDY, row.slug, row.attempt_ref, title, day, row.hours * QUARTERS)


def _judged(session: Session, ids: list[int], span: Span, zone: ZoneInfo) -> Found:
    """Work samples and panels that were passed; a rule says what they are worth."""
    query = (
        select(Judgement.official_id, Judgement.at, Submission.ref, WorkTask.code, WorkTaskRevision.content)
        .join(Submission, Submission.id == Judgement.submission_id)
        .join(WorkTaskRevision, WorkTaskRevision.id == Submission.task_revision_id)
        .join(WorkTask, WorkTask.id == WorkTaskRevision.task_id)
        .where(Judgement.passed)
    )
    for row in session.execute(_between(query, Judgement.official_id, Judgement.at, ids, span)):
        title = row.content["title"]
        yield row.official_id, Credit(Kind.WORK_SAMPLE, row.code, row.ref, Bilingual(title["zh"], title["en"]), row.at.astimezone(zone).date(), None)


def _papers(session: Session, ids: list[int], span: Span, zone: ZoneInfo) -> Found:
    """Certificates, on the day on which HR recognised them."""
    c = Certificate
    query = select(c.official_id, c.recognised_at, c.ref, c.issuer, c.title, c.revoked_at)
    for row in session.execute(_between(query, c.official_id, c.recognised_at, ids, span)):
        day, gone = row.recognised_at.astimezone(zone).date(), row.revoked_at is not None
        yield row.official_id, Credit(Kind.CERTIFICATE, f"{row.issuer} {row.title}", row.ref, Bilingual(row.title, row.title), day, None, taken_back=gone)


def _between(query: Select[Any], who: Any, when: Any, ids: list[int], span: Span) -> Select[Any]:
    return query.where(who.in_(ids), when >= span[0], when < span[1])


def _attendance(session: Session, ids: list[int], first: date, last: date) -> Found:
    """Organised training, in the year in which it ended; rows that were taken back stay visible."""
    a, r = Attendance, AttendanceRow
    query = select(r.official_id, r.quarters, r.half_days, a.id, a.ref, a.title_zh, a.title_en, a.starts_on, a.ends_on, a.reverses_id)
    query = query.join(a, a.id == r.attendance_id).where(r.official_id.in_(ids), a.ends_on >= first, a.ends_on <= last)
    rows = session.execute(query).all()
    gone = {(row.reverses_id, row.official_id) for row in rows if row.reverses_id}
    for row in rows:
        if row.reverses_id:
            continue
        title = Bilingual(row.title_zh, row.title_en or row.title_zh)
        back = (row.id, row.official_id) in gone
        key = f"{row.title_zh} {row.starts_on}"
        yield row.official_id, Credit(Kind.ORGANISED, key, row.ref, title, row.ends_on, row.quarters, row.half_days, back)


_MOMENTS = ((Completion.official_id, Completion.completed_at), (Judgement.official_id, Judgement.at), (Certificate.official_id, Certificate.recognised_at))


def years(session: Session, official_id: int, zone: ZoneInfo) -> set[int]:
    """Years in which an official has evidence: the first and the last of each kind."""
    moments = []
    for who, when in _MOMENTS:
        first, last = session.execute(select(func.min(when), func.max(when)).where(who == official_id)).one()
        moments += [at.astimezone(zone).year for at in (first, last) if at]
    a = select(func.min(Attendance.ends_on), func.max(Attendance.ends_on)).join(AttendanceRow, AttendanceRow.attendance_id == Attendance.id)
    return {*moments, *(day.year for day in session.execute(a.where(AttendanceRow.official_id == official_id)).one() if day)}


def officials_with_evidence(session: Session, since: datetime) -> set[int]:
    """Officials who may have lines in the ledger since a moment."""
    found = {one for who, when in _MOMENTS for one in session.scalars(select(who).where(when >= since).distinct())}
    a = select(AttendanceRow.official_id).join(Attendance, Attendance.id == AttendanceRow.attendance_id).where(Attendance.ends_on >= since.date())
    return found | {*session.scalars(a.distinct())}


def first_judged(session: Session, official_ids: Collection[int], zone: ZoneInfo) -> int | None:
    """The earliest year to which a judged work sample or a recognised certificate of these officials belongs, passed and valid or not."""
    moments = [
        session.scalar(select(func.min(when)).where(who.in_(batch))) for who, when in _MOMENTS[1:] for batch in people.batches(sorted(official_ids))
    ]
    return min((at.astimezone(zone).year for at in moments if at), default=None)
