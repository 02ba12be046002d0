"""A course package in a ZIP file: the files of a draft, and what is left out with its reason. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.core.errors import Invalid, Refused
from lms.interop import archive
from lms.interop.limits import LIMITS, Limits

_INSIDE = re.compile(r"(?:course\.yaml|bank\.yaml|lessons/\w[\w.-]{0,90}\.(?:zh|en)\.md|assets/\w[\w.-]{0,90}\.(?:svg|png))\Z", re.A)
SAFE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""A course's short name as part of a file name."""
_BANK = re.compile(r"assessments/[a-z0-9-]{1,80}\.ya?ml\Z")
# what every archive programme adds, and what surrounds a course in our own collection
_SILENT = re.compile(r"(?:.*/)?(?:\.DS_Store|Thumbs\.db|\.gitkeep|__MACOSX/.*)\Z")


@dataclass
class Package:
    """The files of one course by their path in a draft; ``left``: path in the archive and reason."""

    files: dict[str, bytes] = field(default_factory=dict)
    left: list[tuple[str, str]] = field(default_factory=list)


def read(data: bytes, name: str, limits: Limits = LIMITS) -> Package:
    """The course of an archive. Raises Refused for tricks, bombs and several courses, Invalid for what is no package."""
    if len(data) > limits.file_bytes:
        raise Refused(f"{name}: the file is larger than {limits.file_bytes // 1_000_000} MB")
    found = archive.read(data, name, limits)
    heads = [path for path in found if posixpath.basename(path) == "course.yaml" and not _SILENT.match(path)]
    if not heads:
        raise Invalid(f"{name}: the archive has no course.yaml: it is no course package")
    if len(heads) > 1:
        raise Refused(f"{name}: the archive holds several courses; bring one at a time")
    if not _is_text(found[heads[0]]):
        raise Invalid(f"{name}: course.yaml is not written in UTF-8. Save it again with the encoding UTF-8.")
    return _sorted(found, posixpath.dirname(heads[0]))


def _sorted(found: Mapping[str, bytes], base: str) -> Package:
    package = Package()
    start = f"{base}/" if base else ""
    for path, content in sorted(found.items()):
        if _SILENT.match(path):
            continue
        inside = path.removeprefix(start) if path.startswith(start) else ""
        if reason := _take(package, inside, content):
            package.left.append((path, reason))
    _take_bank(package, found, start)
    return package


def _take(package: Package, inside: str, content: bytes) -> str:
    """Take a file that lies in the course's folder, or say why not."""
    if not inside:
        return "it belongs to another folder of the archive"
    if not _INSIDE.match(inside):
        return "it is not part of a course package"
    if not inside.startswith("assets/") and not _is_text(content):
        return "it is not a text file in UTF-8"
    package.files[inside] = content
    return ""


def _take_bank(package: Package, found: Mapping[str, bytes], start: str) -> None:
    """The item bank of our own collection lies in ``assessments/`` beside ``courses/``; inside the course it is called ``bank.yaml``."""
    root = start.removesuffix("/").rpartition("/")[0].rpartition("/")[0] if start else ""
    root = f"{root}/" if root else ""
    banks = [path for path in found if path.startswith(root) and _BANK.match(path.removeprefix(root)) and _is_text(found[path])]
    if len(banks) == 1 and "bank.yaml" not in package.files:
        package.files["bank.yaml"] = found[banks[0]]
        package.left = [one for one in package.left if one[0] != banks[0]]
    elif banks:
        package.left = [(path, "there is more than one item bank; the one beside the course is taken" if path in banks else why) for path, why in package.left]


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False
