"""What every command shares: the application, the operator as actor, and errors as one readable line.

Exit codes: 0 done, 1 a refused task, 2 wrong usage (Click's own).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import update_wrapper
from importlib import import_module
from typing import Any

import click
from flask import g

from lms.core.errors import LmsError


def operator_language(environment: Mapping[str, str]) -> str:
    """The language commands speak: Chinese at a Chinese terminal (POSIX: LC_ALL, LC_MESSAGES, LANG), else English."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh-Hans" if locale.startswith("zh") else "en"


def needs_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run ``command`` inside the application's context; say readable errors and exit 1."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        from lms.app import create_app  # the application imports every capability: only commands that need it pay
        from lms.config import SettingsError

        try:
            with create_app().app_context():
                g.language = operator_language(os.environ)
                return command(*args, **kwargs)
        except SettingsError as error:
            fail(str(error))
        except LmsError as error:
            fail(str(error) or type(error).__name__, error.details)

    return update_wrapper(wrapper, command)


def fail(line: str, details: list[object] | tuple[object, ...] = ()) -> None:
    """Print ``line`` (and details after it) on standard error and exit 1."""
    click.echo(line, err=True)
    for detail in details:
        click.echo(f"  {detail}", err=True)
    sys.exit(1)


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that ``lms --help`` starts at once.

    An entry "group command" adds a command to the group of another capability, which knows nothing of it.
    """

    def __init__(self, *args: Any, lazy: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(name for name in self.lazy if " " not in name)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.lazy[cmd_name].partition(":")
        command = getattr(import_module(module), attribute)
        added = {name.removeprefix(f"{cmd_name} "): target for name, target in self.lazy.items() if name.startswith(f"{cmd_name} ")}
        if added:
            command.lazy.update(added)
        return command
