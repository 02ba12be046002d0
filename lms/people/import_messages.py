"""The faults of a file as sentences: why a row is refused, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.people.import_faults import Fault, FaultKind
from lms.people.import_plan import ChangeKind

_SENTENCES = {
    FaultKind.NO_HEADING: (
        _l("No heading row was found in the first rows."),
        _l("Put the headings in one row, for example 工号, 姓名, 单位编码, 岗位 for a roster, or code, name_zh, parent, tier, connection for units."),
    ),
    FaultKind.NO_ROWS: (_l("There is a heading, but no row below it."), _l("Fill in the rows, or choose the right file.")),
    FaultKind.COLUMN_MISSING: (_l("The column “%(column)s” is missing."), _l("Add the column with this heading and fill it.")),
    FaultKind.COLUMN_TWICE: (_l("The column “%(column)s” stands there twice."), _l("Keep one of the two columns.")),
    FaultKind.BLANK_ROW: (_l("The row is blank, and the table goes on below it."), _l("Delete the row, or fill in the person who belongs there.")),
    FaultKind.CELLS_SHIFTED: (
        _l("The row has fewer cells than the heading (%(detail)s), and they do not stand under their headings."),
        _l("Move each cell under its heading; leave a cell empty where there is nothing to say."),
    ),
    FaultKind.CELLS_BEYOND: (
        _l("The row has more cells than the heading (%(detail)s)."),
        _l("Give that column a heading, or remove the cell; in CSV, a value with a comma needs quotation marks."),
    ),
    FaultKind.EMPTY: (_l("The cell is empty."), _l("Fill it in.")),
    FaultKind.BAD_CODE: (_l("This is no code: only letters, digits, and - . _ after the first are allowed."), _l("Correct the code.")),
    FaultKind.ROUNDED: (
        _l("The spreadsheet has turned the number into a rounded one; its last digits are lost."),
        _l("Format the column as text and enter the number again."),
    ),
    FaultKind.DUPLICATE: (_l("The same value stands in row %(detail)s."), _l("Keep the row that is right, or correct the value of the other.")),
    FaultKind.NAME_CHARACTERS: (
        _l("The name holds characters that no name has (such as = < >), or no letter at all."),
        _l("Write the name only."),
    ),
    FaultKind.TOO_LONG: (_l("The text is longer than %(detail)s characters."), _l("Shorten it.")),
    FaultKind.PHONE_LENGTH: (_l("The mobile number has %(detail)s digits; it needs 11."), _l("Correct the number, or leave the cell empty.")),
    FaultKind.NOT_A_DATE: (_l("This is no date that can be read."), _l("Write it like 1978-03 or 1978-03-01 or 1978年3月.")),
    FaultKind.NO_SUCH_DATE: (_l("There is no such day in the calendar."), _l("Correct the date.")),
    FaultKind.MONTH_UNCLEAR: (
        _l("The month is unclear: spreadsheets show October (.10) and January (.1) alike."),
        _l("Write %(detail)s-01 or %(detail)s-10."),
    ),
    FaultKind.IN_FUTURE: (_l("The date is in the future (after %(detail)s)."), _l("Correct the year.")),
    FaultKind.TOO_EARLY: (_l("The date is before %(detail)s."), _l("Correct the year.")),
    FaultKind.UNKNOWN_UNIT: (_l("There is no unit with this code."), _l("Correct the code, or import the unit first.")),
    FaultKind.UNKNOWN_POSITION: (_l("There is no such post."), _l("Use one of: %(detail)s.")),
    FaultKind.UNKNOWN_TIER: (_l("There is no such tier."), _l("Use one of: %(detail)s.")),
    FaultKind.UNKNOWN_CONNECTION: (_l("There is no such type of connection."), _l("Use one of: %(detail)s.")),
    FaultKind.UNKNOWN_PARENT: (_l("The unit above has a code that is neither in the file nor known."), _l("Correct the code, or add the unit above.")),
    FaultKind.CYCLE: (_l("Following the units above leads back to this unit."), _l("Correct the unit above it.")),
    FaultKind.LOGIN_TAKEN: (_l("Somebody who is not on the roster signs in under this name."), _l("Correct the staff number, or ask the administrator.")),
    FaultKind.OUT_OF_SCOPE: (
        _l("%(detail)s lies outside the units that you look after."),
        _l("Take the row out, or ask the person who looks after both units."),
    ),
}

_UNREADABLE = {
    "encoding": _l("The text of the file is in no encoding that we know. Save it as UTF-8 or as GB18030 (GBK)."),
    "binary": _l("This is neither a CSV file nor a workbook. Save the table as XLSX or CSV."),
    "csv": _l("The CSV file breaks off inside quotation marks. Save the table again as XLSX or CSV."),
    "password": _l("The workbook is protected by a password. Save it without one."),
    "workbook": _l("The workbook cannot be read. Save the table again as XLSX, with nothing beside the table."),
}

_REFUSALS = {
    "too_long": _l("The file has too many rows. Cut it into several files."),
    "forbidden": _l("You may not import for this unit."),
    "complete_needs_roster": _l("Only a roster can be complete for a unit; this is a table of units."),
}

ERROR_HEADING = ("row", "column", "value", "reason", "cure")


def reason(fault: Fault) -> str:
    """Why the row is refused."""
    return _said(fault, 0)


def cure(fault: Fault) -> str:
    """What to do about it."""
    return _said(fault, 1)


def _said(fault: Fault, which: int) -> str:
    return str(_SENTENCES[fault.kind][which]) % {"detail": fault.detail, "column": fault.column}


def refusal(code: str) -> str:
    """Why a file as a whole is refused: the reason of an ``UnreadableTable``, or ``too_long``, ``forbidden``, ``complete_needs_roster``."""
    return str((_UNREADABLE | _REFUSALS)[code])


def column(fault: Fault) -> str:
    """The heading of the column, or that the whole row is meant."""
    return fault.column or _("(whole row)")


def error_table(faults: Iterable[Fault]) -> Iterator[tuple[int | str, ...]]:
    """The list to send back, heading first: one line a fault."""
    yield ERROR_HEADING
    for fault in faults:
        yield fault.row, column(fault), fault.value, reason(fault), cure(fault)


_DONE = {
    ChangeKind.CREATED: _l("added"),
    ChangeKind.CHANGED: _l("data changed"),
    ChangeKind.MOVED: _l("moved"),
    ChangeKind.REPOSTED: _l("post changed"),
    ChangeKind.REACTIVATED: _l("active again"),
    ChangeKind.DEACTIVATED: _l("deactivated"),
}
_FIELDS = {
    "staff_no": _l("Staff number"),
    "code": _l("Unit code"),
    "name": _l("Name"),
    "unit": _l("Unit"),
    "position": _l("Post"),
    "grade": _l("Grade"),
    "birth_month": _l("Month of birth"),
    "phone": _l("Mobile number"),
    "joined_on": _l("Began to work on"),
    "retires_on": _l("Retires on"),
    "name_zh": _l("Chinese name"),
    "name_en": _l("English name"),
    "parent": _l("Unit above"),
    "tier": _l("Tier"),
    "connection": _l("Connection"),
}


def label(key: str) -> str:
    """A field in words."""
    return str(_FIELDS[key])


def kind_name(kind: str) -> str:
    """A kind of change in words; ``unchanged`` is one, too."""
    return _("unchanged") if kind == "unchanged" else str(_DONE[ChangeKind(kind)])


def counts_line(counts: Mapping[str, int]) -> str:
    """How many were added, moved, … in one line."""
    return " · ".join(_("%(what)s: %(n)d", what=kind_name(kind), n=n) for kind, n in counts.items()) or _("nothing")


def change_line(line: Mapping[str, Any]) -> str:
    """One change of a preview: who, what, and each field before and after."""
    what = _(", ").join(kind_name(kind) for kind in line["kinds"])
    fields = _("; ").join(
        _("%(field)s: %(before)s → %(after)s", field=label(key), before=before or "—", after=after or "—") for key, before, after in line["differences"]
    )
    if not fields:
        return _("%(name)s (%(code)s): %(what)s", name=line["name"], code=line["code"], what=what)
    return _("%(name)s (%(code)s): %(what)s (%(fields)s)", name=line["name"], code=line["code"], what=what, fields=fields)


def fault_line(fault: Fault) -> str:
    """One fault on one line."""
    return _(
        "row %(row)d, %(column)s, “%(value)s”: %(reason)s %(cure)s",
        row=fault.row,
        column=column(fault),
        value=fault.value,
        reason=reason(fault),
        cure=cure(fault),
    )
