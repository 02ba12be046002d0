"""The page on which authors have a table of answers analysed, calibrated and compared by groups, as the commands do with plain files."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Reply

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, jobs
from lms.core.errors import NotFound
from lms.psychometrics import pages, table_files, table_jobs, wording
from lms.psychometrics.classical import Flag, chance

blueprint = Blueprint("item_tables", __name__)

MODELS = ("2pl", "1pl")


@blueprint.get("/author/tables")
@requires(Permission.ITEM_STATISTICS)
def start() -> str:
    """The form."""
    return _form()


def _form(error: str = "") -> str:
    return render_template("psychometrics/table_start.html", error=error, models=[(name, name.upper()) for name in MODELS])


@blueprint.post("/author/tables")
@requires(Permission.ITEM_STATISTICS)
@db.reads
def begin() -> Response | Reply:
    """Take the files and work them out in the background."""
    files: dict[str, FileStorage] = {name: file for name in table_files.NAMES if (file := request.files.get(name)) and file.filename}
    if "responses" not in files:
        return make_response(_form(_("Choose a file.")), 422)
    model = request.form.get("model", "")
    arguments = {"ref": table_files.keep(files, g.now), "model": model if model in MODELS else MODELS[0]}
    job = jobs.enqueue(table_jobs.KIND, arguments, account_id=current_actor().account_id, now=g.now)
    return redirect(url_for(".result", ref=job), 303)


@blueprint.get("/author/tables/<ref>")
@requires(Permission.ITEM_STATISTICS)
def result(ref: str) -> Response:
    """What it says, to whoever uploaded it and to nobody else."""
    job = jobs.find(ref)
    if job is None or job.kind != table_jobs.KIND or job.account_id != current_actor().account_id:
        raise NotFound
    working = job.state in (jobs.QUEUED, jobs.RUNNING)
    page = render_template("psychometrics/table_result.html", job=job, working=working, failed=job.state == jobs.FAILED, page=_page(job.result or {}))
    return make_response(page, {"Cache-Control": "no-store"})


def _page(found: dict[str, Any]) -> dict[str, Any]:
    """The result for its template: numbers as they are shown, flags in words."""
    analysis, fit = found.get("analysis"), found.get("calibration")
    return {
        "problems": found.get("problems", []), "more": found.get("more", 0), "people": round(found.get("people", 0)), "constant": found.get("constant", []),
        "summary": {name: _three(analysis[name]) for name in ("mean", "sd", "alpha", "sem")} if analysis else None,
        "items": [_item(one) for one in analysis["items"]] if analysis else [],
        "options": [line for one, key in zip(analysis["items"], found["key"], strict=True) for line in _options(one, key)] if analysis else [],
        "fit": {"model": fit["model"].upper(), "loglik": f"{fit['loglik']:.3f}", "converged": fit["converged"]} if fit else None,
        "needs": {"model": found["model"].upper(), "n": found["needs"]} if "needs" in found else None,
        "estimates": [_estimate(one) for one in fit["items"]] if fit else [],
        "groups": [_group(one) for one in found.get("groups", [])], "compared": "groups" in found,
    }  # fmt: skip


def _three(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}".replace("-", "−")


def _estimate(one: dict[str, Any]) -> dict[str, str]:
    return {"item": one["item"]} | {name: _three(one[name]) for name in ("a", "se_a", "b", "se_b", "d", "se_d")}


def _item(one: dict[str, Any]) -> dict[str, Any]:
    flags = [str(wording.FLAGS[Flag(flag)]) for flag in one["flags"]]
    return {"item": one["item"], "p": _three(one["p"]), "rit": _three(one["rit"]), "rest_r": _three(one["rest_r"]), "flags": flags}


def _options(one: dict[str, Any], key: str) -> list[dict[str, Any]]:
    thirds, rest = one["option_thirds"], one["option_rest_r"]
    return [
        {"item": one["item"], "option": name, "right": name == key, "share": pages.percent(share * 1000), "rest_r": _three(rest[name]),
         "thirds": [pages.percent(None if part is None else part * 1000) for part in thirds[name]]}
        for name, share in one["options"].items()
    ]  # fmt: skip


def _group(one: dict[str, Any]) -> dict[str, Any]:
    sides = {side: f"{one[side]} ({one[f'n_{side}']})" for side in ("reference", "focal")}
    numbers = {name: _three(one[name]) for name in ("delta", "chi2")} | {"p_adjusted": chance(one["p_adjusted"])}
    finding = wording.finding(one["dif"], one["delta"], one["reference"], one["focal"])
    return {"item": one["item"], "grouping": one["grouping"], "size": wording.size(one["class"]), "finding": finding} | sides | numbers
