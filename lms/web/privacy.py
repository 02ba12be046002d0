"""What the platform holds about a person: the one table from which the privacy notice is printed."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of data: what it is, what for, who sees it, and how long it is needed."""

    data: LazyString
    purpose: LazyString
    seen_by: LazyString
    kept: LazyString


HOLDINGS = (
    Holding(
        _l("Staff record: name, staff number, unit, post, grade, month of birth, telephone, dates of joining and retirement"),
        _l("To know which targets apply and who trains whom"),
        _l("You, and the HR office of your unit or a unit above it"),
        _l("While you are in service and three years after"),
    ),
    Holding(
        _l("Account: how you sign in, a one-way hash of your password, when and from what kind of device you signed in"),
        _l("To make sure that answers are yours"),
        _l("You; the administrator sees that an account exists and its roles, never the password"),
        _l("The account as long as the staff record; a session until it ends; failed tries to sign in for a day"),
    ),
    Holding(
        _l("Learning: courses begun, lessons and checks done. No reading time, no clicks, no location"),
        _l("To show you where you were, and to credit class hours on evidence"),
        _l("You, and the HR office of your unit or a unit above it"),
        _l("While you are in service and three years after"),
    ),
    Holding(
        _l("Answers in quizzes that count, with time and question version"),
        _l("Evidence of skills; needed whole so that a wrong key can be corrected and an appeal decided"),
        _l("You; the HR office may open it, and each opening is logged and shown to you. Course authors see statistics of questions without names"),
        _l("Counted for 36 months; kept while you are in service and three years after"),
    ),
    Holding(
        _l("Estimates of skills, drawn from those answers by a published rule"),
        _l("To compare with the targets of your post and to plan training"),
        _l("You, and the HR office of your unit or a unit above it. Unit heads and everyone else see groups of at least five people only"),
        _l("As long as the answers from which they are drawn"),
    ),
    Holding(
        _l("Whether both strands are met, worked out each night from these estimates; whether a transfer of yours was an option of a decision"),
        _l("To plan training and succession. Never to order people by ability, and never the sole ground for a decision about you"),
        _l("You see your own standing and what is missing; the HR office of your unit or a unit above it sees it, and each look is logged"),
        _l("A standing until the next night; decisions while you are in service and three years after"),
    ),
    Holding(
        _l("Certificates that you asked for: name, what was finished or proven, dates; how and why one ended"),
        _l("So that whoever you show one to can confirm it"),
        _l("You, and the HR office of your unit or a unit above it; whoever has its address sees what it says, the name with stars unless you show it"),
        _l("While you are in service and three years after. Tries to open a certificate that does not exist: a day, as a hash of the network address"),
    ),
    Holding(
        _l("Comments that you made on lessons and questions, and what was answered"),
        _l("To put courses and questions right, and to answer you"),
        _l(
            "You. Whoever answers for the course reads what you wrote, not your name or unit; the HR office sees neither. "
            "An answer is shown to others only if you agree"
        ),
        _l("While you are in service and three years after"),
    ),
    Holding(
        _l("Notices to you; accommodations in quizzes (time, type, language) with the reason for them, never anything about health"),
        _l("To tell you what changed in your record, and to make quizzes fair to you"),
        _l("You see all of them; the HR office of your unit or a unit above it sees accommodations. Markers and unit heads see neither"),
        _l("While you are in service and three years after"),
    ),
    Holding(
        _l("Audit log: who opened or changed what about whom, and when"),
        _l("So that every use of your data can be traced, by you too"),
        _l("You see the entries about you; the auditor sees all"),
        _l("At least three years; entries cannot be edited or removed"),
    ),
)
