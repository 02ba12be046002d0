"""Pages of bench strength put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from lms.core import framework
from lms.core.i18n import pick
from lms.people.models import Position, Unit
from lms.talent import dual_pages
from lms.talent.bench import Readiness, Strength
from lms.talent.bench_queries import Line, Post


def strength_name(strength: Strength) -> str:
    """How well a post is covered, in words."""
    return {Strength.ENOUGH: gettext("Covered"), Strength.THIN: gettext("Thin"), Strength.NOBODY: gettext("Nobody")}[strength]


def page(posts: Sequence[tuple[Position, Line]], unit: Unit) -> dict[str, Any]:
    """The list of posts, the uncovered ones first."""
    worst = {Strength.NOBODY: 0, Strength.THIN: 1, Strength.ENOUGH: 2}
    rows = [_row(position, line, unit) for position, line in sorted(posts, key=lambda one: (worst[one[1].strength], one[0].code))]
    return {"rows": rows, "sentence": _sentence([line.strength for _, line in posts]), "guards": dual_pages.guards()}


def _sentence(found: Sequence[Strength]) -> str:
    """How many posts have nobody and how many are thin: two findings that ask for different steps."""
    nobody, thin = found.count(Strength.NOBODY), found.count(Strength.THIN)
    if not nobody and not thin:
        return gettext("Every critical post is covered.")
    parts = [
        ngettext(
            "For %(n)d critical post nobody is proven ready or nearly ready.",
            "For %(n)d critical posts nobody is proven ready or nearly ready.", nobody, n=nobody,
        ),
        ngettext("%(n)d is thinly covered.", "%(n)d are thinly covered.", thin, n=thin),
    ]  # fmt: skip
    return " ".join(part for part, n in zip(parts, (nobody, thin), strict=True) if n)


def _row(position: Position, post: Line, unit: Unit) -> dict[str, Any]:
    return {
        "name": pick(position), "code": position.code, "url": url_for("dual.bench_post", unit=unit.code, post=position.code),
        "kind": post.strength.value, "words": strength_name(post.strength), "why": _why(post),
        "holders": post.holders, "retiring": post.retiring, "next": post.next_retirement, "ready": post.ready, "nearly": post.nearly,
    }  # fmt: skip


def _why(post: Post | Line) -> str:
    if post.strength is Strength.NOBODY:
        return gettext("nobody is proven ready or nearly ready")
    if post.strength is Strength.THIN and not post.ready:
        return gettext("nobody is proven ready; some are nearly")
    if post.strength is Strength.THIN:
        return gettext("fewer are proven ready than retire")
    return gettext("at least as many are proven ready as retire")


def post_page(post: Post, people: Sequence[Any], leaving: Sequence[Any]) -> dict[str, Any]:
    """One post: who is ready, who is nearly with what is missing, and who retires."""
    by_id = {one.official_id: one for one in post.candidates}
    rows = [(row, by_id[row[0].id]) for row in people]
    return {
        "kind": post.strength.value, "words": strength_name(post.strength), "why": _why(post), "holders": post.holders, "retiring": post.retiring,
        "critical": [f"{code} {pick(framework.read().competency(code).name)}" for code in post.critical],
        "ready": [_candidate(row, one) for row, one in rows if one.readiness is Readiness.READY],
        "nearly": [_candidate(row, one) for row, one in rows if one.readiness is Readiness.NEARLY],
        "leaving": leaving, "guards": dual_pages.guards(),
    }  # fmt: skip


def _candidate(row: Any, one: Any) -> dict[str, Any]:
    official, unit, position = row
    missing = [dual_pages.skill_line(skill) for skill in one.missing]
    return {"official": official, "unit": pick(unit), "position": pick(position), "missing": missing}
