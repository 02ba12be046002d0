"""One tree of domain errors. The web maps them to pages and the command line to exit codes, each in one place."""

from __future__ import annotations

from collections.abc import Sequence


class LmsError(Exception):
    """A refusal that a person can act on. ``message`` is a translatable sentence."""

    status = 400

    def __init__(self, message: object = "", *, details: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = list(details)

    def __str__(self) -> str:
        return str(self.message)


class Invalid(LmsError):
    """The input breaks a rule; ``details`` lists every place."""

    status = 422


class NotFound(LmsError):
    """No such thing, or none that the actor may know of."""

    status = 404


class Forbidden(LmsError):
    """The policy does not allow it."""

    status = 403


class SignInNeeded(LmsError):
    """The page needs a person."""

    status = 401


class Conflict(LmsError):
    """Somebody else was faster, or the thing is in another state than the form believed."""

    status = 409


class TooMany(LmsError):
    """Throttled; ``retry_after`` seconds."""

    status = 429

    def __init__(self, message: object = "", *, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(LmsError):
    """A task that was understood and is not done, with the reason."""

    status = 409
