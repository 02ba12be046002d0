"""Markdown written by course authors to HTML that is safe to show: a fixed subset, raw HTML escaped, then sanitised.

The subset: headings, lists, task lists, emphasis, tables, code, admonitions, links, footnotes, pictures of the package.
"""

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

import nh3
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

EXTENSIONS = ["tables", "footnotes", "admonition", "sane_lists", "pymdownx.superfences", "pymdownx.highlight", "pymdownx.tasklist"]
SETTINGS = {
    "pymdownx.highlight": {"use_pygments": True, "guess_lang": False, "pygments_lang_class": True},
    "footnotes": {"BACKLINK_TITLE": "↩ {}"},
}
ADMONITIONS = frozenset({"note", "tip", "warning", "danger"})
ASSET = re.compile(r"assets/([A-Za-z0-9][A-Za-z0-9._-]*)\Z")
MOST_LINKS, MOST_EMPHASIS, MOST_CELLS = 1_000, 6_000, 20_000
"""Opening brackets, stars and underlines, cells of tables in one text: the most that a lesson of ours has is a fifth, a tenth and a twentieth of it."""
MOST_WORK, MOST_PARAGRAPHS = 20_000_000, 8_000
"""Marks that begin a block times the length of the text, for each costs a look at all that follows; and blank lines. Our longest text has a sixth of both."""
_BLOCK_MARK = re.compile(r"^ {0,3}(?:#|`{3}|~{3}|!!!|[=-]+[ \t]*\r?$)", re.M)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

TAGS = {*HEADINGS, "p", "br", "hr", "em", "strong", "code", "pre", "span", "div", "blockquote", "ul", "ol", "li", "a", "img", "sup"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {
    **{tag: {"id"} for tag in (*HEADINGS, "li", "sup")},
    "*": {"class"},
    "a": {"href", "rel"},
    "img": {"src", "alt", "loading", "title"},
    "ol": {"start"},
    "th": {"scope"},
    "div": {"tabindex", "role", "aria-label"},
}
CLASS = re.compile(r"(?:[a-z][a-z0-9]{0,3}|highlight|admonition|admonition-title|footnote|footnote-ref|footnote-backref|scroll|task-list|address"
                   r"|task-list-item|language-[a-z0-9+-]+|note|tip|danger|warning|right)\Z")
TASK_BOX = re.compile(r'<label class="task-list-control">(<input[^>]*>)<span class="task-list-indicator"></span></label>|(<input[^>]*>)')


@dataclass(frozen=True)
class Heading:
    """One heading of a text: `level` 1 to 6, its place among all headings in `id`, its words."""

    level: int
    id: str
    text: str


def render(text: str, *, asset_url: Callable[[str], str]) -> str:
    """Markdown to sanitised HTML.

    `asset_url` gives the address of a picture from its file name; any other picture is replaced by its description.
    Headings get the ids s1, s2, … in order, so the same section has the same address in every language.
    Never fails nor keeps a reader waiting: a text that is nested or marked beyond all reason is shown as it was written.
    """
    try:
        html = _as_written(text) if _is_beyond_reason(text) else _converter(asset_url).convert(text)
    except RecursionError:
        html = _as_written(text)
    html = TASK_BOX.sub(lambda match: "☑" if "checked" in match[0] else "☐", html)
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_keep_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def _as_written(text: str) -> str:
    return f"<pre>{escape(text)}</pre>"


def _is_beyond_reason(text: str) -> bool:
    """Whether a text has so many marks that the converter, whose work grows with their square, would take seconds or hours."""
    rows = [bars for line in text.split("\n") if (bars := line.count("|"))]
    if text.count("[") > MOST_LINKS or text.count("*") + text.count("_") > MOST_EMPHASIS or max(rows, default=0) * len(rows) > MOST_CELLS:
        return True
    return len(_BLOCK_MARK.findall(text)) * len(text) > MOST_WORK or sum(not line.strip() for line in text.split("\n")) > MOST_PARAGRAPHS


def headings(text: str) -> list[Heading]:
    """The headings of `text` in order, with the ids that `render` gives them."""
    found: list[Heading] = []
    for line in outside_code(text):
        match = re.match(r"(#{1,6})\s*(.+?)\s*#*\s*$", line)
        if match:
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`]", r"\1", match[2])
            found.append(Heading(len(match[1]), f"s{len(found) + 1}", words))
    return found


def outside_code(text: str) -> list[str]:
    """The lines of `text`; lines of fenced code are blanked so that line numbers stay."""
    lines, fence = [], ""
    for line in text.split("\n"):
        mark = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark[1]
            lines.append("")
        elif fence:
            if mark and mark[1].startswith(fence) and not line.strip("`~ \t"):
                fence = ""
            lines.append("")
        else:
            lines.append(line)
    return lines


def _converter(asset_url: Callable[[str], str]) -> Markdown:
    converter = Markdown(extensions=EXTENSIONS, extension_configs=SETTINGS, output_format="html")
    # Without these two, raw HTML is plain text and is escaped like any other.
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    converter.treeprocessors.register(_Finish(converter, asset_url), "finish", -10)
    return converter


class _Finish(Treeprocessor):
    """What the platform asks of a page beyond Markdown: ids, addresses of foreign links, tables that scroll, own pictures."""

    def __init__(self, converter: Markdown, asset_url: Callable[[str], str]) -> None:
        super().__init__(converter)
        self.asset_url = asset_url

    def run(self, root: etree.Element) -> None:
        for number, element in enumerate((child for child in root if child.tag in HEADINGS), start=1):
            element.set("id", f"s{number}")
        for element in list(root.iter()):
            if element.tag == "img":
                _localise(element, self.asset_url)
            elif element.tag == "div" and "admonition" in element.get("class", ""):
                _tame(element)
            elif element.tag in ("th", "td"):
                _align(element)
        _wrap_tables(root)
        _show_addresses(root)


def _align(cell: etree.Element) -> None:
    """Columns of numbers stand to the right, by a class: pages allow no inline style."""
    if "right" in cell.attrib.pop("style", ""):
        cell.set("class", "right")
    if cell.tag == "th":
        cell.set("scope", "col")


def _localise(image: etree.Element, asset_url: Callable[[str], str]) -> None:
    """Point a picture to the package's own file; a picture from elsewhere becomes its description."""
    match = ASSET.match(image.get("src", ""))
    if match:
        image.set("src", asset_url(match[1]))
        image.set("loading", "lazy")
        return
    words, tail = image.get("alt", ""), image.tail
    image.clear()
    image.tag, image.text, image.tail = "span", words, tail


def _tame(box: etree.Element) -> None:
    """An author names the kind of an admonition; only ours may become class names, and the kind is no title."""
    kind = (box.get("class", "").split() + ["note", "note"])[1].lower()
    box.set("class", f"admonition {kind if kind in ADMONITIONS else 'note'}")
    if len(box) and (box[0].text or "").lower() == kind:
        box.remove(box[0])


def _wrap_tables(root: etree.Element) -> None:
    """A table wider than the page scrolls inside a frame that the keyboard reaches, named by its heading row."""
    for parent in list(root.iter()):
        for index, table in enumerate(list(parent)):
            if table.tag != "table":
                continue
            name = " · ".join("".join(cell.itertext()) for cell in table.iter("th"))
            frame = etree.Element("div", {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": name})
            frame.tail, table.tail = table.tail, None
            parent[index] = frame
            frame.append(table)


def _show_addresses(root: etree.Element) -> None:
    """Readers see where a link to another site goes before they follow it; on paper they see it at all."""
    for parent in list(root.iter()):
        for link in [child for child in parent if child.tag == "a"]:
            address = link.get("href", "")
            if scheme_of(address) not in ("http", "https") and not address.startswith("//"):
                continue
            link.set("rel", "noopener noreferrer")
            if "".join(link.itertext()).strip() == address:
                continue
            shown = etree.Element("span", {"class": "address"})
            shown.text, shown.tail, link.tail = f" ({address})", link.tail, None
            parent.insert(list(parent).index(link) + 1, shown)


def scheme_of(address: str) -> str:
    """The scheme of an address in lower case, '' for a relative or a broken one."""
    try:
        return urlsplit(address.strip()).scheme.lower()
    except ValueError:
        return ""


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        kept = [word for word in value.split() if CLASS.match(word)]
        return " ".join(kept) or None
    if name == "id" and not re.match(r"(s\d+|fn(ref)?\d*:[\w-]+)\Z", value):
        return None
    return value
