"""Moodle XML: the question bank's own exchange format (docs.moodle.org, "Moodle XML format"). Pure."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from lms.core.errors import Invalid, Refused
from lms.interop import kinds, labels
from lms.interop.drafts import TOO_LONG, CannotCarry, Import, Imported, Source
from lms.interop.kinds import Amount, Choice
from lms.interop.texts import LANGUAGES, Phrase, from_html, from_markdown

MISCONCEPTIONS = "lms-misconceptions"
NOT_CARRIED = {
    "description": "it is a text without a question",
    "cloze": "it has several gaps in one text: write each as a question of its own",
    "calculated": "its numbers are drawn by a formula for each person: write it with fixed numbers",
    "gapselect": "words are chosen for gaps in a text: write each gap as a choice",
    "ddwtos": "words are dragged into a text: write each gap as a choice, or as matching",
    "ddimageortext": "things are dragged onto a picture",
    "ddmarker": "markers are dragged onto a picture",
    "random": "it draws another question at random",
    "randomsamatch": "it is made at random from other questions",
}
NOT_CARRIED |= {"multianswer": NOT_CARRIED["cloze"], "calculatedsimple": NOT_CARRIED["calculated"], "calculatedmulti": NOT_CARRIED["calculated"]}
_LOST = {
    "correctfeedback": "the general feedback for right answers", "incorrectfeedback": "the general feedback for wrong answers",
    "partiallycorrectfeedback": "the general feedback for partly right answers", "hint": "hints", "responsetemplate": "the template of the answer",
}
_LINE = re.compile(r"^\[(\d{1,2})\] (.*)$")
_DEFINITION = re.compile(r"^([A-Za-z0-9][A-Za-z0-9_-]{0,39}): (.*)$")


def read(root: Element, work: Import) -> Imported:
    """Every question of a Moodle XML file; categories only sort them and are no questions."""
    if root.tag != "quiz":
        raise Invalid("this XML is no Moodle question bank: it must begin with <quiz>")
    sets: dict[str, dict[str, Any]] = {}
    number = 0
    for element in root.iter("question"):
        if element.get("type") == "category":
            _category(element, work)
            continue
        number += 1
        if number > work.limits.questions:
            raise Refused(f"the file has more than {work.limits.questions} questions; split it")
        _Question(number, element, work).carry(sets)
    return work.finished()


def _category(element: Element, work: Import) -> None:
    """Our own export keeps the misconceptions in a category's description, one a line."""
    if (element.findtext("idnumber") or "").strip() != MISCONCEPTIONS:
        return
    text = from_html(element.findtext("info/text") or "", lambda _: None, lambda _: (None, ""))
    for lang in LANGUAGES:
        for line in text.get(lang, "").split("\n"):
            if match := _DEFINITION.match(line):
                work.outcome.misconceptions.setdefault(match[1], dict.fromkeys(LANGUAGES, ""))[lang] = match[2]


class _Question:
    """One <question> on its way to a draft."""

    def __init__(self, number: int, element: Element, work: Import) -> None:
        self.element, self.work = element, work
        self.kind = (element.get("type") or "no type")[:40]
        self.notes: list[str] = []
        self.tags = [" ".join((one.text or "").split()) for one in element.iterfind("tags/tag/text")]
        self.labels = labels.ours(self.tags)
        name = " ".join((element.findtext("name/text") or "").split())
        self.id = (element.findtext("idnumber") or "").strip()
        self.source = Source(number, name or self.id, self.kind)

    def carry(self, sets: dict[str, dict[str, Any]]) -> None:
        try:
            if self.work.limits.too_long("".join(one.text or "" for one in self.element.iter("text"))):
                raise CannotCarry(TOO_LONG)
            if self.kind == "description" and "scenario" in self.labels.get("type", ()):
                sets[self.id] = self._keep(self._stimulus())
                return
            build = _KINDS.get(self.kind)
            if build is None:
                raise CannotCarry(NOT_CARRIED.get(self.kind, "Moodle's question type has no counterpart here"))
            item = labels.restored(self._whole(build(self)), self.labels)
            _without_repeated_beliefs(item, self.work.outcome.misconceptions)
            self._losses()
            self._keep(item, owner=sets.get(self.labels.get("set", [""])[0]))
        except CannotCarry as reason:
            self.work.leave(self.source, str(reason))

    def _keep(self, item: dict[str, Any], owner: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.work.carry(self.source, item, self.notes, wanted_id=self.id, owner=owner)

    def _stimulus(self) -> dict[str, Any]:
        return labels.restored(self._whole({"type": "scenario", "stem": self.text("questiontext"), "items": []}), self.labels)

    def _whole(self, item: dict[str, Any]) -> dict[str, Any]:
        said = self.text("generalfeedback")
        if said:
            item["rationale"] = said.joined(item["rationale"]) if item.get("rationale") else said
        return item

    def _losses(self) -> None:
        for name, words in _LOST.items():
            if any((one.findtext("text") or "").strip() for one in self.element.iterfind(name)):
                self.notes.append(f"{words} is not carried" if name != "hint" else "hints are not carried")
        marks = (self.element.findtext("defaultgrade") or "1").strip()
        if kinds.is_number(marks) and float(marks) != 1:
            self.notes.append(f"its weight of {float(marks):g} marks is not carried: questions of a form count the same")
        if foreign := [tag for tag in self.tags if not tag.startswith(labels.PREFIX)]:
            self.notes.append(f"tags are not carried: {', '.join(foreign)[:200]}")

    def text(self, path: str) -> Phrase:
        element = self.element.find(path)
        return Phrase.of("") if element is None else self.of(element)

    def of(self, element: Element) -> Phrase:
        """The text inside an element, in the format that it names, with the pictures that lie beside it."""
        source, form = element.findtext("text") or "", element.get("format", "moodle_auto_format")
        if form == "plain_text":
            return Phrase.of(source)
        if form == "markdown":
            return from_markdown(source, self.notes.append)
        if form == "moodle_auto_format" and "<" not in source:
            source = source.strip().replace("\n", "<br>")
        return from_html(source, self.notes.append, lambda address: self._picture(element, address))

    def _picture(self, element: Element, address: str) -> tuple[str | None, str]:
        kind, comma, packed = address.partition(",")
        if kind.startswith("data:") and comma and kind.endswith(";base64"):
            return self._unpacked(packed)
        if not address.startswith("@@PLUGINFILE@@/"):
            return None, "it lies elsewhere, at an address that is not part of the file"
        wanted = unquote(address.removeprefix("@@PLUGINFILE@@/")).partition("?")[0]
        for file in element.iterfind("file"):
            if (file.get("path", "/").strip("/") + "/" + file.get("name", "")).strip("/") == wanted:
                return self._unpacked(file.text or "") if file.get("encoding", "base64") == "base64" else (None, "its file is not base64")
        return None, "its file is missing"

    def _unpacked(self, packed: str) -> tuple[str | None, str]:
        try:
            return self.work.pictures.add(base64.b64decode("".join(packed.split()), validate=True))
        except (binascii.Error, ValueError):
            return None, "its file is damaged"

    def worth(self, element: Element) -> float:
        value = float(kinds.number(element.get("fraction", "0")))
        if abs(value) > kinds.FULL:
            raise CannotCarry(f"a fraction of {value:g} % is beyond 100")
        return value

    def answers(self) -> list[Choice]:
        return [
            Choice(self.of(one), self.worth(one), Phrase() if (said := one.find("feedback")) is None else self.of(said))
            for one in self.element.iterfind("answer")
        ]

    def flag(self, name: str, otherwise: str) -> bool:
        return (self.element.findtext(name) or otherwise).strip().lower() in ("1", "true")


def _without_repeated_beliefs(item: dict[str, Any], known: Mapping[str, dict[str, str]]) -> None:
    """Our export says a distractor's misconception as its feedback: that is no explanation of its own."""
    for option in item.get("options", ()):
        if option.get("misconception") in known and dict(option.get("why", {})) == known[option["misconception"]]:
            del option["why"]


def _choice(question: _Question) -> dict[str, Any]:
    return kinds.choice(question.text("questiontext"), question.answers(), several=not question.flag("single", "true"),
                        shuffle=question.flag("shuffleanswers", "true"), note=question.notes.append)


def _true_false(question: _Question) -> dict[str, Any]:
    said = {(one.findtext("text") or "").strip().lower(): one for one in question.element.iterfind("answer")}
    if said.keys() != {"true", "false"}:
        raise CannotCarry("its answers are not true and false")
    question.notes.append(kinds.TWO_TIERS)
    feedback = {name: Phrase() if (one := element.find("feedback")) is None else question.of(one) for name, element in said.items()}
    right = question.worth(said["true"]) > question.worth(said["false"])
    return kinds.true_false(question.text("questiontext"), right, feedback_true=feedback["true"], feedback_false=feedback["false"])


def _short(question: _Question) -> dict[str, Any]:
    if any("*" in text for one in question.answers() for text in one.text.values()):
        question.notes.append("the asterisk of an accepted answer stands for any words: say it in the rubric")
    return kinds.text_entry(question.text("questiontext"), question.answers(), note=question.notes.append)


def _numeric(question: _Question) -> dict[str, Any]:
    amounts = []
    for element, one in zip(question.element.iterfind("answer"), question.answers()):
        text = (element.findtext("text") or "").strip()
        if text == "*":
            question.notes.append("feedback on all other numbers is not carried")
            continue
        amounts.append(Amount(kinds.number(text), kinds.number(element.findtext("tolerance") or "0"), one.worth, one.feedback))
    units = [(one.findtext("unit_name") or "").strip() for one in question.element.iterfind("units/unit")]
    if len(units) > 1:
        question.notes.append("further units and their factors are not carried")
    return kinds.numeric(question.text("questiontext"), amounts, unit=Phrase.of(units[0]) if units else Phrase(), note=question.notes.append)


def _matching(question: _Question) -> dict[str, Any]:
    pairs, spare = [], []
    for element in question.element.iterfind("subquestion"):
        left, answer = question.of(element), element.find("answer")
        right = Phrase.of("") if answer is None else question.of(answer)
        if left:
            pairs.append((left, right))
        elif right:
            spare.append(right)
    item = kinds.matching(question.text("questiontext"), pairs, spare)
    return item | ({} if question.flag("shuffleanswers", "true") else {"shuffle": False})


def _ordering(question: _Question) -> dict[str, Any]:
    return kinds.ordering(question.text("questiontext"), [question.of(one) for one in question.element.iterfind("answer")])


def _essay(question: _Question) -> dict[str, Any]:
    """What graders are told becomes the rubric: lines "[2] …" with their points, any other text as one line."""
    told = question.text("graderinfo")
    lines = {lang: [match for line in text.split("\n") if (match := _LINE.match(line))] for lang, text in told.items()}
    counts = {tuple(match[1] for match in found) for found in lines.values()}
    rubric: list[dict[str, Any]] = []
    if len(counts) == 1 and all(lines.values()):
        rubric = [{"points": int(points), "": Phrase({lang: found[place][2] for lang, found in lines.items()})} for place, points in enumerate(counts.pop())]
    elif told:
        question.notes.append("the information for graders is now one line of the rubric")
        rubric = [{"points": 1, "": told}]
    return kinds.essay(question.text("questiontext"), rubric)


_KINDS = {
    "multichoice": _choice, "truefalse": _true_false, "shortanswer": _short, "numerical": _numeric, "matching": _matching, "match": _matching,
    "ordering": _ordering, "essay": _essay,
}
