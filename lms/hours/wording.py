"""Class hours in words: outcomes, states, faults, and the rows that pages show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.i18n import pick
from lms.hours.attendance_table import HEADINGS, Column, Fault, FaultKind
from lms.hours.enums import CountsAs, Kind, Level, Outcome, State
from lms.hours.ledger import Account, Asked, Line, YearCount, hours_text
from lms.hours.package import HALVES
from lms.hours.rulebook import Provision

KIND_NAMES = {
    Kind.ORGANISED: _l("Organised training"),
    Kind.SELF_STUDY: _l("Online self-study"),
    Kind.WORK_SAMPLE: _l("Work sample"),
    Kind.CERTIFICATE: _l("Certificate from elsewhere"),
}
ACCOUNT_NAMES = {CountsAs.ORGANISED: _l("Organised training"), CountsAs.SELF_STUDY: _l("Online self-study")}
LEVEL_NAMES = {Level.NATIONAL: _l("national rule"), Level.PROVINCIAL: _l("provincial rule"), Level.UNIT: _l("the unit's own rule")}
STATE_NAMES = {State.FULFILLED: _l("Fulfilled"), State.ON_WAY: _l("On the way"), State.BEHIND: _l("Behind")}
SHAPES = {State.FULFILLED: "met", State.ON_WAY: "unclear", State.BEHIND: "not_yet"}
"""The shapes of the four states of a competency serve here as well: full, half, outline."""


def state_name(state: State, year: int, today: date) -> str:
    """The state in words; once the year is over, what is not fulfilled stays so."""
    return _("Not fulfilled") if state is not State.FULFILLED and year < today.year else str(STATE_NAMES[state])


def outcome(line: Line) -> str:
    """Why a piece of evidence counts or not."""
    match line.outcome:
        case Outcome.COUNTED:
            return _("Counts.")
        case Outcome.REPEATED:
            return _("The same once more in this year: it counts once.")
        case Outcome.OVER_CAP:
            return _("The rule counts no more of this kind in a year.")
        case Outcome.NOT_NAMED:
            return _("No rule counts this kind of evidence. It stays in your record.")
        case Outcome.TAKEN_BACK:
            return _("Taken back; it does not count.")
        case Outcome.NO_RULE:
            return _("No rule was in force on the first day of this year.")


def days_text(half_days: int) -> str:
    """Days as people write them: 5 half days are 2.5."""
    return f"{half_days // HALVES}.5" if half_days % HALVES else str(half_days // HALVES)


def words_of(provision: Provision | None) -> dict[str, str] | None:
    """A rule's words with who set it."""
    return None if provision is None else {"text": pick(provision.text), "name": rule_name(provision.name), "level": str(LEVEL_NAMES[provision.level])}


def rule_name(name: str) -> str:
    """A version of a rule as people read it: ``CN-TRAINING@1`` is CN-TRAINING, version 1."""
    rule, _at, version = name.partition("@")
    return _("%(item)s, version %(version)d", item=rule, version=int(version))


def line_row(line: Line) -> dict[str, Any]:
    """One line of the ledger as the page shows it."""
    credit = line.credit
    return {
        "on": credit.on,
        "title": pick(credit.title),
        "kind": str(KIND_NAMES[credit.kind]),
        "self_study": credit.kind is Kind.SELF_STUDY,
        "ref": credit.ref,
        "key": credit.key,
        "offered": hours_text(line.offered) if line.offered else "",
        "counted": hours_text(line.quarters),
        "days": days_text(line.half_days) if line.half_days else "",
        "account": str(ACCOUNT_NAMES[line.account]) if line.account else "",
        "outcome": outcome(line),
        "rule": words_of(line.provision),
    }


def asked_row(one: Asked, today: date) -> dict[str, Any]:
    """One requirement as the page shows it."""
    state = one.state(today)
    return {
        "account": str(ACCOUNT_NAMES[one.need.account]),
        "period": str(one.first_year) if one.first_year == one.last_year else f"{one.first_year}–{one.last_year}",
        "required": hours_text(one.required),
        "or_days": days_text(one.required_half_days) if one.required_half_days else "",
        "counted": hours_text(one.counted),
        "days": days_text(one.half_days) if one.required_half_days else "",
        "missing": missing_text(one),
        "surplus": hours_text(one.surplus) if one.surplus else "",
        "deadline": one.deadline,
        "done": one.progress // 10,
        "state": state,
        "shape": SHAPES[state],
        "state_name": state_name(state, one.last_year, today),
        "rule": words_of(one.need.provision),
        "cut": words_of(one.cut),
    }


def missing_text(one: Asked) -> str:
    """What is missing, in hours or in days; empty once it is fulfilled."""
    if one.met:
        return ""
    hours = hours_text(one.missing)
    if one.missing_half_days is None:
        return _("%(hours)s class hours", hours=hours)
    return _("%(hours)s class hours or %(days)s days", hours=hours, days=days_text(one.missing_half_days))


def sums(count: YearCount) -> list[dict[str, str]]:
    """The year's two accounts, apart."""
    own = count.quarters.get(CountsAs.ORGANISED, 0)
    note = _("with %(hours)s moved from self-study", hours=hours_text(count.moved)) if count.moved else ""
    return [
        {"value": hours_text(own + count.moved), "label": str(ACCOUNT_NAMES[CountsAs.ORGANISED]), "note": note},
        {"value": hours_text(count.quarters.get(CountsAs.SELF_STUDY, 0)), "label": str(ACCOUNT_NAMES[CountsAs.SELF_STUDY]), "note": ""},
    ]


def account_page(account: Account, today: date) -> dict[str, Any]:
    """A year's ledger as the page shows it."""
    state = account.state(today)
    return {
        "year": account.year,
        "group": pick(account.group_name) if account.group_name else "",
        "asked": [asked_row(one, today) for one in account.asked],
        "lines": [line_row(line) for line in account.count.lines],
        "sums": sums(account.count),
        "moved": words_of(account.count.moved_by),
        "rules": [rule_name(name) for name in account.rules],
        "state": state,
        "shape": SHAPES[state],
        "state_name": state_name(state, account.year, today),
    }


_REASONS = {
    FaultKind.EMPTY_FILE: (_l("The file holds no row below its headings."), _l("Write one row for each person.")),
    FaultKind.TOO_MANY: (_l("The file has too many rows."), _l("Cut it into files of at most %(note)s rows.")),
    FaultKind.NO_COLUMN: (_l("A column is missing."), _l("Add a column with the heading %(note)s.")),
    FaultKind.EMPTY: (_l("The cell is empty."), _l("Fill it in.")),
    FaultKind.TOO_LONG: (_l("The text is too long."), _l("Use at most %(note)s characters.")),
    FaultKind.NOT_A_DATE: (_l("This is no date."), _l("Write it as 2026-03-31.")),
    FaultKind.IN_FUTURE: (_l("The day lies in the future."), _l("Enter a training when it is over; today is %(note)s.")),
    FaultKind.TOO_EARLY: (_l("The day lies too far back."), _l("The first day possible is %(note)s.")),
    FaultKind.ENDS_BEFORE: (_l("The training ends before it begins."), _l("Put the two days right.")),
    FaultKind.NOT_HOURS: (_l("This is no number of class hours."), _l("Write 6, 6.5 or 6.75: quarters of an hour at most.")),
    FaultKind.NOT_DAYS: (_l("This is no number of days."), _l("Write 2 or 2.5: whole or half days.")),
    FaultKind.TOO_MANY_HOURS: (
        _l("So many class hours do not fit into the days of the training."),
        _l("At most %(note)s are possible; put the two right."),
    ),
    FaultKind.TOO_MANY_DAYS: (_l("The training has fewer days."), _l("At most %(note)s are possible.")),
    FaultKind.UNKNOWN_PERSON: (_l("Nobody has this staff number."), _l("Look it up in the list of people.")),
    FaultKind.INACTIVE: (_l("This person is deactivated."), _l("Leave the row out, or reactivate the person first.")),
    FaultKind.OUT_OF_SCOPE: (_l("This person is outside the units that you look after."), _l("Leave the row to the HR of their unit.")),
    FaultKind.TWICE: (_l("The same person and training stand in the file twice."), _l("Leave one of them out; the first is in row %(note)s.")),
    FaultKind.ENTERED: (_l("This training is entered already for this person."), _l("Leave the row out, or take the earlier entry back first.")),
}


def fault_row(fault: Fault) -> dict[str, str]:
    """A fault in words."""
    reason, cure = _REASONS[fault.kind]
    said = str(cure) % {"note": fault.note} if fault.note else str(cure)
    column = HEADINGS[Column(fault.column)][0] if fault.column else ""
    return {"row": str(fault.row or ""), "column": column, "value": fault.value, "reason": str(reason), "cure": said}


def fault_table(faults: Iterable[Fault]) -> list[list[str]]:
    """All faults as a file, to send back to whoever wrote the list."""
    heading = ["row", _("Column"), _("Value"), _("Reason"), _("What to do")]
    return [heading, *([one[key] for key in ("row", "column", "value", "reason", "cure")] for one in map(fault_row, faults))]
