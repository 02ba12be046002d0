"""The documents say what is so: every setting explained with its true default, every command and target they name exists; commands explain themselves."""

import re
from collections.abc import Iterator
from dataclasses import fields

import click
import pytest

from lms.cli import lms
from lms.config import Settings
from tests.conventions.source import ROOT

DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
MAKE = re.compile(r"\bmake ([a-z][a-z-]+)")
COMMAND = re.compile(r"(?<![\w/.-])(?:\.venv/bin/)?lms (?!lms)((?:[a-z][a-z-]* ?)+)([^`\n#]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))


def code(text: str) -> str:
    return "\n".join(re.findall(r"(?s)```.*?```|`[^`\n]+`", text))


def commands(group: click.Command, name: str = "lms") -> Iterator[tuple[str, click.Command]]:
    """Every command by its full name."""
    if not isinstance(group, click.Group):
        yield name, group
        return
    for word in group.list_commands(click.Context(group)):
        yield from commands(group.get_command(click.Context(group), word), f"{name} {word}")


def unknown(words: list[str], rest: str) -> list[str]:
    """What of a command line in a document does not exist: a command, or options of it."""
    at: click.Command = lms
    for word in words:
        if not isinstance(at, click.Group):
            break
        found = at.get_command(click.Context(at), word)
        if found is None:
            return [word]
        at = found
    known = {"--help", "--version"} | {name for parameter in at.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return [] if isinstance(at, click.Group) else sorted(set(OPTION.findall(rest)) - known)


def shown(value: object) -> str:
    return {"True": "true", "False": "false", "": ""}.get(str(value), str(value))


def test_every_setting_is_explained_with_its_default():
    rows = dict(re.findall(r"(?m)^\| `(\w+)` \| (?:`([^`]*)`|\(empty\)) \|", (ROOT / "docs/operations.md").read_text(encoding="utf-8")))
    assert rows == {f.name: shown(getattr(Settings(), f.name)) for f in fields(Settings)}


def test_the_readme_leads_to_every_document():
    linked = LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {f"docs/{one.name}" for one in DOCUMENTS if one.parent.name == "docs"} - set(linked) == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_make_targets_exist(document):
    assert set(MAKE.findall(code(document.read_text(encoding="utf-8")))) - targets() == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_commands_exist_with_their_options(document):
    named = [(one[1].split(), one[2]) for one in COMMAND.finditer(code(document.read_text(encoding="utf-8")))]
    assert [(words, missing) for words, rest in named if (missing := unknown(words, rest))] == []


def test_every_command_shows_an_example():
    def example(name: str, command: click.Command) -> bool:
        said = " ".join(command.get_help(click.Context(command, info_name=name)).split())
        return said.count(f"{name} ") + said.endswith(name) > 1  # once in the line of its usage

    assert [name for name, command in commands(lms) if not example(name, command)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_links_and_pictures_exist(document):
    linked = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in linked if not (document.parent / link).exists()] == []
