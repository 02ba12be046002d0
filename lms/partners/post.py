"""The mail that brings an invitation. It is sent while the one who invites waits: the code in it is kept nowhere else."""

from __future__ import annotations

import smtplib

from flask_babel import gettext as _

from lms.config import Settings
from lms.core import mail
from lms.core.i18n import DEFAULT, pick, speaking
from lms.partners.invitation_actions import Issued
from lms.web.filters import moment

SECONDS = 8
"""So long a page may wait for the mail server."""


def can_mail(settings: Settings) -> bool:
    """Whether links are mailed: with a mail server, and an address of the platform that no request can choose for the reader of the mail."""
    return bool(settings.mail_host and settings.public_url)


def send(settings: Settings, issued: Issued, address: str) -> bool:
    """Mail the invitation with its link; False where mail is not configured, without an address, or when the server does not take it."""
    if not can_mail(settings) or not issued.mail:
        return False
    subject, text = letter(issued, address)
    try:
        with mail.server(settings, seconds=SECONDS) as server:
            server.send_message(mail.message(settings, issued.mail, subject, text))
    except (OSError, smtplib.SMTPException):
        return False
    return True


def letter(issued: Issued, address: str) -> tuple[str, str]:
    """Subject and text, in the language chosen for the one invited."""
    with speaking(issued.language or DEFAULT):
        organisation = pick(issued.partner)
        lines = [
            _("Good day, %(name)s,", name=issued.name) if issued.name else _("Good day,"),
            "",
            _("you are invited to work for %(organisation)s on a platform for training and assessment of officials.", organisation=organisation),
            _("Open this link to see the roles and to accept:"),
            "",
            address,
            "",
            _("It works once and until %(moment)s. If you did not expect it, do nothing: without you it opens nothing.", moment=moment(issued.expires_at)),
        ]
        return _("Invitation to %(organisation)s", organisation=organisation), "\n".join([*lines, ""])
