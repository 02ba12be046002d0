"""Reviews of the sample county: one course released in a second version, one that came back with comments and is read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.authoring import actions as drafts
from lms.authoring import queries
from lms.authoring.models import CourseDraft
from lms.core.db import database
from lms.courses import queries as courses
from lms.operations.sample_cast import PARTNER
from lms.people.models import Account
from lms.people.queries import actor_of_account, partner_by_code
from lms.reviewing import actions, comment_actions, release_actions, submission_actions
from lms.reviewing.comment_actions import Remark
from lms.reviewing.enums import Capacity, Change, Verdict, Weight
from lms.reviewing.submission_actions import Submission

RELEASED, IN_REVIEW = "partnership-and-talent", "names-numbers-routes"
Edit = tuple[str, str, str]
"""A file, words of it, what stands there instead."""
HEAD = (('"(to be named)"', "示例大学公共管理系"), ('"(owner to decide)"', "CC BY-SA 4.0"))
"""Who wrote it and under which licence: without both nothing is released."""
BETTER = (
    ("lessons/01-where-the-line-is.zh.md", "一家公司来谈合作：免费给县里建", "一家公司来谈合作，愿意免费给县里建"),
    ("lessons/01-where-the-line-is.zh.md", "主任问你：能签吗？", "主任把方案放在你桌上，问：能签吗？哪一句先改？"),
    ("lessons/01-where-the-line-is.en.md", "Your director asks: can we sign?", "Your director asks: can we sign, and which sentence comes first?"),
)


@dataclass(frozen=True, slots=True)
class Story:
    """A draft that goes round twice: what its author wrote, on which words of which lesson was commented, what was mended then."""

    slug: str
    lesson: str
    written: tuple[Edit, ...]
    mended: tuple[Edit, ...]
    must: str
    wondered: str


CHINESE, ENGLISH = "lessons/01-root-to-gov-cn.zh.md", "lessons/01-root-to-gov-cn.en.md"
STORY = Story(
    IN_REVIEW,
    CHINESE,
    written=(
        (CHINESE, "一查，那个域名是某局几年前办活动时注册的", "一查，那个域名是某局三年前办活动时注册的"),
        (ENGLISH, "a bureau set up that domain some years ago", "a bureau set up that domain three years ago"),
    ),
    mended=(
        (CHINESE, "活动结束，公司解散，没人续费", "活动结束，公司注销，没有人接手续费的事"),
        (ENGLISH, "the company was wound up, nobody paid the renewal.", "the company was wound up, and nobody took over the renewal."),
        (CHINESE, "只是名字换了主人。", "只是名字换了主人。登记在本单位名下的域名，才有人记得续费。"),
        (ENGLISH, "The name simply changed hands.", "The name simply changed hands. Only a domain in the agency's own name is renewed."),
    ),
    must="没人续费",
    wondered="| 站 |",
)
ASKED = "这里写“没人续费”，没说清该由谁续。请写明责任在谁，学员才知道回去查什么。"
ANSWERED = "已改：写明没有人接手，并加了一句登记在谁名下。"
WONDERED = "表里“站”一列，县里同志会不会理解成物理机房？可以换一个词吗？"
REASONS = "内容准确，例子贴近窗口工作，难度合适。"
BACK = "总体好。情境一段责任没有说清，按批注修改后可以通过。"


def make(now: datetime) -> str:
    """Two weeks of work of an author, an expert and a practitioner."""
    with database().writing() as session:
        cast = who(session)
        known = {card.slug for card in courses.courses(session)}
        if not {RELEASED, IN_REVIEW} <= known:
            return "No course in review: the content lacks the courses for it."
        _release(session, cast, now - timedelta(days=8))
        read_again(session, STORY, cast, now - timedelta(days=16))
    return f"The course {RELEASED} in a second, reviewed version; {IN_REVIEW} in the second round of its review."


def who(session: Session) -> dict[str, Actor]:
    """An author, two reviewers and the administrator."""
    return {login: _actor(session, login) for login in ("author", "expert", "practitioner", "root")}


def _actor(session: Session, login: str) -> Actor:
    found = actor_of_account(session, session.scalars(select(Account.id).where(Account.login == login)).one())
    assert found is not None
    return found


def _draft(session: Session, author: Actor, slug: str, at: datetime) -> CourseDraft:
    revision, partner = courses.current_revision(session, slug), partner_by_code(session, PARTNER)
    draft = drafts.draft_from_revision(session, actor=author, now=at, revision=revision, partner=partner)
    _write(session, author, draft, [("course.yaml", *words) for words in HEAD], at)
    return draft


def _write(session: Session, author: Actor, draft: CourseDraft, words: Sequence[Edit], at: datetime) -> None:
    for path, old, new in words:
        file = queries.file_now(session, draft.id, path)
        text = (file.text or "").replace(old, new, 1)
        drafts.save(session, actor=author, now=at, draft=draft, path=path, text=text, base=file.number)


def _submit(session: Session, cast: dict[str, Actor], draft: CourseDraft, said: tuple[str, str, str], at: datetime) -> str:
    submission = Submission(said[0], Change.MINOR, said[1], said[2])
    return submission_actions.submit(session, actor=cast["author"], draft_ref=draft.ref, said=submission, now=at).ref


def _name(session: Session, cast: dict[str, Actor], review: str, at: datetime) -> None:
    for login, capacity in (("expert", Capacity.SUBJECT_EXPERT), ("practitioner", Capacity.PRACTITIONER)):
        actions.name_reviewer(session, actor=cast["root"], ref=review, account_ref=cast[login].ref, capacity=capacity, now=at)
        actions.declare(session, actor=cast[login], ref=review, conflict=False, words="", now=at + timedelta(hours=5))


def _release(session: Session, cast: dict[str, Actor], at: datetime) -> None:
    draft = _draft(session, cast["author"], RELEASED, at)
    _write(session, cast["author"], draft, BETTER, at)
    said = ("第一课的情境改得更具体，请看是否还符合实际。", "第1课的情境更具体：从哪一句改起", "A more concrete situation in lesson 1")
    review = _submit(session, cast, draft, said, at + timedelta(days=1))
    _name(session, cast, review, at + timedelta(days=2))
    for login in ("expert", "practitioner"):
        actions.judge(session, actor=cast[login], ref=review, verdict=Verdict.ACCEPT, reasons=REASONS, now=at + timedelta(days=7))
    release_actions.release(session, actor=cast["root"], ref=review, now=at + timedelta(days=8))


def read_again(session: Session, story: Story, cast: dict[str, Actor], at: datetime) -> str:
    """Sent back with two comments, one of them settled since; the second round shows what changed. Answers the review's reference."""
    draft, author, expert, desk = _draft(session, cast["author"], story.slug, at), cast["author"], cast["expert"], cast["practitioner"]
    _write(session, author, draft, story.written, at)
    review = _submit(session, cast, draft, ("补了年份，请专家核对第一课。", "情境更准确", "A more precise situation"), at)
    _name(session, cast, review, at + timedelta(days=1))
    lines = (queries.file_now(session, draft.id, story.lesson).text or "").splitlines()
    place, table = (next(n for n, line in enumerate(lines, 1) if words in line) for words in (story.must, story.wondered))
    read = at + timedelta(days=4)
    must = comment_actions.comment(session, actor=expert, ref=review, said=Remark(story.lesson, place, place, Weight.MUST, ASKED), now=read)
    comment_actions.comment(session, actor=desk, ref=review, said=Remark(story.lesson, table, table, Weight.QUESTION, WONDERED), now=read)
    actions.judge(session, actor=expert, ref=review, verdict=Verdict.SEND_BACK, reasons=BACK, now=read)
    actions.judge(session, actor=desk, ref=review, verdict=Verdict.ACCEPT, reasons=REASONS, now=read)
    mended = at + timedelta(days=11)
    _write(session, author, draft, story.mended, mended)
    comment_actions.answer(session, actor=author, ref=review, comment_ref=must.ref, text=ANSWERED, now=mended)
    _submit(session, cast, draft, ("按批注改了情境一段；表头没有改，等两位再看。", "情境更准确", "A more precise situation"), mended)
    comment_actions.resolve(session, actor=expert, ref=review, comment_ref=must.ref, now=mended + timedelta(days=2))
    return review
