"""Moodle GIFT: questions as lines of text, answers in braces (docs.moodle.org, "GIFT format"). Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.core.errors import Refused
from lms.interop import kinds
from lms.interop.drafts import TOO_LONG, CannotCarry, Import, Imported, Source
from lms.interop.kinds import Amount, Choice
from lms.interop.texts import Phrase, from_html, from_markdown

ESCAPED = "~=#{}:"
CLOSING = ".,;:?!)。，；：？！）"
_MARK = 0xE000  # escaped characters wait in the private area until the structure is read
_FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_TITLE = re.compile(r"^\s*::(.*?)::", re.DOTALL)
_ANSWERS = re.compile(r"\{([^{}]*)\}", re.DOTALL)
_TRUTH = re.compile(r"^(TRUE|FALSE|T|F)\s*((?:#.*)?)$", re.IGNORECASE | re.DOTALL)
_WEIGHT = re.compile(r"^%(-?[\d.]+)%")
_NO_PICTURE = (None, "GIFT files hold no pictures")


@dataclass(frozen=True)
class _Answer:
    right: bool
    weight: float | None
    text: str
    feedback: str


def read(text: str, work: Import) -> Imported:
    """Every question of a GIFT file, carried or left with its reason."""
    for number, block in enumerate(_blocks(text), start=1):
        if number > work.limits.questions:
            raise Refused(f"the file has more than {work.limits.questions} questions; split it")
        if work.limits.too_long(block):
            work.leave(Source(number, "", ""), TOO_LONG)
        else:
            _question(number, block, work)
    return work.finished()


def _blocks(text: str) -> Iterator[str]:
    """Questions are set apart by blank lines; comments and categories are no questions."""
    text = "".join(char for char in text if not _MARK <= ord(char) <= _MARK + len(ESCAPED))
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if not line.lstrip().startswith("//")]
    for block in re.split(r"\n[ \t]*(?:\n[ \t]*)+", "\n".join(lines)):
        kept = "\n".join(line for line in block.split("\n") if not line.lstrip().startswith("$CATEGORY:")).strip()
        if kept:
            yield _hidden(kept)


def _hidden(text: str) -> str:
    for place, char in enumerate(ESCAPED):
        text = text.replace(f"\\{char}", chr(_MARK + place))
    return text


def _shown(text: str) -> str:
    for place, char in enumerate(ESCAPED):
        text = text.replace(chr(_MARK + place), char)
    return text.replace("\\n", "\n").replace("\\\\", "\\")


def _question(number: int, block: str, work: Import) -> None:
    title, rest = "", block
    if match := _TITLE.match(block):
        title, rest = " ".join(_shown(match[1]).split()), block[match.end():]
    notes: list[str] = []
    reader = _Reader("moodle", notes.append)
    rest = reader.strip_format(rest)
    groups = list(_ANSWERS.finditer(rest))
    kind = _kind(groups[0][1]) if len(groups) == 1 else "description" if not groups else "several gaps"
    source = Source(number, title, kind)
    try:
        if len(groups) != 1 or "{" in rest[: groups[0].start()] + rest[groups[0].end():]:
            raise CannotCarry(_NOT_ONE.get(len(groups), "it has several gaps in one text: write each as a question of its own"))
        item = _item(kind, rest, groups[0], reader)
        work.carry(source, item, notes, wanted_id=title)
    except CannotCarry as reason:
        work.leave(source, str(reason))


_NOT_ONE = {0: "it is a text without a question, or its braces are not closed", 1: "its braces do not match"}


class _Reader:
    """Texts in the format that a question names."""

    def __init__(self, form: str, note: kinds.Note) -> None:
        self.form, self.note = form, note

    def strip_format(self, text: str) -> str:
        if match := _FORMAT.match(text):
            self.form = match[1].lower()
            return text[match.end():]
        return text

    def phrase(self, text: str) -> Phrase:
        inner = _Reader(self.form, self.note)
        text = _shown(inner.strip_format(text)).strip()
        if inner.form == "plain":
            return Phrase.of(text)
        if inner.form == "markdown":
            return from_markdown(text, self.note)
        if inner.form == "moodle":
            text = text.replace("\n", "<br>")
        return from_html(text, self.note, lambda _src: _NO_PICTURE)


def _kind(answers: str) -> str:
    body = answers.partition("####")[0].strip()
    if not body:
        return "essay"
    if body.startswith("#"):
        return "numerical"
    if _TRUTH.match(body):
        return "truefalse"
    if "->" in body and "~" not in body:
        return "matching"
    return "multichoice" if "~" in body else "shortanswer"


def _item(kind: str, rest: str, group: re.Match[str], reader: _Reader) -> dict:
    before, after = rest[: group.start()].rstrip(), rest[group.end():].strip()
    space = "" if after[:1] in CLOSING else " "
    stem = reader.phrase(f"{before} {kinds.GAP}{space}{after}" if after else before)
    body, _, general = group[1].partition("####")
    item = _KINDS[kind](stem, body.strip(), reader)
    if general.strip():
        said = reader.phrase(general)
        item["rationale"] = said.joined(item["rationale"]) if item.get("rationale") else said
    return item


def _answers(body: str) -> list[_Answer]:
    found = []
    for sign, text in re.findall(r"([~=])([^~=]*)", body, re.DOTALL):
        text, weight = text.strip(), None
        if match := _WEIGHT.match(text):
            weight, text = _percent(match[1]), text[match.end():]
        text, _, feedback = text.partition("#")
        found.append(_Answer(sign == "=", weight, text.strip(), feedback.strip()))
    return found


def _percent(text: str) -> float:
    value = float(kinds.number(text))
    if abs(value) > kinds.FULL:
        raise CannotCarry(f"a weight of {text} % is beyond 100")
    return value


def _choice(stem: Phrase, body: str, reader: _Reader) -> dict:
    answers = _answers(body)
    several = not any(one.right for one in answers) and any((one.weight or 0) > 0 for one in answers)
    options = [
        Choice(reader.phrase(one.text), one.weight if one.weight is not None else kinds.FULL if one.right else 0.0, reader.phrase(one.feedback))
        for one in answers
    ]
    return kinds.choice(stem, options, several=several, shuffle=True, note=reader.note)


def _short(stem: Phrase, body: str, reader: _Reader) -> dict:
    answers = _answers(body if body.startswith("=") else f"={body}")
    accepted = [
        Choice(reader.phrase(one.text), kinds.FULL if one.weight is None else one.weight, reader.phrase(one.feedback)) for one in answers
    ]
    return kinds.text_entry(stem, accepted, note=reader.note)


def _truth(stem: Phrase, body: str, reader: _Reader) -> dict:
    match = _TRUTH.match(body)
    right = match[1].upper().startswith("T")
    wrong_said, _, right_said = match[2].removeprefix("#").partition("#")
    reader.note(kinds.TWO_TIERS)
    said = {right: reader.phrase(right_said), not right: reader.phrase(wrong_said)}
    return kinds.true_false(stem, right, feedback_true=said[True], feedback_false=said[False])


def _matching(stem: Phrase, body: str, reader: _Reader) -> dict:
    pairs, spare = [], []
    for one in _answers(body):
        left, arrow, right = one.text.partition("->")
        if not arrow:
            raise CannotCarry("a pair has no arrow '->'")
        if one.feedback or one.weight is not None:
            reader.note("feedback and weights of pairs are not carried")
        (pairs.append((reader.phrase(left), reader.phrase(right))) if left.strip() else spare.append(reader.phrase(right)))
    return kinds.matching(stem, pairs, spare)


def _numeric(stem: Phrase, body: str, reader: _Reader) -> dict:
    body = body.removeprefix("#").strip()
    answers = _answers(body) if body.startswith(("=", "~")) else [_Answer(True, None, *map(str.strip, body.partition("#")[::2]))]
    amounts = []
    for one in answers:
        worth = one.weight if one.weight is not None else kinds.FULL if one.right else 0.0
        if not one.right and not one.text:
            reader.note("feedback on all other numbers is not carried")
            continue
        amounts.append(Amount(*_range(one.text), worth, reader.phrase(one.feedback)))
    return kinds.numeric(stem, amounts, unit=Phrase(), note=reader.note)


def _range(text: str) -> tuple:
    """Middle and tolerance of `low..high`, or of `value:tolerance`."""
    low, dots, high = text.partition("..")
    if dots:
        ends = kinds.number(low), kinds.number(high)
        return sum(ends) / 2, abs(ends[1] - ends[0]) / 2
    value, _, tolerance = text.partition(":")
    return kinds.number(value), abs(kinds.number(tolerance)) if tolerance.strip() else kinds.number("0")


_KINDS = {
    "essay": lambda stem, body, reader: kinds.essay(stem),
    "numerical": _numeric,
    "truefalse": _truth,
    "matching": _matching,
    "multichoice": _choice,
    "shortanswer": _short,
}
