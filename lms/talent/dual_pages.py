"""Pages of both strands put together: rows, sentences, files. No deciding who may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from lms.competency import skill_words
from lms.competency.level_queries import NOTHING_PROVEN, Skill
from lms.core import framework
from lms.core.i18n import pick
from lms.core.sheets import Cell
from lms.people.calendar_queries import today
from lms.talent import dual, wording
from lms.talent.dual import Standing, Strand, Verdict
from lms.talent.dual_queries import Person
from lms.talent.models import DualYear

VERDICTS = {Verdict.MET: _l("Both strands met"), Verdict.OPEN: _l("Not decided yet"), Verdict.NOT_YET: _l("Not yet")}


def verdict_name(verdict: str) -> str:
    """The verdict in words. Who is not decided is never "no"."""
    return str(VERDICTS[Verdict(verdict)])


def standing_name(standing: Standing) -> str:
    """One person's verdict in words: below the coverage there is not enough evidence, above it what is measured does not decide yet."""
    return verdict_name(standing.verdict) if standing.covered else gettext("Not enough evidence")


def guards() -> list[str]:
    """The framework's guard texts: on every page and in every file."""
    return [pick(guard) for guard in framework.read().guards]


def strand_name(code: str) -> str:
    return gettext("Technology") if code == "T" else gettext("Governance")


def percent(share: Fraction) -> str:
    """Whole per cent, rounded down so that 80% is said only of 80% reached."""
    return wording.share(int(100 * share))


def strand_words(strand: Strand) -> str:
    """One strand in a line: how much is measured, and what of it is certain; no score below the coverage."""
    measured = gettext("%(n)d of %(all)d measured", n=strand.measured, all=strand.targets)
    if not strand.covered:
        return measured
    strong = ngettext("%(n)d competency at level 3 or above", "%(n)d competencies at level 3 or above", strand.strong, n=strand.strong)
    return gettext("%(score)s of the targets reached, %(strong)s, %(measured)s", score=percent(strand.score), strong=strong, measured=measured)


def row(found: Any, person: Person, links: bool = True) -> dict[str, Any]:
    """One line of the list; ``found``: (Official, Unit, Position, …)."""
    official, unit, position = found[0], found[1], found[2]
    standing = person.standing
    return {
        "official": official, "unit": pick(unit), "position": pick(position), "verdict": standing.verdict.value, "words": standing_name(standing),
        "technology": strand_words(standing.technology), "governance": strand_words(standing.governance),
    }  # fmt: skip


def sentence(counts: dict[str, int], as_of: int | None) -> str:
    """How many there are of each, and from when that is."""
    if as_of is None:
        return gettext("Standings are worked out once a night. Come back tomorrow.")
    known = {"met": counts.get(Verdict.MET, 0), "open": counts.get(Verdict.OPEN, 0), "not_yet": counts.get(Verdict.NOT_YET, 0)}
    said = gettext("Both strands are met by %(met)d; %(not_yet)d do not meet them yet; of %(open)d the evidence does not decide it.", **known)
    return f"{said} " + gettext("Who belongs to the list is as of %(day)s; the lines themselves are of now.", day=skill_words.full_date(as_of))


def person_page(person: Person) -> dict[str, Any]:
    """How a standing is made up: the verdict, each strand by competency, what is missing."""
    standing = person.standing
    return {
        "verdict": standing.verdict.value,
        "words": standing_name(standing),
        "sentence": _why(standing),
        "index": _index(standing),
        "strands": [_strand_part(strand, person) for strand in standing.strands],
        "guards": guards(),
    }


def _why(standing: Standing) -> str:
    if standing.verdict is Verdict.MET:
        return gettext("Both strands meet the rule: at least 80 per cent of the targets reached and three competencies at level 3 or above in each.")
    if standing.verdict is Verdict.NOT_YET:
        return gettext("Even if all that is open turned out well, the rule would not be met yet. What is missing stands below.")
    if not standing.covered:
        return gettext("Less than three quarters of what the post asks for is measured in one strand, so nothing is said. That is no failing.")
    return gettext("What is measured does not decide it yet: more evidence can still show that both strands are met.")


def _index(standing: Standing) -> str:
    """The composite index with its numbers put in; nothing below the coverage."""
    if standing.index is None:
        return ""
    t, g = standing.technology.score, standing.governance.score
    known = {"t": f"{float(t):.3f}", "g": f"{float(g):.3f}", "c": f"{float(standing.index):.3f}"}
    return gettext("Composite index C = 2·T·G/(T+G) with T = %(t)s and G = %(g)s: C = %(c)s", **known)


def _strand_part(strand: Strand, person: Person) -> dict[str, Any]:
    members = [one for one in framework.read().competencies if one.strand == strand.code]
    rows = [_competency(one, person) for one in members if one.code in person.targets or one.code in person.levels]
    return {"name": strand_name(strand.code), "words": strand_words(strand), "missing": _missing(strand), "rows": rows}


def _competency(one: Any, person: Person) -> dict[str, Any]:
    target = person.targets[one.code].level if one.code in person.targets else 0
    proven = person.levels.get(one.code, NOTHING_PROVEN)
    kind, words = _standing_of(target, proven)
    known = str(proven.level) if proven.measured else "–"
    return {"code": one.code, "name": pick(one.name), "target": target or "–", "level": known, "kind": kind, "words": words}


def _standing_of(target: int, proven: Any) -> tuple[str, str]:
    """The look of a competency in this rule, and what it lacks."""
    if not proven.measured:
        return "no_evidence", gettext("not measured: left out, and lowers the coverage")
    if proven.level >= max(target, 1):
        return "met", gettext("counts in full")
    if proven.possible < target:
        return "not_yet", gettext("; ").join([_proven(proven.level), gettext("level %(target)d is not reached yet", target=target)])
    return "unclear", gettext("; ").join([_proven(proven.level), gettext("more evidence may show more")])


def _proven(level: int) -> str:
    return gettext("level %(level)d is proven", level=level) if level else gettext("no level is proven")


def _missing(strand: Strand) -> list[str]:
    """What a strand still lacks, in sentences."""
    found = []
    if not strand.targets:
        found.append(gettext("The post asks for nothing in this strand."))
    elif not strand.covered:
        need = -(-strand.targets * dual.COVERAGE.numerator // dual.COVERAGE.denominator) - strand.measured
        found.append(ngettext("%(n)d more competency has to be measured.", "%(n)d more competencies have to be measured.", need, n=need))
    elif strand.score < dual.SCORE:
        found.append(gettext("%(score)s of the targets are reached; 80%% are needed.", score=percent(strand.score)))
    if strand.strong < dual.STRONG:
        lacking = dual.STRONG - strand.strong
        found.append(
            ngettext("%(n)d more competency at level 3 or above is needed.", "%(n)d more competencies at level 3 or above are needed.", lacking, n=lacking)
        )
    return found


def skill_line(skill: Skill) -> str:
    """What stands between somebody and a post, in one competency."""
    name = pick(framework.read().competency(skill.competency).name)
    known = {"name": name, "target": skill.target, "state": skill_words.state_name(skill.kind)}
    line = gettext("%(name)s, target level %(target)d: %(state)s", **known)
    note = skill_words.note(skill) if str(skill.kind) == "unclear" else ""
    return f"{line} ({note})" if note else line


def year_rows(years: Iterable[DualYear]) -> list[dict[str, Any]]:
    """A unit's figures by year for the table; hidden ones say so."""
    return [{"year": one.year, "day": one.taken_at, **_year(one)} for one in years]


def child_rows(children: Iterable[Any]) -> list[dict[str, Any]]:
    """The units below in one year."""
    return [{"code": unit.code, "name": pick(unit), **_year(one)} for unit, one in children if one.people is not None]


def _year(one: DualYear) -> dict[str, Any]:
    if one.people is None:
        return {"hidden": True, "coverage": gettext("too few people to show"), "met": "–", "index": "–"}
    coverage = gettext("%(n)s of %(all)s", n=wording.number(one.covered), all=wording.number(one.people))
    index = "–" if one.index_milli is None else f"{one.index_milli / 1000:.2f}"
    return {"hidden": False, "coverage": coverage, "met": wording.number(one.met), "index": index}


def file_heading() -> list[Cell]:
    """The columns of the list as a file."""
    person: list[Cell] = [gettext("Staff number"), gettext("Name"), gettext("Unit"), gettext("Post")]
    return [*person, gettext("Both strands"), gettext("Technology"), gettext("Governance"), gettext("As of")]


def file_rows(rows: Sequence[dict[str, Any]], day: date) -> list[list[Cell]]:
    """Lines of the list; the verdict in words, never a number to sort people by."""
    body = [[r["official"].staff_no, r["official"].name, r["unit"], r["position"], r["words"], r["technology"], r["governance"]] for r in rows]
    return [[*line, day.isoformat()] for line in body]


def note_rows(title: str, now: Any) -> list[list[Cell]]:
    """The sheet that says what the file is, with the guard texts."""
    return [[title], [skill_words.full_date(today(now))], *([guard] for guard in guards())]
