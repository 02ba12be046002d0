"""What the pages of questions say of kinds, labels and gaps."""

from __future__ import annotations

from collections.abc import Sequence

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from lms.assessments import kind_words

KINDS = {
    "single": _l("Choice of one"),
    "multiple": _l("Choice of several"),
    "truefalse": _l("True or false with its reason"),
    "numeric": _l("A number"),
    "ordering": _l("Steps to put in order"),
    "matching": _l("Pairs to match"),
    "short": _l("A short answer, read by a person"),
    "scenario": _l("A case with two to four parts"),
}
COGNITIVE = kind_words.COGNITIVE
SHORT_KINDS = {
    "single": _l("one of several"), "multiple": _l("several of several"), "truefalse": _l("true or false"), "numeric": _l("number"),
    "ordering": _l("order"), "matching": _l("pairs"), "short": _l("short answer"), "scenario": _l("case"),
}  # fmt: skip
DIFFICULTY = {"E": _l("easy"), "M": _l("medium"), "H": _l("hard")}
GAPS = {
    "competency": _l("competency"), "level": _l("level"), "cognitive": _l("kind of thinking"), "difficulty": _l("difficulty"), "lesson": _l("lesson"),
    "rationale": _l("rationale"), "key": _l("right answer"), "zh": _l("Chinese texts"), "en": _l("English texts"),
}  # fmt: skip
MISSING = {"gaps": _l("something to fill in"), "errors": _l("errors"), "none": _l("nothing")} | GAPS
ORDERS = {
    "file": _l("place in the file"), "code": _l("code"), "faults": _l("most errors"), "competency": _l("competency"), "level": _l("level"),
}  # fmt: skip
USES = {"live": _l("counts in quizzes"), "practice": _l("for practice only")}
WRITE_FIRST = {
    "single": _l("One best answer; each wrong option stands for a belief that officials really hold."),
    "multiple": _l("At least two right and two wrong options; the question says to choose all."),
    "truefalse": _l("A widespread claim; the options join the judgement with its reason, so that guessing does not help."),
    "numeric": _l("Time limits, rates, counts. Give the unit and the rounding in the question."),
    "ordering": _l("A procedure with one right order. Write the steps in that order; each reader gets them mixed."),
    "matching": _l("Bodies and roles, clauses and cases. The right column has at least one entry to spare."),
    "short": _l("Reasons, indicators, rewritten sentences. People mark it by the lines of the rubric."),
    "scenario": _l("One situation and two to four questions on it: needed where a course leads to level 3."),
}


def lacking(names: Sequence[str]) -> str:
    """What an item still lacks, as one phrase."""
    return format_list([str(GAPS[name]) for name in names], locale=get_locale())
