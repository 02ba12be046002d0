"""Drafts written down: one bank file in our format, its pictures, and the report of what came in and what did not."""

import os
import re
from pathlib import Path

import yaml

from lms.core.errors import Refused
from lms.interop.drafts import Imported, missing

_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,60}$")
_PICTURE = re.compile(r"^[0-9a-f]{16}\.(png|jpg|gif)$")


class _Dumper(yaml.SafeDumper):
    """Writes every value out: our reader refuses aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def bank_name(filename: str) -> str:
    """The bank's name after that of the file it came from."""
    return re.sub(r"[^a-z0-9]+", "-", Path(filename).stem.lower()).strip("-")[:60] or "imported"


def bank_text(outcome: Imported, *, course: str, framework: str) -> str:
    """The draft bank in our format: no blueprint yet, and empty places where something is still to be said."""
    data = {"schema": "assessment/1", "framework": framework, "course": course}
    if outcome.misconceptions:
        data["misconceptions"] = outcome.misconceptions
    data["items"] = outcome.items
    head = "# Drafts from another system. Fill in what `lms assessments check` names; until then the bank can't be loaded.\n"
    return head + yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None)


def report_lines(outcome: Imported, filename: str) -> list[str]:
    """What the operator reads: counts, every question left with its reason, every loss, and what each draft still lacks."""
    lines = [f"{filename} ({outcome.format}): {outcome.found} questions in, {len(outcome.carried)} carried, {len(outcome.left)} left"]
    if outcome.pictures:
        lines.append(f"pictures: {len(outcome.pictures)}")
    lines += [f"file: {remark}" for remark in outcome.remarks]
    lines += [f"left: {one.source}: {one.reason}" for one in outcome.left]
    lines += [f"lost: {one.source}, now {one.id}: {note}" for one in outcome.carried for note in one.notes]
    drafts = [draft for item in outcome.items for draft in (item, *item.get("items", ()))]
    return lines + [f"to fill in: {draft['id']}: {', '.join(lacks)}" for draft in drafts if (lacks := missing(draft))]


def write(folder: Path, name: str, bank: str, pictures: dict[str, bytes]) -> Path:
    """Write a draft bank and its pictures into a new or empty folder; gives the bank's path. Raises Refused."""
    if not _NAME.match(name) or not all(map(_PICTURE.match, pictures)):
        raise Refused(f"{name!r} or a picture has a name that is not taken")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder}: this folder is not empty; name a new one, so that nothing is overwritten")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    _new_file(path, bank.encode())
    for picture, data in pictures.items():
        (folder / "assets").mkdir(exist_ok=True)
        _new_file(folder / "assets" / picture, data)
    return path


def _new_file(path: Path, data: bytes) -> None:
    """Create a file; one that is there, or a link, is never followed nor replaced."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as file:
        file.write(data)
