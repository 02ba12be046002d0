"""Figures of questions in words: what a flag means and what to do about it, groups, kinds."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.assessments import kind_words
from lms.assessments.enums import Kind
from lms.people.enums import CONNECTION_NAMES, Connection
from lms.psychometrics.classical import Flag

FLAGS = {
    Flag.KEY: _l("The key is probably wrong"),
    Flag.ABLE: _l("A wrong option draws able people"),
    Flag.LANGUAGES: _l("The two languages differ"),
    Flag.OPTIONS: _l("Wrong options draw differently in the two languages"),
    Flag.DIF: _l("Harder for one group at equal ability"),
    Flag.DRIFT: _l("No longer what it was calibrated to be"),
    Flag.WEAK: _l("Tells able and less able people hardly apart"),
    Flag.HARD: _l("Very hard"),
    Flag.EASY: _l("Very easy"),
    Flag.IDLE: _l("A wrong option that nobody chooses"),
    Flag.UNCALIBRATED: _l("Uncalibrated"),
}
"""In the order in which they matter."""

WHAT_TO_DO = {
    Flag.KEY: _l("A wrong option goes with ability more than the key does. Work the question through yourself; if the key is wrong, have it corrected."),
    Flag.ABLE: _l("Those who choose it are more able than those who choose the key. Ask what they may have thought of; reword the option or the stem."),
    Flag.LANGUAGES: _l("They differ by more than half a logit at equal ability. Let a second person read only the other language, answer, and compare."),
    Flag.OPTIONS: _l("Of those who answer wrong, other options draw in Chinese than in English. Compare the marked option word by word in both languages."),
    Flag.DIF: _l("Look in the table of groups for which one. Ask whether the situation or a word is strange to them; if so, change it."),
    Flag.DRIFT: _l("Answers of late differ from what its parameters foretell. Has the law changed, the lesson become better, or the key become known?"),
    Flag.WEAK: _l("Look for a second defensible option, a stem that can be read in two ways, or knowledge that the competency is not about."),
    Flag.HARD: _l("Fewer than one in five answer it right. Is it taught, and is its level right?"),
    Flag.EASY: _l("More than nineteen in twenty answer it right, so it tells little. Make the wrong options more believable, or lower its level."),
    Flag.IDLE: _l("Replace it by something that officials really believe."),
    Flag.UNCALIBRATED: _l("Fewer than 30 answers: what the author expected still weighs most. Nothing needs to be done."),
}

KINDS, COGNITIVE = kind_words.KINDS, kind_words.COGNITIVE
DIFFICULTY = {"E": _l("easy"), "M": _l("medium"), "H": _l("hard")}

GROUPINGS = {"language": _l("Language"), "tier": _l("Tier"), "connection": _l("Connection")}
TIERS = {"county": _l("county"), "township": _l("township"), "village": _l("village")}
LANGUAGES = {"zh-Hans": "中文", "en": "English"}


def kind(code: str) -> str:
    """A kind in words; a question of another platform is known by its numbers only."""
    return str(KINDS[Kind(code)]) if code in set(Kind) else _("from elsewhere, known by its numbers only")


def cognitive(code: str) -> str:
    """What a question asks of its reader's thinking."""
    return str(COGNITIVE.get(code, code))


def difficulty(code: str) -> str:
    """The class of difficulty of a cell."""
    return str(DIFFICULTY.get(code, code))


def group(grouping: str, name: str) -> str:
    """A group in words."""
    if grouping == "language":
        return LANGUAGES.get(name, name)
    if grouping == "connection":
        return str(CONNECTION_NAMES[Connection(name)]) if name in set(Connection) else name
    return str(TIERS.get(name, name))


def flags(stored: str) -> list[Flag]:
    """Flags of a stored row in the order in which they matter."""
    held = set(stored.split())
    return [flag for flag in FLAGS if flag in held]


def size(letter: str) -> str:
    """The class of a difference in words."""
    return {"A": _("A, negligible"), "B": _("B, moderate"), "C": _("C, large")}[letter]


def finding(found: bool, delta: float | None, reference: str, focal: str) -> str:
    """What a comparison says."""
    if not found:
        return _("no difference that could not be chance")
    return _("harder for: %(group)s", group=focal if (delta or 0) < 0 else reference)
