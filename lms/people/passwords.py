"""Passwords: argon2id, at most a few hashes at a time in the whole installation.

Hashing is meant to be slow; without a cap a rush of sign-ins would starve the answers of those who sit a quiz. The cap
is a lock file per slot, so it holds across worker processes.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

from lms.config import Settings
from lms.core.errors import Invalid

MIN_LENGTH = 10
MAX_LENGTH = 128
COMMON = frozenset(
    {
        "1234567890",
        "0123456789",
        "1111111111",
        "0000000000",
        "password12",
        "password123",
        "qwertyuiop",
        "qwerty1234",
        "abcd123456",
        "a123456789",
        "aa12345678",
        "1q2w3e4r5t",
        "9876543210",
        "woaini1314",
        "5201314520",
    }
)


@lru_cache(maxsize=4)
def _hasher(memory_kib: int, time_cost: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)


def _settings() -> Settings:
    return current_app.config["SETTINGS"]


@contextmanager
def _slot() -> Iterator[None]:
    settings = _settings()
    number = os.getpid() % settings.argon2_at_once
    handle = os.open(settings.instance / f"hash.{number}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def hash_password(password: str) -> str:
    """The argon2id hash of ``password`` with the installation's parameters."""
    settings = _settings()
    with _slot():
        return _hasher(settings.argon2_memory_kib, settings.argon2_time_cost).hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether ``password`` fits. An unknown account (``stored`` None) costs the same time as a known one."""
    settings = _settings()
    hasher = _hasher(settings.argon2_memory_kib, settings.argon2_time_cost)
    with _slot():
        try:
            hasher.verify(stored or _decoy(settings.argon2_memory_kib, settings.argon2_time_cost), password[: MAX_LENGTH + 1])
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the installation's parameters have become stronger than those of ``stored``."""
    settings = _settings()
    return _hasher(settings.argon2_memory_kib, settings.argon2_time_cost).check_needs_rehash(stored)


@lru_cache(maxsize=4)
def _decoy(memory_kib: int, time_cost: int) -> str:
    return _hasher(memory_kib, time_cost).hash("nobody")


def check_strength(password: str, *, login: str) -> None:
    """Raise :class:`Invalid` with what to change. Length counts, not kinds of character (NIST SP 800-63B §5.1.1)."""
    if len(password) < MIN_LENGTH:
        raise Invalid(_("Use at least %(n)d characters; a short sentence is easy to remember.", n=MIN_LENGTH))
    if len(password) > MAX_LENGTH:
        raise Invalid(_("Use at most %(n)d characters.", n=MAX_LENGTH))
    lowered = password.lower()
    if lowered in COMMON or lowered == login.lower() or len(set(lowered)) < 4:
        raise Invalid(_("This password is among the first that anyone would try. Choose another."))
