"""What a package is checked against: the competency framework, the register of facts, the other courses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lms.core import framework
from lms.core.problems import Problem
from lms.core.yamlfile import Document, read
from lms.courses.package import Fact, FactsFile
from lms.courses.punctuation import faults_in_values
from lms.courses.reading import read_facts


@dataclass(frozen=True)
class Neighbour:
    """Another course of the same collection: where it lies, what it asks for first, its glossary as (Chinese, English)."""

    slug: str
    prerequisites: tuple[str, ...]
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """`competencies` are codes; `facts` by id; `courses` by slug. `problems` are faults of these files themselves.

    `framework_data` and `facts_data` are the plain data of the two files, for the assessment's own check.
    """

    root: Path
    competencies: frozenset[str] = frozenset()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    courses: Mapping[str, tuple[str, Neighbour]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    framework_data: Any = None
    facts_data: Any = None

    def by_code(self) -> dict[str, Neighbour]:
        """The courses by their code (C01)."""
        return dict(self.courses.values())


def root_of(folder: Path) -> Path:
    """The content folder to which a package belongs: two levels up when a register of facts lies beside it, else the project's."""
    return folder.parent.parent if (folder.parent / "facts.yaml").is_file() else framework.content_root()


def read_surroundings(root: Path) -> Surroundings:
    """Read `courses/facts.yaml`, `assessments/framework.yaml` and the heads of all courses below `root`."""
    register, document = read_facts(root / "courses" / "facts.yaml", name="courses/facts.yaml")
    problems = list(document.problems)
    if register is not None:
        problems += _register_faults(register, document)
    return Surroundings(
        root,
        frozenset(_competencies(root, problems)),
        {fact.id: fact for fact in register.facts} if register else {},
        {slug: course for slug, course in _courses(root)},
        tuple(problems),
        read(root / "assessments" / "framework.yaml").data,
        document.data,
    )


def _competencies(root: Path, problems: list[Problem]) -> Iterator[str]:
    path = root / "assessments" / "framework.yaml"
    try:
        yield from framework.read(path).codes
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        name, what = "assessments/framework.yaml", f"The competency framework can't be read ({type(error).__name__}: {error})"
        problems.append(Problem(name, 0, what, "Restore the file; packages can't be checked without it."))


def _courses(root: Path) -> Iterator[tuple[str, tuple[str, Neighbour]]]:
    """The heads of all courses, faulty ones left out: their own check speaks of them."""
    for path in sorted((root / "courses").glob("*/course.yaml")):
        data = read(path).data
        if isinstance(data, dict) and isinstance(data.get("code"), str) and isinstance(data.get("prerequisites"), list):
            yield path.parent.name, (data["code"], Neighbour(path.parent.name, tuple(map(str, data["prerequisites"])), tuple(_terms(data))))


def _terms(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    glossary = data.get("glossary")
    for term in glossary if isinstance(glossary, list) else ():
        if isinstance(term, dict) and isinstance(term.get("zh"), str) and isinstance(term.get("en"), str):
            yield term["zh"], term["en"]


def _register_faults(register: FactsFile, document: Document) -> Iterator[Problem]:
    yield from faults_in_values(document)
    first: dict[str, int] = {}
    for index, fact in enumerate(register.facts):
        line = document.line("facts", index, "id")
        if first.setdefault(fact.id, line) != line:
            yield Problem(document.file, line, f"The fact {fact.id} stands twice (first on line {first[fact.id]})", "Give it an id of its own.")
        for source in fact.src:
            if source not in register.sources:
                yield Problem(document.file, line, f"{fact.id} names the source {source}, which is not listed", "Add it under 'sources'.")
    for index, doubt in enumerate(register.doubtful):
        if doubt.ref is not None and doubt.ref not in first:
            line = document.line("doubtful", index, "ref")
            yield Problem(document.file, line, f"The doubt refers to {doubt.ref}, which is no fact of this file", "Correct the id.")
