"""What is wrong with a draft: the very checks of `lms courses check` and `lms assessments check`, on files that lie in the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.assessments.checking_queries import Report as BankReport
from lms.assessments.checking_queries import examine
from lms.authoring import queries
from lms.authoring.models import CourseDraft
from lms.core import framework, yamlfile
from lms.core.problems import Problem
from lms.courses import package_queries as packages
from lms.courses.models import Course, CourseRevision
from lms.facts import queries as facts

SAFE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
FOLDER = "courses/draft"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem with its weight: ``error`` refuses the course, ``warning`` blocks its release, ``advice`` is worth a look.

    ``path`` is the draft's file, ``line`` counts from 1 (0: the file as a whole); ``item``: the question's code where it is known.
    """

    path: str
    line: int
    weight: str
    what: str
    cure: str
    item: str = ""


def check(session: Session, draft: CourseDraft, today: date, *, changed: Mapping[str, bytes] | None = None, bank: bool = True) -> packages.Report:
    """The report on a draft; its problems name the draft's own files (``lessons/…``, ``bank.yaml``).

    ``changed``: files as somebody is just writing them. ``bank`` False leaves the questions out.
    """
    files = queries.package_bytes(session, draft.id) | dict(changed or {})
    return check_files(files, surroundings(session), today=today, bank=bank)


def findings(report: packages.Report) -> list[Finding]:
    """All problems of a report in the order of files and lines, the grave ones of a line first."""
    groups: Iterable[tuple[str, Iterable[Problem]]] = (("error", report.errors), ("warning", report.warnings), ("advice", report.advice))
    found = [Finding(one.file, one.line, weight, one.what, one.cure) for weight, problems in groups for one in problems]
    return sorted(found, key=lambda one: (one.path != "course.yaml", one.path, one.line, ("error", "warning", "advice").index(one.weight)))


def check_files(files: Mapping[str, bytes], around: packages.Surroundings, *, today: date, bank: bool = True) -> packages.Report:
    """The report on a package's files; see :func:`check`."""
    head = yamlfile.parse(files.get("course.yaml", b"").decode(errors="replace"), "course.yaml").data
    questions: BankReport | None = None
    with TemporaryDirectory(prefix="lms-check-") as place:
        root = Path(place)
        folder = root / "courses" / _named(head, "slug", "draft")
        _write(folder, files)
        report = packages.check(folder, replace(around, root=root), today=today, name=FOLDER)
        if bank and "bank.yaml" in files:
            path = root / "bank.yaml"
            path.write_bytes(files["bank.yaml"])
            questions = examine(path, framework=around.framework_data, facts=around.facts_data, course=head, name="bank.yaml")
    return _together(report, questions)


def _together(report: packages.Report, questions: BankReport | None) -> packages.Report:
    """The course's report with what the check of its questions says; problems name the draft's own files."""
    more = (questions.problems, (), questions.advice) if questions else ((), (), ())
    groups = zip((report.errors, report.warnings, report.advice), more)
    errors, warnings, advice = (tuple(_renamed(one) for one in (*found, *also)) for found, also in groups)
    return replace(report, errors=errors, warnings=warnings, advice=advice, package=None if errors else report.package)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        if path != "bank.yaml":
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)


def _named(head: Any, key: str, otherwise: str) -> str:
    """A name of ``course.yaml`` that may be part of a path."""
    value = head.get(key) if isinstance(head, dict) else None
    return value if isinstance(value, str) and len(value) <= 80 and SAFE.match(value) else otherwise


def _renamed(problem: Problem) -> Problem:
    return replace(problem, file=problem.file.removeprefix(f"{FOLDER}/"))


def surroundings(session: Session) -> packages.Surroundings:
    """What drafts are checked against: the framework, the register of facts and the courses of this installation."""
    root = framework.content_root()
    known, data, problems = _competencies(root, (root / "assessments" / "framework.yaml").stat().st_mtime_ns)
    register = facts.for_checks(session)
    return packages.Surroundings(root, known, register, _courses(session), problems, data, facts.plain_data(session) if register else None)


@lru_cache(maxsize=4)
def _competencies(root: Path, changed: int) -> tuple[frozenset[str], Any, tuple[Problem, ...]]:
    around = packages.read_surroundings(root)
    return around.competencies, around.framework_data, tuple(one for one in around.problems if "framework" in one.file)


def _courses(session: Session) -> dict[str, tuple[str, packages.Neighbour]]:
    query = select(Course.slug, Course.code, CourseRevision.meta).join(CourseRevision, CourseRevision.id == Course.current_revision_id)
    return {slug: (code, _neighbour(slug, meta)) for slug, code, meta in session.execute(query)}


def _neighbour(slug: str, meta: Mapping[str, Any]) -> packages.Neighbour:
    terms = tuple((term["zh"], term["en"]) for term in meta.get("glossary", ()))
    return packages.Neighbour(slug, tuple(meta.get("prerequisites", ())), terms)
