"""Long work in portions, each a short transaction of its own, without the garbage collector in between."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

COLLECT_EVERY = 50


def without_collecting(portions: Iterable[T]) -> Iterator[T]:
    """Each of ``portions``, with the garbage collector off but between some of them: it costs a quarter of such work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        for number, portion in enumerate(portions, 1):
            yield portion
            if number % COLLECT_EVERY == 0:
                gc.collect(1)
    finally:
        if was_on:
            gc.enable()
