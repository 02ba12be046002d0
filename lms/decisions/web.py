"""Pages of decisions: the list, a draft, a record, its print; and what is published to those whom it concerns."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, paging, sheets
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import pick
from lms.core.ids import new_ref, ref_from
from lms.decisions import actions, option_queries, queries, wording
from lms.decisions.actions import Option, Words
from lms.decisions.enums import STANDING, DecisionState, OptionKind
from lms.decisions.models import Decision
from lms.people import queries as people
from lms.people.calendar_queries import today
from lms.web import files

blueprint = Blueprint("decisions", __name__)
MOST_EXPORTED, MOST_PLANS = 5000, 4


def _scope() -> policy.Scope:
    return policy.scope(current_actor(), Permission.PLANS_EDIT)


def _chosen() -> dict[str, str]:
    args = request.args
    return {"text": args.get("q", "").strip()[:80], "state": args.get("state", "current"), "order": args.get("order", "newest")}


def unit_choices(session: Session) -> list[tuple[str, str]]:
    """The units that the reader may choose from."""
    return [(code, en if g.language == "en" else zh) for code, zh, en in people.unit_choices(session, _scope(), 400)]


@blueprint.get("/talent/decisions/")
@requires(Permission.PLANS_EDIT)
def decisions() -> str:
    """The decisions of one's units, searched, narrowed, ordered, page by page."""
    session, chosen = db.session(), _chosen()
    page = paging.page_of(session, queries.listed(_scope(), today=today(g.now), **chosen), number=request.args.get("page", 1, type=int))
    kept = {key: request.args[key] for key in ("q", "state", "order") if request.args.get(key)}
    return render_template("decisions/list.html", page=page, chosen=chosen, kept=kept, words=wording, today=today(g.now), decided=DecisionState.DECIDED)


@blueprint.get("/talent/decisions.<any(xlsx, csv):kind>")
@requires(Permission.PLANS_EDIT)
@db.writes
def export(kind: str) -> Response:
    """The same list as a file."""
    session = db.session()
    rows = session.execute(queries.listed(_scope(), today=today(g.now), **_chosen()).limit(MOST_EXPORTED)).all()
    audit.record(session, actor=current_actor(), action=Action.DECISIONS_EXPORTED, subject=kind, now=g.now, rows=len(rows))
    head = [_("Question"), _("Unit"), _("Version"), _("State"), _("Chosen"), _("Reason"), _("Measure")]
    table = [[*head, _("At the decision"), _("At the review"), _("Review on")], *(_line(decision, unit) for decision, unit in rows)]
    return files.table(table, f"decisions.{kind}", _("Decisions"))


def _chosen_words(one: Decision) -> str:
    """What was chosen; of a transfer only that it is one, since its words may name a person."""
    chosen = one.options[one.chosen] if one.chosen is not None else None
    if chosen is None:
        return ""
    return str(wording.KINDS[chosen["kind"]]) if chosen["kind"] == OptionKind.WHAT_IF else str(chosen["words"])


def _line(one: Decision, unit: Any) -> list[sheets.Cell]:
    """A decision with the published figures: the file may leave the house."""
    chosen = _chosen_words(one)
    before = wording.value_words(one.measure, one.before["published"])
    after = wording.value_words(one.measure, one.after["published"]) if one.after else ""
    words = wording.measure_words(one.measure, one.competency)
    return [one.question, pick(unit), one.version, str(wording.STATES[one.state]), chosen, one.reason, words, before, after, one.review_on]


@blueprint.get("/talent/decisions/new")
@requires(Permission.PLANS_EDIT)
def new() -> str:
    """What is to be decided, for which unit, and by which figure one will know."""
    return _new_page()


def _new_page(error: str = "") -> str:
    plans = [_plan_option(ref) for ref in _plans_weighed()]
    return render_template(
        "decisions/new.html",
        form=request.values,
        error=error,
        units=unit_choices(db.session()),
        words=wording,
        plans=plans,
        once=request.form.get("once") or new_ref(),
    )


def _plans_weighed() -> list[str]:
    """References of the plans that the reader comes from, as options to weigh."""
    return list(dict.fromkeys(ref[:24] for ref in request.values.getlist("plan")))[:MOST_PLANS]


@blueprint.post("/talent/decisions/new")
@requires(Permission.PLANS_EDIT)
def begin() -> Any:
    """Freeze the figures and open the draft."""
    session = db.session()
    unit = people.unit_by_code(session, request.form.get("unit", ""))
    try:
        options = [_plan_option(ref) for ref in _plans_weighed()]  # refused before anything is written
        ref = ref_from("decision", current_actor().ref, request.form.get("once", "")) if request.form.get("once") else ""
        known = queries.begun(session, current_actor(), ref)
        if known is not None:  # the form was sent twice
            return redirect(url_for(".record", ref=known.ref), 303)
        decision = actions.draft(session, actor=current_actor(), unit=unit, words=_words(), now=g.now, ref=ref)
        for option in options:
            actions.add_option(session, actor=current_actor(), ref=decision.ref, option=option, now=g.now)
    except Invalid as refused:
        return _new_page(str(refused)), 422
    flash(_("The figures are frozen as of now. Weigh the options."), "success")
    return redirect(url_for(".record", ref=decision.ref), 303)


def _words() -> Words:
    form = request.form
    texts = {name: form.get(name, "") for name in ("question", "measure", "competency", "aim", "reason", "limits")}
    return Words(**texts, review_on=day_in(form.get("review_on", "")))


def day_in(text: str) -> date | None:
    """A date of a form. Raises Invalid."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(_("Write the date as year, month and day.")) from None


@blueprint.get("/talent/decisions/<ref>")
@requires(Permission.PLANS_EDIT)
def record(ref: str) -> str:
    """A draft to work on, or the record of what was decided."""
    return _record_page(queries.by_ref(db.session(), current_actor(), ref))


def _record_page(one: Decision, refused: Invalid | Conflict | None = None) -> str:
    session = db.session()
    errors = [("", str(line)) for line in [refused.message, *refused.details]] if refused else []
    hidden = queries.out_of_reach(session, current_actor(), one)
    template = "decisions/draft.html" if one.state == DecisionState.DRAFT else "decisions/record.html"
    return render_template(
        template, one=one, hidden=hidden, form=request.form, errors=errors, words=wording,
        versions=queries.versions(session, one), standing=one.state in STANDING,
        intact=one.state == DecisionState.DRAFT or queries.is_unchanged(one), due=one.state == DecisionState.DECIDED and one.review_on <= today(g.now),
        private=any(option["kind"] == OptionKind.WHAT_IF for option in one.options), units={one.unit.code: pick(one.unit)},
    )  # fmt: skip


@blueprint.get("/talent/decisions/<ref>/print")
@requires(Permission.PLANS_EDIT)
def printed(ref: str) -> str:
    """The record on paper."""
    one = queries.by_ref(db.session(), current_actor(), ref)
    intact = one.state == DecisionState.DRAFT or queries.is_unchanged(one)
    hidden = queries.out_of_reach(db.session(), current_actor(), one)
    return render_template("decisions/print_decision.html", one=one, words=wording, intact=intact, hidden=hidden)


def _did(ref: str, done: Any, said: str) -> Any:
    """Do something to a record; a refusal shows on its page."""
    try:
        decision = done()
    except (Invalid, Conflict) as refused:
        return _record_page(queries.by_ref(db.session(), current_actor(), ref), refused), refused.status
    flash(said, "success")
    return redirect(url_for(".record", ref=decision.ref), 303)


@blueprint.post("/talent/decisions/<ref>")
@requires(Permission.PLANS_EDIT)
def change(ref: str) -> Any:
    """Keep what a draft says."""
    return _did(ref, lambda: actions.change(db.session(), actor=current_actor(), ref=ref, words=_words(), now=g.now), _("Saved."))


@blueprint.post("/talent/decisions/<ref>/figures")
@requires(Permission.PLANS_EDIT)
def refreeze(ref: str) -> Any:
    """Let the draft rest on the figures of now."""
    return _did(ref, lambda: actions.refreeze(db.session(), actor=current_actor(), ref=ref, now=g.now), _("The figures are those of now."))


@blueprint.post("/talent/decisions/<ref>/options")
@requires(Permission.PLANS_EDIT)
def add_option(ref: str) -> Any:
    """Add something that could be done."""
    return _did(ref, lambda: actions.add_option(db.session(), actor=current_actor(), ref=ref, option=_option(), now=g.now), _("The option is added."))


def _plan_option(ref: str, words: str = "") -> Option:
    """A plan as an option, with its totals of now. Raises Invalid, Forbidden."""
    try:
        known = option_queries.plan_figures(db.session(), current_actor(), ref, now=g.now)
    except NotFound:
        raise Invalid(_("There is no such training plan.")) from None
    return Option(OptionKind.PLAN, words or known["name"], ref, known)


def _option() -> Option:
    """An option of the form: words, a plan's reference, or a transfer's person, unit and post."""
    form, session = request.form, db.session()
    words = form.get("words", "")
    if form.get("plan"):
        return _plan_option(form["plan"].strip().rstrip("/").rsplit("/", 1)[-1][:24], words)
    if form.get("person"):
        place = {name: form.get(name, "")[:40] for name in ("person", "to", "post")}
        official_id, known = option_queries.transfer_figures(session, current_actor(), **place, now=g.now)
        return Option(OptionKind.WHAT_IF, words, place["person"], known, official_id)
    return Option(OptionKind.WORDS, words)


@blueprint.post("/talent/decisions/<ref>/options/<int:number>/drop")
@requires(Permission.PLANS_EDIT)
def drop_option(ref: str, number: int) -> Any:
    """Take an option out of a draft."""
    done = lambda: actions.drop_option(db.session(), actor=current_actor(), ref=ref, number=number, now=g.now)  # noqa: E731
    return _did(ref, done, _("The option is taken out."))


@blueprint.post("/talent/decisions/<ref>/decide")
@requires(Permission.PLANS_EDIT)
def decide(ref: str) -> Any:
    """Choose; and publish if ticked."""
    session, actor = db.session(), current_actor()

    def done() -> Decision:
        with session.begin_nested():  # both or neither
            decision = actions.decide(session, actor=actor, ref=ref, chosen=request.form.get("chosen", type=int), today=today(g.now), now=g.now)
            if request.form.get("publish"):
                actions.publish(session, actor=actor, ref=ref, now=g.now)
        return decision

    return _did(ref, done, _("Decided. Nothing in this record changes any more."))


@blueprint.post("/talent/decisions/<ref>/publish")
@requires(Permission.PLANS_EDIT)
def publish(ref: str) -> Any:
    """Show it to everyone in the unit."""
    return _did(ref, lambda: actions.publish(db.session(), actor=current_actor(), ref=ref, now=g.now), _("Published; everyone in the unit can read it."))


@blueprint.post("/talent/decisions/<ref>/amend")
@requires(Permission.PLANS_EDIT)
def amend(ref: str) -> Any:
    """Begin a new version."""
    said = _("This is the draft of a new version, on the figures of now. The old one stands until this one is decided.")
    return _did(ref, lambda: actions.amend(db.session(), actor=current_actor(), ref=ref, now=g.now), said)


@blueprint.post("/talent/decisions/<ref>/review")
@requires(Permission.PLANS_EDIT)
def review(ref: str) -> Any:
    """Close it with the same measure taken again."""
    said = {"finding": request.form.get("finding", ""), "learned": request.form.get("learned", "")}
    return _did(ref, lambda: actions.review(db.session(), actor=current_actor(), ref=ref, **said, now=g.now), _("Reviewed, with the measure taken again."))


@blueprint.get("/talent/decisions/keep")
@requires(Permission.PLANS_EDIT)
def keep() -> str:
    """Keep a transfer that was tried out as an option of a draft: which one?"""
    session = db.session()
    place = {name: request.args.get(name, "")[:40] for name in ("person", "to", "post")}
    official = people.official_by_ref(session, place["person"])
    policy.ensure_official(current_actor(), Permission.TALENT_SEARCH, official.id, official.unit.path)
    drafts = session.execute(queries.listed(_scope(), today=today(g.now), state=DecisionState.DRAFT).limit(50)).all()
    to, post = people.unit_by_code(session, place["to"]), next((one for one in people.positions(session) if one.code == place["post"]), None)
    return render_template("decisions/keep.html", place=place, official=official, drafts=drafts, to=to, post=post)


@blueprint.get("/me/decisions")
@requires(Permission.OWN_RECORD, Permission.SKILLS_SNAPSHOT)
def mine() -> str:
    """Published decisions that concern the reader."""
    session = db.session()
    page = paging.page_of(session, queries.concerning(session, current_actor()), number=request.args.get("page", 1, type=int))
    return render_template("decisions/mine.html", page=page, words=wording)


@blueprint.get("/me/decisions/<ref>")
@requires(Permission.OWN_RECORD, Permission.SKILLS_SNAPSHOT)
def published(ref: str) -> str:
    """A published decision: what, why, on which suppressed figures, and what came of it."""
    session = db.session()
    one = queries.published_one(session, current_actor(), ref)
    return render_template("decisions/published.html", one=one, newer=queries.published_after(session, one), words=wording)
