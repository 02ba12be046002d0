"""One file of a form, examined; a refusal in a sentence."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from lms.core.errors import Invalid
from lms.portfolio import files
from lms.portfolio.files import TooLarge, Upload
from lms.portfolio.sniffing import KINDS, Fault, Refused


def read(field: str, kinds: tuple[str, ...] = KINDS) -> Upload | None:
    """The file in a field, None when none was chosen. Raises Invalid with what is wrong with it."""
    given = request.files.get(field)
    if given is None or not given.filename:
        return None
    try:
        return files.examine(given.stream.read(files.most_megabytes() * 1_000_000 + 1), given.filename, kinds)
    except TooLarge:
        raise Invalid(_("The file is larger than %(n)d MB.", n=files.most_megabytes())) from None
    except Refused as refused:
        raise Invalid(sentence(refused.fault, kinds)) from None
    finally:
        given.close()  # a large upload was a temporary file


def sentence(fault: Fault, kinds: tuple[str, ...] = KINDS) -> str:
    """Why a file is not taken, and what helps."""
    return {
        Fault.KIND: _("Files of this kind are not taken. Save it as one of: %(kinds)s.", kinds=_(", ").join(kinds)),
        Fault.EMPTY: _("The file is empty."),
        Fault.NOT_AS_NAMED: _("The content is not what the name of the file says. Save it again from the program that made it."),
        Fault.MACROS: _("The file holds macros or programs. Save it without them."),
        Fault.ENCRYPTED: _("The file is encrypted or locked with a password. Save it without."),
        Fault.SWELLS: _("The file would swell when it is opened. Save it again from the program that made it."),
        Fault.DAMAGED: _("The file is damaged. Save it again from the program that made it."),
        Fault.ACTIVE: _("The file holds scripts, entities or embedded files. Print it to a new PDF, or export it again without them."),
    }[fault]
