"""Administration of accounts and roles."""

from __future__ import annotations

import unicodedata

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms.access import audit
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import PARTNER_ROLES, ROLE_NAMES, UNIT_ROLES, Permission, Role
from lms.core import db
from lms.core.errors import Conflict, Invalid
from lms.people import account_queries, administration
from lms.people.models import Account

blueprint = Blueprint("admin", __name__)

GRANTABLE = [role for role in Role if role != Role.OFFICIAL]


def _text(name: str) -> str:
    return unicodedata.normalize("NFKC", request.values.get(name, "")).strip()


@blueprint.get("/admin/users")
@requires(Permission.ROLES_GRANT)
@db.writes
def accounts() -> str:
    """Who holds which role; a search over all accounts."""
    text = _text("q")[:80]
    page = account_queries.accounts(db.session(), text=text, number=request.args.get("page", 1, type=int))
    listed = [row.Account for row in page.rows if row.Account.official_id is not None]
    events = [audit.Event(Action.PEOPLE_LISTED, account.login, account.official_id, {"where": "accounts"}) for account in listed]
    audit.record_many(db.session(), actor=current_actor(), now=g.now, events=events)
    return render_template("access/accounts.html", page=page, text=text, role_names=ROLE_NAMES, form=request.form, error="")


@blueprint.post("/admin/users")
@requires(Permission.ROLES_GRANT)
def open_account() -> Response | BaseResponse:
    """A new account for who is on no roster."""
    try:
        account = administration.open_account(db.session(), actor=current_actor(), login=_text("login"), name=_text("name"), now=g.now)
    except (Invalid, Conflict) as error:
        page = account_queries.accounts(db.session())
        again = render_template("access/accounts.html", page=page, text="", role_names=ROLE_NAMES, form=request.form, error=str(error))
        return make_response(again, error.status)
    flash(_("The account is open. Grant a role, then hand out a one-time code."), "success")
    return redirect(url_for(".account", ref=account.ref))


@blueprint.get("/admin/users/<ref>")
@requires(Permission.ROLES_GRANT)
@db.writes
def account(ref: str) -> str:
    """One account with its roles, past ones too."""
    found = account_queries.account(db.session(), ref)
    if found.official_id is not None:
        detail = {"where": "account"}
        audit.record_many(db.session(), actor=current_actor(), now=g.now, events=[audit.Event(Action.PEOPLE_LISTED, found.login, found.official_id, detail)])
    return _account_page(found)


def _account_page(account: Account, *, error: str = "", code: object = None) -> str:
    roles = [(role.value, ROLE_NAMES[role]) for role in GRANTABLE]
    partners = [(partner.code, partner) for partner in account_queries.partners(db.session()) if partner.closed_at is None]
    return render_template(
        "access/account.html", account=account, roles=roles, role_names=ROLE_NAMES, partners=partners, form=request.form, error=error, code=code
    )


@blueprint.post("/admin/users/<ref>/grants")
@requires(Permission.ROLES_GRANT)
def grant(ref: str) -> Response | BaseResponse:
    """Grant a role, within the unit or partner organisation that it needs."""
    found, role = account_queries.account(db.session(), ref), _text("role")
    scope = _text("unit") if role in UNIT_ROLES else _text("partner") if role in PARTNER_ROLES else ""
    try:
        administration.grant(db.session(), actor=current_actor(), account=found, role=role, scope=scope, now=g.now)
    except Invalid as error:
        return make_response(_account_page(found, error=str(error)), error.status)
    flash(_("The role is granted. It holds from the person's next page."), "success")
    return redirect(url_for(".account", ref=ref))


@blueprint.post("/admin/grants/<ref>/revoke")
@requires(Permission.ROLES_GRANT)
def revoke(ref: str) -> BaseResponse:
    """End a role."""
    found = account_queries.grant(db.session(), ref)
    administration.revoke(db.session(), actor=current_actor(), grant=found, now=g.now)
    flash(_("The role is revoked. It ended at once."), "success")
    return redirect(url_for(".account", ref=found.account.ref))


@blueprint.post("/admin/users/<ref>/code")
@requires(Permission.ROLES_GRANT)
def issue_code(ref: str) -> str:
    """A one-time code, shown once."""
    found = account_queries.account(db.session(), ref)
    code = administration.issue_code(db.session(), actor=current_actor(), account=found, now=g.now)
    return _account_page(found, code=code)
