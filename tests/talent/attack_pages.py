"""The attacker goes on: pages, workbooks, reports, published decisions, yearly plans, figures of both strands. Fills the same facts."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from datetime import date
from html.parser import HTMLParser

import openpyxl
from pypdf import PdfReader

from lms.core.errors import Invalid
from lms.decisions import actions, year_actions
from lms.decisions.actions import Option, Words
from lms.decisions.enums import Measure, OptionKind
from lms.people.models import Unit
from lms.talent import dual_actions
from lms.talent.models import DualYear
from tests.talent import attack
from tests.talent.attack import CODES, COUNTY, GROUPINGS, POSTS, STATES, TREE, Facts, atoms, below, group

UNITS = (COUNTY, *TREE)
DUAL = "BOTH"
"""Both strands as if they were a competency: met, not yet, open; silent are those not covered."""


class _Tables(HTMLParser):
    """Tables of a page as (caption, heading, rows), and all its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[tuple[str, list[str], list[list[str]]]] = []
        self.words: list[str] = []
        self.part = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs) -> None:
        if tag == "table":
            self.tables.append(("", [], []))
        if tag == "tr" and self.tables:
            self.tables[-1][2].append([])
        if tag in ("th", "td", "caption"):
            self.part = ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        self.part += f" {data}"

    def handle_endtag(self, tag: str) -> None:
        said = " ".join(self.part.split())
        if tag in ("th", "td") and self.tables and self.tables[-1][2]:
            self.tables[-1][2][-1].append(said)
        if tag == "caption":
            self.tables[-1] = (said, self.tables[-1][1], self.tables[-1][2])

    def rows(self, caption: str) -> list[list[str]]:
        """The rows of the table with that caption, the heading left out."""
        return next((rows[1:] for name, _, rows in self.tables if caption in name), [])

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def opened(client, path: str) -> _Tables | None:
    """A page; None where the role is not let in or there is no such thing for it."""
    answer = client.get(path)
    assert answer.status_code in (200, 302, 303, 401, 403, 404), (path, answer.status_code)
    return _Tables(answer.text) if answer.status_code == 200 else None


def book(client, path: str) -> dict[str, list[dict[str, str]]]:
    """A workbook's sheets as rows by heading."""
    answer = client.get(path)
    return sheets(answer.data) if answer.status_code == 200 else {}


def sheets(body: bytes) -> dict[str, list[dict[str, str]]]:
    found = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(body)).worksheets:
        heading, *rows = [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)] or [[]]
        found[sheet.title] = [dict(zip(heading, row, strict=True)) for row in rows]
    return found


def everything(client, truth: attack.Truth, comparable=None) -> Facts:
    """All that a role can see of a county: what `attack.gather` reads, and everything else."""
    facts = attack.gather(client, truth, comparable)
    for unit in UNITS:
        _workbooks(client, facts, unit)
        _cells_and_gaps(client, facts, unit)
        _changes(client, facts, unit)
        _board_page(client, facts, unit)
        _dual(client, facts, unit)
        _report(client, facts, unit)
    _decisions(client, facts)
    _plans(client, facts)
    _print_view(client, facts)
    return facts


def _workbooks(client, facts: Facts, unit: str) -> None:
    found = book(client, f"/units/{unit}/skills.xlsx")
    attack.cells(facts, found.get("Numbers", []))
    for row in found.get("Share met", []):
        _shares(facts, unit, row)
    for by in GROUPINGS:
        attack.board(facts, unit, by, book(client, f"/talent/board.xlsx?unit={unit}&by={by}").get("Gaps", []))


def _shares(facts: Facts, unit: str, row: dict[str, str]) -> None:
    """A line of the heat map in per cent; units are called by their codes in this county."""
    name = row["Unit"]
    units = below(unit) if name == "Whole unit" else [unit] if name == "directly at the unit" else below(name)
    for heading, value in row.items():
        code = heading.split()[0]
        if code in CODES and value not in ("", "–"):
            wanted = atoms(units, code)
            facts.share(facts.people(wanted, ("met",)), facts.people(wanted), float(value), 0.5)


GAP = re.compile(r"are ([\d.]+) levels short of their targets on average\. ([\d,]+) are certainly below, ([\d,]+) may be; of ([\d,]+) nothing is known")
COVERAGE = re.compile(r"have evidence (\d+)%(?: of those with evidence are decided (\d+)%)?")
TO_ASK = re.compile(r"(?:each|sample) .{0,20}?for ([\d,]+) people: about")
FIRST = re.compile(r"First measured on .{0,30}?: (\d+) people with evidence, (\d+)% of them met the target")
SINCE = re.compile(r"First measurement, .{0,30}?: ([\d.]+) levels short, (\d+) people with evidence")
COUNTED = re.compile(r"(\d+) of (\d+) people whose post asks for it have evidence: (\d+)%")


def _cells_and_gaps(client, facts: Facts, unit: str) -> None:
    for code in CODES:
        whole = atoms(below(unit), code)
        page = opened(client, f"/units/{unit}/skills/cell/{code}")
        if page:
            _cell(facts, whole, page)
        ways = (("post", POSTS), ("tier", sorted({tier for _, tier, _ in TREE.values()}))) if unit in (COUNTY, "T1") else ()
        for by, keys in (("competency", [""]), *ways):
            for key in keys:
                page = opened(client, f"/talent/gap/{unit}/{code}" + (f"?{by}={key}" if key else ""))
                if page:
                    _gap(facts, group(unit, by, key, code), page)


def _cell(facts: Facts, whole, page: _Tables) -> None:
    for evidence, _all, percent in COUNTED.findall(page.text):
        facts.add(whole, evidence=evidence)
        facts.share(facts.people(whole), facts.asked(whole), float(percent), 0.5)
    names = {"Met": "met", "Not yet": "not_yet", "Unclear": "unclear"}
    for name, number, *_ in page.rows("People by state"):
        if name in names:
            facts.add(whole, **{names[name]: number})
    for evidence, percent in FIRST.findall(page.text):
        facts.add(whole, evidence=evidence)
        facts.share(facts.people(whole, ("met",)), facts.people(whole), float(percent), 0.5)


def _gap(facts: Facts, wanted, page: _Tables) -> None:
    silent = facts.asked(wanted)
    for gap, not_yet, unclear, none in GAP.findall(page.text):
        facts.add(wanted, not_yet=not_yet, unclear=unclear, evidence=str(silent - int(none)))
        facts.shortfall(wanted, float(gap), silent - int(none), 0.0051)
    for covered, decided in COVERAGE.findall(page.text):
        facts.share(facts.people(wanted), silent, float(covered), 0.5)
        if decided:
            facts.share(facts.people(wanted, ("met", "not_yet")), facts.people(wanted), float(decided), 0.5)
    for n in map(int, TO_ASK.findall(page.text)):  # whoever has no evidence or is unclear
        facts.between({unknown: 1.0 for unknown in facts.people(wanted, ("met", "not_yet"))}, silent - n, silent - n)
    for gap, evidence in SINCE.findall(page.text):
        facts.add(wanted, evidence=evidence)
        facts.shortfall(wanted, float(gap), int(evidence), 0.0051)


MOVED = re.compile(r"(\d+) → (\d+)")


def _changes(client, facts: Facts, unit: str) -> None:
    for days in ("", "?days=7", "?days=30", "?days=365"):
        page = opened(client, f"/units/{unit}/skills/changes{days}")
        for name, *counts in page.rows("then and now") if page else ():
            _moved(facts, unit, name.split()[-1], counts)


def _moved(facts: Facts, unit: str, code: str, counts: list[str]) -> None:
    """Then → now of a competency; what is no longer so is no equation of today, see ``true_ones``."""
    for state, said in zip(("evidence", "met", "unclear", "not_yet"), counts, strict=False):
        for found in MOVED.findall(said):
            for number in found:
                facts.add(atoms(below(unit), code), **{state: number})


def _board_page(client, facts: Facts, unit: str) -> None:
    page = opened(client, f"/talent/?unit={unit}")
    for name, gap, not_yet, unclear, asked, known, *_ in (row for row in (page.rows("Gaps against") if page else ()) if len(row) > 6):
        code = next(code for code in CODES if code in name)
        wanted, shares = atoms(below(unit), code), re.findall(r"(\d+)%", known)
        assert facts.asked(wanted) == int(asked) or "—" in gap, "the roster tells how many are asked"
        facts.add(wanted, not_yet=not_yet, unclear=unclear)
        facts.share(facts.people(wanted), int(asked), float(shares[0]), 0.5)


def _dual(client, facts: Facts, unit: str) -> None:
    """The page of both strands: the newest figures, of the unit and of those below it."""
    page = opened(client, f"/units/{unit}/dual-strand")
    if page is None:
        return
    for name, covered, met, *_ in [*[["", *row[1:]] for row in page.rows("By year")[:1]], *page.rows("The units below")]:
        if " of " in covered:
            wanted = atoms(below(name or unit), DUAL)
            facts.add(wanted, evidence=covered.split(" of ")[0].replace(",", ""), met=met)
            facts.seen.add((name or unit, False, DUAL))


def _report(client, facts: Facts, unit: str) -> None:
    body = made(client, unit, "xlsx")
    if body is None:
        return
    found = sheets(body)
    attack.cells(facts, found["Cells"])
    for row in found["Competencies"]:
        counts = {"met": row["Met"], "unclear": row["Unclear"], "not_yet": row["Not yet"]}
        facts.add(atoms(below(unit), row["Code"]), **counts)
    for row in found["Summary"]:
        name, *rest = row.values()
        if any("→" in cell for cell in rest):
            _moved(facts, unit, name.split()[-1], rest[1:])
    if unit == COUNTY:
        _document(facts, unit, made(client, unit, "pdf"))


def made(client, unit: str, form: str) -> bytes | None:
    """A report on the published numbers."""
    answer = client.post(f"/units/{unit}/report", data={"form": form, "language": "en", "numbers": "published"})
    if answer.status_code != 303:
        assert answer.status_code in (302, 403), answer.status_code
        return None
    where = answer.headers["Location"]
    return client.get(f"{where}/file").data if "/talent/reports/" in where else None


def _document(facts: Facts, unit: str, body: bytes) -> None:
    """The printed table of the whole unit: required, with evidence, met, not yet, unclear."""
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages))
    for code in CODES:
        wanted = atoms(below(unit), code)
        for asked, evidence, met, not_yet, unclear, _none in re.findall(rf"{code} .{{0,60}}?\b(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) -?\d\.\d\d", text):
            assert int(asked) == facts.asked(wanted)
            facts.add(wanted, evidence=evidence, met=met, not_yet=not_yet, unclear=unclear)


def _print_view(client, facts: Facts) -> None:
    page = opened(client, f"/units/{COUNTY}/skills/print")
    for name, _asked, evidence, met, not_yet, unclear, *_ in page.rows("Mean, standard error") if page else ():
        if evidence != "–":
            facts.add(atoms(below(COUNTY), name.split()[-1]), evidence=evidence, met=met, not_yet=not_yet, unclear=unclear)


def unit_in(text: str) -> str:
    """The code of the unit that a decision or plan is about; these tests write it into the text."""
    return re.search(r"unit:(\w+)", text)[1]


def _decisions(client, facts: Facts) -> None:
    """Every published decision that concerns the reader."""
    listed = client.get("/me/decisions")
    for ref in dict.fromkeys(re.findall(r'href="/me/decisions/([^"/?]+)"', listed.text)) if listed.status_code == 200 else ():
        page = opened(client, f"/me/decisions/{ref}")
        unit = unit_in(page.text)
        for name, _asked, evidence, met, not_yet, *_ in page.rows("Daily snapshot of"):
            if evidence != "–":
                facts.add(atoms(below(unit), name.split()[-1]), evidence=evidence, met=met, not_yet=not_yet)
        for value in re.findall(r"At the (?:decision|review) ([\d.]+)%", page.text):
            measure(facts, unit, re.search(r"about:(\S+)", page.text)[1], "met", float(value))


def measure(facts: Facts, unit: str, code: str, name: str, percent: float) -> None:
    """A measure in tenths of a per cent, of one competency or of all."""
    wanted = [atom for one in (CODES if code == "all" else (code,)) for atom in atoms(below(unit), one)]
    part = facts.people(wanted, ("met",) if name == "met" else STATES)
    facts.share(part, facts.asked(wanted), percent, 0.05)


def _plans(client, facts: Facts) -> None:
    """Every adopted yearly plan, as page and as workbook."""
    listed = client.get("/talent/yearly-plans/")
    for ref in dict.fromkeys(re.findall(r'href="/talent/yearly-plans/([A-Za-z0-9_-]{6,})"', listed.text)) if listed.status_code == 200 else ():
        page = opened(client, f"/talent/yearly-plans/{ref}")
        rows = [[row[0], *row[2:4]] for row in page.rows("Goals: start")] if page else []
        rows += [[row["Goal"], row["At the start"], row["Now"]] for row in book(client, f"/talent/yearly-plans/{ref}.xlsx").get("Goals", [])]
        for goal, *values in rows:
            for value in values:
                if found := re.match(r"([\d.]+)%", value):
                    _, code, name = re.search(r"unit:(\w+) about:(\S+) by:(\w+)", goal).groups()
                    measure(facts, unit_in(goal), code, name, float(found[1]))


def decide_and_plan(session, hr, units, now, today: date) -> None:
    """HR publishes a decision and adopts a yearly plan for each of these units, on every measure."""
    for code in units:
        unit = session.query(Unit).where(Unit.code == code).one()
        for about in ("", *CODES):
            words = Words(f"unit:{code} about:{about or 'all'}", "met", about, "More", "Because", "Much", date(today.year + 1, 5, 31))
            ref = actions.draft(session, actor=hr, unit=unit, words=words, now=now).ref
            for text in ("One", "Another"):
                actions.add_option(session, actor=hr, ref=ref, option=Option(OptionKind.WORDS, text), now=now)
            actions.decide(session, actor=hr, ref=ref, chosen=1, today=today, now=now)
            actions.publish(session, actor=hr, ref=ref, now=now)
        _plan(session, hr, unit, now, today)


def _plan(session, hr, unit: Unit, now, today: date) -> None:
    ref = year_actions.draft(session, actor=hr, unit=unit, year=today.year, now=now).ref
    year_actions.write(session, actor=hr, ref=ref, texts=dict.fromkeys(("serves", "outlook", "functions", "ability"), "Something"), now=now)
    for about in ("", *CODES):
        for by in (Measure.MET, Measure.COVERAGE):
            words = f"unit:{unit.code} about:{about or 'all'} by:{by}"
            with suppress(Invalid):  # reached already
                year_actions.add_goal(session, actor=hr, ref=ref, goal=year_actions.Goal("ability", words, by, about, 1000), now=now)
    year_actions.add_step(session, actor=hr, ref=ref, step=year_actions.Step("Teach", "Somebody", today), now=now)
    year_actions.adopt(session, actor=hr, ref=ref, now=now)


def take_dual(session, cast, truth: attack.Truth, now) -> None:
    """The month's figures of both strands, as they would stand with these people."""
    direct: dict[int, dual_actions.Tally] = {}
    for (unit, _post, code), (met, not_yet, unclear, silent) in truth.items():
        if code == DUAL:
            n = met + not_yet + unclear
            tally = direct.setdefault(cast.units[unit], dual_actions.Counter())
            tally.update({"people": n + silent, "covered": n, "met": met, "not_yet": not_yet, "unclear": unclear, "index": 900 * met + 400 * (n - met)})
    children = dual_actions._tree(session)
    rows = []
    for root in children[None]:
        decided = dual_actions.fates(dual_actions._node(root, children, direct), {})
        rows += dual_actions._rows(root, children, direct, dual_actions._Release(decided, {}))
    session.add_all(DualYear(**row, year=now.year, taken_at=now) for row in rows)
