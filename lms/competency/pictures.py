"""A person's competencies as series for the charts."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import format_date, gettext

from lms.charts import series
from lms.competency import wording
from lms.competency.proficiency import PRIOR_MICRO, Outcome, State
from lms.competency.skill_queries import Moved
from lms.competency.skills import Skill, estimate_on
from lms.core import framework
from lms.core.i18n import language, pick

MOST_STEPS = 40
"""Steps that a picture of the trail holds; older ones stand in the table below it."""


def bands(title: str, description: str, skills: Sequence[Skill], today: int) -> series.Bands:
    """All competencies on one ruler."""
    known = framework.read()
    rows = tuple(_band(skill, pick(known.competency(skill.competency).name), today) for skill in skills)
    return series.Bands(series.Frame(title, description, language()), rows, cuts(), _band_words())


def cuts() -> tuple[float, ...]:
    """Where the levels start, in logits."""
    return tuple(cut / 1000 for cut in framework.read().cuts_milli)


def level_names() -> tuple[str, ...]:
    """The five level names."""
    return tuple(pick(name) for name in framework.read().level_names[1:])


def _band(skill: Skill, name: str, today: int) -> series.BandRow:
    estimate = estimate_on(skill.confirmed, today)
    drawn = estimate and series.Estimate(round(estimate.mean, 3), round(estimate.sd, 4))
    return series.BandRow(skill.competency, name, series.Mark(skill.kind), wording.state_name(skill.kind), wording.note(skill), drawn, skill.target)


def _band_words() -> series.BandWords:
    return series.BandWords(
        levels=level_names(),
        below=gettext("below 1"),
        estimate=gettext("estimate today"),
        band=gettext("how sure we are: wholly right of the dashed line, the target is reached with four chances in five"),
        wide=gettext("where the true value lies, nineteen times in twenty"),
        target=gettext("target of the post"),
    )


def trail(title: str, description: str, skill: Skill, moved: Sequence[Moved], today: int) -> series.Trail | None:
    """The newest answers of a trail; None where no answer has been counted yet."""
    answers = [m.step for m in moved if m.step.outcome is not Outcome.COMPLETED and m.step.after is not None][-MOST_STEPS:]
    now = estimate_on(skill.confirmed, today)
    if not answers or now is None:
        return None
    drawn = tuple(_step(step) for step in answers)
    frame = series.Frame(title, description, language())
    return series.Trail(
        frame, _estimate(answers[0].before or State()), drawn, series.Estimate(round(now.mean, 3), round(now.sd, 4)), skill.target, cuts(), _trail_words()
    )


def _step(step) -> series.Step:
    if step.outcome is Outcome.JUDGED:  # neither right nor wrong: it moved the estimate up or down
        right, counted = step.after.m_milli >= (step.before or State()).m_milli, True
    else:
        right, counted = None if step.fact.correct is None else bool(step.fact.correct), step.outcome is Outcome.COUNTED
    return series.Step(format_date(step.fact.at, "medium"), right, counted, _estimate(step.after))


def _estimate(state: State) -> series.Estimate:
    return series.Estimate(state.m_milli / 1000, round(min(state.v_micro, PRIOR_MICRO) ** 0.5 / 1000, 4))


def _trail_words() -> series.TrailWords:
    return series.TrailWords(
        levels=level_names(),
        right=gettext("right"),
        wrong=gettext("wrong"),
        not_counted=gettext("not counted"),
        target=gettext("target of the post"),
        start=gettext("start"),
        today=gettext("today"),
    )
