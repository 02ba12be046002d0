"""Pages of corrections: the list, a draft with what it would change, the work, and what it changed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assessments.answer_words import answer_lines
from lms.assessments.ruling_actions import REKEYABLE, AnswerRefused, filled_from_answer, filled_from_form, key_of, placed, read_key, rulings_of, view
from lms.core import db, jobs, paging
from lms.core.errors import Invalid, LmsError
from lms.core.i18n import pick
from lms.corrections import actions, queries, wording
from lms.corrections.actions import Reason
from lms.corrections.enums import CorrectionKind, CorrectionState
from lms.corrections.models import Correction, CorrectionEffect
from lms.people.models import Unit
from lms.web import files

blueprint = Blueprint("corrections", __name__, url_prefix="/corrections")


@blueprint.get("/")
@requires(Permission.ITEMS_CORRECT)
def corrections() -> str:
    """All corrections, searched, narrowed, ordered, page by page."""
    chosen = {"text": request.args.get("q", "").strip()[:80], "state": request.args.get("state", ""), "order": request.args.get("order", "newest")}
    page = paging.page_of(db.session(), queries.corrections(**chosen), number=request.args.get("page", 1, type=int))
    kept = {key: value for key, value in request.args.items() if key in ("q", "state", "order") and value}
    return render_template("corrections/list.html", page=page, chosen=chosen, kept=kept, words=wording)


@blueprint.get("/new")
@requires(Permission.ITEMS_CORRECT)
def new() -> str:
    """Which question, which version, what is right."""
    return _new_page()


def _new_page(error: str = "") -> str:
    session = db.session()
    code = request.values.get("item", "").strip()[:60]
    if not code:
        return render_template("corrections/find.html")
    versions = queries.versions(session, code)
    wanted = request.values.get("version", "")
    chosen = next((one for one in versions if str(one.version) == wanted), versions[0])
    asked = queries.questions(session, [chosen.id])[chosen.id]
    rekeyable = asked is not None and asked.question.type in REKEYABLE
    return render_template(
        "corrections/new.html",
        code=code,
        versions=versions,
        chosen=chosen,
        asked=asked,
        question=_key_form(asked) if rekeyable else None,
        right_now=answer_lines(asked.question, key_of(asked.question)) if rekeyable else [],
        withdrawn=rulings_of(session, [chosen.id])[chosen.id].withdrawn,
        form=request.form,
        error=error,
        case=request.values.get("case", ""),
        K=CorrectionKind,
    )


def _key_form(asked: Any) -> Any:
    key = key_of(asked.question)
    filled = filled_from_answer(asked.question, f"{key['value']:g}" if isinstance(key, dict) and "value" in key else key)
    return view(placed(asked), filled_from_form(asked.question, request.form) if request.form else filled, "correction")


@blueprint.post("/new")
@requires(Permission.ITEMS_CORRECT)
@db.reads
def draft() -> Any:
    """Write the draft down and look ahead in the background."""
    try:
        kind = CorrectionKind(request.form.get("kind", ""))
        with db.database().writing() as session:
            made = actions.draft(session, actor=current_actor(), kind=kind, reason=_reason(), now=g.now, **_ruling(session, kind))
    except Invalid as refused:
        return _new_page(str(refused)), 422
    except (ValueError, AnswerRefused):
        return _new_page(_("Say what is to be put right, and give the whole key.")), 422
    return _look_ahead(made.ref)


def _ruling(session: Any, kind: CorrectionKind) -> dict[str, Any]:
    versions = queries.versions(session, request.form.get("item", "")[:60])
    revision_id = next((one.id for one in versions if str(one.version) == request.form.get("version")), versions[0].id)
    if kind is not CorrectionKind.REKEY:
        return {"revision_id": revision_id}
    asked = queries.questions(session, [revision_id])[revision_id]
    if asked is None or asked.question.type not in REKEYABLE:
        raise Invalid(_("This question has no key that could be corrected. It can be withdrawn."))
    return {"revision_id": revision_id, "key": read_key(asked.question, request.form)}


def _reason() -> Reason:
    return Reason(request.form.get("reason_zh", ""), request.form.get("reason_en", ""))


def _look_ahead(ref: str) -> Reply:
    _enqueue("corrections.preview", ref, "preview_job")
    return redirect(url_for(".correction", ref=ref), 303)


def _enqueue(kind: str, ref: str, column: str) -> None:
    job = jobs.enqueue(kind, {"ref": ref}, account_id=current_actor().account_id, now=g.now)
    with db.database().writing() as session:
        setattr(queries.correction(session, ref), column, job)


@blueprint.get("/<ref>")
@requires(Permission.ITEMS_CORRECT)
@db.writes
def correction(ref: str) -> Response:
    """Where a correction stands, and whom it affects how."""
    session = db.session()
    one = queries.correction(session, ref)
    foreseen = one.state == CorrectionState.DRAFT
    job = jobs.find(one.preview_job if foreseen else one.apply_job) if one.preview_job or one.apply_job else None
    chosen = _effects_chosen()
    page = paging.page_of(session, queries.effects(one, foreseen=foreseen, **chosen), number=request.args.get("page", 1, type=int))
    _log(audit.Action.PEOPLE_LISTED, page.rows)
    code, version = queries.item_code(session, one)
    shown = render_template(
        "corrections/correction.html", one=one, code=code, version=version, job=job, page=page, chosen=chosen, working=_working(one, job),
        tally=queries.tally(session, one, foreseen=foreseen), remarks=queries.remarks_of(session, one), keys=_keys(session, one),
        revision=queries.revision(session, one.item_revision_id), still_wrong=queries.in_current_bank(session, one.item_revision_id),
        undone_by=queries.undone_by(session, one), later=queries.later(session, one), undoes=session.get(Correction, one.undoes_id) if one.undoes_id else None,
        kept={key: value for key, value in request.args.items() if key in ("q", "states", "order") and value}, words=wording, S=CorrectionState,
        failed=job is not None and job.state == jobs.FAILED, shows=_shows,
    )  # fmt: skip
    return make_response(shown, {"Cache-Control": "no-store"})


def _shows(e: CorrectionEffect, unit: Unit) -> bool:
    """Whether the reader may see estimate and state: where the state changes it is what is decided on; else it is HR's to see."""
    return e.before_state != e.after_state or policy.scope(current_actor(), Permission.SKILLS_LIVE).covers_unit(unit.path)


def _effects_chosen() -> dict[str, Any]:
    return {
        "text": request.args.get("q", "").strip()[:80],
        "states_only": request.args.get("states") == "1",
        "order": request.args.get("order", "change"),
    }


def _working(one: Correction, job: Any) -> bool:
    """Whether the page should look again by itself."""
    running = job is not None and job.state in (jobs.QUEUED, jobs.RUNNING)
    return running and (one.state == CorrectionState.APPLYING or (one.state == CorrectionState.DRAFT and not one.preview))


def _log(action: audit.Action, rows: Any) -> None:
    events = [audit.Event(action, row[1].staff_no, row[1].id) for row in rows]
    audit.record_many(db.session(), actor=current_actor(), now=g.now, events=events)


def _keys(session: Any, one: Correction) -> list[dict[str, Any]]:
    """The key before and after, in words, of a correction that changes it."""
    if one.kind != CorrectionKind.REKEY:
        return []
    of_package = queries.questions(session, [int(i) for i in one.rulings], ruled=False)
    found = []
    for revision_id, asked in of_package.items():
        own = key_of(asked.question)
        before, after = (side[str(revision_id)][0] for side in (one.former, one.rulings))
        said = [answer_lines(asked.question, own if key is None else key) for key in (before, after)]
        found.append({"stem": asked.question.stem, "before": said[0], "after": said[1]})
    return found


@blueprint.get("/<ref>/effects.csv")
@requires(Permission.ITEMS_CORRECT)
@db.writes
def effects(ref: str) -> Response:
    """Everyone affected, before and after, as a file."""
    session = db.session()
    one = queries.correction(session, ref)
    rows = session.execute(queries.effects(one, foreseen=one.state == CorrectionState.DRAFT, **_effects_chosen())).all()
    _log(audit.Action.CORRECTION_EXPORTED, rows)
    head = [_("Staff number"), _("Name"), _("Unit"), _("Competency"), _("Now right"), _("No longer right"), _("No longer counted"), _("Counted again"),
            _("Estimate before"), _("Estimate after"), _("State before"), _("State after")]  # fmt: skip
    table = [head, *(_effect_line(*row) for row in rows)]
    return files.table(table, f"correction-{ref}.csv", "")


def _effect_line(e: Any, person: Any, unit: Any) -> list[Any]:
    shown = _shows(e, unit)
    states = (wording.state_name(e.before_state), wording.state_name(e.after_state)) if shown else ("", "")
    estimates = (wording.display(e.before_m), wording.display(e.after_m)) if shown else ("", "")
    return [person.staff_no, person.name, pick(unit), e.competency, e.gained, e.lost, e.dropped, e.returned, *estimates, *states]


@blueprint.post("/<ref>/apply")
@requires(Permission.ITEMS_CORRECT)
@db.reads
def apply(ref: str) -> Reply:
    """Begin: from now on everything is marked by it; the answers of before follow in the background."""
    with db.database().writing() as session:
        actions.begin(session, actor=current_actor(), ref=ref, now=g.now)
    _enqueue("corrections.apply", ref, "apply_job")
    return redirect(url_for(".correction", ref=ref), 303)


@blueprint.post("/<ref>/resume")
@requires(Permission.ITEMS_CORRECT)
@db.reads
def resume(ref: str) -> Reply:
    """Go on after an interruption; what is done is not done twice."""
    with db.database().reading() as session:
        one = queries.correction(session, ref)
    if one.state == CorrectionState.APPLYING:
        _enqueue("corrections.apply", ref, "apply_job")
    elif one.state == CorrectionState.DRAFT:
        _enqueue("corrections.preview", ref, "preview_job")
    return redirect(url_for(".correction", ref=ref), 303)


@blueprint.post("/<ref>/drop")
@requires(Permission.ITEMS_CORRECT)
def drop(ref: str) -> Reply:
    """Let the draft be."""
    actions.drop(db.session(), actor=current_actor(), ref=ref, now=g.now)
    flash(_("The draft was dropped; nothing was changed."), "info")
    return redirect(url_for(".corrections"), 303)


@blueprint.post("/<ref>/undo")
@requires(Permission.ITEMS_CORRECT)
@db.reads
def undo(ref: str) -> Reply:
    """Draft the correction that restores what held before; it is looked at first like any other."""
    try:
        with db.database().writing() as session:
            made = actions.draft_undo(session, actor=current_actor(), ref=ref, reason=_reason(), now=g.now)
    except LmsError as refused:
        flash(str(refused), "error")
        return redirect(url_for(".correction", ref=ref), 303)
    return _look_ahead(made.ref)
