"""What the library tells those who use something of it, in words."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from lms.core.i18n import pick
from lms.people.notice_words import Facts, Words, Writer


def _title(facts: Facts) -> str:
    return pick({"zh": facts["zh"], "en": facts["en"]})


def _version(facts: Facts) -> Words:
    text = _("“%(title)s” has a version %(n)d: %(note)s", title=_title(facts), n=facts["number"], note=facts["note"])
    return Words(_("Something that you use from the library has a new version"), text, url_for("library.entry", ref=facts["ref"]), _("Open the entry"))


def _withdrawn(facts: Facts) -> Words:
    text = _("“%(title)s” is no longer offered. Reason: %(reason)s What you have taken over stays with you.", title=_title(facts), reason=facts["reason"])
    return Words(_("Something that you use from the library was withdrawn"), text, url_for("library.entry", ref=facts["ref"]), _("Open the entry"))


WRITERS: dict[str, Writer] = {"library_version": _version, "library_withdrawn": _withdrawn}
