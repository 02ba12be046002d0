"""Texts of other systems (HTML, with both languages in one) to plain text with Markdown lists and tables. Pure.

Scripts and anything active are dropped and said; pictures go through a callback; what is left is sanitised before it is converted.
"""

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser

import nh3

LANGUAGES = ("zh", "en")
BLOCKS = {"p", "br", "div", "ul", "ol", "li", "blockquote", "pre", "code", "table", "thead", "tbody", "tr", "th", "td", "sub", "sup", "img", "hr",
          "h1", "h2", "h3", "h4", "h5", "h6"}
EMPHASIS = {"b", "strong", "i", "em", "u", "s"}
HARMLESS = BLOCKS | EMPHASIS | {"span", "font", "center", "small", "big", "a", "html", "body", "tt", "dl", "dt", "dd", "label", "section", "article", "caption"}
HIDDEN = {"script", "style", "iframe", "object", "embed", "applet", "svg", "math", "video", "audio", "form", "noscript", "template"}
_DROPPED = {"script": "scripts are dropped", "style": "styles are dropped", "math": "formulas are not carried"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_MLANG = re.compile(r"\{mlang(?:\s+([\w-]+))?\s*\}")
# bounded: a text of nothing but beginnings of pictures must not be looked through once for each
_MARKDOWN_PICTURE = re.compile(r"!\[([^\]\n]{0,400})\]\([^)\n]{0,500}\)")

Picture = Callable[[str], tuple[str | None, str]]
"""From an address in the text to (file name, "") or (None, reason)."""


class Phrase(dict[str, str]):
    """A text by language; the key "" stands for a language that nobody has said."""

    @classmethod
    def of(cls, text: str) -> "Phrase":
        return cls({"": clean(text)})

    def __bool__(self) -> bool:
        return any(self.values())

    def joined(self, other: "Phrase") -> "Phrase":
        """Both texts, one paragraph each; a text without a language joins each of the other's languages."""
        names = [name for name in ("", *LANGUAGES) if name in self or name in other]
        if set(names) & set(LANGUAGES):
            names = [name for name in names if name]
        return Phrase({name: "\n\n".join(t for t in (self.get(name, self.get("", "")), other.get(name, other.get("", ""))) if t) for name in names})


def clean(text: str) -> str:
    """`text` without control characters, trailing spaces and more than one blank line."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip(" \t") for line in text.split("\n"))).strip()


def language_of(code: str) -> str | None:
    """Ours of a language tag: zh_cn and zh-Hans are zh, en-GB is en; None for all others."""
    return next((one for one in LANGUAGES if re.match(rf"{one}([-_]|$)", code.strip().lower())), None)


def from_markdown(text: str, note: Callable[[str], None]) -> Phrase:
    """A text in Markdown: kept as it is, but tags are dropped and pictures become their description."""
    if _MARKDOWN_PICTURE.search(text):
        note("a picture given by its address in Markdown is replaced by its description")
    text = _MARKDOWN_PICTURE.sub(r"\1", text)
    if re.search(r"<[A-Za-z/!]", text):
        note("HTML inside Markdown is dropped")
        text = unescape(nh3.clean(text, tags=set()))
    return Phrase.of(text)


def from_html(source: str, note: Callable[[str], None], picture: Picture) -> Phrase:
    """A text in HTML, with the languages of `<span class="multilang">` and `{mlang}` told apart."""
    if "<" not in source and "&" not in source and "{mlang" not in source:
        return Phrase.of(re.sub(r"\s+", " ", source))
    split = _Split(note, picture)
    try:
        split.feed(source)
        split.close()
    except AssertionError:  # the parser's way of giving up on a broken declaration
        note("the HTML is broken: its words are carried without their form")
        return Phrase.of(unescape(nh3.clean(source, tags=set())))
    return Phrase({lang: to_markdown(html) for lang, html in split.by_language().items()})


def to_markdown(html: str) -> str:
    """Sanitised plain text; lists, tables and code keep their Markdown marks, emphasis does not, since quiz pages show text as it is."""
    from markdownify import markdownify  # here: it brings an HTML tree, which only an import needs

    safe = nh3.clean(html, tags=BLOCKS, attributes={"img": {"src", "alt"}}, link_rel=None)
    if "<" not in safe:
        return clean(re.sub(r"\s+", " ", unescape(safe)))
    try:
        text = markdownify(safe, escape_asterisks=False, escape_underscores=False, escape_misc=False, bullets="-", heading_style="ATX", strip=["sub", "sup"])
    except RecursionError:
        text = unescape(nh3.clean(html, tags=set()))
    return clean(text)


class _Split(HTMLParser):
    """Cuts a text into pieces of one language each, with active content left out."""

    def __init__(self, note: Callable[[str], None], picture: Picture) -> None:
        super().__init__(convert_charrefs=True)
        self.note, self.picture = note, picture
        self.pieces: list[tuple[str | None, str]] = []
        self.spans: list[str | None] = []  # languages of the spans that are open; None for an ordinary one
        self.mlang: str | None = None
        self.hidden: list[str] = []

    def by_language(self) -> dict[str, str]:
        said = {lang for lang, _ in self.pieces if lang}
        for code in sorted(said - set(LANGUAGES)):
            self.note(f"the text in the language {code!r} is not carried: only Chinese and English are")
        if not said:
            return {"": "".join(html for _, html in self.pieces)}
        return {one: "".join(html for lang, html in self.pieces if lang in (None, one)) for one in LANGUAGES if one in said} or {"": ""}

    def _emit(self, html: str) -> None:
        lang = self.mlang or next((one for one in reversed(self.spans) if one), None)
        self.pieces.append((lang, html))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in HIDDEN:
            self._hide(tag)
        if self.hidden:
            return
        self._note_active(tag, given)
        if tag in ("span", "lang"):
            self.spans.append(_span_language(tag, given))
        elif tag == "img":
            self._image(given)
        elif tag in BLOCKS:
            self._emit(f"<{tag}>")
        elif tag in EMPHASIS:
            self.note("emphasis is not carried: quiz pages show plain text")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ("img", "br", "hr"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            if tag == self.hidden[-1]:
                self.hidden.pop()
        elif tag in ("span", "lang"):
            if self.spans:
                self.spans.pop()
        elif tag in BLOCKS:
            self._emit(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        parts = _MLANG.split(data)
        self._emit(escape(parts[0]))
        for code, text in zip(parts[1::2], parts[2::2]):
            self.mlang = None if code is None else None if code == "other" else language_of(code) or code
            self._emit(escape(text))

    def _hide(self, tag: str) -> None:
        self.note(_DROPPED.get(tag, f"<{tag}> is dropped: it can be active or come from elsewhere"))
        if tag != "embed":
            self.hidden.append(tag)

    def _note_active(self, tag: str, given: dict[str, str]) -> None:
        if any(name.startswith("on") for name in given) or re.match(r"\s*(javascript|vbscript|data):", given.get("href", ""), re.IGNORECASE):
            self.note("scripts are dropped")
        if tag == "a" and given.get("href"):
            self.note("links are not carried, their words are")
        if tag not in HARMLESS and tag not in HIDDEN and tag != "lang":
            self.note(f"<{tag[:30]}> is not carried, its words are")

    def _image(self, given: dict[str, str]) -> None:
        words = clean(re.sub(r"[\[\]\s]+", " ", given.get("alt", "")))
        name, reason = self.picture(given.get("src", ""))
        if name is None:
            self.note(f"a picture is not carried: {reason}")
            self._emit(escape(words))
            return
        self._emit(f'<img src="assets/{name}" alt="{escape(words)}">')


def _span_language(tag: str, given: dict[str, str]) -> str | None:
    if tag == "lang" or "multilang" in given.get("class", "").split():
        code = given.get("lang", "") or given.get("xml:lang", "")
        return (language_of(code) or code) if code else None
    return None
