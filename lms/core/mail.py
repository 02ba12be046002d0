"""The configured mail server, and messages in the one form in which we write them."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from lms.config import Settings

SECONDS = 20


@contextmanager
def server(settings: Settings, *, seconds: int = SECONDS) -> Iterator[smtplib.SMTP]:
    """A connection to the server. Raises OSError or SMTPException when it can't be reached or refuses us."""
    if settings.mail_security == "tls":
        found = smtplib.SMTP_SSL(settings.mail_host, settings.mail_port, timeout=seconds, context=ssl.create_default_context())
    else:
        found = smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=seconds)
    with found:
        if settings.mail_security == "starttls":
            found.starttls(context=ssl.create_default_context())
        if settings.mail_user:
            found.login(settings.mail_user, settings.mail_password)
        yield found


def message(settings: Settings, address: str, subject: str, text: str) -> EmailMessage:
    """A mail of plain text."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = settings.mail_from, address, subject
    made["Date"], made["Message-ID"] = formatdate(), make_msgid(domain=settings.mail_from.partition("@")[2] or None)
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text)
    return made
