"""The reference, the seal and the mask of a certificate (pure)."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence

from lms.core.ids import ALPHABET

CODE_LETTERS = 8  # about 40 bits: enough to tell two papers apart, short enough to compare by eye
HIDDEN = "＊"


def new_reference() -> str:
    """192 random bits, safe in an address: nobody guesses one."""
    return secrets.token_urlsafe(24)


def check_code(key: str, fields: Sequence[object]) -> str:
    """A short code over all that a certificate says, by the installation's key: ``K7QF-2M9X``. Other words give another code."""
    text = json.dumps([str(field) for field in fields], ensure_ascii=False)
    number = int.from_bytes(hmac.new(key.encode(), b"certificate\n" + text.encode(), hashlib.sha256).digest(), "big")
    letters = ""
    for _ in range(CODE_LETTERS):
        number, rest = divmod(number, len(ALPHABET))
        letters += ALPHABET[rest].upper()
    return f"{letters[:4]}-{letters[4:]}"


def masked(name: str) -> str:
    """The first sign of each word, the rest as stars: who holds the paper recognises the name, a stranger learns little."""
    return " ".join(word[0] + HIDDEN * max(min(len(word) - 1, 3), 1) for word in name.split())
