"""The gap board in whole sentences of the reader's language."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from lms.core.i18n import pick
from lms.talent.board import Line, Rules, Standing, Step, Way, Why, coverage_percent, decided_percent, months_needed
from lms.talent.heat import Numbers
from lms.talent.wording import levels, number, share


def steps() -> dict[Step, str]:
    """What each step is called on a button."""
    return {
        Step.PLACEMENT: gettext("Assign a placement"),
        Step.QUIZ: gettext("Assign a quiz"),
        Step.WORK_SAMPLE: gettext("Ask for a work sample"),
        Step.LESSON: gettext("Assign a lesson"),
        Step.COURSE: gettext("Assign a course"),
        Step.PLAN: gettext("Make a training plan"),
        Step.ORDER: gettext("Order training from partners"),
        Step.ROTATION: gettext("Look who could move"),
        Step.RECRUITMENT: gettext("Record that the post must be filled from outside"),
    }


def question(step: Step, line: Line) -> str:
    """What an order is called, or a decision record asks; its writer may change it. No number: the board's may be live, and decisions are published."""
    if step is Step.ORDER:
        return gettext("Training in “%(name)s”", name=line.competency)
    return gettext("Shall somebody who meets the target in “%(name)s” be recruited from outside?", name=line.competency)


def why(reason: Why, cell: Numbers, rule: Rules) -> str:
    """Why a step stands where it stands."""
    words = {
        Why.NO_EVIDENCE: gettext("Nobody has evidence: first find out, then train whoever needs it."),
        Why.LITTLE_EVIDENCE: gettext(
            "Only %(share)s have evidence: training would be chosen for people of whom nothing is known.", share=share(coverage_percent(cell))
        ),
        Why.UNDECIDED: gettext(
            "Of those with evidence only %(share)s are decided: a few questions more tell who needs training.", share=share(decided_percent(cell))
        ),
        Why.FEW: gettext("Evidence of %(some)s of %(all)s people: of so few, those who are missing matter.", some=cell.n_evidence, all=cell.n_required),
        Why.HIGH_LEVEL: gettext("Questions alone never prove level 4 or 5; a judged work sample does."),
        Why.OTHER_EVIDENCE: gettext("Another way to the same evidence."),
        Why.SMALL: gettext("Those who are short lack little: one lesson may be enough."),
        Why.TRAIN: gettext("Training on the competency itself."),
        Why.MANY: gettext("Many people are or may be short: a plan shares out hours and seats, posts that matter most first."),
        Why.ALIKE: gettext(
            "So many need the same that a partner can be asked to teach them as a class. "
            "Write down competency, level, number of people, deadline and the evidence by which you will accept it."
        ),
        Why.SOMEBODY_ELSE: gettext("Training alone would take longer than there is time: see whether somebody who meets the target could take the post."),
        Why.TOO_SLOW: pick(rule.words["recruitment"]),
        Why.THE_OTHERS: gettext("%(share)s have evidence: a placement tells who else needs training.", share=share(coverage_percent(cell))),
        Why.KEEP: gettext("Nobody is certainly below; a few questions settle what is unclear."),
    }
    return words[reason]


def short_why(reason: Why, cell: Numbers, rule: Rules) -> str:
    """The reason as short as a table needs it; the rule's own words stand on the gap's page."""
    slow = reason in (Why.TOO_SLOW, Why.SOMEBODY_ELSE)
    return gettext("Training alone would take longer than there is time.") if slow else why(reason, cell, rule)


def standing(found: Standing, cell: Numbers | None) -> str:
    """What may be said of a line, short."""
    if found is Standing.HIDDEN or cell is None:
        return gettext("Too few people to show")
    if found is Standing.NOBODY:
        return gettext("No evidence: nothing is known")
    if found is Standing.THIN:
        return gettext("Not enough evidence")
    if found is Standing.FINE:
        return gettext("Nobody certainly below")
    return ngettext("%(num)d person certainly below", "%(num)d people certainly below", cell.not_yet)


def standings() -> dict[str, str]:
    """The filter by what may be said."""
    return {"": gettext("All"), "short": gettext("Certainly short"), "thin": gettext("Not enough evidence"), "fine": gettext("Nobody certainly below")}


def headline(lines: list[Line], found: list[Standing]) -> str:
    """What the board says in one breath."""
    shown = [line for line in lines if line.cell is not None]
    if not shown:
        return gettext("Nothing may be shown here: the groups are too small.") if lines else gettext("No post here has targets.")
    short, thin = found.count(Standing.SHORT), found.count(Standing.THIN) + found.count(Standing.NOBODY)
    text = gettext(
        "Of %(all)s gaps, %(short)s are known to be there, and of %(thin)s there is not enough evidence to say.",
        all=number(len(lines)), short=number(short), thin=number(thin),
    )  # fmt: skip
    largest = max((line for line, one in zip(lines, found, strict=True) if one is Standing.SHORT), key=lambda line: line.cell.gap or 0, default=None)
    if largest is None:
        return text
    name = f"{largest.name}: {largest.competency}" if largest.name and largest.name != largest.competency else largest.competency
    return f"{text} " + gettext("The largest is %(name)s, %(gap)s levels short on average.", name=name, gap=levels(largest.cell.gap or 0))


def way(one: Way) -> str:
    """A way to evidence with its cost."""
    people = ngettext("%(num)d person", "%(num)d people", one.people)
    words = {"people": people, "minutes": number(one.minutes_each), "hours": number(max(1, round(one.minutes / 60)))}
    if one.step is Step.PLACEMENT:
        each = ngettext("%(num)d placement question each", "%(num)d placement questions each", one.each)
    elif one.step is Step.QUIZ:
        each = ngettext("%(num)d quiz form each", "%(num)d quiz forms each", one.each)
    elif one.high:
        each = gettext("one work sample each, as level 4 and 5 need one,")
    else:
        each = gettext("one work sample each")
    return gettext("%(each)s for %(people)s: about %(minutes)s minutes a person, %(hours)s hours in all", each=each, **words)


def months(cell: Numbers, rule: Rules) -> str:
    """How long training would take."""
    n = months_needed(cell, rule)
    return ngettext(
        "Courses one after the other would take those who are short about %(num)d month.",
        "Courses one after the other would take those who are short about %(num)d months.",
        n,
    )
