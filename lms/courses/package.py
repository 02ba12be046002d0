"""The course package: its shape (`course/1`, lesson front matter, `facts/1`), its canonical form and its identity.

The format is described in docs/course-format.md. A package's identity is the hash of its canonical form, so comments,
the order of keys, line ends and blank lines change nothing, and everything that a learner can see does.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from lms.core.schema import Shape
from lms.courses.canonical import format_markdown
from lms.courses.enums import FactStatus, PackageStatus

LANGUAGES = ("zh-Hans", "en")
SUFFIXES = {"zh-Hans": "zh", "en": "en"}
"""Language code -> what stands in a lesson's file name, and the key of a bilingual value."""

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def _from_iso(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value


Line = Annotated[str, Field(min_length=1)]
Day = Annotated[date, BeforeValidator(_from_iso)]
Slug = Annotated[str, Field(pattern=SLUG)]
CourseCode = Annotated[str, Field(pattern=r"^C\d{2,3}$")]
LessonId = Annotated[str, Field(pattern=r"^C\d{2,3}-L\d{1,2}$")]
CompetencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}-\d{1,2}$")]
FactId = Annotated[str, Field(pattern=r"^LF-\d{3,4}$")]
Version = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
Hours = Annotated[int, Field(ge=1, le=40)]
Level = Annotated[int, Field(ge=1, le=5)]
# `from_` is "from" in the file: a Python keyword.
FromLevel = Annotated[int, Field(ge=0, le=4, alias="from")]


class Text(Shape):
    """One text in both languages."""

    zh: Line
    en: Line


class Move(Shape):
    """The course takes a learner of competency `c` from one level to another."""

    c: CompetencyCode
    from_: FromLevel
    to: Level


class Serves(Shape):
    """A lesson works towards `level` of competency `c`."""

    c: CompetencyCode
    level: Level


class LessonEntry(Shape):
    """One line of a course's table of contents; `file` is the name without language and ending."""

    id: LessonId
    file: Annotated[str, Field(pattern=r"^\d{2}(-[a-z0-9]+)+$")]
    hours: Hours


class Offline(Shape):
    """Whether and how large the course may travel in an offline pack."""

    pack: bool
    max_kb: Annotated[int, Field(ge=1, le=20_000)]
    assets: list[str]


class Person(Shape):
    """Who wrote or reviewed; reviewers say in which capacity and when."""

    name: Line
    org: Text | None = None
    role: Literal["subject_expert", "practitioner"] | None = None
    date: Day | None = None


class Change(Shape):
    """What a version changed."""

    version: Version
    date: Day
    zh: Line
    en: Line


class CourseMeta(Shape):
    """`course.yaml`, schema course/1."""

    schema_: Annotated[Literal["course/1"], Field(alias="schema")]
    slug: Slug
    code: CourseCode
    version: Version
    status: Annotated[PackageStatus, Field(strict=False)]
    default_language: Literal["zh-Hans", "en"]
    languages: Annotated[list[Literal["zh-Hans", "en"]], Field(min_length=2, max_length=2)]
    title: Text
    summary: Text
    audience: Text
    hours: Hours
    prerequisites: list[CourseCode]
    moves: Annotated[list[Move], Field(min_length=1)]
    lessons: Annotated[list[LessonEntry], Field(min_length=1, max_length=40)]
    assessment: Slug
    offline: Offline
    authors: Annotated[list[Person], Field(min_length=1)]
    reviewers: list[Person]
    licence: Line
    facts_file: Literal["facts.yaml"]
    review_by: Day
    glossary: list[Text]
    changelog: Annotated[list[Change], Field(min_length=1)]


class LessonMeta(Shape):
    """The front matter of one lesson in one language."""

    id: LessonId
    title: Line
    hours: Hours
    serves: Annotated[list[Serves], Field(min_length=1)]
    facts: list[FactId]
    review_by: Day


class Fact(Shape):
    """One fact of the register. `conf` is the register's confidence in percent."""

    id: FactId
    zh: Line
    en: Line
    status: Annotated[FactStatus, Field(strict=False)]
    conf: Annotated[int, Field(ge=0, le=100)]
    src: list[str]
    note: Line | None = None
    review_by: Day | None = None


class Doubt(Shape):
    """Something that may not be written as a fact; `ref` names a register entry it touches, if any."""

    ref: FactId | None
    what: Line


class FactsFile(Shape):
    """`facts.yaml`, schema facts/1."""

    schema_: Annotated[Literal["facts/1"], Field(alias="schema")]
    as_of: Day
    horizon: Line
    sources: dict[str, str]
    facts: list[Fact]
    doubtful: list[Doubt] = []


@dataclass(frozen=True)
class LessonText:
    """One lesson in one language; `body` is canonical Markdown with its `#` title."""

    meta: LessonMeta
    body: str

    @property
    def text(self) -> str:
        """The body without its title line, as pages show it below their own heading."""
        return self.body.partition("\n")[2].lstrip("\n")


@dataclass(frozen=True)
class Lesson:
    """One lesson of a package: its entry in the contents and its text in each language."""

    entry: LessonEntry
    texts: Mapping[str, LessonText]


@dataclass(frozen=True)
class Package:
    """A complete and faultless package in memory. `assets` maps file names to bytes, `sources` the paths of its texts to theirs."""

    folder: Path
    meta: CourseMeta
    lessons: tuple[Lesson, ...]
    assets: Mapping[str, bytes]
    sources: Mapping[str, bytes] = field(default_factory=dict, compare=False)

    @property
    def provisional(self) -> bool:
        """A draft, or a package that nobody has reviewed (course format, rule 9)."""
        return self.meta.status in (PackageStatus.DRAFT, PackageStatus.IN_REVIEW) or not self.meta.reviewers


def canonical(package: Package) -> bytes:
    """The package as one unambiguous JSON text: keys sorted, texts normalised, pictures by their SHA-256."""
    content = {
        "course": package.meta.model_dump(mode="json", by_alias=True, exclude_none=True),
        "lessons": {
            f"{lesson.entry.file}.{language}": {"meta": text.meta.model_dump(mode="json"), "body": format_markdown(text.body)}
            for lesson in package.lessons
            for language, text in lesson.texts.items()
        },
        "assets": {name: hashlib.sha256(data).hexdigest() for name, data in package.assets.items()},
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def content_hash(package: Package) -> str:
    """The package's identity: SHA-256 of its canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(package)).hexdigest()
