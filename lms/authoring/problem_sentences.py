"""The sentences of checks, for the catalogues: `%(name)s` stands for what differs from case to case. Pure."""

from __future__ import annotations


def N_(text: str) -> str:
    """Mark ``text`` for translation."""
    return text


SENTENCES: tuple[str, ...] = ()
