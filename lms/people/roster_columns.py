"""The columns of the two kinds of table, and the words by which people write headings, tiers and connections."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class TableKind(StrEnum):
    """What a file holds."""

    UNITS = "units"
    ROSTER = "roster"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its ``key``, whether the table cannot do without it, and the headings under which it is known."""

    key: str
    needed: bool
    headings: tuple[str, ...]


UNIT_COLUMNS = (
    Column("code", True, ("code", "unit code", "单位编码", "单位代码", "机构编码", "机构代码", "编码", "代码")),
    Column("name_zh", True, ("name_zh", "chinese name", "name", "unit name", "中文名称", "单位名称", "机构名称", "名称", "单位中文名称")),
    Column("name_en", False, ("name_en", "english name", "英文名称", "单位英文名称", "英文名")),
    Column("parent", True, ("parent", "parent code", "parent unit", "上级单位编码", "上级单位代码", "上级编码", "上级代码", "上级单位", "上级机构编码")),
    Column("tier", True, ("tier", "level", "层级", "单位层级", "单位级别", "级别", "层次")),
    Column("connection", True, ("connection", "connection type", "network", "网络", "网络类型", "网络接入", "接入方式", "联网方式", "网络连接")),
)

ROSTER_COLUMNS = (
    Column("staff_no", True, ("工号", "职工号", "人员编号", "人员工号", "干部编号", "staff no", "staff number", "staff id", "employee no", "employee number")),
    Column("name", True, ("姓名", "name", "full name", "干部姓名")),
    Column("unit", True, ("单位编码", "单位代码", "机构编码", "机构代码", "所在单位编码", "unit", "unit code")),
    Column("unit_name", False, ("单位名称", "单位", "工作单位", "所在单位", "机构名称", "unit name")),
    Column("position", True, ("岗位", "岗位编码", "岗位代码", "岗位名称", "post", "post code", "position", "position code")),
    Column("grade", False, ("职级", "职务职级", "现任职级", "rank", "grade")),
    Column("birth_month", False, ("出生年月", "出生日期", "出生年月日", "出生时间", "born", "birth", "birth month", "date of birth", "birth date")),
    Column("phone", False, ("手机", "手机号", "手机号码", "联系电话", "电话", "移动电话", "mobile", "mobile phone", "mobile number", "phone", "phone number")),
    Column("joined_on", False, ("参加工作时间", "参加工作日期", "参加工作年月", "joined", "date joined", "started work", "start of work", "work start")),
    Column("retires_on", False, ("退休日期", "退休时间", "退休年月", "预计退休日期", "retires", "retirement", "retirement date")),
)

COLUMNS: Mapping[TableKind, tuple[Column, ...]] = {TableKind.UNITS: UNIT_COLUMNS, TableKind.ROSTER: ROSTER_COLUMNS}

TIERS = {
    "province": ("province", "provincial", "省", "省级", "自治区", "直辖市"),
    "prefecture": ("prefecture", "city", "州", "市", "市州", "市级", "州级", "地级", "地级市", "市州级", "地市级"),
    "county": ("county", "district", "县", "区", "县级", "区县", "区县级", "县区"),
    "county-department": ("county-department", "department", "县直部门", "县级部门", "县直", "县直单位", "县直机关", "部门"),
    "township": ("township", "town", "乡镇", "乡", "镇", "街道", "乡镇级", "乡级", "镇级"),
    "township-office": ("township-office", "office", "乡镇站所", "站所", "乡镇内设机构", "乡镇部门", "乡镇办公室"),
    "village": ("village", "community", "村", "社区", "村级", "行政村", "村社区"),
}

CONNECTIONS = {
    "fibre": ("fibre", "fiber", "光纤", "光纤宽带", "宽带", "专线"),
    "4g": ("4g", "5g", "mobile", "移动网络", "手机网络"),
    "satellite": ("satellite", "卫星", "卫星网络"),
    "none": ("none", "no", "offline", "无", "未通", "未接入", "无网络", "没有"),
}

def main_headings(kind: TableKind) -> list[str]:
    """The first known heading of each column, in the usual order."""
    return [column.headings[0] for column in COLUMNS[kind]]


_BRACKETED = re.compile(r"\([^)]*\)")
_DECORATION = re.compile(r"[\s_*:.·、/-]+")


def bare(text: str) -> str:
    """``text`` as a key to compare words by: width, case, spaces, brackets and decoration taken away."""
    return _DECORATION.sub("", _BRACKETED.sub("", unicodedata.normalize("NFKC", text)).lower())


def words(choices: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """From each bare word to the value it stands for."""
    return {bare(word): value for value, known in choices.items() for word in known}


TIER_WORDS = words(TIERS)
CONNECTION_WORDS = words(CONNECTIONS)
HEADINGS = {kind: words({column.key: column.headings for column in columns}) for kind, columns in COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading row that was found: its number in the file, what stands where, and what was not understood."""

    row: int
    kind: TableKind
    cells: tuple[str, ...]
    places: Mapping[str, int]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Headings of the needed columns that the file lacks, as we write them."""
        return tuple(column.headings[0] for column in COLUMNS[self.kind] if column.needed and column.key not in self.places)

    def text(self, key: str) -> str:
        """The heading of column ``key`` as the file has it."""
        return self.cells[self.places[key]]


def heading_at(number: int, row: Sequence[str]) -> Heading | None:
    """``row`` as a heading of the kind it fits best, or nothing if it is none: two words of one kind are needed."""
    readings = [_reading(number, row, kind) for kind in TableKind]
    best = max(readings, key=lambda heading: (len(heading.places), -len(heading.missing)))
    return best if len(best.places) >= 2 else None


def _reading(number: int, row: Sequence[str], kind: TableKind) -> Heading:
    places: dict[str, int] = {}
    unknown, twice = [], []
    cells = tuple(" ".join(cell.split()) for cell in row)
    for place, cell in enumerate(cells):
        key = HEADINGS[kind].get(bare(cell))
        if key is None:
            unknown += [cell] if cell else []
        elif key in places:
            twice.append(cell)
        else:
            places[key] = place
    return Heading(number, kind, cells, places, tuple(unknown), tuple(twice))
