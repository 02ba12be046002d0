"""An item bank of ours as Moodle XML, both languages in each text (Moodle's multi-language filter). Pure.

What Moodle has no place for (level, version, misconceptions, own keys) goes into tags; see `labels`. A set becomes a description
followed by its parts; a two-tier item becomes a choice.
"""

from collections.abc import Mapping
from html import escape
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lms.interop import labels
from lms.interop.moodle import MISCONCEPTIONS
from lms.interop.texts import LANGUAGES

Data = Mapping[str, Any]
MOODLE_LANGUAGES = {"zh": "zh_cn", "en": "en"}


def document(bank: Data) -> bytes:
    """The whole bank (plain data of its file, checked) as a Moodle XML file in UTF-8."""
    quiz = Element("quiz")
    beliefs = bank.get("misconceptions") or {}
    _category(quiz, bank.get("course", ""), beliefs)
    for item in bank["items"]:
        _item(quiz, item, beliefs)
        for part in item.get("items", ()):
            _item(quiz, part, beliefs, owner=item["id"])
    indent(quiz)
    return tostring(quiz, encoding="utf-8", xml_declaration=True) + b"\n"


def html(text: Data, *, prefix: str = "") -> str:
    """A text in both languages, as the multi-language filter reads it; line ends become <br>."""
    return "".join(
        f'<span lang="{MOODLE_LANGUAGES[lang]}" class="multilang">{escape(prefix + text[lang], quote=False).replace(chr(10), "<br>")}</span>'
        for lang in LANGUAGES
    )


def _lines(texts: list[tuple[str, Data]]) -> str:
    """One text a line, each with its beginning, in both languages."""
    joined = {lang: "\n".join(f"{start}{' '.join(text[lang].split())}" for start, text in texts) for lang in LANGUAGES}
    return html(joined)


def _category(quiz: Element, course: str, beliefs: Data) -> None:
    question = SubElement(quiz, "question", {"type": "category"})
    _text(SubElement(question, "category"), f"$course$/top/{course}")
    _text(SubElement(question, "info", {"format": "html"}), _lines([(f"{code}: ", text) for code, text in beliefs.items()]) if beliefs else "")
    SubElement(question, "idnumber").text = MISCONCEPTIONS


def _item(quiz: Element, item: Data, beliefs: Data, owner: str = "") -> None:
    kind = _MOODLE[item["type"]]
    question = SubElement(quiz, "question", {"type": kind})
    _text(SubElement(question, "name"), item["id"])
    _html(question, "questiontext", item["stem"])
    if item.get("rationale"):
        _html(question, "generalfeedback", item["rationale"])
    SubElement(question, "defaultgrade").text = "0" if kind == "description" else "1"
    SubElement(question, "idnumber").text = item["id"]
    _BODIES.get(item["type"], lambda *_: None)(question, item, beliefs)
    tags = SubElement(question, "tags")
    for tag in [*labels.labels(item), *([f"{labels.PREFIX}set={owner}"] if owner else [])]:
        _text(SubElement(tags, "tag"), tag)


def _text(parent: Element, text: str) -> None:
    SubElement(parent, "text").text = text


def _html(parent: Element, name: str, text: Data | None, **attributes: str) -> Element:
    element = SubElement(parent, name, {**attributes, "format": "html"})
    _text(element, html(text) if text else "")
    return element


def _choice(question: Element, item: Data, beliefs: Data) -> None:
    several = item["type"] == "multiple"
    keys = item["answer"] if several else [item["answer"]]
    SubElement(question, "single").text = "false" if several else "true"
    SubElement(question, "shuffleanswers").text = "true" if item.get("shuffle", True) else "false"
    SubElement(question, "answernumbering").text = "abc"
    share = f"{100 / len(keys):.5f}".rstrip("0").rstrip(".")
    for option in item["options"]:
        worth = share if option["key"] in keys else f"-{share}" if several else "0"
        answer = _html(question, "answer", option, fraction=worth)
        _html(answer, "feedback", option.get("why") or beliefs.get(option.get("misconception")))


def _numeric(question: Element, item: Data, beliefs: Data) -> None:
    right = SubElement(question, "answer", {"fraction": "100", "format": "moodle_auto_format"})
    _text(right, str(item["answer"]["value"]))
    SubElement(right, "tolerance").text = str(item["answer"].get("tolerance", 0))
    for error in item.get("common_errors", ()):
        wrong = SubElement(question, "answer", {"fraction": "0", "format": "moodle_auto_format"})
        _text(wrong, str(error["value"]))
        said = error["misconception"]
        _html(wrong, "feedback", beliefs.get(said) if isinstance(said, str) else said)
        SubElement(wrong, "tolerance").text = "0"
    if unit := item["answer"].get("unit"):
        one = SubElement(SubElement(question, "units"), "unit")
        SubElement(one, "multiplier").text = "1"
        SubElement(one, "unit_name").text = unit["zh"]


def _ordering(question: Element, item: Data, _beliefs: Data) -> None:
    for name, value in (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0"), ("gradingtype", "RELATIVE_TO_CORRECT")):
        SubElement(question, name).text = value
    steps = {step["key"]: step for step in item["steps"]}
    for place, key in enumerate(item["answer"], start=1):
        _html(question, "answer", steps[key], fraction=f"{place}.0000000")


def _matching(question: Element, item: Data, _beliefs: Data) -> None:
    SubElement(question, "shuffleanswers").text = "true" if item.get("shuffle", True) else "false"
    right = {entry["key"]: entry for entry in item["right"]}
    spare = [key for key in right if key not in item["answer"].values()]
    for left, key in [*((entry, item["answer"][entry["key"]]) for entry in item["left"]), *((None, key) for key in spare)]:
        pair = _html(question, "subquestion", left)
        _text(SubElement(pair, "answer"), html(right[key]))


def _short(question: Element, item: Data, _beliefs: Data) -> None:
    SubElement(question, "responseformat").text = "editor"
    told = SubElement(question, "graderinfo", {"format": "html"})
    _text(told, _lines([(f"[{one['points']}] ", one) for one in item["rubric"]]))


_MOODLE = {"single": "multichoice", "multiple": "multichoice", "truefalse": "multichoice", "numeric": "numerical", "ordering": "ordering",
           "matching": "matching", "short": "essay", "scenario": "description"}
_BODIES = {"single": _choice, "multiple": _choice, "truefalse": _choice, "numeric": _numeric, "ordering": _ordering, "matching": _matching, "short": _short}
