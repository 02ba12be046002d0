"""Rules for a package's pictures: named plainly, used, small, and unable to act."""

import re
from collections.abc import Iterator
from xml.parsers import expat

from lms.core.markdown import ASSET, outside_code
from lms.core.problems import Problem
from lms.courses.reading import Draft

MAX_PICTURE_KB = 200
SVG = "http://www.w3.org/2000/svg"
PNG = b"\x89PNG\r\n\x1a\n"
ACTIVE_SVG = re.compile(rb"<\s*(?:[\w.-]+:)?(?:script|foreignObject|iframe|animate|set)\b|\son\w+\s*=|<!ENTITY|@import|javascript:", re.I)
REMOTE_SVG = re.compile(rb"(?:href|src)\s*=\s*[\"']\s*(?!#|data:image/png)[^\"']|url\(\s*[\"']?\s*(?!#)[^)]", re.I)


def asset_problems(draft: Draft) -> Iterator[Problem]:
    """All faults of the pictures, and of what `offline` says about them."""
    used = _used(draft)
    for name, data in draft.assets.items():
        path = f"{draft.name}/assets/{name}"
        for what, cure in picture_faults(name, data, used):
            yield Problem(path, 0, what, cure)
    yield from _offline_faults(draft)


def _used(draft: Draft) -> set[str]:
    texts = ("\n".join(outside_code(lesson.body)) for lesson in draft.lessons.values())
    return {name for text in texts for name in re.findall(r"assets/([A-Za-z0-9][A-Za-z0-9._-]*)", text)}


def picture_faults(name: str, data: bytes, used: set[str]) -> Iterator[tuple[str, str]]:
    if ASSET.match(f"assets/{name}") is None:
        yield "The file name has other characters than letters, digits, dot, hyphen and underscore", "Rename it."
    elif name not in used:
        yield "No lesson shows this picture", "Show it, or remove it."
    if not data:
        yield "The picture is empty or larger than 20 MB", "Save it again, smaller."
    elif len(data) > MAX_PICTURE_KB * 1024:
        yield f"The picture has {len(data) // 1024} KB", f"Make it {MAX_PICTURE_KB} KB or smaller: the line to a village is thin."
    if name.endswith(".png") and data and not data.startswith(PNG):
        yield "This is no PNG picture", "Save it as PNG."
    if name.endswith(".svg"):
        yield from _svg_faults(data)


def _svg_faults(data: bytes) -> Iterator[tuple[str, str]]:
    if b"<svg" not in data or not _is_utf8(data):
        yield "This is no SVG picture", "Save it as SVG."
        return
    if match := ACTIVE_SVG.search(data):
        yield f"The picture holds active content: {match[0].decode(errors='replace').strip()[:30]}", "Export it as plain SVG."
    if REMOTE_SVG.search(data):
        yield "The picture refers to another file", "Embed what it needs; pictures must work without a network."
    if not match:
        yield from _unseen(data)


def _unseen(data: bytes) -> Iterator[tuple[str, str]]:
    """Why browsers would show nothing of it. Entities, which could swell, are refused before anything is read here."""
    roots: list[str] = []
    reader = expat.ParserCreate(namespace_separator=" ")
    reader.StartElementHandler = lambda name, _attributes: roots.append(name) if not roots else None
    cure = "Export it as SVG again from the program that drew it."
    try:
        reader.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        yield f"The picture is damaged at line {reader.CurrentLineNumber}: nothing of it would show", cure
        return
    if roots != [f"{SVG} svg"]:
        yield f'The picture does not begin with <svg xmlns="{SVG}">: nothing of it would show', cure


def _is_utf8(data: bytes) -> bool:
    """Whether what is looked for in the bytes is what a browser reads: in another encoding a script would not look like one."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in data


def _offline_faults(draft: Draft) -> Iterator[Problem]:
    if draft.meta is None:
        return
    offline = draft.meta.offline
    for index, name in enumerate(offline.assets):
        if name.removeprefix("assets/") not in draft.assets:
            line = draft.course.line("offline", "assets", index)
            yield Problem(draft.course.file, line, f"The offline pack names {name!r}, which is not in assets/", "Correct the name.")
    size = sum(map(len, draft.assets.values())) + sum(len(lesson.body.encode()) for lesson in draft.lessons.values())
    if offline.pack and size > offline.max_kb * 1024:
        what = f"The course has {size // 1024} KB, more than its max_kb of {offline.max_kb}"
        yield Problem(draft.course.file, draft.course.line("offline", "max_kb"), what, "Make the pictures smaller, or raise max_kb.")
