"""What reviews tell reviewers, authors, administrators, HR and learners, in words."""

from __future__ import annotations

from datetime import date

from flask import url_for
from flask_babel import gettext as _

from lms.core.i18n import Bilingual, pick
from lms.people.notice_words import Facts, Words, Writer
from lms.reviewing import wording
from lms.reviewing.enums import Capacity
from lms.web.filters import day


def _page(facts: Facts) -> str:
    return url_for("reviewing.review", ref=facts["ref"])


def _course(facts: Facts) -> str:
    return url_for("courses.course", slug=facts["slug"])


def _title(facts: Facts) -> str:
    return _("“%(title)s” (%(code)s)", title=pick(Bilingual(facts["zh"], facts["en"])), code=facts["code"])


def _due(facts: Facts) -> str:
    return day(date.fromisoformat(facts["due"]))


def _submitted(facts: Facts) -> Words:
    text = _("%(title)s waits for two reviewers by %(day)s.", title=_title(facts), day=_due(facts))
    if facts["hot_fix"]:
        text = _("%(title)s: a hot fix waits for one subject expert by %(day)s.", title=_title(facts), day=_due(facts))
    return Words(_("A course was submitted for review"), text, _page(facts), _("Name the reviewers"))


def _named(facts: Facts) -> Words:
    known = {"title": _title(facts), "capacity": wording.CAPACITIES[Capacity(facts["capacity"])], "day": _due(facts)}
    text = _("%(title)s, as %(capacity)s, by %(day)s. Declare first whether you have a conflict of interest.", **known)
    return Words(_("You were named to review a course"), text, _page(facts), _("Open the review"))


def _round(facts: Facts) -> Words:
    text = _("%(title)s: round %(n)d, by %(day)s. It shows what changed since the round before.", title=_title(facts), n=facts["round"], day=_due(facts))
    return Words(_("A course came back to you for review"), text, _page(facts), _("Open the review"))


def _handed_back(facts: Facts) -> Words:
    text = _("%(title)s: %(name)s no longer reviews it. Name somebody else.", title=_title(facts), name=facts["name"])
    return Words(_("A review was handed back"), text, _page(facts), _("Name somebody else"))


def _sent_back(facts: Facts) -> Words:
    text = _("%(title)s: read the verdicts and comments, mend the draft and submit it again by %(day)s.", title=_title(facts), day=_due(facts))
    return Words(_("Your course came back from review"), text, _page(facts), _("Read the verdicts"))


def _accepted(facts: Facts) -> Words:
    text = _("%(title)s can be released by %(day)s.", title=_title(facts), day=_due(facts))
    return Words(_("A course was accepted by its reviewers"), text, _page(facts), _("To the release"))


def _recalled(facts: Facts) -> Words:
    text = _("%(title)s: its authors go on writing. You need not read on; it comes back as a new round.", title=_title(facts))
    return Words(_("A course was taken back from review"), text, _page(facts), _("Open the review"))


def _withdrawn(facts: Facts) -> Words:
    return Words(_("A review ended without release"), _("%(title)s: you need not read on.", title=_title(facts)), "", "")


def _released(facts: Facts) -> Words:
    text = _("%(title)s is live in version %(version)s.", title=_title(facts), version=facts["version"])
    return Words(_("A course that you wrote or reviewed was released"), text, _page(facts), _("Open the review"))


def _for_hr(facts: Facts) -> Words:
    text = _("%(title)s is live in version %(version)s. Who began an earlier version finishes that one.", title=_title(facts), version=facts["version"])
    return Words(_("A course was released"), text, _course(facts), _("Open the course"))


def _second_due(facts: Facts) -> Words:
    text = _("%(title)s: name a practitioner who reviews the hot fix by %(day)s.", title=_title(facts), day=_due(facts))
    return Words(_("A released hot fix needs its second review"), text, _page(facts), _("Name the reviewer"))


def _second(facts: Facts) -> Words:
    if facts["agreed"]:
        return Words(_("The second review agrees with a hot fix"), _title(facts), _page(facts), _("Open the review"))
    text = _("%(title)s: read the reasons and begin a new version if they are right.", title=_title(facts))
    return Words(_("The second review objects to a hot fix"), text, _page(facts), _("Read the reasons"))


def _answered(facts: Facts) -> Words:
    titles = {facts["path"]: pick(facts.get("titles"))}
    text = _("%(title)s, %(file)s.", title=_title(facts), file=wording.file_name(facts["path"], titles))
    url = url_for("review_texts.file", ref=facts["ref"], path=facts["path"])
    return Words(_("A comment of yours in a review was answered"), text, url, _("Read the answer"))


def _corrected(facts: Facts) -> Words:
    known = {"title": _title(facts), "words": pick(Bilingual(facts["change_zh"], facts["change_en"])), "version": facts["version"]}
    text = _("%(title)s, version %(version)s: %(words)s", **known)
    return Words(_("An error in a course that you read was corrected"), text, _course(facts), _("Open the course"))


def _retired(facts: Facts) -> Words:
    text = _("%(title)s: nobody new begins it; who began it may finish. Reason: %(reason)s", title=_title(facts), reason=facts["reason"])
    return Words(_("A course was retired"), text, _course(facts), _("Open the course"))


def _reinstated(facts: Facts) -> Words:
    text = _("%(title)s. Reason: %(reason)s", title=_title(facts), reason=facts["reason"])
    return Words(_("A retired course is offered again"), text, _course(facts), _("Open the course"))


def _due_soon(facts: Facts) -> Words:
    return Words(_("A review is due soon"), _("%(title)s, by %(day)s.", title=_title(facts), day=_due(facts)), _page(facts), _("Open the review"))


def _overdue(facts: Facts) -> Words:
    return Words(_("A review is overdue"), _("%(title)s: it was due on %(day)s.", title=_title(facts), day=_due(facts)), _page(facts), _("Open the review"))


WRITERS: dict[str, Writer] = {
    "review_submitted": _submitted,
    "reviewer_named": _named,
    "review_round": _round,
    "review_handed_back": _handed_back,
    "review_sent_back": _sent_back,
    "review_accepted": _accepted,
    "review_recalled": _recalled,
    "review_withdrawn": _withdrawn,
    "review_released": _released,
    "course_released": _for_hr,
    "second_review_due": _second_due,
    "second_review": _second,
    "review_answered": _answered,
    "course_corrected": _corrected,
    "course_retired": _retired,
    "course_reinstated": _reinstated,
    "review_due": _due_soon,
    "review_overdue": _overdue,
}
