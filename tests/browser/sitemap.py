"""Every page of the site, who opens it, and at which address on a given sample county.

A test holds this list against the application's own routes: a new page must be named here, or excused with a reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from tests.browser.site import Site

COURSE, LESSON = "internet-and-governance", "02-names-numbers-routes"


class Page(NamedTuple):
    """A page: its name in file names, who opens it (a role of :class:`Site.accounts`, None: nobody signed in), and its address."""

    name: str
    who: str | None
    address: str | Callable[[Site], str]
    status: int = 200

    def at(self, site: Site) -> str:
        return self.address(site) if callable(self.address) else self.address


@dataclass(frozen=True, slots=True)
class Excused:
    """A GET route that is no page of its own."""

    endpoint: str
    why: str


def _skill(site: Site) -> str:
    return f"/me/skills/{site.known['competency']}"


PAGES = (
    Page("sign-in", None, "/login"),
    Page("activation", None, "/activate"),
    Page("power-list", None, "/power-list"),
    Page("privacy", None, "/privacy"),
    Page("how-it-works", None, "/help/how-it-works"),
    Page("measurement", None, "/help/measurement"),
    Page("home-official", "official", "/"),
    Page("home-hr", "hr", "/"),
    Page("home-head", "head", "/"),
    Page("home-administrator", "administrator", "/"),
    Page("home-auditor", "auditor", "/"),
    Page("courses", "official", "/courses/"),
    Page("courses-search", "official", "/courses/?q=路由"),
    Page("glossary", "official", "/courses/glossary"),
    Page("course", "official", f"/courses/{COURSE}/"),
    Page("lesson", "official", f"/courses/{COURSE}/{LESSON}"),
    Page("lesson-check", "official", f"/courses/{COURSE}/{LESSON}/check"),
    Page("quiz", "official", f"/assessments/{COURSE}/"),
    Page("quiz-practice", "official", lambda site: f"/attempts/{site.known['practice']}/1"),
    Page("quiz-evidence", "official", lambda site: f"/attempts/{site.known['evidence']}/1"),
    Page("quiz-review", "official", lambda site: f"/attempts/{site.known['evidence']}/review"),
    Page("quiz-result-practice", "official", lambda site: f"/attempts/{site.known['practised']}/result"),
    Page("quiz-result-evidence", "sitter", lambda site: f"/attempts/{site.known['sat']}/result"),
    Page("my-skills", "official", "/me/skills"),
    Page("placement", "placing", "/me/placement"),
    Page("placement-question", "placing", lambda site: f"/me/placement/{site.known['placement']}/"),
    Page("placement-result", "placed", lambda site: f"/me/placement/{site.known['placed']}/result"),
    Page("my-evidence", "official", "/me/evidence"),
    Page("my-work-draft", "official", lambda site: f"/me/evidence/{site.known['draft']}"),
    Page("my-work-judged", "worker", lambda site: f"/me/evidence/{site.known['judged']}"),
    Page("official-evidence", "hr", lambda site: f"/people/{site.known['worker']}/evidence"),
    Page("official-work", "hr", lambda site: f"/people/{site.known['worker']}/evidence/{site.known['judged']}"),
    Page("panel", "hr", lambda site: f"/people/{site.known['leader']}/evidence/{site.known['results']}/panel"),
    Page("home-assessor", "assessor", "/"),
    Page("marking", "assessor", "/marking/"),
    Page("marking-answer", "assessor", lambda site: f"/marking/answers/{site.known['answer']}"),
    Page("marking-work", "assessor", lambda site: f"/marking/works/{site.known['to_judge']}"),
    Page("marking-agreement", "assessor", "/marking/agreement"),
    Page("corrections", "administrator", "/corrections/"),
    Page("correction-new", "administrator", "/corrections/new?item=C01-Q01"),
    Page("my-skill", "official", _skill),
    Page("my-skill-explained", "official", lambda site: _skill(site) + "/explained"),
    Page("my-notices", "official", "/me/notices"),
    Page("my-hours", "official", "/me/hours"),
    Page("my-appeals", "official", "/me/appeals"),
    Page("appeals", "hr", "/cases/"),
    Page("my-record", "official", "/me/record"),
    Page("my-account", "official", "/me/account"),
    Page("hours-unit", "hr", lambda site: f"/hours/{site.known['unit']}"),
    Page("hours-unit-head", "head", lambda site: f"/hours/{site.known['head_unit']}"),
    Page("hours-attendance", "hr", "/hours/attendance"),
    Page("hours-attendance-new", "hr", "/hours/attendance/new"),
    Page("hours-attendance-entry", "hr", lambda site: f"/hours/attendance/{site.known['attendance']}"),
    Page("hours-import", "hr", "/hours/attendance/import"),
    Page("hours-import-ready", "hr", lambda site: f"/hours/attendance/import/{site.known['hours_ready']}"),
    Page("hours-import-refused", "hr", lambda site: f"/hours/attendance/import/{site.known['hours_refused']}"),
    Page("hours-rules", "administrator", "/admin/hours-rules"),
    Page("hours-rule-new", "administrator", "/admin/hours-rules/new"),
    Page("official-hours", "hr", lambda site: f"/people/{site.known['person']}/hours"),
    Page("people", "hr", "/people/"),
    Page("units", "hr", "/people/units"),
    Page("import", "hr", "/people/import"),
    Page("codes", "hr", "/people/codes"),
    Page("official", "hr", lambda site: f"/people/{site.known['person']}"),
    Page("official-skills", "hr", lambda site: f"/people/{site.known['person']}/skills"),
    Page("official-skill", "hr", lambda site: f"/people/{site.known['person']}/skills/{site.known['competency']}"),
    Page("official-skill-explained", "hr", lambda site: f"/people/{site.known['person']}/skills/{site.known['competency']}/explained"),
    Page("official-edit", "hr", lambda site: f"/people/{site.known['person']}/edit"),
    Page("official-accommodations", "hr", lambda site: f"/people/{site.known['person']}/accommodations"),
    Page("official-retakes", "hr", lambda site: f"/people/{site.known['person']}/retakes"),
    Page("official-new", "hr", "/people/new"),
    Page("unit", "hr", lambda site: f"/people/units/{site.known['unit']}"),
    Page("unit-edit", "hr", lambda site: f"/people/units/{site.known['head_unit']}/edit"),
    Page("unit-new", "hr", "/people/units/new"),
    Page("import-ready", "hr", lambda site: f"/people/import/{site.known['import_ready']}"),
    Page("import-refused", "hr", lambda site: f"/people/import/{site.known['import_refused']}"),
    Page("unit-skills", "hr", lambda site: f"/units/{site.known['unit']}/skills"),
    Page("unit-people", "hr", lambda site: f"/units/{site.known['head_unit']}/skills/people"),
    Page("unit-cell", "hr", lambda site: f"/units/{site.known['unit']}/skills/cell/{site.known['competency']}"),
    Page("unit-changes", "hr", lambda site: f"/units/{site.known['unit']}/skills/changes"),
    Page("unit-print", "hr", lambda site: f"/units/{site.known['unit']}/skills/print"),
    Page("unit-skills-head", "head", lambda site: f"/units/{site.known['head_unit']}/skills"),
    Page("dual-strand", "hr", "/talent/dual-strand?verdict=unclear"),
    Page("dual-strand-person", "hr", lambda site: f"/people/{site.known['person']}/dual-strand"),
    Page("dual-strand-mine", "official", "/me/dual-strand"),
    Page("dual-strand-unit", "head", lambda site: f"/units/{site.known['head_unit']}/dual-strand"),
    Page("bench", "hr", lambda site: f"/talent/bench?unit={site.known['unit']}"),
    Page("bench-post", "hr", lambda site: f"/talent/bench/{site.known['unit']}/P02"),
    Page("what-if", "hr", lambda site: f"/talent/what-if?person={site.known['person']}&to={site.known['head_unit']}&post=P02"),
    Page("plans", "hr", "/talent/plans/"),
    Page("plan-new", "hr", "/talent/plans/new"),
    Page("plan", "hr", lambda site: f"/talent/plans/{site.known['plan']}"),
    Page("plan-decided", "hr", lambda site: f"/talent/plans/{site.known['plan_decided']}"),
    Page("plan-refused", "hr", lambda site: f"/talent/plans/{site.known['plan_refused']}"),
    Page("plan-people", "hr", lambda site: f"/talent/plans/{site.known['plan']}/people"),
    Page("plan-person", "hr", lambda site: f"/talent/plans/{site.known['plan']}/people/{site.known['planned']}"),
    Page("plan-decide", "hr", lambda site: f"/talent/plans/{site.known['plan']}/decide"),
    Page("plan-undo", "hr", lambda site: f"/talent/plans/{site.known['plan_decided']}/undo"),
    Page("plans-compared", "hr", lambda site: f"/talent/plans/compare?plan={site.known['plan']}&plan={site.known['plan_decided']}"),
    Page("decisions", "hr", "/talent/decisions/"),
    Page("decision-new", "hr", "/talent/decisions/new"),
    Page("decision-draft", "hr", lambda site: f"/talent/decisions/{site.known['decision_draft']}"),
    Page("decision", "hr", lambda site: f"/talent/decisions/{site.known['decision']}"),
    Page("decision-print", "hr", lambda site: f"/talent/decisions/{site.known['decision']}/print"),
    Page("decision-keep", "hr", lambda site: f"/talent/decisions/keep?person={site.known['person']}&to={site.known['head_unit']}&post=P02"),
    Page("my-decisions", "official", "/me/decisions"),
    Page("my-decision", "official", lambda site: f"/me/decisions/{site.known['decision']}"),
    Page("yearly-plans", "hr", "/talent/yearly-plans/"),
    Page("yearly-plan-new", "hr", "/talent/yearly-plans/new"),
    Page("yearly-plan", "hr", lambda site: f"/talent/yearly-plans/{site.known['yearly_plan']}"),
    Page("yearly-plan-print", "hr", lambda site: f"/talent/yearly-plans/{site.known['yearly_plan']}/print"),
    Page("reports", "hr", "/talent/reports/"),
    Page("reports-unit", "hr", lambda site: f"/units/{site.known['unit']}/report"),
    Page("reports-unit-head", "head", lambda site: f"/units/{site.known['head_unit']}/report"),
    Page("report", "hr", lambda site: f"/talent/reports/{site.known['report']}"),
    Page("my-certificates", "holder", "/me/certificates"),
    Page("certificate-confirmed", None, lambda site: f"/verify/{site.known['certificate']}"),
    Page("certificate-unknown", None, "/verify/nothing", 404),
    Page("certificates", "hr", "/talent/certificates/"),
    Page("certificate", "hr", lambda site: f"/talent/certificates/{site.known['certificate']}"),
    Page("administration", "administrator", "/admin/"),
    Page("accounts", "administrator", "/admin/users"),
    Page("account", "administrator", lambda site: f"/admin/users/{site.known['account']}"),
    Page("partners", "administrator", "/admin/partners"),
    Page("partner", "administrator", lambda site: f"/admin/partners/{site.known['partner']}"),
    Page("course-decisions", "administrator", "/admin/courses"),
    Page("course-decision", "administrator", f"/admin/courses/{COURSE}/accept"),
    Page("audit-log", "auditor", "/admin/audit"),
    Page("course-worth", "administrator", "/author/courses/"),
    Page("question-bank", "administrator", "/author/items"),
    Page("question", "administrator", "/author/items/C01-Q01"),
    Page("question-set", "administrator", "/author/items/C01-Q16"),
    Page("not-found", "official", "/nothing-here", 404),
    Page("not-allowed", "official", "/people/", 403),
)

EXCUSED = (
    Excused("corrections.correction", "needs a correction: tests/corrections opens it"),
    Excused("corrections.effects", "a table to keep"),
    Excused("portfolio.my_file", "a file to keep"),
    Excused("portfolio.my_certificate_file", "a file to keep"),
    Excused("portfolio_people.work_file", "a file to keep"),
    Excused("portfolio_people.certificate_file", "a file to keep"),
    Excused("marking.file", "a file to keep"),
    Excused("static", "files"),
    Excused("pages.healthz", "for monitors"),
    Excused("pages.language", "leads back"),
    Excused("assessments.resume", "leads to the open question"),
    Excused("packages.picture", "a picture of a lesson"),
    Excused("access.export", "a file to keep"),
    Excused("operations.export", "a file to keep"),
    Excused("people.export", "a file to keep"),
    Excused("cases.new_appeal", "needs a result handed in; tests/cases opens it"),
    Excused("cases.my_appeal", "needs an appeal; tests/cases opens it"),
    Excused("cases.case", "needs an appeal; tests/cases opens it"),
    Excused("cases.export", "a file to keep"),
    Excused("hours.start_page", "leads to the report of one's unit"),
    Excused("hours.export_unit", "a file to keep"),
    Excused("hours.export_attendance", "a file to keep"),
    Excused("hours.import_errors", "a file to keep"),
    Excused("people.errors", "a file to keep"),
    Excused("psychometrics.export", "a file to keep"),
    Excused("course_worth.export", "a file to keep"),
    Excused("dual.export", "a file to keep"),
    Excused("plans.export", "a file to keep"),
    Excused("decisions.export", "a file to keep"),
    Excused("years.export", "a file to keep"),
    Excused("years.export_list", "a file to keep"),
    Excused("reports.new", "leads to the unit's reports"),
    Excused("reports.export", "a file to keep"),
    Excused("reports.file", "a file to keep"),
    Excused("credentials.document", "a file to keep"),
    Excused("credentials.export", "a file to keep"),
    Excused("talent.unit_file", "a file to keep"),
    Excused("talent.unit_picture", "a picture of unit-skills"),
    Excused("competency.my_picture", "a picture of my-skills"),
    Excused("competency.my_trail", "a picture of my-skill"),
)
