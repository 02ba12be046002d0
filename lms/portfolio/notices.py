"""Notices of the portfolio in words."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from lms.core.i18n import pick
from lms.people.notice_words import Facts, Words, Writer


def _judged(facts: Facts) -> Words:
    if facts["passed"]:
        text = _("It shows level %(level)d. Your page says how each criterion was graded.", level=facts["level"])
    else:
        text = _("It did not pass this time; your page says how each criterion was graded and what a higher grade asks for.")
    return Words(_("Judged: %(title)s", title=pick(facts)), text, url_for("portfolio.my_work", ref=facts["ref"]), _("Open the result"))


def _returned(facts: Facts) -> Words:
    text = _("An assessor can't judge it yet: %(reason)s You may complete it and hand it in again.", reason=f"“{facts['reason']}”")
    return Words(_("Returned: %(title)s", title=pick(facts)), text, url_for("portfolio.my_work", ref=facts["ref"]), _("Complete it"))


def _recognised(facts: Facts) -> Words:
    text = _("HR recognised “%(title)s” of %(issuer)s. It counts as learning; levels are confirmed by what you show here.", **facts)
    return Words(_("A certificate was recognised"), text, url_for("portfolio.my_evidence"), _("Open my evidence"))


def _revoked(facts: Facts) -> Words:
    text = _("HR ended the recognition of “%(title)s” of %(issuer)s: %(reason)s", **facts)
    return Words(_("A certificate is no longer recognised"), text, url_for("portfolio.my_evidence"), _("Open my evidence"))


def _expired(facts: Facts) -> Words:
    text = _("“%(title)s” of %(issuer)s has expired. It no longer counts as learning; what you showed here stays as it is.", **facts)
    return Words(_("A certificate has expired"), text, url_for("portfolio.my_evidence"), _("Open my evidence"))


WRITERS: dict[str, Writer] = {
    "work_judged": _judged,
    "work_returned": _returned,
    "certificate_recognised": _recognised,
    "certificate_revoked": _revoked,
    "certificate_expired": _expired,
}
