"""Translations for templates, one look-up a text.

Flask-Babel finds locale and domain anew for every text, which took a third of a lesson page's time. A request has one
language, and this process its catalogues.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask import Flask

from lms.core.i18n import LOCALES, language

FOLDER = Path(__file__).parent.parent / "translations"


@lru_cache(maxsize=len(LOCALES))
def catalogue(code: str) -> NullTranslations:
    """The texts in the language ``code``; English texts are their own translation."""
    return Translations.load(FOLDER, [LOCALES[code]])


def gettext(text: str) -> str:
    """``text`` in the language of the request."""
    return catalogue(language()).gettext(text)


def ngettext(one: str, many: str, n: int) -> str:
    """``one`` or ``many`` for ``n`` in the language of the request."""
    return catalogue(language()).ngettext(one, many, n)


def init_app(app: Flask) -> None:
    """Use these in templates instead of Flask-Babel's own."""
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)
