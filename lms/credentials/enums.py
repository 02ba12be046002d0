"""Words of certificates issued here."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l


class Kind(enum.StrEnum):
    """What a certificate is about."""

    COURSE = "course"
    LEVEL = "level"


class Ending(enum.StrEnum):
    """How a certificate came to hold no more, other than by its date. An ending is final; a new certificate may be asked for."""

    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Shown(enum.StrEnum):
    """The state that whoever checks a certificate is told."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    UNCONFIRMED = "unconfirmed"


SHOWN_NAMES = {
    Shown.VALID: _l("valid"),
    Shown.EXPIRED: _l("expired"),
    Shown.REVOKED: _l("revoked"),
    Shown.SUPERSEDED: _l("superseded"),
    Shown.WITHDRAWN: _l("withdrawn"),
    Shown.UNCONFIRMED: _l("not confirmed"),
}
