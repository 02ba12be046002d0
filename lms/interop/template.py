"""The table that questions can be written in: its headings, one example of each kind, and what the columns mean."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.interop.table import LETTERS

PLAIN = ("id", "type", "competency", "level", "cognitive", "prior_b", "prior_sd", "lesson", "use")
SHOWN = 5  # letters in the template; up to j may be added


def headings() -> list[str]:
    """The first row."""
    heads = [*PLAIN, "stem_zh", "stem_en", "answer", "tolerance", "unit_zh", "unit_en", "rationale_zh", "rationale_en"]
    for letter in LETTERS[:SHOWN]:
        heads += [f"{letter}_{part}" for part in ("zh", "en", "why_zh", "why_en", "match_zh", "match_en", "points")]
    return heads


EXAMPLES: tuple[dict[str, object], ...] = (
    {
        "type": "single",
        "level": 1,
        "cognitive": "U",
        "prior_b": "-0.5",
        "prior_sd": "0.8",
        "stem_zh": "群众打不开办事网页，先查什么？",
        "stem_en": "A resident can't open the service page. What do you check first?",
        "answer": "b",
        "a_zh": "重装系统",
        "a_en": "Reinstall the system",
        "a_why_zh": "费时，且多半无关",
        "a_why_en": "Takes hours and is hardly ever the cause",
        "b_zh": "换一个网站试试",
        "b_en": "Try another site",
        "c_zh": "报告公安机关",
        "c_en": "Report it to the police",
        "c_why_zh": "还不知道是不是事件",
        "c_why_en": "It's not known yet to be an incident",
        "rationale_zh": "先分清是本机、本单位还是对方的问题。",
        "rationale_en": "First tell apart: this computer, this office, or the other side.",
    },
    {
        "type": "multiple",
        "stem_zh": "哪些属于敏感个人信息？",
        "stem_en": "Which are sensitive personal information?",
        "answer": "a c",
        "a_zh": "指纹",
        "a_en": "Fingerprints",
        "b_zh": "办公电话",
        "b_en": "An office telephone number",
        "c_zh": "行踪轨迹",
        "c_en": "Whereabouts",
        "d_zh": "单位名称",
        "d_en": "The name of an office",
        "rationale_zh": "泄露后易致人身财产受害的才是。",
        "rationale_en": "Those whose leak easily harms a person or their property.",
    },
    {
        "type": "numeric",
        "stem_zh": "下载 90 MB 的文件，网速 24 Mbit/s，至少几秒？",
        "stem_en": "How many seconds at least for 90 MB at 24 Mbit/s?",
        "answer": "30",
        "tolerance": "1",
        "unit_zh": "秒",
        "unit_en": "seconds",
        "rationale_zh": "90×8÷24=30。",
        "rationale_en": "90 × 8 ÷ 24 = 30.",
    },
    {
        "type": "ordering",
        "stem_zh": "发现数据泄露后，按先后排列。",
        "stem_en": "A leak is found. Put the steps in order.",
        "a_zh": "断开受影响的系统",
        "a_en": "Disconnect the system",
        "b_zh": "报告负责人",
        "b_en": "Tell who is in charge",
        "c_zh": "查清范围",
        "c_en": "Find out how far it goes",
        "rationale_zh": "先止损，再报告，再调查。",
        "rationale_en": "Stop it, report it, then look into it.",
    },
    {
        "type": "matching",
        "stem_zh": "谁管什么？",
        "stem_en": "Who looks after what?",
        "a_zh": "IP 地址",
        "a_en": "IP addresses",
        "a_match_zh": "地区互联网注册机构",
        "a_match_en": "Regional registries",
        "b_zh": "域名根区",
        "b_en": "The root zone",
        "b_match_zh": "IANA",
        "b_match_en": "IANA",
        "c_match_zh": "各省通信管理局",
        "c_match_en": "Provincial administrations",
        "rationale_zh": "资源各有分配者。",
        "rationale_en": "Each resource has its own steward.",
    },
    {
        "type": "short",
        "stem_zh": "用两句话回复投诉网页打不开的群众。",
        "stem_en": "Answer, in two sentences, a resident who complains that the page does not open.",
        "a_zh": "说明已经收到并在查",
        "a_en": "Says that it is being looked into",
        "a_points": 1,
        "b_zh": "给出其他办法",
        "b_en": "Names another way",
        "b_points": 1,
    },
)


def rows() -> list[list[object]]:
    """Headings and one example of each kind."""
    heads = headings()
    return [list(heads), *([one.get(head, "") for head in heads] for one in EXAMPLES)]


def explanation() -> list[list[object]]:
    """What each column means, in the reader's language."""
    return [
        [_("Column"), _("What stands in it"), _("Needed")],
        ["id", _("A code of your own; inside the draft every question gets the next free code of the course."), _("no")],
        ["type", "single / multiple / numeric / ordering / matching / short", _("yes")],
        ["competency", _("Code of the competency, such as NET-1."), _("before release")],
        ["level", _("Level 1 to 5 that a right answer speaks for."), _("before release")],
        ["cognitive", _("R remember, U understand, A apply, N analyse."), _("before release")],
        ["prior_b, prior_sd", _("How hard the author takes it to be (−1.5 easy to 1.5 hard), and how sure (0.8)."), _("before release")],
        ["lesson", _("The lesson that it belongs to, such as C21-L2."), _("for practice questions")],
        ["use", _("live: for evidence; practice: for exercise."), _("no")],
        ["stem_zh, stem_en", _("The question in Chinese and in English."), _("one language; both before release")],
        ["answer", _("Letter of the right option (several with spaces between), or the number. Not for ordering and matching."), _("for choices")],
        ["tolerance, unit_zh, unit_en", _("Of a number: how far off still counts, and its unit."), _("no")],
        ["rationale_zh, rationale_en", _("Why the right answer is right."), _("before release")],
        ["a_zh, a_en … j_zh, j_en", _("An option; a step, in its right order; an entry on the left; a line of the rubric."), _("yes")],
        ["a_why_zh, a_why_en …", _("What is wrong with the option."), _("before release, for wrong options")],
        ["a_match_zh, a_match_en …", _("Matching: what belongs to the entry; without an entry a spare one."), _("for matching")],
        ["a_points …", _("Short answer: points of this line of the rubric."), _("no")],
    ]
