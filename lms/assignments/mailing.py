"""Handing mails to the configured server. Without ``mail_host`` nothing is ever sent."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from lms.assignments.mail_actions import Mailing
from lms.config import Settings

SECONDS = 20


def mailing(settings: Settings) -> Mailing | None:
    """What reminders need to know of the installation's mail; None where mail is not configured."""
    return Mailing(settings.mail_address, settings.public_url) if settings.mail_host else None


@contextmanager
def _server(settings: Settings):
    if settings.mail_security == "tls":
        server = smtplib.SMTP_SSL(settings.mail_host, settings.mail_port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=SECONDS)
    with server:
        if settings.mail_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        yield server


def send(settings: Settings, mails: Iterable, *, sent: Callable[[int], None], trouble: Callable[[int, str, bool], None]) -> int:
    """Send (id, address, subject, text) over one connection; tells of each what came of it. Returns how many went out.

    Raises OSError or SMTPException when the server can't be reached or refuses us: then nothing was tried.
    """
    count = 0
    with _server(settings) as server:
        for mail_id, address, subject, text in mails:
            try:
                server.send_message(_message(settings, address, subject, text))
            except smtplib.SMTPRecipientsRefused as error:
                code = next(iter(error.recipients.values()))[0] if error.recipients else 500
                trouble(mail_id, f"refused: {code}", code >= 500)
            except smtplib.SMTPResponseException as error:
                trouble(mail_id, f"{error.smtp_code}", error.smtp_code >= 500)
            else:
                sent(mail_id)
                count += 1
    return count


def _message(settings: Settings, address: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, address, subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=settings.mail_from.partition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
