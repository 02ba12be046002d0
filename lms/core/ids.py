"""References for the outside: unguessable, short enough for an address."""

from __future__ import annotations

import base64
import hashlib
import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_ref() -> str:
    """A reference of 96 random bits, safe in a URL."""
    return secrets.token_urlsafe(12)


def ref_from(*parts: str) -> str:
    """A reference that follows from ``parts``: a form that is sent twice names the same thing both times."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return base64.urlsafe_b64encode(digest[:12]).decode()


def new_code(groups: int = 3, size: int = 4) -> str:
    """A one-time code to be read from paper: no look-alike characters, about 5 bits each."""
    letters = ("".join(secrets.choice(ALPHABET) for _ in range(size)) for _ in range(groups))
    return "-".join(letters)
