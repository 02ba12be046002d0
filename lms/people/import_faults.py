"""What can be wrong with a row, as data: the sentences are in ``import_messages``, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """A reason to refuse a file."""

    NO_HEADING = "no_heading"
    NO_ROWS = "no_rows"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    BLANK_ROW = "blank_row"
    CELLS_SHIFTED = "cells_shifted"
    CELLS_BEYOND = "cells_beyond"
    EMPTY = "empty"
    BAD_CODE = "bad_code"
    ROUNDED = "rounded"
    DUPLICATE = "duplicate"
    NAME_CHARACTERS = "name_characters"
    TOO_LONG = "too_long"
    PHONE_LENGTH = "phone_length"
    NOT_A_DATE = "not_a_date"
    NO_SUCH_DATE = "no_such_date"
    MONTH_UNCLEAR = "month_unclear"
    IN_FUTURE = "in_future"
    TOO_EARLY = "too_early"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_POSITION = "unknown_position"
    UNKNOWN_TIER = "unknown_tier"
    UNKNOWN_CONNECTION = "unknown_connection"
    UNKNOWN_PARENT = "unknown_parent"
    CYCLE = "cycle"
    LOGIN_TAKEN = "login_taken"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault. ``row`` as the spreadsheet counts, from 1; ``column`` is the file's own heading, empty for the whole row;
    ``detail`` completes the sentence (other rows, numbers, allowed words)."""

    row: int
    column: str
    value: str
    kind: FaultKind
    detail: str = ""


class CellFault(ValueError):
    """Raised by the reader of one cell; the reader of the row adds the place."""

    def __init__(self, kind: FaultKind, detail: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.detail = detail
