"""How many failed sign-ins are too many: pure rules over counts.

A lock-out must not become a weapon. Failures count against the pair (login, address), so a stranger elsewhere can't lock
a colleague out; a guess spread over many addresses slows *unknown* devices for that login, while a device that has
signed in to it before goes on as usual; and one address, which may be a whole county behind a router, gets a generous limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(minutes=15)
PAIR_LIMIT = 5
LOGIN_LIMIT = 30
ADDRESS_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Failures:
    """Failures within :data:`WINDOW`: of this login from this address, of this login from anywhere, from this address."""

    pair: int
    login: int
    address: int


def wait_seconds(failures: Failures, *, known_device: bool) -> int:
    """Seconds until the next try may be made; 0 = now."""
    if known_device:
        # its own guesses still count, ten times as patiently
        return int(WINDOW.total_seconds()) if failures.pair >= 10 * PAIR_LIMIT else 0
    if failures.pair >= PAIR_LIMIT or failures.login >= LOGIN_LIMIT or failures.address >= ADDRESS_LIMIT:
        return int(WINDOW.total_seconds())
    return 0
