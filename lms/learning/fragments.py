"""The part of a lesson's page that is the same for everyone with the same lessons done, made once a process.

It depends on an immutable revision, the language and which lessons are done: never on who reads. The one thing that
does, the form's token, is put in its place afterwards.
"""

from collections import OrderedDict

from flask import render_template
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from lms.core.i18n import language
from lms.courses.queries import Contents, LessonLine

MOST = 2000
TOKEN = "\x02token\x03"  # control characters: no text of a lesson can hold them, the sanitiser drops them

_made: OrderedDict[tuple, str] = OrderedDict()


def lesson_body(contents: Contents, line: LessonLine, *, slug: str, learns: bool, done: dict[str, str], has_check: bool) -> Markup:
    """The lesson with its neighbours, its table of contents and the statement form."""
    key = (contents.ref, line.code, language(), slug, learns, has_check, frozenset(done.items()))
    html = _made.get(key)
    if html is None:
        html = _made[key] = _make(contents, line, slug=slug, learns=learns, done=done, has_check=has_check)
        if len(_made) > MOST:
            _made.popitem(last=False)
    return Markup(html.replace(TOKEN, generate_csrf()) if TOKEN in html else html)  # noqa: S704  (a template's output)


def _make(contents: Contents, line: LessonLine, *, slug: str, learns: bool, done: dict[str, str], has_check: bool) -> str:
    before, after = contents.neighbours(line)
    return render_template(
        "courses/_lesson_body.html",
        slug=slug,
        course=contents,
        lesson=line,
        text=contents.texts[line.slug, "en" if language() == "en" else "zh"],
        before=before,
        after=after,
        learns=learns,
        done=done,
        has_check=has_check,
        token=TOKEN,
    )
