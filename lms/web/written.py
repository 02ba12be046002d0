"""What a person wrote in a form that was refused because the session had ended: it is shown to be copied, so that no words are lost."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

SECRET = {"csrf_token", "token", "password", "again", "present", "code"}
SHORTEST = 4


def words(form: MultiDict[str, str]) -> list[str]:
    """The sentences of ``form``, in its order: text with a space or a Han character; choices, references and secrets are none."""
    found = [value.strip() for name, value in form.items(multi=True) if name not in SECRET]
    return [value for value in found if len(value) >= SHORTEST and any(sign.isspace() or sign >= "\u2e80" for sign in value)]
