"""Words of the import pages."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

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


def said(sentence: str) -> str:
    """What a reader says, in the page's language; a sentence that nobody knows stays as it is."""
    known = sentences.found(sentence)
    if known is None:
        return _capital(problem_words.said(sentence))
    template, gaps = known
    return _capital(_(template, **{name: said(value) if name == "reason" else value for name, value in gaps.items()}))


def refused(error: LmsError) -> str:
    """Why a file is not taken, as one or two sentences."""
    text = said(str(error))
    return text if text.endswith((".", "。")) else text + _(".")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def fate(row: dict[str, object]) -> Fate:
    """What becomes of a question."""
    if row["id"] is None:
        return Fate.LEFT
    return Fate.LOSS if row["notes"] else Fate.CARRIED
