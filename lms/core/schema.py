"""Validate plain data from a YAML file against a pydantic model: every fault with its line and a cure."""

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from lms.core.problems import Problem
from lms.core.yamlfile import Document


class Shape(BaseModel):
    """A part of a file: keys that the model does not name are faults, and nothing is silently converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, strict=True)


ModelT = TypeVar("ModelT", bound=BaseModel)

# pydantic error type -> (what, cure); {key} is the last key, {ctx[...]} what pydantic knows about the rule.
WORDS: dict[str, tuple[str, str]] = {
    "missing": ("The key {key!r} is missing", "Add it."),
    "extra_forbidden": ("The key {key!r} is unknown here", "Remove it or correct its spelling."),
    "string_type": ("{key!r} must be text", "Put the value in double quotes."),
    "int_type": ("{key!r} must be a whole number", "Write digits only, without quotes."),
    "bool_type": ("{key!r} must be true or false", "Write true or false, without quotes."),
    "list_type": ("{key!r} must be a list", "Write [a, b] or one '- a' a line."),
    "tuple_type": ("{key!r} must be a list", "Write [a, b] or one '- a' a line."),
    "dict_type": ("{key!r} must hold keys and values", "Write 'key: value', one a line."),
    "model_type": ("{key!r} must hold keys and values", "Write 'key: value', one a line."),
    "literal_error": ("{key!r} has the value {input!r}, which is not allowed", "Use {ctx[expected]}."),
    "enum": ("{key!r} has the value {input!r}, which is not allowed", "Use {ctx[expected]}."),
    "string_pattern_mismatch": ("{key!r} has the value {input!r}, which has not the right form", "Follow the pattern {ctx[pattern]}."),
    "string_too_short": ("{key!r} is empty", "Write the text."),
    "too_short": ("{key!r} has too few entries", "Give at least {ctx[min_length]}."),
    "greater_than_equal": ("{key!r} is {input!r}, which is too small", "Give {ctx[ge]} or more."),
    "less_than_equal": ("{key!r} is {input!r}, which is too large", "Give {ctx[le]} or less."),
    "date_type": ("{key!r} must be a date", 'Write it as "2027-03-31".'),
    "date_parsing": ("{key!r} is not a date", 'Write it as "2027-03-31".'),
    "date_from_datetime_parsing": ("{key!r} is not a date", 'Write it as "2027-03-31".'),
}


def validate(model: type[ModelT], document: Document) -> ModelT | None:
    """The document as `model`, or None with every fault added to `document.problems`.

    Does nothing with a document that could not be read: its problems say why.
    """
    if document.data is None and document.problems:
        return None
    try:
        return model.model_validate({} if document.data is None else document.data)
    except ValidationError as error:
        document.problems.extend(_problems(error, document))
        return None


def _problems(error: ValidationError, document: Document) -> Iterator[Problem]:
    for fault in error.errors(include_url=False):
        keys = tuple(fault["loc"])
        what, cure = _words(fault, _path(keys))
        yield Problem(document.file, document.line(*keys), what, cure)


def _words(fault: Any, path: str) -> tuple[str, str]:
    what, cure = WORDS.get(fault["type"], ("{key!r}: {message}", "Correct the value."))
    facts = {"key": path, "input": _short(fault["input"]), "message": fault["msg"], "ctx": fault.get("ctx", {})}
    return what.format(**facts), cure.format(**facts)


def _path(keys: tuple[str | int, ...]) -> str:
    """The path as a reader would say it: `lessons[2].hours`, counting from 1."""
    text = ""
    for key in keys:
        text += f"[{key + 1}]" if isinstance(key, int) else f".{key}"
    return text.lstrip(".") or "the file"


def _short(value: Any) -> Any:
    return value if not isinstance(value, str) or len(value) <= 40 else value[:39] + "…"
