"""One cell of a roster: from what people write to what we keep, or a :class:`CellFault` that says why not."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

from lms.people.import_faults import CellFault, FaultKind
from lms.people.roster_columns import CONNECTION_WORDS, TIER_WORDS, bare

LONGEST_CODE, LONGEST_NAME, LONGEST_TITLE, LONGEST_GRADE = 40, 80, 120, 40  # characters, as the tables hold them
PHONE_DIGITS = 11
EARLIEST_YEAR = 1900
EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet that believes in 1900-02-29

_HAN = r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_SPACE_IN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))
_CODE = re.compile(r"[^\W_][\w.-]*")
_ROUNDED = re.compile(r"\d(\.\d+)?E\+\d+")
_NAME_REFUSED = re.compile(r"[=<>\x00-\x1f\x7f]|^[+\-@]")
_DATE_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})[日号]?)?",
        r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?:(?P=s)(?P<d>\d{1,2}))?(?:[T ]?00:00(?::00)?)?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})?",
    )
)
_SERIAL = re.compile(r"\d{5}")
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_HAN_DATE = re.compile(r"([〇零○一二三四五六七八九]{4})年(十?[一二三四五六七八九十])月(?:([一二三四五六七八九十]{1,3})[日号])?")


def tidy(text: str) -> str:
    """``text`` without invisible characters and without spaces at either end; spaces inside become one."""
    return " ".join(text.translate(_INVISIBLE).split())


def code(text: str) -> str:
    """A staff number or a code: half-width, upper case, no spaces. Text of any digits: leading zeros stay."""
    found = "".join(unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).split()).upper()
    if _ROUNDED.fullmatch(found):
        raise CellFault(FaultKind.ROUNDED)
    if len(found) > LONGEST_CODE:
        raise CellFault(FaultKind.TOO_LONG, str(LONGEST_CODE))
    if found and not _CODE.fullmatch(found):
        raise CellFault(FaultKind.BAD_CODE)
    return found


def name(text: str) -> str:
    """A person's name as it is written, rare characters included; padding inside Han names (孟　旺) goes."""
    found = _SPACE_IN_HAN.sub("", tidy(text))
    if _NAME_REFUSED.search(found) or (found and not any(char.isalpha() for char in found)):
        raise CellFault(FaultKind.NAME_CHARACTERS)
    return _short(found, LONGEST_NAME)


def title(text: str) -> str:
    """A unit's name: as a person's, but digits alone may be one."""
    found = tidy(text)
    if _NAME_REFUSED.search(found):
        raise CellFault(FaultKind.NAME_CHARACTERS)
    return _short(found, LONGEST_TITLE)


def grade(text: str) -> str:
    """A civil servant's grade, as it is written."""
    return sys.intern(_short(tidy(text), LONGEST_GRADE))


def _short(text: str, limit: int) -> str:
    if len(text) > limit:
        raise CellFault(FaultKind.TOO_LONG, str(limit))
    return text


def phone(text: str) -> str:
    """Digits of a mobile number, checked for their number only; separators and the country's +86 go."""
    found = re.sub(r"[\s()./·-]", "", unicodedata.normalize("NFKC", tidy(text)))
    found = re.sub(r"^(\+|00)86", "", found)
    digits = re.sub(r"[^0-9]", "", found)
    if found and len(digits) != PHONE_DIGITS:
        raise CellFault(FaultKind.PHONE_LENGTH, str(len(digits)))
    return digits


def day(text: str) -> date | None:
    """A date in the usual Chinese forms; the first of the month if only the month stands there; nothing if empty."""
    found = unicodedata.normalize("NFKC", _without_suffix(tidy(text)))
    if not found:
        return None
    if _SERIAL.fullmatch(found):
        return EXCEL_EPOCH + timedelta(days=int(found))
    year, month, dom = _date_parts(found)
    try:
        return date(year, month, dom)
    except ValueError:
        raise CellFault(FaultKind.NO_SUCH_DATE) from None


def _without_suffix(text: str) -> str:
    return re.sub(r"(出生|生|起|参加工作)$", "", text).strip()


def _date_parts(text: str) -> tuple[int, int, int]:
    text = re.sub(r"(?<=[年月日号/.-]) | (?=[年月日号/.-])", "", _from_han(text))
    for form in _DATE_FORMS:
        match = form.fullmatch(text)
        if match:
            # a spreadsheet that takes 1978.10 for a number shows 1978.1
            if re.fullmatch(r"\d{4}\.1", text):
                raise CellFault(FaultKind.MONTH_UNCLEAR, text[:4])
            return int(match["y"]), int(match["m"]), int(match["d"] or 1)
    raise CellFault(FaultKind.NOT_A_DATE)


def _from_han(text: str) -> str:
    """一九七八年十二月 as 1978年12月; anything else unchanged."""
    match = _HAN_DATE.fullmatch(text)
    if not match:
        return text
    year, month, dom = match.groups()
    return f"{year.translate(_HAN_DIGITS)}年{_han_number(month)}月" + (f"{_han_number(dom)}日" if dom else "")


def _han_number(text: str) -> int:
    tens, ten, units = text.rpartition("十")
    if not ten:
        return int(text.translate(_HAN_DIGITS))
    return int(tens.translate(_HAN_DIGITS) or 1) * 10 + int(units.translate(_HAN_DIGITS) or 0)


def past(text: str, today: date) -> date | None:
    """A date that has been: not after ``today``, not before 1900."""
    found = day(text)
    if found and found > today:
        raise CellFault(FaultKind.IN_FUTURE, today.isoformat())
    if found and found.year < EARLIEST_YEAR:
        raise CellFault(FaultKind.TOO_EARLY, str(EARLIEST_YEAR))
    return found


def past_month(text: str, today: date) -> str:
    """The month of a date that has been, like ``1978-03``; empty if there is none."""
    found = past(text, today)
    return sys.intern(f"{found:%Y-%m}") if found else ""


def tier(text: str) -> str:
    """A tier in the words of the units file, from those or from Chinese."""
    return _word(text, TIER_WORDS, FaultKind.UNKNOWN_TIER)


def connection(text: str) -> str:
    """A type of connection in the words of the units file, from those or from Chinese."""
    return _word(text, CONNECTION_WORDS, FaultKind.UNKNOWN_CONNECTION)


def _word(text: str, known: Mapping[str, str], kind: FaultKind) -> str:
    found = known.get(bare(text), "")
    if text.strip() and not found:
        raise CellFault(kind, ", ".join(dict.fromkeys(known.values())))
    return found
