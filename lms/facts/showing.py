"""What the pages of the register share."""

from __future__ import annotations

from typing import Any

from flask import g

from lms.access import policy
from lms.access.permissions import Permission
from lms.core.db import session
from lms.facts import citation_queries, wording
from lms.facts.flag_queries import is_overdue
from lms.people.calendar_queries import today


def shared() -> dict[str, Any]:
    """Words, the date, and what the actor may do."""
    may = {"edits": policy.may(g.actor, Permission.FACTS_EDIT), "looks": policy.may(g.actor, Permission.COURSES_WRITE)}
    may["asks"] = policy.may(g.actor, Permission.ITEM_STATISTICS)
    titles = citation_queries.course_titles(session())
    return {"titles": titles, "words": wording, "today": today(g.now), "overdue": is_overdue, **may}
