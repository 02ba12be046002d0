"""The child process that sets documents: ``python -m lms.core.typesetter`` reads one order as JSON and writes PDF.

Apart from the server, because the typesetter takes some 40 MB and keeps them. The answer is marshalled: (PDF, characters
that no font could show).
"""

from __future__ import annotations

import json
import marshal
import sys
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parents[1] / "fonts"
GETA = "〓"
STANDARD = ["ua-1"]
_PROBE = '#set document(title: "x")\n#set text(lang: "zh", font: "Noto Sans CJK SC")\n#sys.inputs.text'


def typeset(folder: str, template: str, data: dict[str, Any], timestamp: int) -> tuple[bytes, tuple[str, ...]]:
    """``template`` of ``folder`` filled with ``data``. The template finds in ``data.missing`` the code points that stand as 〓."""
    text = json.dumps(data, ensure_ascii=False)
    foreign = unknown(text)
    lost = tuple(char for char in foreign if not _system_shows(char))
    for char in lost:
        text = text.replace(char, GETA)
    content = json.loads(text) | {"missing": [f"U+{ord(char):04X}" for char in lost]}
    return _compile(folder, template, content, timestamp, system_fonts=len(foreign) > len(lost)), lost


def unknown(text: str) -> list[str]:
    """The characters of ``text`` that our fonts lack, in their order by code."""
    return sorted({char for char in set(text) if char >= " " and ord(char) not in _held()})


@cache
def _held() -> frozenset[int]:
    """The characters of the regular face, from the list that stands beside it."""
    lines = (FONTS / "NotoSansCJKsc-Regular.txt").read_text(encoding="ascii").split()
    ends = (line.split("-") for line in lines)
    return frozenset(code for first, last in ends for code in range(int(first, 16), int(last, 16) + 1))


def _system_shows(char: str) -> bool:
    """The standard forbids signs without a glyph, so setting it alone tells."""
    import typst

    try:
        typst.compile(_PROBE.encode(), font_paths=[str(FONTS)], sys_inputs={"text": char}, pdf_standards=STANDARD)
    except typst.TypstError:
        return False
    return True


def _compile(folder: str, template: str, content: dict[str, Any], timestamp: int, *, system_fonts: bool) -> bytes:
    import typst

    return typst.compile(
        str(Path(folder) / template), root=folder, font_paths=[str(FONTS)], ignore_system_fonts=not system_fonts, format="pdf",
        sys_inputs={"data": json.dumps(content, ensure_ascii=False)}, pdf_standards=STANDARD, timestamp=timestamp,
    )  # fmt: skip


if __name__ == "__main__":
    marshal.dump(typeset(**json.load(sys.stdin.buffer)), sys.stdout.buffer)
