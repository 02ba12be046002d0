"""The shared library in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.core import framework
from lms.core.i18n import enumerated, language, pick
from lms.library.enums import EntryKind, EntryState, Place
from lms.library.licences import LICENCES
from lms.library.models import LibraryEntry, LibraryReuse
from lms.people.models import Partner

KINDS = {
    EntryKind.CASE: _l("Case"),
    EntryKind.SLIDES: _l("Slides"),
    EntryKind.BANK: _l("Question bank"),
    EntryKind.OTHER: _l("Other material"),
}
STATES = {
    "shared": _l("offered"),
    "own": _l("shared by us"),
    "used": _l("used by us"),
    "withdrawn": _l("no longer offered"),
    "all": _l("all"),
}
ENTRY_STATES = {EntryState.SHARED: _l("offered"), EntryState.WITHDRAWN: _l("no longer offered")}
ORDERS = {
    "newest": _l("newest first"),
    "reused": _l("most reused first"),
    "title": _l("title"),
}


def licence_names() -> list[tuple[str, str]]:
    """The licences to choose from, each with what it allows."""
    dash = "：" if language() != "en" else ": "
    return [(code, f"{pick(one.name)}{dash}{pick(one.says)}") for code, one in LICENCES.items()]


def owner(partner: Partner | None) -> str:
    """Who shares or uses: an organisation or the administration."""
    return pick(partner) if partner else _("Administration of the platform")


def use_count(places: int, organisations: int) -> str:
    """How often something is used, in words."""
    if not places:
        return _("not used by others yet")
    where = ngettext("%(n)d place", "%(n)d places", places, n=places)
    by = ngettext("%(n)d organisation", "%(n)d organisations", organisations, n=organisations)
    return _("%(places)s in %(organisations)s", places=where, organisations=by)


def place(use: LibraryReuse) -> str:
    """Where something is used, in words."""
    if use.place == Place.DRAFT:
        return _("Draft “%(title)s”", title=pick(use))
    return _("Course “%(title)s”", title=pick(use)) if use.place == Place.COURSE else pick(use)


def competencies(codes: Iterable[str]) -> str:
    """Competencies in an enumeration."""
    known = {one.code: pick(one.name) for one in framework.read().competencies}
    return enumerated(known.get(code, code) for code in codes)


def size(number: int) -> str:
    """So many bytes in words."""
    return _("%(n).1f MB", n=number / 1_000_000) if number >= 100_000 else _("%(n)d KB", n=max(1, round(number / 1000)))


def title(entry: LibraryEntry) -> str:
    """The entry's title in the reader's language."""
    return pick(entry)


def sides(found: Sequence[Partner | None]) -> list[tuple[str, str]]:
    """For whom one acts, to choose from."""
    return [(one.code if one else "", owner(one)) for one in found]
