"""A whole site for a real browser: an instance of its own with the sample county, served by threads of this process."""

from __future__ import annotations

import io
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from lms.access.actor import Actor, operator
from lms.app import create_app
from lms.assessments import actions, queries
from lms.assessments.enums import Purpose
from lms.assessments.models import Attempt, ItemRevision, Response
from lms.assignments.models import Assignment, AssignmentGroup, AssignmentReason, AssignmentRule, TimeRequest
from lms.competency.enums import TargetState
from lms.competency.models import TargetVersion
from lms.config import Settings
from lms.core import clock, instance
from lms.core.db import Database
from lms.core.errors import Refused
from lms.decisions import actions as decisions
from lms.decisions.enums import DecisionState
from lms.decisions.models import Decision, YearlyPlan
from lms.hours.models import Attendance
from lms.marking import queries as marking
from lms.operations import migrate, sample, sample_learning, sample_targets, sample_work, setup
from lms.operations.sample_county import COUNTY
from lms.partners.actions import register_partner
from lms.people.auth import Door, load_actor, open_session
from lms.people.models import Account, Official
from lms.people.queries import unit_by_code
from lms.placement import actions as placement
from lms.planning import actions as plan_actions
from lms.planning import carrying_actions, making
from lms.planning import queries as plan_queries
from lms.planning.limits import Limits
from lms.planning.models import Plan, PlanItem
from lms.portfolio import actions as portfolio
from lms.portfolio import files
from lms.portfolio.models import Judgement, Submission, WorkTaskRevision
from tests.browser.site_facts import register_and_imports
from tests.browser.site_orders import orders
from tests.browser.site_papers import papers
from tests.browser.site_partners import organisations

PEOPLE, SITTINGS = 150, 12
COURSE = sample.COURSE
STAFF = {"hr": "hr", "head": "head", "administrator": "root", "auditor": "auditor"}


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Requests are not news here."""


@dataclass(slots=True)
class Site:
    """The served site. ``accounts``: logins by the roles of the site map; ``known``: references that stand in addresses."""

    app: Flask
    url: str
    accounts: dict[str, str] = field(default_factory=lambda: dict(STAFF))
    known: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.app.extensions["lms.db"]

    def token(self, login: str) -> str:
        """A fresh session of the account."""
        with self.database.writing() as session:
            account = session.scalars(select(Account).where(Account.login == login)).one()
            return open_session(session, account=account, door=Door("127.0.0.1"), now=clock.now()).token

    def cookie(self, who: str) -> str:
        """A fresh session's cookie for who has that role, as the sign-in would set it."""
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        return signer.dumps({"t": self.token(self.accounts[who]), "s": int(clock.now().timestamp()) // 60})


def build(folder: Path, *, now: datetime, people: int = PEOPLE, sittings: int = SITTINGS) -> Flask:
    """An instance in ``folder`` with the project's content and a small sample county."""
    settings = Settings(instance=folder, secret_key="b" * 40, background=False, log_format="text")
    setup.prepare_instance(settings)
    database = Database(settings.url)
    migrate.upgrade(database)
    database.engine.dispose()
    app = create_app(settings)
    with app.app_context(), patch.multiple(sample, PEOPLE=people, SITTINGS=sittings):
        setup.load_content(now)
        list(sample.make(seed=1, now=now))
        instance.forget()
    return app


@contextmanager
def served(app: Flask, *, prepared: bool = True) -> Iterator[Site]:
    """The app on a free port of this machine; the caller has its context. ``prepared``: with everything that the site map shows."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with app.app_context():
        site = Site(app, f"http://127.0.0.1:{server.port}")
        if prepared:
            meet(site)
        yield site
    server.shutdown()
    thread.join()
    app.extensions["lms.db"].engine.dispose()


def meet(site: Site) -> None:
    """Fill in who is who and what is where; begin the quizzes that the site map shows."""
    site.accounts = dict(STAFF)
    with site.database.reading() as session:
        clerk = session.scalars(select(Account).where(Account.official_id.is_not(None), Account.password_hash.is_not(None))).first()
        sat = session.scalars(select(Attempt).where(Attempt.submitted_at.is_not(None), Attempt.official_id != clerk.official_id)).first()
        sitter = session.scalars(select(Account).where(Account.official_id == sat.official_id)).one()
        person = session.get_one(Official, clerk.official_id)
        moved = session.scalars(select(Response.competency).where(Response.official_id == clerk.official_id)).first()
    site.accounts |= {"official": clerk.login, "sitter": sitter.login}
    site.known = {"sat": sat.ref, "person": person.ref, "unit": COUNTY, "head_unit": f"{COUNTY}101", "competency": moved or "NET-1"}
    site.known |= _targets(site)
    site.known |= _placements(site) | _works(site, clerk.login) | _decisions(site) | _plans(site)
    site.known |= _quizzes(site, clerk.login) | _imports(site, person.staff_no) | _administration(site) | _answer_table(site) | _hours(site, person.staff_no)
    from tests.browser.site_authoring import drafts
    from tests.browser.site_reviews import reviews

    site.known |= papers(site, COUNTY) | _assignments(site) | organisations(site) | register_and_imports(site) | orders(site, COUNTY) | drafts(site)
    site.known |= reviews(site)


def _assignments(site: Site) -> dict[str, str]:
    """What was assigned by hand, the assignment for which somebody asks for more time, and the rule that is on."""
    with site.database.reading() as session:
        asked = session.scalars(select(Assignment).join(TimeRequest, TimeRequest.assignment_id == Assignment.id)).first()
        person = session.get_one(Official, asked.official_id)
        site.accounts["asked"] = person.staff_no
        rule = session.scalars(select(AssignmentRule.ref).where(AssignmentRule.running)).first()
        group = session.scalars(select(AssignmentGroup.ref).where(AssignmentGroup.source_kind == "hand")).first()
        return {"assigned": group, "assignment": asked.ref, "asked": person.ref, "rule": rule}


def _targets(site: Site) -> dict[str, str]:
    """The sample's draft of targets, which its expert could sign, and the township that has some of its own."""
    site.accounts |= {"expert": "expert"}
    with site.database.reading() as session:
        draft = session.scalars(select(TargetVersion.ref).where(TargetVersion.state == TargetState.DRAFT)).first()
    return {"target_draft": draft, "ruled_unit": sample_targets.TOWNSHIP}


def _placements(site: Site) -> dict[str, str]:
    """A placement that waits at a question, and another person's, ended after a few answers; of people who have something to be asked."""
    with site.database.reading() as session:
        logins = session.scalars(select(Account.login).where(Account.official_id.is_not(None)).order_by(Account.id)).all()
    begun = ((login, ref) for login in logins if (ref := _begun(site, login)))
    (site.accounts["placing"], waiting), (site.accounts["placed"], ended) = next(begun), next(begun)
    actor = _actor(site, site.accounts["placed"])
    with site.database.writing() as session:
        for place in range(1, 6):
            placement.answer(session, actor=actor, ref=ended, given=placement.GivenAnswer(place, None, f"token-{place}"), now=clock.now())
        placement.finish(session, actor=actor, ref=ended, now=clock.now())
    return {"placement": waiting, "placed": ended}


def _begun(site: Site, login: str) -> str | None:
    actor = _actor(site, login)
    try:
        with site.database.writing() as session:
            return placement.start(session, actor=actor, now=clock.now()).ref
    except Refused:
        return None


def _actor(site: Site, login: str) -> Actor:
    with site.database.reading() as session:
        return load_actor(session, token=site.token(login), now=clock.now(), longest=timedelta(hours=12))


def _short_answer(site: Site) -> None:
    """An answer that waits for its marker, whatever the drawn forms asked."""
    with site.database.writing() as session:
        revision = session.scalars(select(ItemRevision).where(ItemRevision.kind == "short").order_by(ItemRevision.id)).first()
        official_id = session.scalars(select(Official.id).order_by(Official.id.desc())).first()
        known = {"official_id": official_id, "competency": revision.competency, "item_id": revision.item_id, "item_revision_id": revision.id}
        answer = {"answer": {"value": "由信息员在本月底前补充合同条款。"}, "source": "attempt", "submitted_at": clock.now()}
        session.add(Response(**known, **answer, attempt_ref="waiting", position=1, correct=None))


def _works(site: Site, clerk: str) -> dict[str, str]:
    """A draft of the clerk's, a piece of work that was judged, one and an answer that wait for the third assessor, results before a panel."""
    actor, third = _actor(site, clerk), _actor(site, "assessor-three")
    _short_answer(site)
    with site.database.reading() as session:
        judged = session.scalars(select(Submission).join(Judgement, Judgement.submission_id == Submission.id).order_by(Submission.id)).first()
        panel = session.scalars(
            select(Submission).join(WorkTaskRevision, WorkTaskRevision.id == Submission.task_revision_id).where(WorkTaskRevision.kind == "panel")
        ).first()
        worker, leader = (session.get_one(Official, one.official_id) for one in (judged, panel))
        to_judge = session.execute(marking.works_waiting(third).limit(1)).one().ref
        answer = session.execute(marking.answers_waiting(third).limit(1)).one().id
        site.accounts |= {"assessor": "assessor-three", "worker": worker.staff_no}
        found = {"judged": judged.ref, "results": panel.ref, "worker": worker.ref, "leader": leader.ref, "to_judge": to_judge, "answer": str(answer)}
    with site.database.writing() as session:
        draft = portfolio.start(session, actor=actor, code="WS-SRV-3-L4", now=clock.now())
        upload = files.examine(sample_work.document("现场核对的记录。"), "核对记录.docx")
        portfolio.add_file(session, actor=actor, submission=draft, upload=upload, now=clock.now())
        return found | {"draft": draft.ref}


def _decisions(site: Site) -> dict[str, str]:
    """A decision that was published, a draft of a new version of it, and the plan of the year."""
    hr = _actor(site, "hr")
    with site.database.writing() as session:
        published = session.scalars(select(Decision).where(Decision.published_at.is_not(None))).first()
        if session.scalar(select(Decision.id).where(Decision.state == DecisionState.DRAFT)) is None:
            decisions.amend(session, actor=hr, ref=published.ref, now=clock.now())
        draft = session.scalars(select(Decision).where(Decision.state == DecisionState.DRAFT)).first()
        plan = session.scalars(select(YearlyPlan)).first()
        return {"decision": published.ref, "decision_draft": draft.ref, "yearly_plan": plan.ref}


PLANS = {
    "plan": ("冬季培训：60学时", Limits(60)),
    "plan_decided": ("窗口先学：40学时", Limits(40)),
    "plan_refused": ("只靠现有名额", Limits(20)),
}


def _plans(site: Site) -> dict[str, str]:
    """A draft of a plan, one that was decided, and one that no course can serve; somebody who is in the first."""
    hr, period, refs = _actor(site, "hr"), (clock.now().date(), clock.now().date() + timedelta(days=90)), {}
    with site.database.reading() as session:
        closed = {slug: 0 for slug, _title, _hours in plan_queries.course_choices(session)}
    for key, (name, limits) in PLANS.items():
        with site.database.writing() as session:
            unit = unit_by_code(session, COUNTY)
            limits = replace(limits, seats=closed) if key == "plan_refused" else limits
            refs[key] = plan_actions.ask_for(session, actor=hr, unit=unit, name=name, period=period, limits=limits, now=clock.now()).ref
        making.make(refs[key], report=lambda done, total: None, now=clock.now())
    with site.database.writing() as session:
        plan_actions.decide(session, actor=hr, ref=refs["plan_decided"], words="窗口人员天天经手群众的材料，先学。", now=clock.now())
    carrying_actions.carry_out(refs["plan_decided"], account_id=hr.account_id, report=lambda done, total: None, now=clock.now())
    _begin_plan(site, refs["plan_decided"])
    with site.database.reading() as session:
        first = session.scalars(select(Official.ref).join(PlanItem, PlanItem.official_id == Official.id).join(Plan).where(Plan.ref == refs["plan"])).first()
    return refs | {"planned": first}


def _begin_plan(site: Site, ref: str, people: int = 3) -> None:
    """The first few of a decided plan have done what it gave them; not who asks for more time."""
    with site.database.reading() as session:
        asking = session.scalars(select(Assignment.official_id).join(TimeRequest, TimeRequest.assignment_id == Assignment.id)).all()
        query = select(Assignment.id).join(AssignmentReason).join(AssignmentGroup).where(AssignmentGroup.source_ref == ref).order_by(Assignment.id)
        query = query.where(Assignment.official_id.not_in(asking))
        ids = session.scalars(query.limit(people)).all()
    for number in ids:
        with site.database.writing() as session:
            one = session.get_one(Assignment, number)
            sample_learning.do(session, random.Random(one.official.staff_no), one, clock.now() - timedelta(minutes=30))


def _quizzes(site: Site, login: str) -> dict[str, str]:
    """A practice quiz handed in, another one open, and one that counts open."""
    with site.database.reading() as session:
        actor = load_actor(session, token=site.token(login), now=clock.now(), longest=timedelta(hours=12))
    begun = {}
    for name, purpose in (("practised", Purpose.FORMATIVE), ("practice", Purpose.FORMATIVE), ("evidence", Purpose.EVIDENCE)):
        with site.database.writing() as session:
            tie = queries.course_tie(session, COURSE, actor.official_id)
            begun[name] = actions.start_attempt(session, actor=actor, slug=COURSE, purpose=purpose, tie=tie, now=clock.now()).ref
            if name == "practised":
                actions.submit(session, actor=actor, ref=begun[name], now=clock.now())
    return begun


ROSTERS = {
    "import_ready": "{no},{name},{unit},,P08\nYX999001,新来的,{unit},,P01\n",
    "import_refused": "{no},{name},000000,,P01\n,无工号,{unit},,P99\n",
}


def _imports(site: Site, staff_no: str) -> dict[str, str]:
    """A roster that waits for its confirmation, and one refused for its faults, brought in by HR's own page."""
    hr = site.app.test_client()
    hr.set_cookie("lms", site.cookie("hr"))
    found = {}
    with patch.dict(site.app.config, WTF_CSRF_ENABLED=False):
        for name, rows in ROSTERS.items():
            text = "工号,姓名,单位编码,单位名称,岗位\n" + rows.format(no=staff_no, name="扎西", unit=f"{COUNTY}101")
            answer = hr.post("/people/import", data={"file": (io.BytesIO(text.encode()), "roster.csv")})
            found[name] = answer.headers["Location"].rsplit("/", 1)[-1]
    return found


def _answer_table(site: Site) -> dict[str, str]:
    """A table of answers of forty people with its key and groups, which the administrator had worked out."""
    admin = site.app.test_client()
    admin.set_cookie("lms", site.cookie("administrator"))
    lines = [("abcd"[(n * 3) % 4], "abcd"[(n * n) % 4], "abcd"[n % 3], "zh-Hans" if n % 2 else "en") for n in range(40)]
    answers = ["q1,q2,q3", *(",".join(line[:3]) for line in lines)]
    files = {"responses": answers, "key": ["q1,q2,q3", "a,b,c"], "groups": ["language", *(line[3] for line in lines)]}
    with patch.dict(site.app.config, WTF_CSRF_ENABLED=False):
        sent = admin.post("/author/tables", data={name: (io.BytesIO("\n".join(text).encode()), f"{name}.csv") for name, text in files.items()})
    return {"answer_table": sent.headers["Location"].rsplit("/", 1)[-1]}


def _administration(site: Site) -> dict[str, str]:
    """A partner organisation, and the account of HR."""
    names = {"name_zh": "示例大学", "name_en": "Sample University"}
    with site.database.writing() as session:
        partner = register_partner(session, actor=operator("sample"), code="U02", kind="university", now=clock.now(), **names)
        hr = session.scalars(select(Account).where(Account.login == "hr")).one()
        return {"partner": partner.ref, "account": hr.ref}


ATTENDANCE = {"hours_ready": "{no},示例培训,2026-03-02,6\n", "hours_refused": "{no},,2026-13-02,6.3\nYX999999,示例培训,2026-03-02,99\n"}


def _hours(site: Site, staff_no: str) -> dict[str, str]:
    """An entry of attendance, a list that waits for its confirmation, and one refused for its faults."""
    hr = site.app.test_client()
    hr.set_cookie("lms", site.cookie("hr"))
    with site.database.reading() as session:
        found = {"attendance": session.scalars(select(Attendance.ref).where(Attendance.reverses_id.is_(None)).order_by(Attendance.id.desc())).first()}
    with patch.dict(site.app.config, WTF_CSRF_ENABLED=False):
        for name, rows in ATTENDANCE.items():
            text = "工号,培训名称,日期,学时\n" + rows.format(no=staff_no)
            answer = hr.post("/hours/attendance/import", data={"unit": COUNTY, "file": (io.BytesIO(text.encode()), "list.csv")})
            found[name] = answer.headers["Location"].rsplit("/", 1)[-1]
    return found
