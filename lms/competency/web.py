"""Pages of a person's competencies: my own, and another's for those who may open the record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, render_template, url_for
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.guards import requires
from lms.access.permissions import Permission
from lms.charts import figures
from lms.charts.series import Trail
from lms.charts.theme import PHONE
from lms.competency import explain_pages, pictures, skill_pages, skill_queries, target_wording, wording
from lms.competency.skills import Skill, tally
from lms.competency.target_queries import effective
from lms.core import clock, framework
from lms.core.db import session as db_session
from lms.core.db import writes
from lms.core.errors import NotFound
from lms.core.i18n import pick
from lms.people import queries as people
from lms.people.models import Official

blueprint = Blueprint("competency", __name__)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose pages these are, and how they link to each other. ``own``: the reader's."""

    official: Official
    own: bool
    today: int
    skills: Sequence[Skill]

    @property
    def about(self) -> Callable[[str], str]:
        """The address of a competency's page."""
        if self.own:
            return lambda code: url_for(".my_skill", code=code)
        return lambda code: url_for(".official_skill", ref=self.official.ref, code=code)

    def explained(self, code: str) -> str:
        """The address of the page that takes the estimate apart."""
        if self.own:
            return url_for(".my_skill_explained", code=code)
        return url_for(".official_skill_explained", ref=self.official.ref, code=code)

    def skill(self, code: str) -> Skill:
        """Raises NotFound where the post does not need the competency."""
        found = next((skill for skill in self.skills if skill.competency == code), None)
        if found is None:
            raise NotFound
        return found


def _mine(session: Session) -> Whose:
    if g.actor.official_id is None:
        raise NotFound(gettext("Your account belongs to no official, so there are no skills of your own."))
    return _whose(session, session.get_one(Official, g.actor.official_id), own=True)


def _theirs(session: Session, ref: str) -> Whose:
    """Another's record, if the policy allows; the reading is logged."""
    official = people.official_by_ref(session, ref)
    policy.ensure_official(g.actor, Permission.RECORD_READ, official.id, official.unit.path)
    audit.record(session, actor=g.actor, action=audit.Action.RECORD_READ, subject=official.staff_no, official_id=official.id, now=g.now, page="skills")
    return _whose(session, official, own=False)


def _whose(session: Session, official: Official, *, own: bool) -> Whose:
    today = clock.day_number(g.now)
    return Whose(official, own, today, skill_queries.skills_of(session, official.id, today))


@blueprint.get("/me/skills")
@requires(Permission.OWN_RECORD)
def my_skills() -> str:
    return _skills_page(db_session(), _mine(db_session()))


@blueprint.get("/people/<ref>/skills")
@requires(Permission.RECORD_READ)
@writes
def official_skills(ref: str) -> str:
    return _skills_page(db_session(), _theirs(db_session(), ref))


@blueprint.get("/me/skills/<code>")
@requires(Permission.OWN_RECORD)
def my_skill(code: str) -> str:
    return _skill_page(db_session(), _mine(db_session()), code)


@blueprint.get("/people/<ref>/skills/<code>")
@requires(Permission.RECORD_READ)
@writes
def official_skill(ref: str, code: str) -> str:
    return _skill_page(db_session(), _theirs(db_session(), ref), code)


@blueprint.get("/me/skills/<code>/explained")
@requires(Permission.OWN_RECORD)
def my_skill_explained(code: str) -> str:
    return _explained_page(db_session(), _mine(db_session()), code)


@blueprint.get("/people/<ref>/skills/<code>/explained")
@requires(Permission.RECORD_READ)
@writes
def official_skill_explained(ref: str, code: str) -> str:
    return _explained_page(db_session(), _theirs(db_session(), ref), code)


def _explained_page(session: Session, whose: Whose, code: str) -> str:
    skill = whose.skill(code)
    moved = skill_queries.trail(session, official_id=whose.official.id, competency=code)
    sources = skill_queries.sources(session, official_id=whose.official.id, competency=code)
    name = skill_pages.name_of(code)
    crumbs = [*_crumbs(whose), (name, whose.about(code)), (gettext("Worked out"), None)]
    page = explain_pages.page(skill, moved, sources, whose.today)
    return render_template("competency/explained.html", page=page | {"name": name, "crumbs": crumbs, "row": skill_pages.row(skill, "", whose.today)})


@blueprint.get("/me/skills.svg")
@requires(Permission.OWN_RECORD)
def my_picture() -> Response:
    whose = _mine(db_session())
    return _svg(figures.skill_bands(pictures.bands(gettext("My skills"), _sentence(whose), whose.skills, whose.today)), "my-skills")


@blueprint.get("/me/skills/<code>.svg")
@requires(Permission.OWN_RECORD)
def my_trail(code: str) -> Response:
    session = db_session()
    whose = _mine(session)
    moved = skill_queries.trail(session, official_id=whose.official.id, competency=whose.skill(code).competency)
    chart = _trail_chart(whose, whose.skill(code), moved)
    if chart is None:
        raise NotFound
    return _svg(figures.estimate_trail(chart), f"skill-{code}")


def _sentence(whose: Whose) -> str:
    return wording.summary(tally(whose.skills), pick(whose.official.position), own=whose.own)


def _skills_page(session: Session, whose: Whose) -> str:
    offers = skill_queries.offers(session, official_id=whose.official.id, codes=[skill.competency for skill in whose.skills], now=g.now)
    page: dict[str, Any] = {
        "own": whose.own,
        "title": gettext("My skills") if whose.own else gettext("Skills of %(name)s", name=whose.official.name),
        "crumbs": [] if whose.own else _crumbs(whose),
        "sentence": _sentence(whose),
        "stats": skill_pages.stats(tally(whose.skills)),
        "next": skill_pages.next_step(whose.skills, offers, whose.about),
        "waiting": skill_pages.waiting(whose.skills),
        "caption": gettext("%(day)s, against the post “%(post)s”", day=wording.full_date(g.now), post=pick(whose.official.position)),
        "levels": pictures.level_names(),
        "rows": [skill_pages.row(skill, whose.about(skill.competency), whose.today) for skill in _critical_first(whose.skills)],
        "expected": [line for skill in whose.skills if (line := skill_pages.expected(skill, whose.today))],
        "origins": _origins(session, whose),
        "targets_url": url_for("targets.person", ref=whose.official.ref) if policy.may(g.actor, Permission.TARGETS_EDIT) and not whose.own else "",
    }
    return render_template("competency/my_skills.html", page=page)


def _origins(session: Session, whose: Whose) -> list[dict[str, Any]]:
    """Because of which rule each target holds."""
    asked = effective(session, [whose.official.id])[whose.official.id]
    return target_wording.origins(asked, target_wording.names(session, asked.values()), own=whose.own)


def _critical_first(skills: Sequence[Skill]) -> list[Skill]:
    return sorted(skills, key=lambda skill: not skill.critical)


def _skill_page(session: Session, whose: Whose, code: str) -> str:
    skill = whose.skill(code)
    moved = skill_queries.trail(session, official_id=whose.official.id, competency=code)
    offers = skill_queries.offers(session, official_id=whose.official.id, codes=[code], now=g.now)
    chart = _trail_chart(whose, skill, moved)
    name = skill_pages.name_of(code)
    page: dict[str, Any] = {
        "own": whose.own,
        "explained_url": whose.explained(code),
        "name": name,
        "crumbs": [*_crumbs(whose), (name, None)],
        "sentence": pick(framework.read().competency(code).description),
        "target_text": pick(framework.read().competency(code).levels[skill.target - 1]),
        "row": skill_pages.row(skill, "", whose.today),
        "because": next(one["because"] for one in _origins(session, whose) if one["code"] == code),
        "expected": skill_pages.expected(skill, whose.today),
        "next": skill_pages.next_step([skill], offers, whose.about),
        "hand_in": skill_pages.hand_in_url(skill) if whose.own else None,
        "steps": skill_pages.step_rows(moved),
        "left_out": skill_pages.left_out(moved),
        "trail_sentence": skill_pages.trail_sentence(moved),
        "svg": _two_sizes(chart) if chart else None,
        "downloads": [(gettext("Download the picture (SVG)"), url_for(".my_trail", code=code))] if whose.own and chart else [],
    }
    return render_template("competency/skill.html", page=page)


def _two_sizes(chart: Trail) -> Markup:
    """The picture for a wide and for a narrow window; the style sheet shows one of them."""
    wide, narrow = figures.estimate_trail(chart), figures.estimate_trail(chart, PHONE, "trail-phone")
    return Markup(f'<div class="when-wide">{wide}</div><div class="when-narrow">{narrow}</div>')  # noqa: S704 - made by our own charts


def _trail_chart(whose: Whose, skill: Skill, moved: Sequence[skill_queries.Moved]) -> Trail | None:
    title = gettext("%(name)s: how the estimate moved", name=skill_pages.name_of(skill.competency))
    return pictures.trail(title, skill_pages.trail_sentence(moved), skill, moved, whose.today)


def _crumbs(whose: Whose) -> list[tuple[str, str | None]]:
    if whose.own:
        return [(gettext("My skills"), url_for(".my_skills"))]
    unit = whose.official.unit
    return [
        (pick(unit), url_for("talent.unit_skills", code=unit.code)),
        (gettext("People"), url_for("talent.unit_people", code=unit.code)),
        (whose.official.name, url_for(".official_skills", ref=whose.official.ref)),
    ]


def _svg(text: str, name: str) -> Response:
    """A picture as a file; it holds no script and no style, and its own policy allows none."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.svg"', "Content-Security-Policy": "default-src 'none'"}
    return Response(text, mimetype="image/svg+xml", headers=headers)
