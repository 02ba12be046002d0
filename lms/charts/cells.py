"""The picture inside one cell of a heat map on a page: the same signs as the drawn heat map, a hundred bytes each."""

from functools import lru_cache

_FRAME = '<svg viewBox="0 0 100 114" preserveAspectRatio="none" aria-hidden="true" focusable="false">{}</svg>'


@lru_cache(20_000)
def cell_svg(met: int, unclear: int, coverage: int) -> str:
    """Fill up to `met` per cent, a pale part of `unclear` above it under a dashed line, a stripe of `coverage` at the foot.

    Looks come from the style sheet by class (m, u, t, f, v). Kept by value: a page holds hundreds, many alike.
    """
    top = 100 - met - unclear
    parts = [f'<rect class="m" y="{100 - met}" width="100" height="{met}"/>'] if met else []
    if unclear:
        parts.append(f'<rect class="u" y="{top}" width="100" height="{unclear}"/><path class="t" d="M0 {top}h100"/>')
    parts.append(f'<rect class="f" y="103" width="100" height="11"/><rect class="v" y="104" width="{coverage}" height="10"/>')
    return _FRAME.format("".join(parts))
