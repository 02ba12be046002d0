"""Words of reports: formats, states of a report, and how often a schedule makes one."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l


class Form(enum.StrEnum):
    """What a report is."""

    PDF = "pdf"
    XLSX = "xlsx"


FORM_NAMES = {Form.PDF: _l("Document (PDF)"), Form.XLSX: _l("Workbook (XLSX)")}


class State(enum.StrEnum):
    """Where a report stands."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


STATE_NAMES = {State.MAKING: _l("being made"), State.READY: _l("ready"), State.FAILED: _l("not made")}


class Every(enum.StrEnum):
    """How often a schedule makes a report; a quarter begins in January, April, July and October."""

    MONTH = "month"
    QUARTER = "quarter"


EVERY_NAMES = {Every.MONTH: _l("every month"), Every.QUARTER: _l("every quarter")}
