"""Documents as PDF: a typst template from ``lms/templates`` and data in, tagged PDF/UA-1 out.

Data reach the template as JSON and are never read as markup, so nobody's name can break or command a document. The
fonts are our own (``lms/fonts``). A character that these lack is looked for in the system's fonts; where no font has it,
the sign for a missing character stands in its place (〓, as Chinese printing has it), and :class:`Typeset` says which.
"""

from __future__ import annotations

import json
import marshal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

LMS = Path(__file__).resolve().parents[1]
TEMPLATES = LMS / "templates"
LONGEST = 120  # seconds; a county's report takes two


class NotTypeset(RuntimeError):
    """The template does not compile with this data; the message is the typesetter's."""


@dataclass(frozen=True, slots=True)
class Typeset:
    """A finished document, and the characters that no font here could show."""

    pdf: bytes
    missing: tuple[str, ...] = ()


def typeset(template: str, data: Mapping[str, Any], *, now: datetime, folder: Path = TEMPLATES) -> Typeset:
    """``template`` (a path inside ``folder``) filled with ``data``; the same input gives the same bytes.

    The template finds in ``data.missing`` the code points that stand as 〓, to say so. Raises NotTypeset.
    """
    order = {"folder": str(folder), "template": template, "data": data, "timestamp": int(now.timestamp())}
    command = [sys.executable, "-m", "lms.core.typesetter"]
    done = subprocess.run(command, input=json.dumps(order).encode(), capture_output=True, cwd=LMS.parent, timeout=LONGEST, check=False)
    if done.returncode:
        raise NotTypeset(done.stderr.decode(errors="replace").strip().splitlines()[-1:] or "no answer")
    pdf, missing = marshal.loads(done.stdout)  # noqa: S302 - written by our own child
    return Typeset(pdf, missing)
