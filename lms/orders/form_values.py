"""Numbers and dates as people write them in the forms of orders; what can't be read is refused at its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from lms.core.errors import Invalid

YUAN = re.compile(r"\d{1,9}(\.\d{1,2})?")


class Reader:
    """Reads a form's fields; gathers (field, sentence) of everything that is wrong."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self.form = form
        self.faults: list[tuple[str, str]] = []

    def text(self, name: str) -> str:
        return self.form.get(name, "").strip().replace("\r\n", "\n")

    def plain(self, name: str) -> str:
        """A number's text: full-width digits, spaces and separators of thousands set right."""
        return unicodedata.normalize("NFKC", self.text(name)).replace(",", "").replace(" ", "").removeprefix("¥")

    def day(self, name: str, fault: str) -> date | None:
        try:
            return date.fromisoformat(self.text(name)) if self.text(name) else None
        except ValueError:
            self.faults.append((name, fault))
            return None

    def whole(self, name: str, fault: str) -> int:
        text = self.plain(name)
        if text and not (text.isascii() and text.isdigit() and len(text) < 10):
            self.faults.append((name, fault))
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def fen(self, name: str, fault: str) -> int | None:
        """Yuan as fen; None when nothing was written."""
        text = self.plain(name)
        if text and not YUAN.fullmatch(text):
            self.faults.append((name, fault))
            return None
        return int(Decimal(text) * 100) if text else None

    def thousandths(self, name: str, *, per_cent: bool, fault: str) -> int:
        """Levels, or per cent, in thousandths (of a level, of the whole)."""
        try:
            value = Decimal(self.plain(name).removesuffix("%") or "0")
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not 0 <= value < 10_000:
            self.faults.append((name, fault))
            return 0
        return int(value * (10 if per_cent else 1000))

    def done(self, message: str) -> None:
        """Raises Invalid when anything was wrong."""
        if self.faults:
            raise Invalid(message, details=self.faults)
