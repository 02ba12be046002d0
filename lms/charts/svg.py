"""From matplotlib's SVG to ours: no style, no ids that could clash, a title and a description, live text.

The pages' content security policy allows no inline style, so every `style="…"` becomes presentation attributes and
the `<style>` block goes. The same text may then stand inside a page or be served as a file of its own.
"""

import re
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from lms.charts import theme
from lms.charts.series import Frame

SVG = "http://www.w3.org/2000/svg"
PREFIX = "chart-"  # of every class: a figure inside a page must not catch the page's own styles
_NUMBER = re.compile(r"-?\d+\.\d+")
_HALO = {"paint-order": "stroke", "stroke": "#ffffff", "stroke-opacity": "0.75", "stroke-width": "3"}
_ROUND = {"stroke-linejoin": "round"}  # what matplotlib's own <style> block says of everything


@dataclass(frozen=True, slots=True)
class Words:
    """A text that stands at a placeholder, and the layer (class) it belongs to."""

    layer: str
    text: str


def finish(raw: str, frame: Frame, name: str, words: list[Words]) -> str:
    """Clean SVG text from matplotlib's `raw`; `name` prefixes the ids of title and description."""
    ET.register_namespace("", SVG)
    source = ET.fromstring(raw)  # noqa: S314 - the text comes from matplotlib, never from outside
    width, height = source.get("viewBox", "0 0 0 0").split()[2:]
    root = ET.Element(_tag("svg"), _root_attributes(width, height, frame, name))
    for part, text in (("title", frame.title), ("desc", frame.description)):
        ET.SubElement(root, _tag(part), {"id": f"{name}-{part}"}).text = plain(text)
    for axes in source.iter(_tag("g")):
        if axes.get("id") == "axes_1":
            _copy_layers(axes, root, words)
    return ET.tostring(root, encoding="unicode")


def plain(text: str) -> str:
    """`text` on one line, without characters that XML forbids (control, unpaired surrogates) or that turn text around."""
    kept = (" " if c in "\t\r\n" else c for c in text if c in "\t\r\n" or not _hidden(c))
    return " ".join("".join(kept).split())


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Cn"} or character in _OVERRIDES


_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _tag(name: str) -> str:
    return f"{{{SVG}}}{name}"


def _root_attributes(width: str, height: str, frame: Frame, name: str) -> dict[str, str]:
    return {
        "class": "chart", "role": "img", "aria-labelledby": f"{name}-title {name}-desc", "lang": frame.lang,
        "viewBox": f"0 0 {width} {height}", "width": width, "height": height, "font-family": theme.FONTS, **_ROUND,
    }  # fmt: skip


def _copy_layers(axes: ET.Element, root: ET.Element, words: list[Words]) -> None:
    for group in axes:
        gid = group.get("id", "")
        if gid.startswith("words-"):
            _copy_words(group, root, words[int(gid.removeprefix("words-"))])
        else:
            _copy_shapes(group, root, gid)


def _copy_shapes(group: ET.Element, root: ET.Element, layer: str) -> None:
    """Paths of one layer, their common look said once at the group."""
    paths = list(group.iter(_tag("path")))
    look = _presentation(paths[0].get("style", "")) if paths else {}
    target = ET.SubElement(root, _tag("g"), {"class": PREFIX + layer, **look})
    for path in paths:
        own = {k: v for k, v in _presentation(path.get("style", "")).items() if look.get(k) != v}
        ET.SubElement(target, _tag("path"), {"d": _short(path.get("d", "")), **own})


def _copy_words(group: ET.Element, root: ET.Element, words: Words) -> None:
    source = group.find(_tag("text"))
    look = _presentation(source.get("style", ""))
    look.pop("font-family", None)  # said once at the root
    place = {"x": _short(source.get("x", "0")), "y": _short(source.get("y", "0"))}
    turn = source.get("transform", "")
    if turn and not turn.startswith("rotate(-0 "):
        place["transform"] = _short(turn)
    halo = _HALO if words.layer == "number" else {}  # numbers stand on fills and dashes
    ET.SubElement(root, _tag("text"), {"class": PREFIX + words.layer, **place, **look, **halo}).text = plain(words.text)


def _presentation(style: str) -> dict[str, str]:
    """`fill: none; stroke: #fff` as attributes; every property matplotlib writes has an attribute of the same name."""
    pairs = (part.split(":", 1) for part in style.split(";") if ":" in part)
    return {name.strip(): _short(value.strip()) for name, value in pairs}


def _short(text: str) -> str:
    """Coordinates to a hundredth of a pixel, on one line."""
    return " ".join(_NUMBER.sub(lambda m: f"{float(m.group()):.2f}".rstrip("0").rstrip("."), text).split())
