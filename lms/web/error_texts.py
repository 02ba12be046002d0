"""What each error page says: what happened in plain words, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class ErrorText:
    """``title`` says what happened; ``cure`` says what a person can do about it."""

    title: LazyString
    cure: LazyString


TEXTS = {
    400: ErrorText(_l("This request could not be read"), _l("Go back, load the page anew and try once more.")),
    403: ErrorText(
        _l("You may not open this page"),
        _l("Who may do what stands on the list of powers. If your work needs this page, ask the HR office of your unit."),
    ),
    404: ErrorText(
        _l("There is nothing here for you"),
        _l("The address may be mistyped, or what it named was moved or is not yours to see. Start again from the home page."),
    ),
    405: ErrorText(_l("This address does not work that way"), _l("Go back and use the button on the page.")),
    409: ErrorText(
        _l("This has changed in the meantime"),
        _l("Nothing was overwritten. Go back, load the page anew, look at how things stand, and decide again."),
    ),
    410: ErrorText(_l("This is no longer offered"), _l("What you did there is kept in your record. Start again from the home page.")),
    413: ErrorText(_l("The file is too large"), _l("Split it, or ask the administrator to import it on the server.")),
    422: ErrorText(_l("This cannot be done as it stands"), _l("Go back, put right what is named here, and try again.")),
    429: ErrorText(_l("Too many tries"), _l("Wait a few minutes and try again. Nobody is locked out for good.")),
    500: ErrorText(
        _l("Something went wrong on our side"),
        _l(
            "Nothing was half saved, and every answer that was shown as saved is still there. "
            "Go back and try again; if it happens again, give the administrator the number below."
        ),
    ),
    503: ErrorText(_l("The platform is being serviced"), _l("It will be back in a few minutes. Every answer that was shown as saved is still there.")),
}

FORM_EXPIRED = ErrorText(
    _l("This form had become too old"),
    _l("Your session had ended or was renewed since the page was opened. Nothing was changed. Go back, load the page anew and send the form again."),
)

SIGNED_OUT = ErrorText(_l("You were signed out before you sent this"), _l("Nothing was changed. Sign in, go back to where you were and send it again."))


def text_for(status: int) -> ErrorText:
    """The words for ``status``; those of 400 or 500 where it has none of its own."""
    return TEXTS.get(status) or TEXTS[500 if status >= 500 else 400]
