"""Pictures of strangers made anew as PNG: nothing but the points of the first frame comes along. Pure."""

from __future__ import annotations

import hashlib
import io
import warnings

from lms.interop.pictures import kind_of

MOST_POINTS = 16_000_000
MOST_POINTS_TOGETHER = 160_000_000
"""Of all pictures of one file: a picture of one colour is small in bytes and costs as much work as any other."""
MOST_BYTES = 200 * 1024
_UNREADABLE = (
    OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, OverflowError, MemoryError, ZeroDivisionError,
)  # fmt: skip
SIDES = (2000, 1400, 1000, 700)
"""A picture that is too large in bytes is made smaller, step by step."""


def points(data: bytes) -> int:
    """How many points a picture says that it has; none when that can't be read."""
    from PIL import Image  # here: only imports need it, and start-up should not pay for it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF")) as found:
                return found.width * found.height
    except (*_UNREADABLE, Image.DecompressionBombError):
        return 0


def made_anew(data: bytes) -> tuple[str, bytes] | None:
    """(name by its content, PNG) of a PNG, JPEG or GIF; None when it can't be read or is too large even when made smaller."""
    from PIL import Image  # here: only imports need it, and start-up should not pay for it

    kind = {"png": "PNG", "jpg": "JPEG", "gif": "GIF"}.get(kind_of(data) or "")
    if kind is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=[kind]) as found:
                if found.width * found.height > MOST_POINTS:
                    return None
                found.load()
                first = found.convert("RGBA" if "A" in found.getbands() or "transparency" in found.info else "RGB")
    except (*_UNREADABLE, Image.DecompressionBombError):
        return None
    small = _small_enough(first)
    return (f"{hashlib.sha256(small).hexdigest()[:16]}.png", small) if small else None


def _small_enough(points: object) -> bytes | None:
    for side in SIDES:
        one = points.copy()  # type: ignore[attr-defined]
        one.thumbnail((side, side))
        for colours in (None, 256, 64):
            out = io.BytesIO()
            (one if colours is None else one.quantize(colours)).save(out, "PNG", optimize=True)
            if out.tell() <= MOST_BYTES:
                return out.getvalue()
    return None
