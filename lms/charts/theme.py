"""Colours, fonts and sizes of every chart: the same pigments as the style sheet, as fixed values for print and download."""

import unicodedata
from dataclasses import dataclass

PAPER = "#ffffff"
INK = "#1c2530"
SOFT = "#5a6470"
LINE = "#dcd8cd"
WASH = "#f2efe6"
AZURITE = "#1d5a7a"
AZURITE_BAND = "#9dbccb"
CINNABAR = "#a93a24"
MET = "#2a6f5e"
MET_FILL = "#88b0a5"
UNCLEAR = "#8a5a12"
UNCLEAR_FILL = "#ead6a8"
NOT_YET = "#c0563d"
NONE = "#8b9096"
HATCH = "#c9c5b8"
ZONES = ("#f7f5ee", "#f2efe6", "#ebe6d8", "#e3dcc9", "#dad1b9", "#d0c5a8")  # below L1, then L1 to L5

# No font is embedded: every system that reads Chinese has one of these, and the text stays small and searchable.
FONTS = "system-ui, 'PingFang SC', 'Noto Sans SC', 'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', sans-serif"


@dataclass(frozen=True, slots=True)
class Size:
    """Width of a figure and height of its body text, in CSS pixels; the height follows from the content."""

    name: str
    width: int
    text: float

    @property
    def narrow(self) -> bool:
        """True where labels must stand above the marks instead of beside them."""
        return self.width < 600


SCREEN = Size("screen", 1120, 14.0)
PHONE = Size("phone", 344, 13.0)
PRINT = Size("print", 716, 10.0)  # A4 upright inside 10 mm margins, at 96 dots an inch


def text_width(text: str, size: float) -> float:
    """Estimated width in pixels: Han and full-width characters one em, others 0.56 em.

    An estimate on purpose: the reader's own font decides, and the chart must look the same on every server.
    """
    return size * sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.56 for c in text)


def clip(text: str, width: float, size: float) -> str:
    """`text`, cut with an ellipsis where it would not fit into `width` pixels."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text, size) > width - size:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, width: float, size: float, lines: int) -> list[str]:
    """At most `lines` lines no wider than `width`: broken at spaces in English, between characters in Chinese."""
    out: list[str] = []
    while text and len(out) < lines - 1 and text_width(text, size) > width:
        cut = _break_at(text, width, size)
        out.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*out, clip(text, width, size)] if text else out


def _break_at(text: str, width: float, size: float) -> int:
    fits = 1
    while fits < len(text) and text_width(text[: fits + 1], size) <= width:
        fits += 1
    space = text.rfind(" ", 0, fits + 1)
    inside_a_word = fits < len(text) and text[fits - 1 : fits + 1].isascii()
    return space if space > 0 and inside_a_word else fits
