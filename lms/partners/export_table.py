"""The list of organisations as a table to keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from lms.partners.models import PartnerProfile
from lms.people.calendar_queries import today as day_of
from lms.people.enums import PARTNER_KIND_NAMES


def lines(rows: Iterable[Any]) -> list[list[Any]]:
    """Heading and one line an organisation, from rows (Partner, PartnerProfile or None, members, coordinators)."""
    head = [_("Code"), _("Chinese name"), _("English name"), _("Kind"), _("Registered"), _("Members"), _("Coordinators"), _("Contact"), _("Mail"),
            _("Telephone"), _("Agreement from"), _("Agreement until"), _("Organisation closed on"), _("Reason")]  # fmt: skip
    return [head, *(_line(*row) for row in rows)]


def _line(partner: Any, profile: PartnerProfile | None, members: int, coordinators: int) -> list[Any]:
    kept = profile or PartnerProfile(contact_name="", contact_mail="", contact_phone="", close_reason="")
    what = [partner.code, partner.name_zh, partner.name_en, str(PARTNER_KIND_NAMES[partner.kind]), day_of(partner.created_at), members, coordinators]
    ends = [kept.agreement_from, kept.agreement_until, day_of(partner.closed_at) if partner.closed_at else None]
    return [*what, kept.contact_name, kept.contact_mail, kept.contact_phone, *ends, kept.close_reason]
