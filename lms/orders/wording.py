"""Training orders in words (pure but for translation)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.authoring.enums import DraftState
from lms.core import framework
from lms.core.i18n import pick
from lms.orders.enums import Cohort, Measure, OfferState, OrderState, Owner, Place, Seen, Side, StepKind, Verdict
from lms.people.enums import TIER_NAMES, Tier
from lms.web.filters import day

STATES = {
    OrderState.DRAFT: _l("draft"),
    OrderState.OPEN: _l("open to offers"),
    OrderState.ACCEPTED: _l("offer accepted"),
    OrderState.DELIVERY: _l("in delivery"),
    OrderState.DELIVERED: _l("delivered"),
    OrderState.VERIFIED: _l("verified by evidence"),
    OrderState.NOT_REACHED: _l("not reached"),
    OrderState.DECLINED: _l("no offer accepted"),
    OrderState.WITHDRAWN: _l("withdrawn"),
}
CLOSED = _l("closed, to be decided")
ELSEWHERE = _l("went to another partner")
DRAFT_STATES = {
    DraftState.DRAFT: _l("being written"),
    DraftState.IN_REVIEW: _l("in review"),
    DraftState.RELEASED: _l("released"),
    DraftState.CLOSED: _l("given up"),
}
PATH = (OrderState.DRAFT, OrderState.OPEN, OrderState.ACCEPTED, OrderState.DELIVERY, OrderState.DELIVERED, OrderState.VERIFIED)
OFFER_STATES = {
    OfferState.STANDING: _l("made"),
    OfferState.WITHDRAWN: _l("taken back"),
    OfferState.ACCEPTED: _l("accepted"),
    OfferState.DECLINED: _l("declined"),
}
PLACES = {Place.BASE: _l("at a training base"), Place.ONLINE: _l("online"), Place.BOTH: _l("partly at a base, partly online")}
MEASURES = {
    Measure.CHANGE: _l("change of the trained, less that of those who wait, in levels"),
    Measure.MET: _l("share of the trained who meet the ordered level, in per cent"),
}
VERDICTS = {
    Verdict.REACHED: _l("Reached"),
    Verdict.NOT_REACHED: _l("Not reached"),
    Verdict.UNDECIDED: _l("The evidence leaves it open"),
    Verdict.TOO_FEW: _l("Not enough evidence"),
}
OWNERS = {Owner.HR: _l("HR"), Owner.PARTNER: _l("partner")}
COHORTS = {Cohort.FIRST: _l("trained first"), Cohort.LATER: _l("trained later"), Cohort.NONE: _l("not settled")}
SEEN = {Seen.HR: _l("HR only"), Seen.PARTNER: _l("HR and this partner"), Seen.ALL: _l("all partners asked")}
ORDERS = [("due", _l("due first")), ("newest", _l("newest first")), ("unit", _l("unit")), ("title", _l("title"))]
GAPS = [
    ("open", _l("below the target or unclear")),
    ("short", _l("certainly below the target")),
    ("target", _l("asked for it, with evidence")),
    ("all", _l("everyone, with evidence or without")),
]
HR_FILTERS = [("running", _l("under way")), ("mine", _l("waiting for HR")), ("overdue", _l("overdue"))]
PARTNER_FILTERS = [("running", _l("under way")), ("calls", _l("open calls")), ("ours", _l("ours to deliver")), ("overdue", _l("overdue"))]
KINDS = {
    StepKind.DRAFTED: _l("Drafted"),
    StepKind.CHANGED: _l("Draft changed"),
    StepKind.PEOPLE: _l("List of people changed"),
    StepKind.OPENED: _l("Opened to partners"),
    StepKind.PROLONGED: _l("More time for offers"),
    StepKind.PASSED: _l("Makes no offer"),
    StepKind.OFFERED: _l("Offer made"),
    StepKind.OFFER_CHANGED: _l("Offer revised"),
    StepKind.OFFER_WITHDRAWN: _l("Offer taken back"),
    StepKind.CLOSED: _l("Call closed early"),
    StepKind.ACCEPTED: _l("Offer accepted"),
    StepKind.OFFER_DECLINED: _l("Offer declined"),
    StepKind.DECLINED: _l("No offer accepted"),
    StepKind.COURSE: _l("Course named"),
    StepKind.LOT: _l("Lot drawn"),
    StepKind.COHORT: _l("Who is trained first, chosen by hand"),
    StepKind.STARTED: _l("Training began"),
    StepKind.MOVED: _l("Dates moved"),
    StepKind.DELIVERED: _l("Delivered"),
    StepKind.MEASURED: _l("Both groups asked for evidence"),
    StepKind.SIGNED: _l("Signed off"),
    StepKind.FOLLOWED: _l("Those who waited follow"),
    StepKind.MESSAGE: _l("Message"),
    StepKind.WITHDRAWN: _l("Withdrawn"),
    StepKind.REMINDED: _l("Reminder"),
}


def competency_name(code: str) -> str:
    """A competency's name."""
    return str(pick(framework.read().competency(code).name))


def competency_choices() -> list[tuple[str, str]]:
    """All competencies, to choose from."""
    return [(one.code, f"{one.code} {pick(one.name)}") for one in framework.read().competencies]


def asked(order: Any) -> list[str]:
    """Each competency with the level ordered."""
    lines = order.competencies
    return [_("%(code)s %(name)s, level %(level)d", code=one["code"], name=competency_name(one["code"]), level=one["level"]) for one in lines]


def yuan(fen: int | None) -> str:
    """Money with its sign: fen as yuan."""
    return "" if fen is None else f"¥{fen // 100:,}.{fen % 100:02d}"


def levels(value: float | None) -> str:
    """A number of levels."""
    return "" if value is None else f"{value:.2f}".replace("-", "−")


def signed(value: float | None) -> str:
    """A change in levels, with its sign."""
    return "" if value is None else f"{value:+.2f}".replace("-", "−")


def aim(order: Any) -> str:
    """The acceptance criterion in a sentence."""
    if order.measure == Measure.MET:
        share = f"{order.aim_milli / 10:g}"
        return _("At least %(share)s%% of the trained meet the ordered level.", share=share)
    return _("The trained gain at least %(levels)s levels more than those who wait.", levels=f"{order.aim_milli / 1000:g}")


def state(order: Any, *, closed: bool) -> str:
    """How far an order is."""
    return str(CLOSED if order.state == OrderState.OPEN and closed else STATES[order.state])


def turn(found: Any, *, hr_name: str = "") -> str:
    """Whose turn it is and until when."""
    if found.due_on is None:
        return ""
    who = hr_name or str(OWNERS[found.owner]) if found.owner == Owner.HR else str(OWNERS[Owner.PARTNER])
    return _("%(who)s, by %(day)s", who=who, day=day(found.due_on))


def tier(code: str) -> str:
    """A tier's name."""
    return str(TIER_NAMES[Tier(code)])


def people(mix: dict[str, Any]) -> str:
    """How many people, as partners see it."""
    if not mix:
        return ""
    n = mix["people"]
    return ngettext("%(num)d person", "%(num)d people", n) if n is not None else _("fewer than 5 people")


def by(step: Any, *, reader: Side, unit: Any) -> str:
    """Who took a step; a partner learns no name of HR, who may be an official."""
    if step.side == Side.PLATFORM:
        return ""
    if step.side == Side.HR:
        return str(step.by) if reader is Side.HR else _("HR of %(unit)s", unit=pick(unit))
    return f"{step.by} · {pick(step.partner)}" if step.partner else str(step.by)


def said(step: Any) -> str:
    """What a step's figures and dates say, in a sentence; empty where its heading says all."""
    facts = step.facts
    match step.kind:
        case StepKind.PEOPLE if "added" in facts:
            return ngettext("%(num)d person put on the list.", "%(num)d people put on the list.", facts["added"])
        case StepKind.PEOPLE:
            return ngettext("%(num)d person taken off the list.", "%(num)d people taken off the list.", facts["removed"])
        case StepKind.OPENED | StepKind.PROLONGED:
            return _("Offers until %(day)s.", day=_day(facts["closes_on"]))
        case StepKind.OFFERED | StepKind.OFFER_CHANGED:
            return _("Version %(n)d.", n=facts["version"])
        case StepKind.LOT:
            return _("%(first)d of %(people)d people are trained first. Seed %(seed)d: whoever draws again from it finds the same.", **facts)
        case StepKind.COHORT:
            return _("%(first)d are trained first, %(later)d later.", first=facts["first"], later=facts["later"])
        case StepKind.COURSE:
            return str(facts.get("course") or _("In writing: %(draft)s", draft=facts["draft"]))
        case StepKind.STARTED:
            return _("Until %(day)s.", day=_day(facts["ends_on"]))
        case StepKind.MOVED:
            return _("Training until %(ends)s, verification on %(review)s.", ends=_day(facts["ends_on"]), review=_day(facts["review_on"]))
        case StepKind.MEASURED | StepKind.FOLLOWED:
            return ngettext("%(num)d person, by %(day)s.", "%(num)d people, by %(day)s.", facts["people"], day=_day(facts["due"]))
        case StepKind.SIGNED:
            return _("By the evidence: %(verdict)s.", verdict=VERDICTS[Verdict(facts["verdict"])])
        case StepKind.REMINDED:
            return _("Was due on %(day)s.", day=_day(facts["due"])) if facts["late"] else _("Due on %(day)s.", day=_day(facts["due"]))
    return ""


def _day(text: str) -> str:
    return day(date.fromisoformat(text))
