"""The decision that turns a plan into assignments, and the one that undoes it: each looked at before it is confirmed."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, jobs
from lms.core.errors import Conflict, Invalid
from lms.planning import actions, queries
from lms.planning.enums import PlanState
from lms.planning.list_views import own_plan


@requires(Permission.PLANS_EDIT)
def decide(ref: str) -> str | Reply:
    """What would happen, and the reason to give."""
    return _look("decide", ref, PlanState.DRAFT)


@requires(Permission.PLANS_EDIT)
@db.reads
def confirm(ref: str) -> Response | Reply:
    """Decide, and assign in the background."""
    return _decision("decide", ref, actions.decide, "planning.carry_out")


@requires(Permission.PLANS_EDIT)
def undo(ref: str) -> str | Reply:
    """What undoing would do."""
    return _look("undo", ref, PlanState.DECIDED)


@requires(Permission.PLANS_EDIT)
@db.reads
def confirm_undo(ref: str) -> Response | Reply:
    """Undo, and withdraw in the background."""
    return _decision("undo", ref, actions.take_back, "planning.undo")


def _look(what: str, ref: str, state: PlanState) -> str | Reply:
    plan = own_plan(db.session(), ref)
    if plan.state != state:
        return redirect(url_for(".plan", ref=ref))
    return render_template(f"planning/{what}.html", plan=plan, error="", words=request.args.get("words", ""))


def _decision(what: str, ref: str, decision: Callable[..., bool], job: str) -> Response | Reply:
    plan, words = own_plan(db.session(), ref), request.form.get("words", "")
    try:
        if not request.form.get("sure"):
            raise Invalid(_("Confirm that you have looked at the plan."))
        with db.database().writing() as session:
            new = decision(session, actor=current_actor(), ref=ref, words=words, now=g.now)
    except Invalid as error:
        return make_response(render_template(f"planning/{what}.html", plan=plan, error=str(error), words=words), 422)
    except Conflict as error:
        flash(str(error), "error")
        return redirect(url_for(".plan", ref=ref), 303)
    if new:
        carry(job, ref)
    return redirect(url_for(".plan", ref=ref), 303)


def carry(job: str, ref: str) -> None:
    """Hand the work to the background."""
    account_id = current_actor().account_id
    made = jobs.enqueue(job, {"ref": ref, "account_id": account_id}, account_id=account_id, now=g.now)
    with db.database().writing() as session:
        queries.plan(session, ref).job_ref = made
