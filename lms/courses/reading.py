"""Read a package's files into a draft: what is there, with every fault of form, before any rule is asked."""

from dataclasses import dataclass, field
from pathlib import Path

from lms.core.problems import Problem
from lms.core.schema import validate
from lms.core.yamlfile import Document, parse, read, read_text
from lms.courses.canonical import format_markdown, split_front
from lms.courses.package import LANGUAGES, SUFFIXES, CourseMeta, FactsFile, Lesson, LessonMeta, LessonText, Package

MAX_LESSON_CHARACTERS = 60_000
PICTURES = (".svg", ".png")


@dataclass
class LessonFile:
    """One lesson file as found; `meta` is None where the front matter is faulty. `body_line` is the body's first line."""

    name: str
    stem: str
    language: str
    front: Document
    meta: LessonMeta | None
    body: str
    body_line: int


@dataclass
class Draft:
    """A package folder as found."""

    folder: Path
    name: str
    course: Document
    meta: CourseMeta | None
    lessons: dict[tuple[str, str], LessonFile] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def lesson(self, stem: str, language: str) -> LessonFile | None:
        return self.lessons.get((stem, language))


def read_draft(folder: Path, *, name: str | None = None) -> Draft:
    """Everything that lies in the folder. `name` is what problems call the folder (default: the path as given)."""
    name = name or folder.as_posix()
    course = read(folder / "course.yaml", name=f"{name}/course.yaml")
    draft = Draft(folder, name, course, validate(CourseMeta, course))
    _read_lessons(draft)
    _read_assets(draft)
    draft.problems += course.problems
    for lesson in draft.lessons.values():
        draft.problems += lesson.front.problems
    return draft


def _read_lessons(draft: Draft) -> None:
    endings = {f".{suffix}.md": language for language, suffix in SUFFIXES.items()}
    for path in sorted(_entries(draft, "lessons")):
        name = f"{draft.name}/lessons/{path.name}"
        ending = next((e for e in endings if path.name.endswith(e)), None)
        if ending is None or not _is_plain(path):
            draft.problems.append(Problem(name, 0, "This is no lesson file", "Name lessons NN-slug.zh.md and NN-slug.en.md, and remove the rest."))
            continue
        stem, language = path.name.removesuffix(ending), endings[ending]
        draft.lessons[stem, language] = _lesson(path, name, stem, language)


def _lesson(path: Path, name: str, stem: str, language: str) -> LessonFile:
    problems: list[Problem] = []
    text = read_text(path, problems, name=name)
    if text is not None and len(text) > MAX_LESSON_CHARACTERS:
        problems.append(Problem(name, 0, f"The lesson is longer than {MAX_LESSON_CHARACTERS:,} characters", "Split it into two lessons."))
        text = None
    if text is None:
        return LessonFile(name, stem, language, Document(name, problems=problems), None, "", 1)
    parts = split_front(text)
    if parts is None:
        problems.append(Problem(name, 1, "The front matter is missing", "Begin the file with '---', the keys, and '---' again."))
        return LessonFile(name, stem, language, Document(name, problems=problems), None, text, 1)
    front = parse(parts[0], name, first_line=2)
    return LessonFile(name, stem, language, front, validate(LessonMeta, front), parts[1], parts[0].count("\n") + 4)


def _read_assets(draft: Draft) -> None:
    for path in sorted(_entries(draft, "assets")):
        name = f"{draft.name}/assets/{path.name}"
        if not _is_plain(path) or path.suffix not in PICTURES:
            draft.problems.append(Problem(name, 0, "Only SVG and PNG pictures may lie in assets", "Remove it, or save it as SVG or PNG."))
            continue
        draft.assets[path.name] = path.read_bytes() if path.stat().st_size <= 20_000_000 else b""


def _entries(draft: Draft, sub: str) -> list[Path]:
    folder = draft.folder / sub
    return [path for path in folder.iterdir() if path.name != ".gitkeep"] if folder.is_dir() and not folder.is_symlink() else []


def _is_plain(path: Path) -> bool:
    """A regular file that is no link: a link could bring any file of the machine into a lesson."""
    return path.is_file() and not path.is_symlink()


def read_facts(path: Path, *, name: str) -> tuple[FactsFile | None, Document]:
    """The register of facts with the faults found in it."""
    document = read(path, name=name)
    return validate(FactsFile, document), document


def complete(draft: Draft) -> Package:
    """The package of a draft in which no check has found an error."""
    assert draft.meta is not None
    lessons = tuple(Lesson(entry, _texts(draft, entry.file)) for entry in draft.meta.lessons)
    return Package(draft.folder, draft.meta, lessons, dict(draft.assets), _sources(draft))


def _sources(draft: Draft) -> dict[str, bytes]:
    """The text files of the package as they lie there."""
    names = ["course.yaml", *(f"lessons/{stem}.{SUFFIXES[language]}.md" for stem, language in sorted(draft.lessons))]
    return {name: (draft.folder / name).read_bytes() for name in names}


def _texts(draft: Draft, stem: str) -> dict[str, LessonText]:
    files = {language: draft.lessons[stem, language] for language in LANGUAGES}
    return {language: LessonText(file.meta, format_markdown(file.body)) for language, file in files.items() if file.meta}
