"""Pictures as people bring them: the kind told by the content, a name that fits, used where."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from flask_babel import gettext as _

from lms.authoring.queries import FileNow
from lms.core.errors import Invalid

PNG = b"\x89PNG\r\n\x1a\n"
MOST_READ = 2_000_000


def named(content: bytes, wanted: str) -> str:
    """The name under which a picture goes into the draft, its ending by what it is. Raises Invalid for any other content."""
    head = content[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith(PNG):
        ending = "png"
    elif head.startswith(b"<") and b"<svg" in content[:20_000]:
        ending = "svg"
    else:
        raise Invalid(_("This is no SVG and no PNG picture. Save it as one of the two."))
    plain = unicodedata.normalize("NFKD", wanted.rpartition("/")[2].rpartition("\\")[2]).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", re.sub(r"\.(svg|png)\Z", "", plain)).strip("-")[:60]
    return f"{stem or 'picture'}.{ending}"


def places(files: Mapping[str, FileNow]) -> dict[str, list[str]]:
    """By picture, the paths of the files that show it."""
    names = [path.removeprefix("assets/") for path in files if path.startswith("assets/")]
    texts = {path: file.text for path, file in files.items() if file.text is not None and path != "course.yaml"}
    return {name: [path for path, text in texts.items() if re.search(rf"assets/{re.escape(name)}(?![\w.-])", text)] for name in names}


def markdown(name: str, alt: str) -> str:
    """The line that shows a picture in a lesson."""
    words = " ".join(re.sub(r"[\[\]]", "", alt).split())
    return f"![{words}](assets/{name})"
