"""Rules: the list with its one switch for all, a rule's page with its versions, the form, and "whom would it hit today?"."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assignments import fact_queries, rule_actions, rule_queries, rule_wording, thing_queries, wording
from lms.assignments.enums import RULE_KIND_NAMES, RuleKind
from lms.assignments.list_views import log_listed
from lms.assignments.models import AssignmentRuleSwitch
from lms.assignments.rule_queries import Standing
from lms.assignments.rule_wording import FAULT_WORDS, STATE_WORDS, Sentences, competency_name
from lms.assignments.rules import ASSIGNABLE, FIELDS, GAP_STATES, Finding, Known, Rule, read
from lms.core import db, framework
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.i18n import pick
from lms.people import queries as people
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official, Unit

MOST_UNITS = 400
MOST_FOUND = 5000
MOST_SHOWN = 100
MOST_SWITCHES = 10


def _scope() -> policy.Scope:
    return policy.scope(current_actor(), Permission.ASSIGN)


def _visible(session: Session) -> list[tuple[Standing, Unit]]:
    """Rules of one's own units, and those from above that reach them."""
    scope = _scope()
    found = [(one, session.get_one(Unit, one.row.unit_id)) for one in rule_queries.rules(session)]
    return [(one, unit) for one, unit in found if _reaches(scope, unit)]


def _reaches(scope: policy.Scope, unit: Unit) -> bool:
    """Whether what holds for ``unit`` and below holds for units of ``scope``."""
    return scope.covers_unit(unit.path) or any(path.startswith(unit.path) for path in scope.paths)


def _switched(session: Session) -> list[AssignmentRuleSwitch]:
    """When all rules were switched for one's own units, or above them; the newest first."""
    found = ((one, one.unit_id and session.get_one(Unit, one.unit_id)) for one in rule_queries.switches(session))
    return list(islice((one for one, unit in found if not unit or _reaches(_scope(), unit)), MOST_SWITCHES))


@requires(Permission.ASSIGN)
def rules() -> str:
    """All rules that reach one's units, and the switch for all of them."""
    return _list()


def _list(error: str = "") -> str:
    session = db.session()
    visible = _visible(session)
    sentences = Sentences(session, [one.rule for one, _unit in visible])
    rows = [
        {"one": one, "unit": unit, "sentence": sentences.of(one.rule), "kind": RULE_KIND_NAMES[one.rule.kind], "mine": _scope().covers_unit(unit.path)}
        for one, unit in visible
    ]
    off = rule_queries.off_paths(session)
    roots = [
        {"unit": unit, "running": unit.path not in off, "from_above": any(unit.path.startswith(path) and path != unit.path for path in off)}
        for unit in _roots(session)
    ]
    return render_template("assignments/rules.html", rows=rows, roots=roots, history=_switched(session), error=error)


def _roots(session: Session) -> list[Unit]:
    return list(people.scope_roots(session, _scope()))


@requires(Permission.ASSIGN)
def switch_all() -> str | Response | tuple[str, int]:
    """The one switch: all rules on or off for a unit that one answers for and everything below it."""
    session = db.session()
    unit = people.unit_by_code(session, request.form.get("unit", ""))
    running = request.form.get("running") == "on"
    try:
        rule_actions.switch_all(session, unit=unit, running=running, reason=request.form.get("reason", ""), actor=current_actor(), now=g.now)
    except (Invalid, Conflict) as error:
        return _list(str(error)), error.status
    flash(_("All rules are switched on again, each as it stands.") if running else _("All rules are switched off here."), "success")
    return redirect(url_for(".rules"), 303)


def _kind(text: str) -> RuleKind | None:
    return RuleKind(text) if text in list(RuleKind) else None


@requires(Permission.ASSIGN)
def new() -> str:
    """Choose a kind, then fill in its form."""
    kind = _kind(request.args.get("kind", ""))
    today = day_of(g.now)
    values = {"days": "60", "within": "60", "since": today.isoformat(), "unit": next((u.code for u in _roots(db.session())), "")}
    values |= {name: request.args[name] for name in request.args if name in ("competency", "position", "fact", "thing", "unit")}
    return _form(kind, values, {}, states=["not_yet"])


def _form(kind: RuleKind | None, values: dict[str, str], errors: dict[str, str], *, states: list[str], stands: Standing | None = None) -> str:
    session = db.session()
    known = {
        "kinds": list(RULE_KIND_NAMES.items()),
        "units": [(code, f"{code} {zh if g.language != 'en' else en}") for code, zh, en in people.unit_choices(session, _scope(), MOST_UNITS)],
        "positions": [(post.code, f"{post.code} {pick(post)}") for post in people.positions(session)],
        "competencies": [(code, competency_name(code)) for code in framework.read().codes],
        "facts": [(fact.id, f"{fact.id} {pick(fact.content)}"[:110]) for fact in fact_queries.register()],
        "states": [(state, STATE_WORDS[state]()) for state in GAP_STATES],
        "things": _things(session, kind),
    }
    fields = FIELDS[kind] if kind else ()
    name = RULE_KIND_NAMES[kind] if kind else ""
    return render_template(
        "assignments/rule_form.html", kind=kind, name=name, fields=fields, values=values, errors=errors, states=states, known=known, stands=stands
    )


def _things(session: Session, kind: RuleKind | None) -> list[tuple[str, str]]:
    found = thing_queries.choices(session)
    return [(":".join(one.thing), wording.title(one)) for sort in ASSIGNABLE.get(kind, ()) for one in found[sort]] if kind else []


def _read(kind: RuleKind) -> tuple[Rule | None, dict[str, str], dict[str, str]]:
    """The rule of the form, its values, and what is wrong by field, in words."""
    session = db.session()
    names = ("position", "competency", "fact", "since", "days", "within", "critical_only", "unit", "reason", "thing")
    values = {name: request.form.get(name, "").strip() for name in names}
    values["thing_kind"], _colon, values["thing_code"] = values["thing"].partition(":")
    things = frozenset(tuple(key.split(":", 1)) for key, _title in _things(session, kind))
    posts = frozenset(post.code for post in people.positions(session))
    known = Known(posts, frozenset(framework.read().codes), frozenset(fact.id for fact in fact_queries.register()), things)
    rule, faults = read(kind, values, request.form.getlist("states"), known)
    errors = {name: FAULT_WORDS[fault]() for name, fault in faults.items()}
    if not values["reason"]:
        errors["reason"] = _("Give a reason; it is kept with the rule.")
    return rule, values, errors


@requires(Permission.ASSIGN)
def add() -> str | Response | tuple[str, int]:
    """A new rule, switched off."""
    session, kind = db.session(), _kind(request.form.get("kind", ""))
    if kind is None:
        raise Invalid(_("Choose what the rule looks at."))
    rule, values, errors = _read(kind)
    unit = session.scalar(select(Unit).where(Unit.code == values["unit"]))
    if unit is None or not _scope().covers_unit(unit.path):
        errors["unit"] = _("Choose one of your units.")
    if errors or rule is None or unit is None:
        return _form(kind, values, errors, states=request.form.getlist("states")), 422
    made = rule_actions.make(session, rule=rule, unit=unit, reason=values["reason"], actor=current_actor(), now=g.now)
    flash(_("The rule is made and switched off. Look whom it would hit before you switch it on."), "success")
    return redirect(url_for(".test_rule", ref=made.ref), 303)


def _mine(ref: str) -> tuple[Standing, Unit, bool]:
    """A rule that reaches one's units, its unit, and whether it is one's to change. Raises NotFound, Forbidden."""
    session = db.session()
    stands = rule_queries.rule_by_ref(session, ref)
    unit, scope = session.get_one(Unit, stands.row.unit_id), _scope()
    if not _reaches(scope, unit):
        raise Forbidden
    return stands, unit, scope.covers_unit(unit.path)


@requires(Permission.ASSIGN)
def rule(ref: str) -> str:
    """A rule: its sentence, its switch, its versions."""
    return _rule_page(ref)


def _rule_page(ref: str, error: str = "", found: Any = None) -> str:
    session = db.session()
    stands, unit, mine = _mine(ref)
    versions = rule_queries.versions(session, stands.row)
    rules_of = [Rule.of(version.content) for version in versions]
    sentences = Sentences(session, rules_of)
    history = [(version, sentences.of(one)) for version, one in zip(versions, rules_of, strict=True)]
    switches = rule_queries.switches(session, rule_id=stands.row.id)
    off = any(unit.path.startswith(path) for path in rule_queries.off_paths(session))
    shown = {"stands": stands, "unit": unit, "mine": mine, "sentence": history[0][1], "kind": RULE_KIND_NAMES[stands.rule.kind], "off": off}
    return render_template("assignments/rule.html", shown=shown, history=history, switches=switches, error=error, found=found)


@requires(Permission.ASSIGN)
@db.writes
def test(ref: str) -> str:
    """Whom would it hit today, and why; who is excluded, and why. Nothing is assigned."""
    session = db.session()
    stands, _unit, _own = _mine(ref)
    every = (one for portion in rule_queries.findings(session, stands, day_of(g.now)) for one in portion)
    held = list(islice(_within_reach(session, every), MOST_FOUND + 1))
    hits, others = [one for one in held if one.hit], [one for one in held if not one.hit]
    audit.record(session, actor=current_actor(), action=Action.RULE_TESTED, subject=ref, now=g.now, hits=len(hits))
    found = {
        "hits": _named(session, hits), "others": _named(session, others), "n_hits": len(hits), "n_others": len(others), "more": len(held) > MOST_FOUND,
        "people": len({one.candidate.official_id for one in hits}), "whys": Counter(one.why for one in others),
    }  # fmt: skip
    return _rule_page(ref, found=found)


def _within_reach(session: Session, every: Any) -> Any:
    """A rule from above may reach people whom one may not see."""
    scope = _scope()
    if scope.everything:
        yield from every
        return
    query = select(Official.id).join(Unit, Unit.id == Official.unit_id).where(people.within(scope))
    for batch in people.batches(every):
        mine = set(session.scalars(query.where(Official.id.in_({one.candidate.official_id for one in batch}))))
        yield from (one for one in batch if one.candidate.official_id in mine)


def _named(session: Session, found: list[Finding]) -> list[dict[str, Any]]:
    found = found[:MOST_SHOWN]
    held = {one.id: one for one in session.scalars(select(Official).where(Official.id.in_({one.candidate.official_id for one in found})))}
    titles = wording.titles(thing_queries.named(session, {one.candidate.thing for one in found}))
    log_listed(session, Action.ASSIGNMENTS_LISTED, held.values())
    return [
        {"person": held[one.candidate.official_id], "why": rule_wording.why(one), "title": titles[thing_queries.Thing(*one.candidate.thing)]} for one in found
    ]


@requires(Permission.ASSIGN)
def change(ref: str) -> str:
    """The form with what holds."""
    stands, unit, _own = _mine(ref)
    policy.ensure_unit(current_actor(), Permission.ASSIGN, unit.path)
    held = stands.rule
    values = {name: str(getattr(held, name)) for name in FIELDS[held.kind] if getattr(held, name)} | {"unit": unit.code}
    values["thing"] = f"{held.thing_kind}:{held.thing_code}"
    return _form(held.kind, values, {}, states=list(held.states), stands=stands)


@requires(Permission.ASSIGN)
def save(ref: str) -> str | Response | tuple[str, int]:
    """A new version."""
    session = db.session()
    stands, _unit, _own = _mine(ref)
    held, values, errors = _read(stands.rule.kind)
    if errors or held is None:
        return _form(stands.rule.kind, values, errors, states=request.form.getlist("states"), stands=stands), 422
    seen = request.form.get("version", 0, type=int)
    rule_actions.change(session, row=stands.row, rule=held, reason=values["reason"], actor=current_actor(), now=g.now, seen=seen)
    flash(_("The new version holds from now on. What earlier ones gave stays."), "success")
    return redirect(url_for(".test_rule", ref=ref), 303)


@requires(Permission.ASSIGN)
def switch(ref: str) -> str | Response | tuple[str, int]:
    """Switch one rule on or off."""
    stands, _unit, _own = _mine(ref)
    running = request.form.get("running") == "on"
    try:
        rule_actions.switch(db.session(), row=stands.row, running=running, reason=request.form.get("reason", ""), actor=current_actor(), now=g.now)
    except (Invalid, Conflict) as error:
        return _rule_page(ref, str(error)), error.status
    flash(_("The rule is on. It is applied every night.") if running else _("The rule is off. What it gave stays."), "success")
    return redirect(url_for(".rule", ref=ref), 303)
