"""What a certificate says, in sentences of the language spoken."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.competency.skill_words import full_date
from lms.core import framework
from lms.core.i18n import pick
from lms.credentials.enums import Kind
from lms.credentials.models import IssuedCertificate
from lms.people.calendar_queries import today


def title(one: IssuedCertificate) -> str:
    """The course, or the competency with its level."""
    name = subject(one)
    return name if one.kind == Kind.COURSE else _("%(competency)s, level %(level)d", competency=name, level=one.level)


def level_name(level: int) -> str:
    """The level in words."""
    return pick(framework.read().level_names[level])


def statement(one: IssuedCertificate) -> str:
    """What the holder did; it stands between the name and the subject."""
    if one.kind == Kind.COURSE:
        return _("has completed this course and handed in the quiz that counts as evidence:")
    return _("has shown by evidence, in this competency, level %(level)d (%(words)s):", level=one.level, words=level_name(one.level or 0))


def subject(one: IssuedCertificate) -> str:
    """The course or the competency."""
    return pick({"zh": one.title_zh, "en": one.title_en})


def facts(one: IssuedCertificate) -> list[tuple[str, str]]:
    """What stands below the sentence: label and value."""
    known = [(_("Completed on") if one.kind == Kind.COURSE else _("Last evidence on"), full_date(one.earned_on))]
    if one.kind == Kind.COURSE:
        known.append((_("Version of the course"), one.version))
        known.append((_("Class hours credited"), str(one.hours or 0)))
    else:
        known.append((_("Competency"), one.competency))
        known.append((_("Framework"), one.version))
    until = full_date(one.valid_until) if one.valid_until else _("no end: it says what was done")
    return [*known, (_("Valid until"), until), (_("Issued on"), full_date(today(one.issued_at)))]


def basis(one: IssuedCertificate) -> str:
    """On what it rests and what it is not."""
    if one.kind == Kind.COURSE:
        return _("It says that the course was done. How well its questions were answered is no part of it.")
    return _("It rests on answers and judged work by the evidence rule of that level, at four chances in five. It ends when the evidence is too old.")
