"""A draft on its way to release: who may do what, what each step needs, and that nothing is half-done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.access.models import AuditEntry
from lms.assessments.models import Assessment, BankRevision
from lms.authoring import queries as drafts
from lms.authoring.models import CourseDraft
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.i18n import speaking
from lms.courses.models import Course, CourseRevision
from lms.feedback.models import CommentOwner
from lms.people.models import AccountNotice
from lms.reviewing import actions, comment_actions, comment_queries, queries, release_actions, snapshot_queries
from lms.reviewing.clock import clock
from lms.reviewing.comment_actions import Remark
from lms.reviewing.enums import Capacity, ReviewState, Verdict, Weight
from lms.reviewing.models import Review
from lms.reviewing.notices import WRITERS
from tests.reviewing.conftest import REASONS, files

EXPERT, DESK = Capacity.SUBJECT_EXPERT, Capacity.PRACTITIONER
LESSON = "lessons/02-names-numbers-routes.en.md"
FIRST, LATER = "Thirteen is the number of names", "Thirteen is only the number of names"


def told(world, key: str) -> list[str]:
    """The kinds of notices of somebody without a staff record, in order."""
    with world.database.reading() as session:
        query = select(AccountNotice.kind).where(AccountNotice.account_id == world.cast.accounts[key]).order_by(AccountNotice.id)
        return list(session.scalars(query))


def last_notice(app, world, key: str) -> str:
    """What the newest notice of somebody without a staff record says, in English."""
    with app.test_request_context(), speaking("en"), world.database.reading() as session:
        query = select(AccountNotice).where(AccountNotice.account_id == world.cast.accounts[key]).order_by(AccountNotice.id.desc())
        newest = session.scalars(query).first()
        return str(WRITERS[newest.kind](newest.facts).text)


def test_two_people_accept_and_the_administrator_releases(world, draft):
    review = world.submit(draft)
    assert world.state(review) == ReviewState.WAITING
    with pytest.raises(Conflict):
        world.write(draft, LESSON, FIRST, LATER)
    for key, capacity in (("expert", EXPERT), ("desk", DESK)):
        world.name(review, key, capacity)
        world.declare(review, key)
    assert world.state(review) == ReviewState.READING
    world.judge(review, "expert")
    with pytest.raises(Conflict):
        world.judge(review, "expert", Verdict.SEND_BACK)
    with pytest.raises(Invalid) as refused:
        world.act(release_actions.release, "admin", ref=review)
    assert "Not everyone who is needed has accepted this round" in refused.value.details[0]
    world.judge(review, "desk")
    assert world.state(review) == ReviewState.ACCEPTED
    with pytest.raises(Forbidden):
        world.act(release_actions.release, "author", ref=review)
    world.act(release_actions.release, "admin", ref=review)
    with world.database.reading() as session:
        course, bank = session.scalars(select(Course)).one(), session.scalars(select(BankRevision)).one()
        revision, made = course.current, session.scalars(select(CourseDraft)).one()
        assert (revision.version, revision.status, revision.provisional, revision.review_ref) == ("1.0.0", "released", False, review)
        assert [(one["name"], one["role"]) for one in revision.meta["reviewers"]] == [("专家", "subject_expert"), ("窗口主任", "practitioner")]
        assert (made.state, made.released_revision_id) == ("released", revision.id)
        assert (bank.review_ref, bank.course_version) == (review, "1.0.0")
        assert session.get_one(CommentOwner, course.id).partner_id == made.partner_id
        done = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
        assert [one for one in done if "review" in one or one in ("course_released", "course_loaded", "bank_loaded")] == [
            "review_submitted", "reviewer_named", "review_declared", "reviewer_named", "review_declared", "review_judged", "review_judged",
            "bank_loaded", "course_loaded", "course_released",
        ]  # fmt: skip
    assert world.state(review) == ReviewState.RELEASED
    assert told(world, "author") == ["review_released"]
    assert told(world, "admin") == ["review_submitted", "review_accepted"]
    assert told(world, "expert") == ["reviewer_named", "review_released"]
    assert told(world, "hr") == ["course_released"]


def test_authors_their_organisation_and_those_with_a_conflict_are_kept_out(world, draft):
    review = world.submit(draft)
    for key, capacity, why in (("author", EXPERT, "Choose somebody who holds the role"), ("expert", DESK, "belongs to the authors’ organisation")):
        with pytest.raises(Invalid, match=why):
            world.name(review, key, capacity)
    with pytest.raises(Forbidden):
        world.act(actions.name_reviewer, "author", ref=review, account_ref=world.ref("desk"), capacity=DESK)
    for stranger in ("expert", "other", "auditor", "hr"):
        with pytest.raises(NotFound):
            world.act(actions.judge, stranger, ref=review, verdict=Verdict.ACCEPT, reasons=REASONS)
    world.name(review, "expert", EXPERT)
    with pytest.raises(Conflict):
        world.name(review, "other", EXPERT)
    with pytest.raises(Invalid, match="is named in this review already"):
        world.name(review, "expert", DESK)
    world.name(review, "desk", DESK)
    with pytest.raises(Forbidden):
        world.act(comment_actions.comment, "desk", ref=review, said=Remark(LESSON, 12, 12, Weight.MUST, "Wrong."))
    with pytest.raises(Invalid):
        world.declare(review, "desk", conflict=True, words="")
    world.declare(review, "desk", conflict=True, words="My company sells this training.")
    assert world.state(review) == ReviewState.WAITING
    with pytest.raises(NotFound):
        world.judge(review, "desk")
    with pytest.raises(Invalid, match="declared a conflict of interest"):
        world.name(review, "desk", DESK)
    assert told(world, "admin") == ["review_submitted", "review_handed_back"]
    world.name(review, "other", DESK)
    assert world.state(review) == ReviewState.READING


def test_an_acceptance_falls_when_its_reviewer_turns_out_to_be_biased(world, draft):
    review = world.in_reading(draft)
    world.judge(review, "expert")
    world.judge(review, "desk")
    world.act(actions.hand_back, "desk", ref=review, reason="My brother is one of the authors.", conflict=True)
    assert world.state(review) == ReviewState.WAITING
    with pytest.raises(Invalid):
        world.act(release_actions.release, "admin", ref=review)
    world.name(review, "other", DESK)
    world.declare(review, "other")
    world.judge(review, "other")
    assert world.state(review) == ReviewState.ACCEPTED


def test_a_correction_goes_round_twice_and_comments_follow_their_lines(app, world, draft):
    review = world.in_reading(draft)
    line = next(n for n, text in enumerate(files()[LESSON].decode().splitlines(), 1) if FIRST in text)
    must = world.act(comment_actions.comment, "expert", ref=review, said=Remark(LESSON, line, line, Weight.MUST, "Say that it is no limit."))
    asks = world.act(comment_actions.comment, "desk", ref=review, said=Remark("bank.yaml", 5, 6, Weight.QUESTION, "Why these?"))
    with pytest.raises(Invalid, match="Name lines from 1 to"):
        world.act(comment_actions.comment, "desk", ref=review, said=Remark(LESSON, 9, 8, Weight.MUST, "Wrong."))
    with pytest.raises(NotFound):
        world.act(comment_actions.comment, "desk", ref=review, said=Remark("assets/resolve.svg", 1, 1, Weight.MUST, "Wrong."))
    with pytest.raises(Invalid, match="1 of your comments"):
        world.judge(review, "expert")
    world.judge(review, "expert", Verdict.SEND_BACK, "One name is not said.")
    assert world.state(review) == ReviewState.READING
    world.judge(review, "desk")
    assert world.state(review) == ReviewState.SENT_BACK
    assert told(world, "author") == ["review_sent_back"]

    world.write(draft, LESSON, "\n## ", "\nThis part is new.\n\n## ")
    world.write(draft, LESSON, FIRST, LATER)
    world.act(comment_actions.answer, "author", ref=review, comment_ref=must, text="It says so now.")
    assert last_notice(app, world, "expert") == "“What the internet is and who governs it” (C01), Names, numbers and routes (English)."
    with pytest.raises(Forbidden):
        world.act(comment_actions.resolve, "author", ref=review, comment_ref=must)
    world.act(comment_actions.resolve, "author", ref=review, comment_ref=asks)
    assert world.submit(draft, words="It says so in the summary now.") == review
    assert world.state(review) == ReviewState.READING
    with world.database.reading() as session:
        found = session.scalars(select(Review)).one()
        before, after = snapshot_queries.before_round(session, found, 2), snapshot_queries.of_round(session, found, 2)
        assert [path for path in after if before.get(path) != after[path]] == [LESSON]
        edit = snapshot_queries.round_of(session, found, 2).files[LESSON]
        (shown,) = comment_queries.shown(session, found, LESSON, edit=edit, text=after[LESSON].decode())
        assert LATER in after[LESSON].decode().splitlines()[shown.anchor.first - 1]
        assert (shown.moved, shown.anchor.changed, shown.anchor.gone, shown.answers[0].text) == (True, True, False, "It says so now.")
        assert queries.open_must(session, found) == 1
    world.judge(review, "desk")
    with pytest.raises(Invalid):
        world.judge(review, "expert")
    world.act(comment_actions.resolve, "expert", ref=review, comment_ref=must)
    world.judge(review, "expert")
    world.act(comment_actions.resolve, "expert", ref=review, comment_ref=must, reopen=True)
    with pytest.raises(Invalid):
        world.act(release_actions.release, "admin", ref=review)
    world.act(comment_actions.resolve, "expert", ref=review, comment_ref=must)
    world.act(release_actions.release, "admin", ref=review)
    with pytest.raises(Conflict):
        world.act(comment_actions.resolve, "expert", ref=review, comment_ref=must, reopen=True)
    with world.database.reading() as session:
        assert LATER in session.scalars(select(CourseRevision)).one().lessons[1].html_en


def test_a_draft_with_faults_or_without_words_is_not_submitted(world):
    found = files()
    found["lessons/02-names-numbers-routes.zh.md"] = found["lessons/02-names-numbers-routes.zh.md"].replace(b"id: C01-L2", b"id: C01-L9")
    draft = world.draft(found)
    with pytest.raises(Invalid) as refused:
        world.submit(draft)
    wrong = "The id is C01-L9 but course.yaml says C01-L2"
    assert [str(one).partition(f" · {wrong}")[0] for one in refused.value.details if wrong in str(one)] == ["Names, numbers and routes (Chinese) · line 2"]
    unnamed = files()
    unnamed["course.yaml"] = unnamed["course.yaml"].replace("李老师".encode(), b'"(to be named)"')
    with pytest.raises(Invalid) as refused:
        world.submit(world.draft(unnamed))
    assert [str(one).partition(" · ")[2] for one in refused.value.details] == ["A released course needs named authors. Name them."]
    with pytest.raises(Invalid, match="in a sentence of at least 10 characters"):
        world.submit(world.draft(files()), words="Done.")
    with pytest.raises(NotFound):
        world.act(actions.recall, "expert", ref="nothing", reason=REASONS)


def test_a_release_that_fails_changes_nothing(world, draft):
    review = world.in_reading(draft)
    world.judge(review, "expert")
    world.judge(review, "desk")
    later = world.now + timedelta(days=2000)
    with pytest.raises(Invalid) as refused:
        world.act(release_actions.release, "admin", ref=review, now=later)
    assert any("The review was due on" in str(one) for one in refused.value.details)
    with world.database.reading() as session:
        assert [session.scalar(select(func.count()).select_from(table)) for table in (Course, CourseRevision, Assessment, BankRevision)] == [0, 0, 0, 0]
        assert session.scalars(select(CourseDraft)).one().state == "in_review"
    assert world.state(review) == ReviewState.ACCEPTED


def test_the_next_version_is_numbered_and_knows_its_earlier_authors(world, draft):
    world.released(draft)
    again = world.next_draft()
    world.write(again, LESSON, FIRST, LATER)
    review = world.in_reading(again)
    world.judge(review, "expert")
    world.judge(review, "desk")
    world.act(release_actions.release, "admin", ref=review)
    with world.database.reading() as session:
        revision = session.scalars(select(Course)).one().current
        assert revision.version == "1.1.0"
        assert revision.meta["changelog"][0] == {"version": "1.1.0", "date": "2026-11-23", "zh": "补充例子", "en": "Examples added"}


def test_a_version_that_came_out_meanwhile_has_to_be_taken_over(world, draft):
    world.released(draft)
    slow, quick = world.next_draft(), world.next_draft()
    world.write(slow, LESSON, FIRST, "Thirteen counts names")
    world.write(quick, LESSON, FIRST, LATER)
    waiting = world.in_reading(slow)
    world.judge(waiting, "expert")
    world.judge(waiting, "desk")
    world.released(quick)
    with pytest.raises(Invalid) as refused:
        world.act(release_actions.release, "admin", ref=waiting)
    assert str(refused.value.details[0]).startswith("Version 1.1.0 came out since this round was submitted.")
    world.act(actions.recall, "author", ref=waiting, reason="We take over what came out.")
    with pytest.raises(Invalid):
        world.submit(slow)
    assert world.submit(slow, carried=True) == waiting


def test_a_course_of_others_is_not_taken_by_its_short_name(world, draft):
    world.released(draft)
    with pytest.raises(Invalid) as refused:
        world.submit(world.draft(files()))
    assert any("The short name belongs to a course that exists" in str(one) for one in refused.value.details)


def test_who_is_due_is_reminded_once_before_and_once_after(world, draft):
    review = world.in_reading(draft)
    with world.database.reading() as session:
        due = session.scalars(select(Review)).one().due_on
    assert due == clock().due_on(world.now.date(), "read")
    for day, reminded in ((due - timedelta(days=5), 0), (due - timedelta(days=1), 1), (due, 0), (due + timedelta(days=1), 1), (due + timedelta(days=2), 0)):
        with world.database.writing() as session:
            moment = world.now + timedelta(days=(day - world.now.date()).days)
            assert actions.remind(session, today=day, now=moment) == reminded, day
    assert told(world, "expert") == ["reviewer_named", "review_due", "review_overdue"]
    assert told(world, "admin") == ["review_submitted", "review_overdue"]
    world.act(actions.withdraw, "author", ref=review, reason="The course is given up for now.")
    assert world.state(review) == ReviewState.WITHDRAWN
    with world.database.reading() as session:
        assert drafts.by_ref(session, draft).state == "draft"


def test_a_reviewer_who_does_not_answer_is_replaced(world, draft):
    review = world.in_reading(draft)
    must = world.act(comment_actions.comment, "desk", ref=review, said=Remark(LESSON, 12, 12, Weight.MUST, "Wrong."))
    with world.database.reading() as session:
        desk = next(one.ref for one in queries.readers(session, session.scalars(select(Review)).one()) if one.name == "窗口主任")
    world.act(actions.replace, "admin", ref=review, reviewer_ref=desk, reason="Has not answered for a month.")
    world.name(review, "other", DESK)
    world.declare(review, "other")
    world.act(comment_actions.resolve, "other", ref=review, comment_ref=must)
    world.judge(review, "expert")
    world.judge(review, "other")
    world.act(release_actions.release, "admin", ref=review)
    assert world.state(review) == ReviewState.RELEASED


def test_a_second_round_waits_for_its_reviewers_though_another_review_is_in_its_first(world, draft):
    """Which rounds other reviews are in says nothing about this one: a verdict of round 1 is none of round 2."""
    world.released(draft)
    again = world.next_draft()
    world.write(again, LESSON, FIRST, LATER)
    review = world.in_reading(again)
    world.judge(review, "expert", Verdict.SEND_BACK, "One name is not said.")
    world.judge(review, "desk")

    def waiting(key: str) -> int:
        with world.database.reading() as session:
            return queries.waiting(session, world.actors[key], today=world.now.date())[0]

    assert (waiting("expert"), waiting("desk"), waiting("author")) == (0, 0, 1)
    world.submit(again, words="It says so now.")
    assert (waiting("expert"), waiting("desk"), waiting("author")) == (1, 1, 0)
    world.judge(review, "expert")
    assert (waiting("expert"), waiting("desk")) == (0, 1)
