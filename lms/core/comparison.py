"""Two versions of a text, line by line and within lines (pure): what was taken out, what was put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 3
MOST_PIECES = 3000
"""Lines of more pieces than this, both together, are shown as one taken out and one put in: comparing them would take long."""
# A word of a Latin script, a run of blanks, or one character of any other kind: Chinese has no blanks between words.
PIECE = re.compile(r"[A-Za-z0-9À-ɏ]+|[ \t]+|\n|.", re.S)
ALIKE = 0.4
"""Lines less alike than this are shown as one taken out and one put in, not as a mixture of both."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text: ``kind`` is ``same``, ``out`` or ``in``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison with its numbers in the old and the new text; ``kind``: same, changed, out, in, or gap (``count`` equal lines)."""

    kind: str
    old: int | None
    new: int | None
    spans: tuple[Span, ...]
    count: int = 0


def pieces(text: str) -> list[str]:
    """What is compared within a line: Latin words, blanks, single characters."""
    return PIECE.findall(text)


def spans(old: str, new: str) -> tuple[Span, ...]:
    """Both versions of a line in one, taken out before put in."""
    a, b = pieces(old), pieces(new)
    found: list[Span] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Span("same", "".join(a[i1:i2])))
            continue
        found += [Span("out", "".join(a[i1:i2]))] if i1 < i2 else []
        found += [Span("in", "".join(b[j1:j2]))] if j1 < j2 else []
    return tuple(found)


def alike(old: str, new: str) -> bool:
    """Whether two lines are the same one rewritten rather than two different ones."""
    a, b = pieces(old), pieces(new)
    if len(a) + len(b) > MOST_PIECES:
        return False
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def compare(old: str, new: str, *, context: int | None = CONTEXT) -> list[Line]:
    """Two texts by lines; unchanged stretches longer than twice ``context`` become a gap (None: all lines are shown)."""
    a, b = old.splitlines(), new.splitlines()
    lines: list[Line] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line("same", i1 + n + 1, j1 + n + 1, (Span("same", a[i1 + n]),)) for n in range(i2 - i1)]
        else:
            lines += _replaced(a[i1:i2], b[j1:j2], i1, j1)
    return lines if context is None else list(_shortened(lines, context))


def _replaced(old: Sequence[str], new: Sequence[str], i: int, j: int) -> Iterator[Line]:
    """Lines that were rewritten stand side by side, the rest is taken out and put in."""
    pairs = _pairs(old, new)
    taken = {b: a for a, b in pairs.items()}
    next_old = 0
    for n, line in enumerate(new):
        if n in taken:
            for m in range(next_old, taken[n]):
                yield Line("out", i + m + 1, None, (Span("out", old[m]),))
            next_old = taken[n] + 1
            yield Line("changed", i + taken[n] + 1, j + n + 1, spans(old[taken[n]], line))
        else:
            yield Line("in", None, j + n + 1, (Span("in", line),))
    for m in range(next_old, len(old)):
        yield Line("out", i + m + 1, None, (Span("out", old[m]),))


def _pairs(old: Sequence[str], new: Sequence[str]) -> Mapping[int, int]:
    """Old line -> the new line that it became, in order. Large blocks are paired one to one only: asking each about each would take long."""
    pairs: dict[int, int] = {}
    start = 0
    if len(old) * len(new) > 400:
        return {n: n for n in range(min(len(old), len(new))) if alike(old[n], new[n])}
    for m, line in enumerate(old):
        found = next((n for n in range(start, len(new)) if line.strip() and alike(line, new[n])), None)
        if found is not None:
            pairs[m], start = found, found + 1
    return pairs


def _shortened(lines: Sequence[Line], context: int) -> Iterator[Line]:
    near = {m for n, line in enumerate(lines) if line.kind != "same" for m in range(n - context, n + context + 1)}
    hidden = 0
    for n, line in enumerate(lines):
        if n in near:
            if hidden:
                yield Line("gap", None, None, (), hidden)
                hidden = 0
            yield line
        else:
            hidden += 1
    if hidden and near:
        yield Line("gap", None, None, (), hidden)


def characters(old: str, new: str) -> int:
    """How many characters were taken out and put in altogether; blanks at the ends of lines don't count."""
    return sum(len(span.text.strip()) for line in compare(old, new) for span in line.spans if span.kind != "same")
