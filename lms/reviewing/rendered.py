"""Two versions of a rendered lesson in one, changed passages marked (pure).

Works on the sanitised HTML that the platform's own renderer made: its blocks are matched, words taken out and put in are marked within
those that were rewritten. Tags come from the new version, so what comes out is as well formed as what went in; it is sanitised once more
all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from html.parser import HTMLParser

import nh3

from lms.core.comparison import ALIKE, pieces
from lms.core.markdown import ATTRIBUTES, TAGS

VOID = frozenset({"img", "br", "hr"})
MARKS = {"del", "ins"}
# Sections are numbered, so one put in would change the ids of all that follow.
ID = re.compile(r'(?<=[\w"]) id="[^"]*"')
# Where a tag leaves only certain elements possible, words that are gone come in one of these.
FRAMES = {
    **dict.fromkeys(("ul", "ol", "/li"), ("<li>", "</li>")),
    **dict.fromkeys(("tr", "/td", "/th"), ("<td>", "</td>")),
    **dict.fromkeys(("table", "thead", "tbody", "/tr", "/thead"), ("<tr><td>", "</td></tr>")),
}


@dataclass(frozen=True, slots=True)
class Token:
    """A tag as written, or a piece of text (``tag`` False)."""

    text: str
    tag: bool = False


def compare(old: str, new: str) -> tuple[str, int]:
    """(HTML of the new version with ``<del>`` and ``<ins>``, how many blocks are concerned)."""
    a, b = blocks(ID.sub("", old)), blocks(ID.sub("", new))
    out: list[str] = []
    concerned = 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            out += b[j1:j2]
        else:
            concerned += max(i2 - i1, j2 - j1)
            out += _replaced(a[i1:i2], b[j1:j2])
    return clean("\n".join(out)), concerned


def blocks(html: str) -> list[str]:
    """The elements at the top of the text, each as HTML."""
    found: list[str] = []
    depth, part = 0, []
    for token in tokens(html):
        if not token.tag and depth == 0 and not token.text.strip():
            continue
        part.append(token.text if token.tag else escape(token.text, quote=False))
        depth += _depth(token)
        if depth <= 0:
            found.append("".join(part))
            depth, part = 0, []
    return [*found, "".join(part)] if part else found


def _depth(token: Token) -> int:
    if not token.tag or token.text.startswith("</"):
        return -1 if token.tag else 0
    return 0 if re.match(r"<(\w+)", token.text)[1] in VOID else 1  # type: ignore[index]


def tokens(html: str) -> list[Token]:
    """Tags and stretches of text in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Token] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs)
        self.found.append(Token(f"<{tag}{values}>", tag=True))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.found.append(Token(f"</{tag}>", tag=True))

    def handle_data(self, data: str) -> None:
        self.found.append(Token(data))


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """Blocks of the same kind that are alike are marked within, in order; the others as wholes."""
    start = 0
    for block in new:
        twin = next((n for n in range(start, len(old)) if _alike(old[n], block)), None)
        if twin is None:
            yield _whole(block, "ins")
            continue
        yield from (_whole(gone, "del") for gone in old[start:twin])
        start = twin + 1
        yield _within(old[twin], block)
    yield from (_whole(gone, "del") for gone in old[start:])


def _alike(old: str, new: str) -> bool:
    if _kind(old) != _kind(new):
        return False
    matcher = SequenceMatcher(None, pieces(_plain(old)), pieces(_plain(new)), autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _kind(block: str) -> str:
    """Its first tag with its class: a table is no footnote."""
    match = re.match(r"<\w+(?: class=\"[^\"]*\")?", block)
    return match[0] if match else ""


def _plain(block: str) -> str:
    return "".join(token.text for token in tokens(block) if not token.tag)


def _pieces(block: str) -> list[Token]:
    return [piece for token in tokens(block) for piece in ([token] if token.tag else [Token(text) for text in pieces(token.text)])]


def _within(old: str, new: str) -> str:
    """The new block with marks: its own tags, words of the old one that are gone where they stood."""
    out: list[str] = []
    before: Token | None = None
    for kind, run in _slid(_runs(_pieces(old), _pieces(new))):
        if kind == "out":
            out += _gone(run, before)
            continue
        out += _html(run, "ins" if kind == "in" else None)
        before = next((token for token in reversed(run) if token.tag or token.text.strip()), before)
    return "".join(out)


def _runs(a: list[Token], b: list[Token]) -> list[tuple[str, list[Token]]]:
    runs: list[tuple[str, list[Token]]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("same", b[j1:j2]))
            continue
        runs += [("out", a[i1:i2])] if i1 < i2 else []
        runs += [("in", b[j1:j2])] if j1 < j2 else []
    return runs


def _slid(runs: list[tuple[str, list[Token]]]) -> list[tuple[str, list[Token]]]:
    """A run that was taken out may begin earlier when what stands before it ends alike: whole elements read better than halves of two."""
    for n in range(1, len(runs) - 1):
        kinds = [kind for kind, _ in runs[n - 1 : n + 2]]
        if kinds != ["same", "out", "same"]:
            continue
        before, run, after = (tokens for _, tokens in runs[n - 1 : n + 2])
        while before and before[-1] == run[-1] and not _balanced(run):
            run, before, after = [before[-1], *run[:-1]], before[:-1], [run[-1], *after]
        if _balanced(run):
            runs[n - 1 : n + 2] = [("same", before), ("out", run), ("same", after)]
    return runs


def _gone(run: Sequence[Token], before: Token | None) -> list[str]:
    """What was taken out behind ``before``: whole elements as they were, else only words and pictures."""
    if _balanced(run) and any(token.tag and not _is_picture(token) for token in run):
        return _html(run, "del")
    words = _html([token for token in run if not token.tag or _is_picture(token)], "del")
    match = re.match(r"<(/?\w+)", before.text) if before is not None and before.tag else None
    opening, closing = FRAMES.get(match[1], ("", "")) if match else ("", "")
    return [opening, *words, closing] if "".join(words).strip() else []


def _balanced(run: Sequence[Token]) -> bool:
    depth = 0
    for token in run:
        depth += _depth(token)
        if depth < 0:
            return False
    return depth == 0


def _whole(block: str, mark: str) -> str:
    return "".join(_html(_pieces(block), mark))


def _is_picture(token: Token) -> bool:
    return token.text.startswith("<img")


def _html(run: Sequence[Token], mark: str | None) -> list[str]:
    """Text of the run within ``mark``, tags (but pictures) outside of it."""
    out: list[str] = []
    words: list[str] = []

    def close() -> None:
        text = "".join(words)
        words.clear()
        if text:
            out.append(f"<{mark}>{text}</{mark}>" if mark and text.strip() else text)

    for token in run:
        if token.tag and not _is_picture(token):
            close()
            out.append(token.text)
        else:
            words.append(token.text if token.tag else escape(token.text, quote=False))
    close()
    return out


def clean(html: str) -> str:
    """Sanitised once more: what the renderer lets through, and the two marks."""
    return nh3.clean(html, tags=TAGS | MARKS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel=None)
