"""Pages of certificates: one's own, the public page that confirms one, and HR's list."""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access import audit
from lms.access.guards import current_actor, public, requires
from lms.access.permissions import Permission
from lms.core import db, paging
from lms.core.errors import Invalid, LmsError, NotFound, TooMany
from lms.core.i18n import LANGUAGES, language, pick, speaking
from lms.credentials import actions, drawing, queries, wording
from lms.credentials.enums import SHOWN_NAMES, Shown
from lms.credentials.models import IssuedCertificate
from lms.credentials.sealing import masked
from lms.people.calendar_queries import today
from lms.web import files
from lms.web.navigation import LANGUAGE_NAMES
from lms.web.negotiation import outside_address

blueprint = Blueprint("credentials", __name__)
TELLS_NOTHING = (Shown.WITHDRAWN, Shown.UNCONFIRMED)
"""States of which the public page says no word more."""


@blueprint.get("/me/certificates")
@requires(Permission.OWN_RECORD)
def mine() -> str:
    """One's certificates, and what one could ask for."""
    session, official_id = db.session(), actions.holder(current_actor())
    day = today(g.now)
    held = [(one, queries.shown(one, day)) for one in queries.all_own(session, official_id)]
    return render_template(
        "credentials/mine.html", held=held, offers=queries.offers(session, official_id, g.now), wording=wording, states=SHOWN_NAMES, Shown=Shown,
        languages=LANGUAGE_NAMES, confirms=_address,
    )  # fmt: skip


def _address(one: IssuedCertificate) -> str:
    """The address that confirms the certificate, as it stands on the paper."""
    return outside_address(url_for("credentials.verify", ref=one.ref))


@blueprint.post("/me/certificates")
@requires(Permission.OWN_RECORD)
def issue() -> Reply:
    """Issue what was asked for."""
    form = request.form
    asked = {"kind": form.get("kind", ""), "key": form.get("key", ""), "shows_name": form.get("shows_name") == "1"}
    try:
        with db.attempt() as session:
            actions.issue(session, actor=current_actor(), now=g.now, **asked)
    except LmsError as refused:
        flash(str(refused), "error")
    else:
        flash(_("The certificate is issued. You can download it below, in either language."), "success")
    return redirect(url_for(".mine"), 303)


@blueprint.get("/me/certificates/<ref>.pdf")
@requires(Permission.OWN_RECORD)
def document(ref: str) -> Response:
    """One's certificate to print; one that ended is printed no more."""
    one = queries.own(db.session(), actions.holder(current_actor()), ref)
    if queries.shown(one, today(g.now)) is not Shown.VALID:
        raise NotFound
    chosen = request.args.get("lang", "")
    with speaking(chosen if chosen in LANGUAGES else language()):
        body = drawing.pdf(one, _address(one), now=one.issued_at)
    name = f"certificate-{one.competency or 'course'}-{one.earned_on}.pdf"
    return files.download(body, name)


@blueprint.post("/me/certificates/<ref>/name")
@requires(Permission.OWN_RECORD)
def show_name(ref: str) -> Reply:
    """Show or mask the name on the page that confirms the certificate."""
    actions.show_name(db.session(), actor=current_actor(), ref=ref, shows=request.form.get("shows_name") == "1", now=g.now)
    flash(_("Saved. It holds from now on, for papers that you gave away too."), "success")
    return redirect(url_for(".mine"), 303)


@blueprint.post("/me/certificates/<ref>/withdraw")
@requires(Permission.OWN_RECORD)
def withdraw(ref: str) -> Reply:
    """Take a certificate back."""
    actions.withdraw(db.session(), actor=current_actor(), ref=ref, now=g.now)
    flash(_("The certificate is withdrawn. Its page now says that and nothing else."), "success")
    return redirect(url_for(".mine"), 303)


@blueprint.get("/verify/<ref>")
@public
def verify(ref: str) -> Response:
    """What a certificate says and whether it holds. A reference that was never issued and one mistyped look alike."""
    session, origin = db.session(), _origin()
    if queries.misses(session, origin, g.now) >= queries.MOST_MISSES:
        raise TooMany(_("Too many references that do not exist were tried from here."), retry_after=int(queries.WINDOW.total_seconds()))
    one = queries.by_ref(session, ref[:64])
    if one is None:
        with db.database().writing() as writing:
            actions.note_miss(writing, origin=origin, now=g.now)
    shown = queries.shown(one, today(g.now)) if one else None
    told = one if shown and shown not in TELLS_NOTHING else None
    name = (told.name if told.shows_name and shown is Shown.VALID else masked(told.name)) if told else ""
    page = render_template("credentials/verify.html", one=told, shown=shown, name=name, ended_at=one.ended_at if one else None, wording=wording, Shown=Shown)
    headers = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return make_response(page, 200 if one else 404, headers)


def _origin() -> str:
    """The address that asks, as a hash by the installation's key."""
    key = current_app.config["SETTINGS"].key
    return hmac.new(key.encode(), f"verify\n{request.remote_addr or ''}".encode(), "sha256").hexdigest()[:32]


def _chosen() -> dict[str, str]:
    args = request.args
    return {"text": args.get("q", "").strip()[:80], "state": args.get("state", ""), "order": args.get("order", "newest")}


def _log(rows: Any) -> None:
    audit.record_many(db.session(), actor=current_actor(), now=g.now, events=_seen(rows))


def _seen(rows: Any) -> list[audit.Event]:
    return [audit.Event(audit.Action.PEOPLE_LISTED, person.staff_no, person.id, {"page": "certificates"}) for _one, person, _unit in rows]


@blueprint.get("/talent/certificates/")
@requires(Permission.CERTIFICATES_REVOKE)
@db.writes
def certificates() -> str:
    """Certificates of HR's people: searched, narrowed, ordered, page by page."""
    chosen, day = _chosen(), today(g.now)
    page = paging.page_of(db.session(), queries.certificates(current_actor(), day=day, **chosen), number=request.args.get("page", 1, type=int))
    _log(page.rows)
    kept = {key: value for key, value in request.args.items() if key in ("q", "state", "order") and value}
    rows = [(one, person, unit, queries.shown(one, day)) for one, person, unit in page.rows]
    return render_template("credentials/list.html", page=page, rows=rows, chosen=chosen, kept=kept, wording=wording, states=SHOWN_NAMES)


@blueprint.get("/talent/certificates/list.<any(csv, xlsx):form>")
@requires(Permission.CERTIFICATES_REVOKE)
def export(form: str) -> Response:
    """The list as a file, whatever its length."""
    day, actor = today(g.now), current_actor()
    read = files.read(queries.certificates(actor, day=day, **_chosen()), _seen, actor=actor, now=g.now)
    heading = [_("Staff number"), _("Name"), _("Unit"), _("Certificate"), _("Issued on"), _("Valid until"), _("State"), _("Reason")]
    portions = ([_listed(one, person, unit, queries.shown(one, day)) for one, person, unit in rows] for rows in read)
    return files.long_table(heading, portions, f"certificates.{form}", _("Certificates"))


def _listed(one: IssuedCertificate, person: Any, unit: Any, shown: Shown) -> list[Any]:
    head = [person.staff_no, one.name, pick(unit), wording.title(one)]
    return [*head, today(one.issued_at), one.valid_until, str(SHOWN_NAMES[shown]), one.reason]


@blueprint.get("/talent/certificates/<ref>")
@requires(Permission.CERTIFICATES_REVOKE)
@db.writes
def certificate(ref: str) -> str:
    """One certificate, and revoking it."""
    return _certificate_page(ref)


def _certificate_page(ref: str, error: str = "") -> str:
    one = queries.of_hr(db.session(), current_actor(), ref)
    _log([(one, one.official, None)])
    shown = queries.shown(one, today(g.now))
    return render_template("credentials/certificate.html", one=one, shown=shown, error=error, form=request.form, wording=wording, states=SHOWN_NAMES)


@blueprint.post("/talent/certificates/<ref>/revoke")
@requires(Permission.CERTIFICATES_REVOKE)
def revoke(ref: str) -> Reply:
    """Revoke it, with a reason that the holder is told."""
    try:
        actions.revoke(db.session(), actor=current_actor(), ref=ref, reason=request.form.get("reason", ""), now=g.now)
    except Invalid as refused:
        return make_response(_certificate_page(ref, str(refused)), 422)
    flash(_("The certificate is revoked, and its holder is told."), "success")
    return redirect(url_for(".certificate", ref=ref), 303)
