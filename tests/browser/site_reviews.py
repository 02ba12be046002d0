"""What the pages of reviews need: a course that is read for the second time, one to be released, one to be submitted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from lms.authoring.models import CourseDraft
from lms.core import clock
from lms.core.i18n import speaking
from lms.operations import sample_reviews
from lms.operations.sample_reviews import Story
from lms.reviewing import actions
from lms.reviewing.enums import Verdict
from lms.reviewing.models import Review
from tests.browser.site import Site

CHINESE, ENGLISH = "lessons/03-three-tables.zh.md", "lessons/03-three-tables.en.md"
# the sample plants a wrong key, so the right option looks like a distractor that says nothing
PLANTED = ("bank.yaml", "zh: 2025年12月联大协商一致通过", "why: {zh: 不符, en: Not so}, zh: 2025年12月联大协商一致通过")
STORY = Story(
    "internet-and-governance",
    CHINESE,
    written=(PLANTED, (CHINESE, "请你准备半页背景材料", "请你准备一页背景材料"), (ENGLISH, "half a page of background", "one page of background")),
    mended=(
        (CHINESE, "- 某局系统泄露群众信息：第三张。", "- 某局系统泄露群众的个人信息：第三张。"),
        (CHINESE, "- 各国怎样合作弥合数字鸿沟：第二张。\n", ""),
        (CHINESE, "- 申请一个新的顶级域：第一张。", "- 各国怎样合作缩小数字鸿沟：第二张。\n- 申请一个新的顶级域：第一张。"),
    ),
    must="第三张。",
    wondered="## 情境",
)


def reviews(site: Site) -> dict[str, str]:
    """References: a review in its second round, one that waits for its release, one that its author took back."""
    site.accounts |= {"author": "author", "expert": "expert", "desk": "practitioner"}
    now = clock.now()
    with site.database.writing() as session, speaking("en"):
        cast = sample_reviews.who(session)
        reading, ready, fresh = (sample_reviews.read_again(session, STORY, cast, now - timedelta(days=12)) for _ in range(3))
        for login in ("expert", "practitioner"):
            actions.judge(session, actor=cast[login], ref=ready, verdict=Verdict.ACCEPT, reasons=sample_reviews.REASONS, now=now)
        actions.recall(session, actor=cast["author"], ref=fresh, reason="One more example is to come in.", now=now)
        draft = session.scalars(select(CourseDraft.ref).join(Review, Review.draft_id == CourseDraft.id).where(Review.ref == fresh)).one()
    return {"review": reading, "review_ready": ready, "review_back": fresh, "draft_back": draft}
