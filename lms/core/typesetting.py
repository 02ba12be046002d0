"""Documents as PDF: a typst template from ``lms/templates`` and data in, tagged PDF/UA-1 out.

Data reach the template as JSON and are never read as markup, so nobody's name can break or command a document. The
fonts are our own (``lms/fonts``). A character that these lack is looked for in the system's fonts; where no font has it,
the sign for a missing character stands in its place (〓, as Chinese printing has it), and :class:`Typeset` says which.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

LMS = Path(__file__).resolve().parents[1]
TEMPLATES, FONTS = LMS / "templates", LMS / "fonts"
GETA = "〓"
STANDARD = ("ua-1",)
_PROBE = '#set document(title: "x")\n#set text(lang: "zh", font: "Noto Sans CJK SC")\n#sys.inputs.text'


@dataclass(frozen=True, slots=True)
class Typeset:
    """A finished document, and the characters that no font here could show."""

    pdf: bytes
    missing: tuple[str, ...] = ()


def typeset(template: str, data: Mapping[str, Any], *, now: datetime) -> Typeset:
    """``template`` (a path inside ``lms/templates``) filled with ``data``; the same input gives the same bytes.

    The template finds in ``data.missing`` the code points that stand as 〓, to say so.
    """
    text = json.dumps(data, ensure_ascii=False)
    foreign = unknown(text)
    lost = tuple(char for char in foreign if not _system_shows(char))
    for char in lost:
        text = text.replace(char, GETA)
    content = json.loads(text) | {"missing": [f"U+{ord(char):04X}" for char in lost]}
    return Typeset(_compile(template, content, now, system_fonts=len(foreign) > len(lost)), lost)


def unknown(text: str) -> list[str]:
    """The characters of ``text`` that our fonts lack, in their order by code."""
    return sorted({char for char in set(text) if char >= " " and ord(char) not in _held()})


@cache
def _held() -> frozenset[int]:
    """The characters of the regular face, from the list that stands beside it."""
    lines = (FONTS / "NotoSansCJKsc-Regular.txt").read_text(encoding="ascii").split()
    ends = (line.split("-") for line in lines)
    return frozenset(code for first, last in ends for code in range(int(first, 16), int(last, 16) + 1))


@cache
def _system_shows(char: str) -> bool:
    import typst  # some 40 MB: only who makes documents loads it

    try:
        typst.compile(_PROBE.encode(), font_paths=[str(FONTS)], sys_inputs={"text": char}, pdf_standards=list(STANDARD))
    except typst.TypstError:
        return False
    return True


def _compile(template: str, content: Mapping[str, Any], now: datetime, *, system_fonts: bool) -> bytes:
    import typst  # as above

    return typst.compile(
        str(TEMPLATES / template), root=str(TEMPLATES), font_paths=[str(FONTS)], ignore_system_fonts=not system_fonts, format="pdf",
        sys_inputs={"data": json.dumps(content, ensure_ascii=False)}, pdf_standards=list(STANDARD), timestamp=int(now.timestamp()),
    )  # fmt: skip
