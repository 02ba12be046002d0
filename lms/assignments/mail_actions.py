"""Reminders: notices in the product, and a digest by mail for those who have an address. Nothing is sent here: mails are queued."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms.assignments import notices
from lms.assignments.actions import notice_facts
from lms.assignments.enums import MailState, State
from lms.assignments.models import Assignment, AssignmentReminder, MailAddress, MailMessage
from lms.assignments.schedule import Schedule
from lms.core.errors import Invalid
from lms.core.i18n import speaking
from lms.people.calendar_queries import today as day_of
from lms.people.models import Account, Official
from lms.people.notice_actions import tell
from lms.people.queries import batches

MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Mailing:
    """What the installation says about mail; without ``pattern`` only addresses that people entered are used. ``site``: for links."""

    pattern: str = ""
    site: str = ""


def due_reminders(session: Session, schedule: Schedule, today: date, *, after: int = 0, limit: int = 500) -> list[tuple[Assignment, int]]:
    """Open assignments (with ids above ``after``) whose reminder is due today and was not given yet, each with its slot."""
    found: list[tuple[Assignment, int]] = []
    query = select(Assignment).where(Assignment.state == State.OPEN, Assignment.due_on.is_not(None)).order_by(Assignment.id)
    rows = session.scalars(query.where(Assignment.id > after).limit(limit)).all()
    given = _given(session, [one.id for one in rows])
    for one in rows:
        slot = schedule.slot(one.due_on, today, day_of(one.made_at))
        if slot is not None and (one.id, one.due_on, slot) not in given:
            found.append((one, slot))
    return found


def _given(session: Session, ids: Sequence[int]) -> set[tuple[int, date, int]]:
    table = AssignmentReminder.__table__.c
    query = select(table.assignment_id, table.due_on, table.slot)
    return {tuple(row) for batch in batches(ids) for row in session.execute(query.where(table.assignment_id.in_(batch)))}


def remind(session: Session, found: Iterable[tuple[Assignment, int]], *, mailing: Mailing | None, now: datetime) -> int:
    """Give these reminders: a notice each, and one mail a person and day where mail is configured; returns how many."""
    alike: dict[tuple[str, str, int], list[Assignment]] = {}
    for one, slot in found:
        session.add(AssignmentReminder(assignment_id=one.id, due_on=one.due_on, slot=slot, at=now))
        alike.setdefault((one.kind, one.code, slot), []).append(one)
    by_official: dict[int, list[dict]] = {}
    for (_kind, _code, slot), members in alike.items():
        facts = notice_facts(session, members, slot=slot)
        tell(session, kind="assignment_reminder", facts=facts, now=now)
        for official_id, known in facts.items():
            by_official.setdefault(official_id, []).append(known)
    if mailing is not None and by_official:
        _queue(session, by_official, mailing, now)
    session.flush()
    return sum(len(members) for members in alike.values())


def _queue(session: Session, by_official: dict[int, list[dict]], mailing: Mailing, now: datetime) -> None:
    """One digest a person and day; who had one today already gets none."""
    day, rows = day_of(now), []
    for batch in batches(sorted(by_official)):
        had = set(session.scalars(select(MailMessage.official_id).where(MailMessage.day == day, MailMessage.official_id.in_(batch))))
        for official_id, address, language in _addresses(session, batch, mailing):
            if official_id not in had:
                subject, body = digest(by_official[official_id], language, mailing)
                rows.append(
                    {"official_id": official_id, "day": day, "address": address, "subject": subject, "body": body}
                    | {"state": str(MailState.QUEUED), "tries": 0, "trouble": "", "at": now, "sent_at": None}
                )
    if rows:
        session.execute(insert(MailMessage.__table__), rows)


def _addresses(session: Session, ids: Sequence[int], mailing: Mailing) -> list[tuple[int, str, str]]:
    """(official, address, language) of those who get mail: their own address first, then the installation's pattern."""
    query = select(Official.id, Official.staff_no, MailAddress.address, MailAddress.wanted, Account.language)
    query = query.outerjoin(MailAddress, MailAddress.official_id == Official.id).outerjoin(Account, Account.official_id == Official.id)
    found = []
    for row in session.execute(query.where(Official.id.in_(ids), Official.active).order_by(Official.id)):
        address = row.address or (mailing.pattern.replace("{staff_no}", row.staff_no) if mailing.pattern else "")
        if row.wanted is not False and address:
            found.append((row.id, address, row.language or "zh-Hans"))
    return found


def digest(reminders: Sequence[dict], language: str, mailing: Mailing) -> tuple[str, str]:
    """Subject and text in the person's language. No names and no results: only what is due and when."""
    with speaking(language):
        lines = [f"- {notices.reminder_text(facts)}" for facts in reminders]
        end = _("You get at most one such mail a day. You can switch them off on the page “My assignments”.")
        where = [f"{mailing.site.rstrip('/')}/me/assignments"] if mailing.site else []
        return _("Reminder of your assignments"), "\n".join([_("Good day,"), "", *lines, "", *where, end, ""])


def choose_address(session: Session, *, official_id: int, address: str, wanted: bool, now: datetime) -> None:
    """An official says where to mail to, or that they want no mail. Raises Invalid."""
    address = address.strip()
    name, at, domain = address.partition("@")
    if address and (not at or not name or "." not in domain or len(address) > 200 or not address.isascii() or any(c.isspace() or c in ",;<>" for c in address)):
        raise Invalid(_("This is not a mail address. Write it like name@example.cn."))
    held = session.get(MailAddress, official_id)
    if held is None:
        session.add(MailAddress(official_id=official_id, address=address, wanted=wanted, at=now))
    else:
        held.address, held.wanted, held.at = address, wanted, now


def queued(session: Session, limit: int = 200) -> Sequence[MailMessage]:
    """Mails that wait, the oldest first."""
    return session.scalars(select(MailMessage).where(MailMessage.state == MailState.QUEUED).order_by(MailMessage.id).limit(limit)).all()


def note_sent(session: Session, mail_id: int, *, now: datetime) -> None:
    """It was handed to the mail server; the text is not kept."""
    sent = {"state": MailState.SENT, "sent_at": now, "body": "", "trouble": ""}
    session.execute(update(MailMessage).where(MailMessage.id == mail_id).values(tries=MailMessage.tries + 1, **sent))


def note_trouble(session: Session, mail_id: int, trouble: str, *, lasting: bool) -> None:
    """It could not be sent; after so many tries, or when the server refused it for good, it is given up."""
    mail = session.get_one(MailMessage, mail_id)
    mail.tries += 1
    mail.trouble = trouble[:200]
    if lasting or mail.tries >= MOST_TRIES:
        mail.state, mail.body = MailState.FAILED, ""
