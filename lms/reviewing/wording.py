"""Reviews in words (pure but for translation)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.authoring import problem_words
from lms.authoring.checking_queries import Finding
from lms.authoring.citation_queries import Outdated
from lms.authoring.problem_words import place
from lms.reviewing.enums import Capacity, Change, ReviewState, ReviewStepKind, Verdict, Weight
from lms.reviewing.flow import Hindrance
from lms.reviewing.hotfix import Breach

STATES = {
    ReviewState.WAITING: _l("waits for reviewers"),
    ReviewState.READING: _l("in review"),
    ReviewState.SENT_BACK: _l("with its authors"),
    ReviewState.ACCEPTED: _l("accepted, to be released"),
    ReviewState.RELEASED: _l("released"),
    ReviewState.WITHDRAWN: _l("withdrawn"),
}
CAPACITIES = {Capacity.SUBJECT_EXPERT: _l("subject expert"), Capacity.PRACTITIONER: _l("practitioner")}
CAPACITY_HINTS = {
    Capacity.SUBJECT_EXPERT: _l("Knows the subject: is it right, and is it complete?"),
    Capacity.PRACTITIONER: _l("Knows the work at a county desk: can it be used, and is it understood? Of another organisation than the authors."),
}
VERDICTS = {Verdict.ACCEPT: _l("accepted as it is"), Verdict.SEND_BACK: _l("sent back")}
WEIGHTS = {Weight.MUST: _l("must be mended"), Weight.SUGGESTION: _l("suggestion"), Weight.QUESTION: _l("question to the authors")}
CHANGES = {
    Change.PATCH: _l("correction (last number)"),
    Change.MINOR: _l("additions (middle number)"),
    Change.MAJOR: _l("rewritten (first number)"),
}
HINDRANCES = {
    Hindrance.AUTHOR: _l("wrote this draft"),
    Hindrance.EARLIER_AUTHOR: _l("wrote the version it is based on"),
    Hindrance.NAMED_AUTHOR: _l("is named among its authors"),
    Hindrance.SAME_PARTNER: _l("belongs to the authors’ organisation"),
    Hindrance.NAMED: _l("is named in this review already"),
    Hindrance.CONFLICT: _l("declared a conflict of interest"),
}
STEPS = {
    ReviewStepKind.SUBMITTED: _l("Submitted for review"),
    ReviewStepKind.NAMED: _l("Reviewer named"),
    ReviewStepKind.DECLARED: _l("Declared: no conflict of interest"),
    ReviewStepKind.HANDED_BACK: _l("Review handed back"),
    ReviewStepKind.REPLACED: _l("Task of a reviewer ended"),
    ReviewStepKind.ACCEPTED: _l("Verdict: accepted"),
    ReviewStepKind.SENT_BACK: _l("Verdict: sent back"),
    ReviewStepKind.RETURNED: _l("Returned to its authors"),
    ReviewStepKind.RECALLED: _l("Taken back to go on writing"),
    ReviewStepKind.RELEASED: _l("Released"),
    ReviewStepKind.CONFIRMED: _l("Second review: agreed"),
    ReviewStepKind.OBJECTED: _l("Second review: objected"),
    ReviewStepKind.WITHDRAWN: _l("Withdrawn"),
    ReviewStepKind.REMINDED: _l("Whoever is due was reminded"),
}
ORDERS = [("due", _l("due first")), ("newest", _l("newest first")), ("course", _l("by course"))]
FILE_STATES = {"new": _l("new"), "removed": _l("removed"), "changed": _l("changed"), "same": _l("unchanged")}

FIELDS = {
    "id": _l("code"),
    "version": _l("version"),
    "type": _l("kind"),
    "competency": _l("competency"),
    "level": _l("level"),
    "cognitive": _l("kind of thinking"),
    "difficulty": _l("difficulty"),
    "lesson": _l("lesson"),
    "use": _l("use"),
    "stem": _l("stem"),
    "options": _l("options"),
    "answer": _l("key"),
    "rationale": _l("rationale"),
    "facts": _l("facts"),
    "review_by": _l("to be looked at by"),
    "misconception": _l("misconception"),
    "misconceptions": _l("misconceptions"),
    "why": _l("what is wrong with it"),
    "items": _l("parts"),
    "blueprint": _l("blueprint"),
    "feedback": _l("feedback"),
    "zh": _l("Chinese"),
    "en": _l("English"),
}


def field(place: tuple[str, ...]) -> str:
    """A field of an item by its place: “options · a · Chinese”."""
    return " · ".join(str(FIELDS.get(part, part)) for part in place)


def file_name(path: str, titles: Mapping[str, str] | None = None) -> str:
    """What a file of a package is; a lesson by its title where ``titles`` has one for its path."""
    if path == "course.yaml":
        return _("Head of the course")
    if path == "bank.yaml":
        return _("Questions with their keys")
    if path.startswith("assets/"):
        return _("Picture %(name)s", name=path.removeprefix("assets/"))
    stem, _dot, language = path.removeprefix("lessons/").removesuffix(".md").rpartition(".")
    if titles and titles.get(path):
        return _("%(title)s (%(language)s)", title=titles[path], language=FIELDS.get(language, language))
    return _("Lesson %(name)s, Chinese", name=stem) if language == "zh" else _("Lesson %(name)s, English", name=stem)


def cited_at(one: Outdated, titles: Mapping[str, str]) -> str:
    """Where a fact is cited: the question, or the lesson by its title."""
    return _("Question %(code)s", code=one.citation.item) if one.citation.item else file_name(one.citation.path, titles)


def finding(one: Finding, titles: Mapping[str, str]) -> str:
    """What a check found, with its place and its cure, as one text."""
    return " · ".join(filter(None, [file_name(one.path, titles), place(one), problem_words.in_one(one.what, one.cure)]))


def breach(one: Breach, titles: Mapping[str, str]) -> str:
    """Why a change is no hot fix."""
    values = {"path": file_name(one.path, titles) if one.path else "", "found": one.found, "allowed": one.allowed}
    return {
        "nothing": _("Nothing has been changed."),
        "files": _("%(path)s: a hot fix neither adds nor removes files.", **values),
        "pictures": _("%(path)s: a hot fix changes no pictures.", **values),
        "head": _("A hot fix changes nothing in the head of the course.", **values),
        "front": _("%(path)s: a hot fix changes neither hours nor levels of a lesson.", **values),
        "blueprint": _("%(path)s: a hot fix changes neither the blueprint nor which questions there are.", **values),
        "many_files": _("%(found)d files were changed; a hot fix changes at most %(allowed)d.", **values),
        "many_characters": _("%(found)d characters were changed; a hot fix changes at most %(allowed)d.", **values),
    }[one.rule]
