"""Every fault of a package in one run, each with file, line and cure. Pure: files in, problems out."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lms.core.problems import Problem
from lms.courses.asset_checks import asset_problems
from lms.courses.enums import FactStatus, PackageStatus
from lms.courses.lesson_checks import language_problems, text_problems
from lms.courses.package import LANGUAGES, SUFFIXES, CourseMeta, Package
from lms.courses.parity_checks import figure_problems, length_advice, length_problems, parity_advice
from lms.courses.punctuation import faults_in_values
from lms.courses.reading import Draft, LessonFile, complete, read_draft
from lms.courses.surroundings import Surroundings
from lms.courses.term_checks import term_advice

AssessmentCheck = Callable[..., list[Problem]]
"""Checks `assessments/<name>.yaml` as (path, *, framework, facts, course, name), the latter four plain data and what to
call the file; handed in, because courses know nothing of assessments."""


@dataclass(frozen=True)
class Report:
    """`errors` refuse the package; `warnings` let it be read but block its release; `advice` is worth a look.

    `package` is None with errors.
    """

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    package: Package | None
    advice: tuple[Problem, ...] = ()


def check(folder: Path, around: Surroundings, *, today: date, name: str | None = None, assessment: AssessmentCheck | None = None) -> Report:
    """Check one package folder against its surroundings; `today` decides which reviews are overdue."""
    draft = read_draft(folder, name=name)
    errors = draft.problems + list(around.problems)
    warnings: list[Problem] = []
    if draft.meta is not None:
        for rule in COURSE_RULES:
            errors += rule(draft, draft.meta, around)
        warnings += _overdue(draft, draft.meta, around, today)
        if assessment is not None:
            errors += _assessment(assessment, draft, draft.meta, around)
    for lesson in draft.lessons.values():
        errors += text_problems(lesson, draft)
    for rule in PACKAGE_RULES:
        errors += rule(draft)
    found = tuple(sorted(set(errors)))
    package = None if found or draft.meta is None else complete(draft)
    return Report(found, tuple(sorted(set(warnings))), package, tuple(sorted(set(_advice(draft, around)))))


def _advice(draft: Draft, around: Surroundings) -> Iterator[Problem]:
    yield from parity_advice(draft)
    yield from length_advice(draft)
    if draft.meta is not None:
        yield from term_advice(draft, draft.meta, around)


def _assessment(assessment: AssessmentCheck, draft: Draft, meta: CourseMeta, around: Surroundings) -> list[Problem]:
    name = f"assessments/{meta.assessment}.yaml"
    return assessment(around.root / name, framework=around.framework_data, facts=around.facts_data, course=draft.course.data, name=name)


def _identity(draft: Draft, meta: CourseMeta, around: Surroundings) -> Iterator[Problem]:
    folder = draft.folder.resolve().name
    if meta.slug != folder:
        yield _at(draft, f"The slug is {meta.slug!r} but the folder is called {folder!r}", "Make them equal.", "slug")
    others = [slug for slug, (code, _) in around.courses.items() if code == meta.code and slug != folder]
    if others:
        yield _at(draft, f"The course {others[0]!r} has the code {meta.code} too", "Choose a free code.", "code")
    if len(set(meta.languages)) != len(meta.languages):
        yield _at(draft, "A language stands twice", "Write [zh-Hans, en].", "languages")
    if meta.version not in {change.version for change in meta.changelog}:
        yield _at(draft, f"The changelog says nothing about version {meta.version}", "Add an entry with version, date, zh and en.", "changelog")


def _contents(draft: Draft, meta: CourseMeta, around: Surroundings) -> Iterator[Problem]:
    for index, entry in enumerate(meta.lessons):
        wanted = f"{meta.code}-L{index + 1}"
        if entry.id != wanted:
            yield _at(draft, f"Lesson {index + 1} has the id {entry.id}", f"Number the lessons in order: {wanted}.", "lessons", index, "id")
        for language in LANGUAGES:
            if draft.lesson(entry.file, language) is None:
                missing = f"lessons/{entry.file}.{SUFFIXES[language]}.md"
                yield _at(draft, f"The lesson file {missing} is missing", "Add it, in both languages.", "lessons", index, "file")
    for file, count in Counter(entry.file for entry in meta.lessons).items():
        if count > 1:
            yield _at(draft, f"The lesson file {file} is listed {count} times", "List each file once.", "lessons")
    listed = {entry.file for entry in meta.lessons}
    for lesson in draft.lessons.values():
        if lesson.stem not in listed:
            yield Problem(lesson.name, 0, "course.yaml does not list this lesson", "Add it under 'lessons', or remove the file.")


def _hours(draft: Draft, meta: CourseMeta, around: Surroundings) -> Iterator[Problem]:
    total = sum(entry.hours for entry in meta.lessons)
    if meta.hours not in (total, total + 1):
        cure = f"Write {total}, or {total + 1} where the assessment takes an hour of its own."
        yield _at(draft, f"The course has {meta.hours} hours but its lessons add up to {total}", cure, "hours")


def _moves(draft: Draft, meta: CourseMeta, around: Surroundings) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, move in enumerate(meta.moves):
        if around.competencies and move.c not in around.competencies:
            yield _at(draft, f"The framework has no competency {move.c}", "Use a code of assessments/framework.yaml.", "moves", index, "c")
        if move.to <= move.from_:
            yield _at(draft, f"{move.c} moves from {move.from_} to {move.to}", "'to' must be higher than 'from'.", "moves", index, "to")
        if move.c in seen:
            yield _at(draft, f"{move.c} is moved twice", "Write one line a competency.", "moves", index)
        seen.add(move.c)
        served = {serves.level for lesson in draft.lessons.values() if lesson.meta for serves in lesson.meta.serves if serves.c == move.c}
        for level in sorted(set(range(move.from_ + 1, move.to + 1)) - served):
            yield _at(draft, f"No lesson serves {move.c} level {level}", "Name it in a lesson's 'serves', or lower 'to'.", "moves", index)


def _prerequisites(draft: Draft, meta: CourseMeta, around: Surroundings) -> Iterator[Problem]:
    known = around.by_code()
    for index, code in enumerate(meta.prerequisites):
        if code == meta.code:
            yield _at(draft, "The course asks for itself first", "Remove it.", "prerequisites", index)
        elif code not in known:
            yield _at(draft, f"There is no course {code}", "Correct the code, or add that course first.", "prerequisites", index)
        elif circle := _path_back(code, meta.code, known):
            what = f"The prerequisites form a circle: {' → '.join((meta.code, *circle))}"
            yield _at(draft, what, "Break it in one of these courses.", "prerequisites", index)


def _path_back(start: str, goal: str, known: dict) -> tuple[str, ...]:
    """The chain of prerequisites from `start` to `goal`, or nothing."""
    pending, seen = [(start,)], {start}
    while pending:
        path = pending.pop()
        if path[-1] == goal:
            return path
        for code in known[path[-1]].prerequisites if path[-1] in known else ():
            if code not in seen:
                seen.add(code)
                pending.append((*path, code))
    return ()


def _release(draft: Draft, meta: CourseMeta, around: Surroundings) -> Iterator[Problem]:
    """Release needs two named reviewers (course format, rule 10) and nothing left to be decided."""
    if meta.status is not PackageStatus.RELEASED:
        return
    if len({person.name for person in meta.reviewers if not person.name.startswith("(")}) < 2:
        yield _at(draft, "A released course needs two named reviewers", "Name them, or set the status back to in_review.", "reviewers")
    if any(person.name.startswith("(") for person in meta.authors):
        yield _at(draft, "A released course needs named authors", "Name them.", "authors")
    if meta.licence.startswith("("):
        yield _at(draft, "A released course needs a licence", "Write it down.", "licence")


def _front_matter(draft: Draft, meta: CourseMeta, around: Surroundings) -> Iterator[Problem]:
    moves = {move.c: move for move in meta.moves}
    for entry in meta.lessons:
        for language in LANGUAGES:
            lesson = draft.lesson(entry.file, language)
            if lesson is None or lesson.meta is None:
                continue
            if lesson.meta.id != entry.id:
                yield _in(lesson, f"The id is {lesson.meta.id} but course.yaml says {entry.id}", "Make them equal.", "id")
            if lesson.meta.hours != entry.hours:
                yield _in(lesson, f"The lesson has {lesson.meta.hours} hours but course.yaml says {entry.hours}", "Make them equal.", "hours")
            for index, serves in enumerate(lesson.meta.serves):
                move = moves.get(serves.c)
                if move is None or not move.from_ < serves.level <= move.to:
                    what = f"The lesson serves {serves.c} level {serves.level}, which the course does not move"
                    yield _in(lesson, what, "Correct 'serves', or 'moves' in course.yaml.", "serves", index)
            yield from _facts(lesson, around)


def _facts(lesson: LessonFile, around: Surroundings) -> Iterator[Problem]:
    for index, fact in enumerate(lesson.meta.facts if lesson.meta else ()):
        entry = around.facts.get(fact)
        if entry is None and around.facts:
            yield _in(lesson, f"The register has no fact {fact}", "Correct the id, or add the fact to courses/facts.yaml.", "facts", index)
        elif entry is not None and entry.status is FactStatus.DOUBTFUL:
            yield _in(lesson, f"{fact} is doubtful and may not be used", "Leave it out, or have the register's entry verified.", "facts", index)


def _values(draft: Draft, meta: CourseMeta, around: Surroundings) -> Iterator[Problem]:
    yield from faults_in_values(draft.course)
    dates = [lesson.meta.review_by for lesson in draft.lessons.values() if lesson.meta]
    if dates and meta.review_by != min(dates):
        cure = f'Write "{min(dates)}", the earliest review date among the lessons.'
        yield _at(draft, f"The course's review_by is {meta.review_by}", cure, "review_by")


def _overdue(draft: Draft, meta: CourseMeta, around: Surroundings, today: date) -> Iterator[Problem]:
    """Overdue reviews block release, not reading (course format, rule 5)."""
    cure = "Have the lesson checked against the law as it stands, then set a new date. Until then the course can't be released."
    for lesson in draft.lessons.values():
        if lesson.meta is None:
            continue
        if lesson.meta.review_by < today:
            yield _in(lesson, f"The review was due on {lesson.meta.review_by}", cure, "review_by")
        for index, code in enumerate(lesson.meta.facts):
            fact = around.facts.get(code)
            if fact is not None and fact.review_by is not None and fact.review_by < today:
                yield _in(lesson, f"The fact {code} was due for review on {fact.review_by}", cure, "facts", index)


def _at(draft: Draft, what: str, cure: str, *keys: str | int) -> Problem:
    return Problem(draft.course.file, draft.course.line(*keys), what, cure)


def _in(lesson: LessonFile, what: str, cure: str, *keys: str | int) -> Problem:
    return Problem(lesson.name, lesson.front.line(*keys), what, cure)


COURSE_RULES = (_identity, _contents, _hours, _moves, _prerequisites, _release, _front_matter, _values)
PACKAGE_RULES = (language_problems, asset_problems, figure_problems, length_problems)
