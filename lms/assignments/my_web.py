"""What is asked of me, what I chose myself, and what might be worth doing next; asking for more time; where reminders are mailed."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assignments import exception_actions, mail_actions, queries, recommendation_actions, recommendation_wording, showing
from lms.assignments.one_views import read_day
from lms.assignments.recommendation_queries import recommendations
from lms.core import db
from lms.core.errors import Conflict, Invalid
from lms.people.calendar_queries import today as day_of

blueprint = Blueprint("my_assignments", __name__)


@blueprint.get("/me/assignments")
@requires(Permission.LEARN)
def mine() -> str:
    """Everything, open things first."""
    return _page()


def _page(error: tuple[str, str] | None = None) -> str:
    session, official_id = db.session(), current_actor().official_id
    held = showing.cards(session, queries.of_official(session, official_id), day_of(g.now))
    steps = [recommendation_wording.card(one) for one in recommendations(session, official_id, g.now)]
    mail = current_app.config["SETTINGS"].mail_host and {"held": queries.mail_address(session, official_id)}
    return render_template("assignments/mine.html", cards=held, recommended=steps, mail=mail, error=error, form=request.form)


def _acted(name: str, act: Callable[[], str]) -> str | Response | tuple[str, int]:
    try:
        done = act()
    except (Invalid, Conflict) as error:
        return _page((name, str(error))), error.status
    flash(done, "success")
    return redirect(url_for(".mine"), 303)


@blueprint.post("/me/assignments/<ref>/ask")
@requires(Permission.LEARN)
def ask(ref: str) -> str | Response | tuple[str, int]:
    """Ask HR for more time."""

    def act() -> str:
        session, actor = db.session(), current_actor()
        one = queries.own(session, ref, actor.official_id)
        until, words = read_day(request.form.get("until", "")), request.form.get("words", "")
        exception_actions.ask(session, one=one, words=words, until=until, actor=actor, now=g.now)
        return _("HR has your request and will answer it.")

    return _acted(ref, act)


@blueprint.post("/me/assignments/<ref>/drop")
@requires(Permission.LEARN)
def drop(ref: str) -> str | Response | tuple[str, int]:
    """Give up what I chose myself."""

    def act() -> str:
        session, actor = db.session(), current_actor()
        exception_actions.drop(session, one=queries.own(session, ref, actor.official_id), actor=actor, now=g.now)
        return _("It is off your list.")

    return _acted(ref, act)


@blueprint.post("/me/recommendations")
@requires(Permission.LEARN)
def recommendation() -> str | Response | tuple[str, int]:
    """Take a recommendation up, or not."""

    def act() -> str:
        session, actor = db.session(), current_actor()
        thing = (request.form.get("kind", ""), request.form.get("code", ""))
        if request.form.get("answer") == "accept":
            recommendation_actions.accept(session, thing=thing, actor=actor, now=g.now)
            return _("It stands among your assignments, without a date. You can drop it at any time.")
        recommendation_actions.decline(session, thing=thing, words=request.form.get("words", ""), actor=actor, now=g.now)
        return _("It will not be recommended to you for a while. Nobody is told.")

    return _acted("recommendation", act)


@blueprint.post("/me/assignments/mail")
@requires(Permission.LEARN)
def mail() -> str | Response | tuple[str, int]:
    """Where reminders are mailed, or that they are not."""

    def act() -> str:
        wanted, address = request.form.get("wanted") == "1", request.form.get("address", "")
        mail_actions.choose_address(db.session(), official_id=current_actor().official_id, address=address, wanted=wanted, now=g.now)
        return _("Saved. Reminders stand in the product in any case.")

    return _acted("mail", act)
