"""Handing mails to the configured server. Without ``mail_host`` nothing is ever sent."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterable

from lms.assignments.mail_actions import Mailing
from lms.config import Settings
from lms.core import mail


def mailing(settings: Settings) -> Mailing | None:
    """What reminders need to know of the installation's mail; None where mail is not configured."""
    return Mailing(settings.mail_address, settings.public_url) if settings.mail_host else None


def send(settings: Settings, mails: Iterable, *, sent: Callable[[int], None], trouble: Callable[[int, str, bool], None]) -> int:
    """Send (id, address, subject, text) over one connection; tells of each what came of it. Returns how many went out.

    Raises OSError or SMTPException when the server can't be reached or refuses us: then nothing was tried.
    """
    count = 0
    with mail.server(settings) as server:
        for mail_id, address, subject, text in mails:
            try:
                server.send_message(mail.message(settings, address, subject, text))
            except smtplib.SMTPRecipientsRefused as error:
                code = next(iter(error.recipients.values()))[0] if error.recipients else 500
                trouble(mail_id, f"refused: {code}", code >= 500)
            except smtplib.SMTPResponseException as error:
                trouble(mail_id, f"{error.smtp_code}", error.smtp_code >= 500)
            else:
                sent(mail_id)
                count += 1
    return count
