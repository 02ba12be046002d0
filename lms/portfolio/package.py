"""The file ``assessments/work-samples.yaml`` (schema ``work-samples/1``) as typed, frozen objects (pure)."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

MOST_FILES = 5
CRITERIA = 4
GRADES = (0, 1, 2, 3)

FileKind = Literal["pdf", "docx", "xlsx", "pptx", "odt", "ods", "png", "jpg", "txt", "csv", "md"]
Line = Annotated[StrictStr, Field(min_length=1, max_length=2000)]


class Part(BaseModel):
    """Base of every piece: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """One text in both languages; both must be there."""

    zh: Line
    en: Line


class Criterion(Text):
    """One line of a rubric; ``grades[n]`` describes the work that earns grade n."""

    grades: Annotated[tuple[Text, ...], Field(min_length=len(GRADES), max_length=len(GRADES))]


class Task(Part):
    """Something to do in one's real work, what to hand in of it, and how it is judged."""

    id: Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)]
    version: Annotated[StrictInt, Field(ge=1)]
    kind: Literal["work_sample", "panel"]
    competency: StrictStr
    level: Annotated[StrictInt, Field(ge=4, le=5)]
    title: Text
    task: Text
    hand_in: Text
    kinds: Annotated[tuple[FileKind, ...], Field(min_length=1)]
    max_files: Annotated[StrictInt, Field(ge=1, le=MOST_FILES)]
    rubric: Annotated[tuple[Criterion, ...], Field(min_length=CRITERIA, max_length=CRITERIA)]

    @property
    def content_hash(self) -> str:
        """SHA-256 of the canonical form: two tasks with one (id, version) must agree in it."""
        canonical = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


class WorkSamples(Part):
    """The whole file."""

    format: Literal["work-samples/1"] = Field(alias="schema")
    framework: Annotated[StrictStr, Field(pattern=r"^[\w-]+@\d+\.\d+\.\d+$")]
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]


def parse_task(data: Any) -> Task:
    """One task from what the database keeps of it. Raises pydantic's ValidationError."""
    return Task.model_validate(data)
