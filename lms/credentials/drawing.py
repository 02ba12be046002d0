"""A certificate as a document: A4 on its side, with the address that confirms it as a QR code."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from lms.core import instance
from lms.core.i18n import language, pick
from lms.core.typesetting import typeset
from lms.credentials import wording
from lms.credentials.models import IssuedCertificate


def qr_svg(address: str) -> str:
    """The address as a QR code (SVG); level M, so that a quarter of a stain does no harm."""
    import segno  # only documents need it

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, dark="#1c2530")
    return out.getvalue().decode()


def content(one: IssuedCertificate, address: str) -> dict[str, Any]:
    """Everything the document prints, for ``credentials/certificate.typ``."""
    return {
        "lang": "en" if language() == "en" else "zh",
        "heading": _("Certificate"), "title": f"{_('Certificate')}: {wording.title(one)}", "product": _("Digital Governance Skills"),
        "sample": _("Sample county: all people and figures are invented.") if instance.is_sample() else "",
        "lead": _("This certifies that"), "name": one.name, "statement": wording.statement(one),
        "subject": wording.subject(one), "facts": [list(fact) for fact in wording.facts(one)],
        "basis": wording.basis(one), "issuer_label": _("Issued by"), "issuer": pick({"zh": one.issuer_zh, "en": one.issuer_en}),
        "qr": qr_svg(address), "qr_alt": _("QR code of the address that confirms this certificate: %(address)s", address=address), "address": address,
        "check_label": _("Check code"), "check": one.check_code,
        "how": _("Scan the code or open the address. The page must say the same as this paper, with the same check code, and that it is valid."),
        "missing_note": _("No font here has these characters; they stand as 〓:"),
    }  # fmt: skip


def pdf(one: IssuedCertificate, address: str, *, now: datetime) -> bytes:
    """The document in the language spoken."""
    return typeset("credentials/certificate.typ", content(one, address), now=now).pdf
