"""An order from its draft to its signature: who may do what, when, and what is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.access.permissions import Role
from lms.assignments.enums import SourceKind
from lms.assignments.models import Assignment, AssignmentGroup, AssignmentReason
from lms.authoring.enums import DraftState
from lms.authoring.models import CourseDraft
from lms.core import events
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.courses.events import CourseReleased
from lms.orders import actions, delivery_actions, offer_actions, people_actions, people_queries, queries, verify_actions, verify_queries
from lms.orders.enums import Cohort, Measure, OfferState, OrderState, Owner, Side, StepKind, Verdict
from lms.orders.people_queries import Wish
from lms.people.models import AccountNotice, Official, RoleGrant
from tests.competency.world import NOW
from tests.orders.conftest import CLOSES, ENDS, LATER, REVIEW, STARTED, TERMS, TODAY, at

DECIDED = at(date(2026, 12, 7))


def told(town, key: str) -> list[str]:
    with town.database.reading() as session:
        return list(session.scalars(select(AccountNotice.kind).where(AccountNotice.account_id == town.cast.accounts[key]).order_by(AccountNotice.id)))


def kinds(town, ref: str, **more) -> list[str]:
    return [step.kind for step in town.ask(queries.steps, town.order(ref), **more)]


def test_an_order_goes_from_its_draft_to_a_verified_change(town):
    ref = town.delivered()
    order = town.order(ref)
    assert (order.state, order.owner, order.due_on) == (OrderState.DELIVERED, Owner.HR, REVIEW)
    given = town.do(delivery_actions.measure, ref=ref, now=at(date(2027, 1, 4)))
    assert len(given.made) == 16 and town.order(ref).measured_at is not None
    town.answers(ref, Cohort.FIRST, 8)
    town.answers(ref, Cohort.LATER, 2)
    found = town.ask(verify_queries.figures, town.order(ref), LATER)
    (line,) = found.lines
    assert found.by_lot and (line.effect.trained.asked, line.effect.waiting.asked) == (8, 8)
    assert line.effect.difference > 1 and line.verdict is Verdict.REACHED is found.verdict
    with pytest.raises(Invalid, match="it binds"):
        town.do(verify_actions.sign, ref=ref, reached=False, reason="No.", now=LATER)
    town.do(verify_actions.sign, ref=ref, reached=True, reason="Well taught.", now=LATER)
    order = town.order(ref)
    assert (order.state, order.verdict, order.due_on) == (OrderState.VERIFIED, Verdict.REACHED, None)
    assert verify_queries.read(order.result) == found
    usual = ["drafted", "people", "opened", "offered", "accepted", "lot", "started", "delivered", "measured", "signed"]
    assert kinds(town, ref) == usual
    follow = town.do(delivery_actions.follow, ref=ref, due=REVIEW + timedelta(30), now=LATER)
    assert len(follow.made) == 8
    assert told(town, "north") == ["order_call", "order_accepted", "order_started", "order_signed"]
    assert told(town, "hr") == ["order_offered", "order_delivered"]
    with town.database.reading() as session:
        written = set(session.scalars(select(AuditEntry.action).where(AuditEntry.subject == ref)))
    steps = ("OPENED", "PEOPLE_CHANGED", "OFFERED", "DECIDED", "STARTED", "DELIVERED", "SIGNED", "CHANGED")
    assert {Action[f"ORDER_{name}"] for name in steps} <= written


def test_what_is_missing_is_said_all_at_once_and_the_call_stays_fair(town):
    bare = town.draft(replace(TERMS, need="", competencies=(), hours=0, aim_milli=0, how="", until=None, closes_on=TODAY, to_all=False), wish=None)
    with pytest.raises(Invalid) as refused:
        town.do(actions.open_call, ref=bare)
    fields = [field for field, _text in refused.value.details]
    assert fields == ["need", "competency-1", "people", "hours", "closes_on", "until", "aim", "how", "partners"]
    ref = town.opened()
    with pytest.raises(Conflict, match="stays as it is"):
        town.do(actions.change, ref=ref, terms=replace(TERMS, hours=3))
    with pytest.raises(Conflict, match="list stays"):
        town.do(people_actions.add_all, ref=ref, wish=Wish(gap="all"))
    with pytest.raises(Invalid, match="can't be kept"):
        town.draft(replace(TERMS, competencies=(("SEC-1", 2), ("SEC-1", 3)), hours=-1))


def test_a_text_that_names_somebody_of_the_list_goes_to_no_partner(town):
    with town.database.reading() as session:
        person = session.scalars(select(Official).where(Official.staff_no == "CLERK-00")).one()
    ref = town.draft(replace(TERMS, need=f"Above all {person.name} needs it."))
    with pytest.raises(Invalid, match="names somebody"):
        town.do(actions.open_call, ref=ref)
    ref = town.opened()
    with pytest.raises(Invalid, match="names somebody"):
        town.do(delivery_actions.message, ref=ref, text=f"Do you know {person.staff_no}?", side=Side.HR)
    with pytest.raises(Invalid, match="names somebody"):
        town.do(delivery_actions.message, "north", ref=ref, text=f"Is {person.name} coming?", side=Side.PARTNER)


def test_offers_are_revised_taken_back_and_sealed_until_the_call_closes(town, browser):
    ref = town.opened()
    first = town.offer(ref)
    assert town.offer(ref, hours=18) == first and town.offer(ref, "south", price_fen=100) != first
    with pytest.raises(Conflict, match="sealed"):
        town.do(actions.accept, ref=ref, offer_ref=first, reason="Cheap.", declined="Dear.")
    town.do(offer_actions.take_back, "south", ref=ref)
    assert [one.number for one in town.ask(queries.offers, town.order(ref).id)] == [2]
    again = town.offer(ref, "south")
    with pytest.raises(Conflict, match="Take it back"):
        town.do(offer_actions.pass_on, "south", ref=ref, words="No time.")
    town.do(offer_actions.pass_on, "east", ref=ref, words="No teachers.")
    with pytest.raises(Conflict, match="no offers any more"):
        town.offer(ref, now=at(CLOSES + timedelta(1)))
    town.do(actions.accept, ref=ref, offer_ref=again, reason="Good.", declined="The other fits better.", now=DECIDED)
    loser = browser("north")
    shown = loser.get(f"/orders/{ref}").text + loser.get(f"/orders/{ref}/print").text + loser.get("/orders/?state=all").text
    assert "went to another partner" in shown and "offer accepted" not in shown and "Good." not in shown
    states = {one.partner_id: (one.state, one.reason) for one in town.ask(queries.offers, town.order(ref).id)}
    assert states == {
        town.partners["south"]: (OfferState.ACCEPTED, "Good."), town.partners["north"]: (OfferState.DECLINED, "The other fits better."),
    }  # fmt: skip
    assert told(town, "north") == ["order_call", "order_offer_declined"]


def test_a_wrong_offer_is_refused_with_every_fault(town):
    ref = town.opened()
    with pytest.raises(Invalid) as refused:
        town.offer(ref, course="", teachers="", begins_on=TODAY, hours=0, price_fen=None, words="x" * 5000)
    assert [field for field, _ in refused.value.details] == ["course", "teachers", "begins_on", "hours", "price", "words"]
    for field, value in (("course", "nothing"), ("base", "nowhere")):
        with pytest.raises(Invalid) as refused:
            town.offer(ref, **{field: value})
        assert refused.value.details[0][0] == field


def test_the_call_can_be_prolonged_or_closed_early_and_end_without_an_offer(town):
    ref = town.opened()
    with pytest.raises(Invalid):
        town.do(actions.prolong, ref=ref, closes_on=CLOSES, reason="More time.")
    town.do(actions.prolong, ref=ref, closes_on=CLOSES + timedelta(7), reason="Partners asked for it.")
    assert town.order(ref).closes_on == CLOSES + timedelta(7)
    town.offer(ref)
    town.do(actions.close_call, ref=ref, reason="All have answered.")
    order = town.order(ref)
    assert queries.is_closed(order, TODAY) and queries.turn(order, TODAY).due_on == date(2026, 12, 7)  # ten working days
    with pytest.raises(Invalid, match="Give a reason"):
        town.do(actions.decline_all, ref=ref, reason=" ")
    town.do(actions.decline_all, ref=ref, reason="Too dear.")
    assert town.order(ref).state == OrderState.DECLINED
    assert told(town, "north") == ["order_call", "order_prolonged", "order_closed", "order_offer_declined"]


def test_only_partners_that_were_asked_see_an_order_and_the_others_lose_sight_of_what_went_elsewhere(town):
    ref = town.opened(replace(TERMS, to_all=False, partners=(town.partners["north"], town.partners["south"])))
    for key, may in (("north", True), ("south", True), ("east", False)):
        if may:
            assert town.ask(queries.of_partner, town.actors[key], ref).ref == ref
        else:
            with pytest.raises(NotFound):
                town.ask(queries.of_partner, town.actors[key], ref)
    offer = town.offer(ref)
    town.do(actions.accept, ref=ref, offer_ref=offer, reason="Good.", declined="", now=DECIDED)
    with pytest.raises(NotFound):
        town.ask(queries.of_partner, town.actors["south"], ref)
    draft = town.draft()
    with pytest.raises(NotFound):
        town.ask(queries.of_partner, town.actors["north"], draft)


def test_hr_of_another_county_neither_sees_nor_fills_an_order(town, browser):
    ref = town.opened()
    neighbour = browser("hr_neighbour")
    assert neighbour.get(f"/orders/{ref}").status_code == 404 and ref not in neighbour.get("/orders/?state=all").text
    assert neighbour.post(f"/orders/{ref}/withdraw", data={"reason": "Mine."}).status_code == 404
    draft = town.draft(wish=None)
    with town.database.reading() as session:
        stranger = session.scalars(select(Official.ref).where(Official.staff_no == "CLERK-20")).one()
    with pytest.raises(Forbidden):
        town.do(people_actions.add, ref=draft, official_refs=[stranger])


def test_the_list_takes_those_who_lack_it_and_says_so_in_their_record(town):
    ref = town.draft(wish=Wish(gap="short"))
    order = town.order(ref)
    assert len(town.ask(people_queries.ids, order.id)) == 8  # the others are unclear
    assert town.do(people_actions.add_all, ref=ref, wish=Wish(gap="open", unit="513399101")) == 8
    with town.database.reading() as session:
        refs = list(session.scalars(select(Official.ref).where(Official.id.in_(people_queries.ids(session, order.id)))))[:3]
        assert people_queries.concerning(session, people_queries.ids(session, order.id)[0])[0][0].ref == ref
    assert town.do(people_actions.remove, ref=ref, official_refs=refs) == 3
    assert len(town.ask(people_queries.ids, order.id)) == 13


def test_the_lot_is_drawn_once_and_a_change_by_hand_ends_its_claim(town):
    ref = town.accepted()
    with pytest.raises(Invalid):
        town.do(people_actions.draw_lot, ref=ref, places=16, now=DECIDED)
    town.do(people_actions.draw_lot, ref=ref, places=8, seed=7, now=DECIDED)
    assert town.ask(queries.cohort_sizes, town.order(ref).id) == {"first": 8, "later": 8}
    with pytest.raises(Conflict, match="no lot"):
        town.do(people_actions.draw_lot, ref=ref, places=8, now=DECIDED)
    rows = town.ask(lambda session: session.execute(people_queries.members(town.order(ref).id)).all())
    moved = next(person.ref for person, _unit, _post, cohort in rows if cohort == Cohort.LATER)
    town.do(people_actions.split, ref=ref, cohorts={moved: Cohort.FIRST}, now=DECIDED)
    order = town.order(ref)
    assert not order.by_lot and order.lot_seed == 7 and town.ask(queries.cohort_sizes, order.id) == {"first": 9, "later": 7}


def test_the_first_cohort_is_assigned_the_course_with_the_order_as_the_reason(town):
    ref = town.started()
    query = select(Assignment.official_id).join(AssignmentReason, AssignmentReason.assignment_id == Assignment.id)
    query = query.join(AssignmentGroup, AssignmentGroup.id == AssignmentReason.group_id)
    with town.database.reading() as session:
        got = sorted(session.scalars(query.where(AssignmentGroup.source_kind == SourceKind.ORDER, AssignmentGroup.source_ref == ref)))
        assert got == people_queries.ids(session, town.order(ref).id, cohort=Cohort.FIRST)
        assert people_queries.done(session, town.order(ref)) == (0, 8)
    with pytest.raises(Conflict):
        town.do(people_actions.split, ref=ref, cohorts={}, now=STARTED)


def test_a_training_can_not_begin_without_course_or_people_nor_be_measured_twice(town):
    ref = town.opened()
    offer = town.offer(ref, course="", draft="To be written")
    town.do(actions.accept, ref=ref, offer_ref=offer, reason="Good.", declined="", now=DECIDED)
    with pytest.raises(Invalid, match="Name the course"):
        town.do(delivery_actions.start, ref=ref, ends_on=ENDS, now=DECIDED)
    with pytest.raises(Invalid, match="no such course"):
        town.do(delivery_actions.name_course, "north", ref=ref, slug="none", side=Side.PARTNER, now=DECIDED)
    town.do(delivery_actions.name_course, "north", ref=ref, slug="c", side=Side.PARTNER, now=DECIDED)
    with pytest.raises(Invalid, match="ends after today"):
        town.do(delivery_actions.start, ref=ref, ends_on=TODAY, now=DECIDED)
    town.do(delivery_actions.start, ref=ref, ends_on=ENDS, now=STARTED)
    with pytest.raises(NotFound):
        town.do(delivery_actions.deliver, "south", ref=ref, words="We were there.", side=Side.PARTNER, now=STARTED)
    with pytest.raises(Conflict):
        town.do(delivery_actions.measure, ref=ref, now=STARTED)
    town.do(delivery_actions.move, ref=ref, ends_on=ENDS + timedelta(3), review_on=REVIEW + timedelta(3), reason="Snow.", now=STARTED)
    assert town.order(ref).due_on == ENDS + timedelta(3)
    town.do(delivery_actions.deliver, ref=ref, words="Held.", side=Side.HR, now=at(ENDS))
    town.do(delivery_actions.measure, ref=ref, now=LATER)
    with pytest.raises(Conflict, match="once"):
        town.do(delivery_actions.measure, ref=ref, now=LATER)


def test_without_people_who_wait_nothing_is_claimed_and_hr_decides_with_a_reason(town):
    ref = town.accepted()
    town.do(delivery_actions.start, ref=ref, ends_on=ENDS, now=STARTED)
    town.do(delivery_actions.deliver, ref=ref, words="Held.", side=Side.HR, now=at(ENDS))
    town.answers(ref, Cohort.FIRST, 8)
    found = town.ask(verify_queries.figures, town.order(ref), LATER)
    assert found.verdict is Verdict.TOO_FEW and found.lines[0].effect.difference is None
    with pytest.raises(Invalid, match="Give a reason"):
        town.do(verify_actions.sign, ref=ref, reached=True, reason="", now=LATER)
    town.do(verify_actions.sign, ref=ref, reached=False, reason="Nobody waited, so nobody can tell.", now=LATER)
    assert town.order(ref).state == OrderState.NOT_REACHED
    with pytest.raises(Conflict):
        town.do(delivery_actions.follow, ref=ref, due=REVIEW, now=LATER)


def test_the_share_that_meets_the_level_is_another_criterion(town):
    ref = town.delivered(terms=replace(TERMS, measure=Measure.MET, aim_milli=900))
    town.answers(ref, Cohort.FIRST, 0)
    (line,) = town.ask(verify_queries.figures, town.order(ref), LATER).lines
    assert line.met.asked == 8 and line.met.not_yet == 8 and line.verdict is Verdict.NOT_REACHED


def test_reminders_come_before_and_after_the_date_once_each_and_tell_who_has_the_turn(town):
    ref = town.started()
    nights = [at(day) for day in (date(2026, 12, 14), date(2026, 12, 15), date(2026, 12, 16), date(2026, 12, 19), date(2026, 12, 20))]
    sent = []
    for night in nights:
        with town.database.writing() as session:
            sent.append(actions.remind(session, today=night.date(), now=night))
    assert sent == [0, 1, 0, 1, 0]  # three working days before the 18th, and once it is over
    assert told(town, "north")[-2:] == ["order_due", "order_overdue"] and told(town, "hr")[-1] == "order_overdue"
    assert kinds(town, ref).count(StepKind.REMINDED) == 2


def test_a_withdrawal_says_why_and_ends_everything(town):
    ref = town.started()
    town.do(actions.withdraw, ref=ref, reason="The money is gone.", now=STARTED)
    assert town.order(ref).state == OrderState.WITHDRAWN and told(town, "north")[-1] == "order_withdrawn"
    with pytest.raises(Conflict):
        town.do(delivery_actions.deliver, "north", ref=ref, words="Held.", side=Side.PARTNER, now=at(ENDS))
    with pytest.raises(Conflict):
        town.do(actions.withdraw, ref=town.delivered(), reason="Late.", now=NOW)


def test_a_course_written_for_the_order_is_named_when_it_is_released(town, browser):
    ref = town.opened()
    offer = town.offer(ref, course="", draft="To be written")
    town.do(actions.accept, ref=ref, offer_ref=offer, reason="Good.", declined="", now=DECIDED)
    with town.database.writing() as session:
        for n, key in enumerate(("north", "south")):
            known = {"slug": f"new-{n}", "code": f"C7{n}", "title_zh": "新课", "title_en": f"New course {n}", "state": DraftState.DRAFT}
            session.add(CourseDraft(ref=f"draft-{key}", partner_id=town.partners[key], created_at=NOW, changed_at=NOW, **known))
        grant = {"role": Role.AUTHOR, "partner_id": town.partners["north"], "granted_by": "test", "granted_at": NOW}
        session.add(RoleGrant(ref="grant", account_id=town.cast.accounts["north"], **grant))
    with pytest.raises(Invalid, match="no such draft"):
        town.do(delivery_actions.tie_draft, "north", ref=ref, draft_ref="draft-south", now=DECIDED)
    north, hr = browser("north"), browser("hr")
    assert "New course 0" in north.get(f"/orders/{ref}").text and "New course 1" not in north.get(f"/orders/{ref}").text
    assert north.post(f"/orders/{ref}/draft", data={"draft": "draft-north"}).status_code == 303
    assert "/author/drafts/draft-north" in north.get(f"/orders/{ref}").text
    assert "The partner is at it: C70 New course 0, being written." in hr.get(f"/orders/{ref}").text
    with town.database.writing() as session:
        draft = session.scalars(select(CourseDraft).where(CourseDraft.ref == "draft-north")).one()
        assert draft.order_ref == ref
        events.publish(session, CourseReleased(1, 1, "c", "1.0.0", draft.ref, draft.order_ref, DECIDED))
        events.publish(session, CourseReleased(1, 1, "other", "1.0.0", "another", None, DECIDED))
    assert town.order(ref).course_slug == "c" and told(town, "hr")[-1] == "order_course" == told(town, "north")[-1]
