"""The documents say what is so: every setting explained with its true default, every command and target they name exists."""

import re
from dataclasses import fields

import pytest

from lms.config import Settings
from tests.conventions.source import ROOT

DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
MAKE = re.compile(r"\bmake ([a-z][a-z-]+)")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))


def code(text: str) -> str:
    return "\n".join(re.findall(r"(?s)```.*?```|`[^`\n]+`", text))


def shown(value: object) -> str:
    return {"True": "true", "False": "false", "": ""}.get(str(value), str(value))


def test_every_setting_is_explained_with_its_default():
    rows = dict(re.findall(r"(?m)^\| `(\w+)` \| (?:`([^`]*)`|\(empty\)) \|", (ROOT / "docs/operations.md").read_text(encoding="utf-8")))
    assert rows == {f.name: shown(getattr(Settings(), f.name)) for f in fields(Settings)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_make_targets_exist(document):
    assert set(MAKE.findall(code(document.read_text(encoding="utf-8")))) - targets() == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_links_and_pictures_exist(document):
    linked = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in linked if not (document.parent / link).exists()] == []
