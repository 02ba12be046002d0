"""Words of the import pages."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.assessments.enums import Kind
from lms.assessments.kind_words import KINDS as KIND_NAMES
from lms.authoring import problem_words
from lms.core.errors import LmsError
from lms.interop import sentences
from lms.interop.enums import Fate, ImportState
from lms.interop.recognition import Why

FORMATS = {
    "gift": _l("Moodle GIFT"),
    "moodle": _l("Moodle XML"),
    "aiken": _l("Aiken"),
    "qti": _l("QTI 2 or 3"),
    "table": _l("our table (CSV or XLSX)"),
    "package": _l("course package"),
}
WHYS = {
    Why.CHOSEN: _l("You chose the format."),
    Why.QUIZ: _l("Recognised by its first element <quiz>."),
    Why.MANIFEST: _l("Recognised as a package: a ZIP file with imsmanifest.xml."),
    Why.ITEM: _l("Recognised as a single item in XML."),
    Why.WORKBOOK: _l("Recognised as a workbook with the headings of our template."),
    Why.TABLE: _l("Recognised by its ending and the headings of our template."),
    Why.ANSWER_LINES: _l("Recognised by its lines “ANSWER: …”."),
    Why.BRACES: _l("Recognised by its answers in braces."),
}
STATES = {ImportState.READY: _l("waiting for your choice"), ImportState.DONE: _l("taken into the draft"), ImportState.WITHDRAWN: _l("let be")}
FATES = {Fate.CARRIED: _l("carried whole"), Fate.LOSS: _l("carried with a loss"), Fate.LEFT: _l("not carried")}


KINDS = {
    "multichoice": _l("choice question"), "choice": _l("choice question"), "truefalse": _l("true or false"), "shortanswer": _l("short answer"),
    "numerical": _l("number"), "calculated": _l("number"), "calculatedsimple": _l("number"), "calculatedmulti": _l("choice question"),
    "matching": _l("matching"), "match": _l("matching"), "order": _l("ordering"), "ordering": _l("ordering"), "essay": _l("free text"),
    "multiple choice": _l("choice question"), "single": KIND_NAMES[Kind.SINGLE], "multiple": KIND_NAMES[Kind.MULTIPLE], "numeric": KIND_NAMES[Kind.NUMERIC],
    "short": KIND_NAMES[Kind.SHORT], "description": _l("text without a question"),
    "several gaps": _l("text with gaps"), "cloze": _l("text with gaps"), "gapselect": _l("text with gaps"),
}  # fmt: skip
_IN_BROWSER = {
    "%(file)s: the format can't be recognised. Name it with --format: %(formats)s":
        _l("%(file)s: the format can't be recognised. Choose format and language yourself below."),
    "%(file)s: the ZIP file is damaged or no ZIP file (%(detail)s)": _l("%(file)s: the ZIP file is damaged or no ZIP file."),
}  # fmt: skip
_FILE_FIRST = re.compile(r"[^\s:]+\.\w+[:：]")


def kind(name: str) -> str:
    """What another system calls a question's kind, in words; a name that nobody knows stays as it is."""
    return str(KINDS.get(name, name))


def said(sentence: str) -> str:
    """What a reader says, in the page's language; a sentence that nobody knows stays as it is."""
    known = sentences.found(sentence)
    if known is None:
        return _capital(problem_words.said(sentence))
    template, gaps = known
    if template in _IN_BROWSER:
        return str(_IN_BROWSER[template]) % gaps
    return _capital(_(template, **{name: said(value) if name == "reason" else problem_words.in_marks(value) for name, value in gaps.items()}))


def refused(error: LmsError) -> str:
    """Why a file is not taken, as one or two sentences."""
    text = said(str(error))
    return text if text.endswith((".", "。")) else text + _(".")


def _capital(text: str) -> str:
    return text if _FILE_FIRST.match(text) else text[:1].upper() + text[1:]


def fate(row: dict[str, object]) -> Fate:
    """What becomes of a question."""
    if row["id"] is None:
        return Fate.LEFT
    return Fate.LOSS if row["notes"] else Fate.CARRIED
