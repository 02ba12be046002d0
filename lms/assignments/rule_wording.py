"""Rules in sentences that anybody can read, and why a rule hits somebody or not."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assignments import wording
from lms.assignments.enums import RuleKind
from lms.assignments.rules import Fault, Finding, Rule, Why
from lms.assignments.thing_queries import Named, Thing, named
from lms.core import framework
from lms.core.i18n import pick
from lms.people.models import Position
from lms.web.filters import day

STATE_WORDS = {
    "not_yet": lambda: _("not yet"),
    "no_evidence": lambda: _("no evidence"),
    "unclear": lambda: _("unclear"),
}
FAULT_WORDS = {
    Fault.MISSING: lambda: _("Choose or fill in something here."),
    Fault.UNKNOWN: lambda: _("There is no such thing. Choose one of the list."),
    Fault.NO_NUMBER: lambda: _("Give a whole number of days within the limits."),
    Fault.NO_DAY: lambda: _("Give the day as year-month-day, such as 2026-03-31."),
}


def competency_name(code: str) -> str:
    """Code and name of a competency."""
    known = framework.read()
    return f"{code} {pick(known.competency(code).name)}" if code in known.codes else code


class Sentences:
    """Makes sentences of rules with the names of posts and things looked up once."""

    def __init__(self, session: Session, rules: list[Rule]) -> None:
        things = [Thing(rule.thing_kind, rule.thing_code) for rule in rules if rule.thing_kind]
        self.things: dict[Thing, Named] = named(session, things)
        codes = {rule.position for rule in rules if rule.position}
        self.posts = {post.code: post for post in session.scalars(select(Position).where(Position.code.in_(codes)))} if codes else {}

    def of(self, rule: Rule) -> str:
        """The whole rule in one sentence."""
        return _SENTENCES[rule.kind](self, rule)

    def thing(self, rule: Rule) -> str:
        return wording.title(self.things[Thing(rule.thing_kind, rule.thing_code)])

    def post(self, code: str) -> str:
        post = self.posts.get(code)
        return f"{code} {pick(post)}" if post else code


def _post(words: Sentences, rule: Rule) -> str:
    return _(
        "Everybody who comes to the post %(post)s on or after %(day)s does this within %(n)d days: %(thing)s.",
        post=words.post(rule.position), day=day(rule.since), n=rule.days, thing=words.thing(rule),
    )  # fmt: skip


def _newcomer(words: Sentences, rule: Rule) -> str:
    return _("Everybody who joins on or after %(day)s does this within %(n)d days: %(thing)s.", day=day(rule.since), n=rule.days, thing=words.thing(rule))


def _gap(words: Sentences, rule: Rule) -> str:
    states = _(" or ").join(f"“{STATE_WORDS[state]()}”" for state in rule.states)
    known = {"code": competency_name(rule.competency), "states": states, "n": rule.days, "thing": words.thing(rule)}
    if rule.critical_only:
        return _("Everybody whose post hinges on %(code)s and who stands at %(states)s does this within %(n)d days: %(thing)s.", **known)
    return _("Everybody whose post asks for %(code)s and who stands at %(states)s does this within %(n)d days: %(thing)s.", **known)


def _law(_words: Sentences, rule: Rule) -> str:
    known = {"fact": rule.fact, "day": day(rule.since), "n": rule.days}
    if rule.fact:
        return _(
            "If the fact %(fact)s of the register changes on or after %(day)s, everybody whose post needs a lesson that states it, and who has read "
            "it before, reads it again within %(n)d days.",
            **known,
        )
    return _(
        "If any fact of the register changes on or after %(day)s, everybody whose post needs a lesson that states it, and who has read it before, "
        "reads it again within %(n)d days.",
        **known,
    )


def _expiry(words: Sentences, rule: Rule) -> str:
    return _(
        "Everybody whose evidence in %(code)s expires within %(within)d days does this again within %(n)d days: %(thing)s.",
        code=competency_name(rule.competency), within=rule.within, n=rule.days, thing=words.thing(rule),
    )  # fmt: skip


_SENTENCES = {RuleKind.POST: _post, RuleKind.NEWCOMER: _newcomer, RuleKind.GAP: _gap, RuleKind.LAW: _law, RuleKind.EXPIRY: _expiry}


def why(one: Finding) -> str:
    """Why the rule hits this person, or does not, in a sentence."""
    return _WHYS[one.why](one.day, one.candidate.detail)


_WHYS = {
    Why.IN_POST: lambda on, _detail: _("Came to the post on %(day)s.", day=day(on)),
    Why.NEWCOMER: lambda on, _detail: _("Joined on %(day)s.", day=day(on)),
    Why.GAP: lambda _on, detail: _("Stands at “%(state)s” today.", state=STATE_WORDS[detail]()),
    Why.LAW: lambda on, detail: _("Read the lesson before %(fact)s changed (%(day)s).", fact=detail, day=day(on)),
    Why.EXPIRES: lambda on, _detail: _("The evidence expires on %(day)s.", day=day(on)),
    Why.DONE: lambda on, _detail: _("Has done it already, on %(day)s.", day=day(on)),
    Why.GIVEN: lambda on, _detail: _("Has it from this rule already, since %(day)s.", day=day(on)),
    Why.EXCUSED: lambda _on, _detail: _("HR excused them from it, or withdrew it."),
    Why.SWITCHED_OFF: lambda _on, _detail: _("All rules are switched off for their unit."),
    Why.NOT_READ: lambda _on, detail: _("Has not read the lesson yet; whoever reads it now reads the new text (%(fact)s).", fact=detail),
}


def made_by(rule_sentence: str) -> str:
    """A rule as the reason of an assignment."""
    return _("Rule: %(sentence)s", sentence=rule_sentence)
