"""No digital formalism (F17; register of facts, LF-602): nothing counts check-ins, points, ranks or time online."""

import ast
import re

from tests.conventions.source import ROOT, lines_matching, modules, nodes, templates

COLUMN = re.compile(
    r"(^|_)(streaks?|points?|check_?ins?|leader_?board|ranking|ranked|rank_(of|in|by)|badges?|online_(time|seconds|minutes|hours)|time_(spent|online|on_page)"
    r"|seconds_(spent|online|watched)|watch_time|(login|visit|view|click)_?counts?|(logins|visits|clicks)|install_quota|dwell)($|_)"
)
WORDS = re.compile(
    r"\b(streaks?|leader ?boards?|check-ins?|points earned|your rank|top learners|time online|online time)\b"
    r"|打卡|积分|排行|排名|签到|在线时长|学习时长",
    re.I,
)


def columns():
    for module in modules():
        if module.name.split(".")[-1] != "models" and not module.name.endswith("_models"):
            continue
        for node in nodes(module, ast.AnnAssign, ast.ClassDef):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield f"{module.path}:{node.lineno}", node.target.id
            if isinstance(node, ast.ClassDef):
                yield f"{module.path}:{node.lineno}", re.sub(r"(?<!^)(?=[A-Z])", "_", node.name).lower()


def test_the_word_list_knows_what_it_forbids():
    forbidden = ("streak_days", "points", "check_in", "checkin_at", "leaderboard", "online_minutes", "time_spent", "ranking", "login_count")
    allowed = ("fraction_milli", "submitted_at", "viewpoint", "checked_at", "appointed_at", "printed", "view_ref", "rank")
    assert all(COLUMN.search(name) for name in forbidden)
    assert not any(COLUMN.search(name) for name in allowed)


def test_nothing_stored_counts_attendance_points_ranks_or_time_online():
    assert [f"{place} {name}" for place, name in columns() if COLUMN.search(name)] == []


def test_no_page_speaks_of_them_but_to_promise_their_absence():
    spoken = lines_matching(templates(), WORDS)
    assert [line for line in spoken if "No check-ins" not in line and "the platform holds no such data" not in line] == []


SUSPICION = re.compile(
    r"(^|_)(tab_?(switch|change)(es|ed)?|blur(red|s)?|focus(_lost|_left)?|visibility|too_fast|rushed|speed(ing)?|seconds_taken|answer_(time|seconds|ms)"
    r"|response_time|latency|duration|key_?strokes?|paste(d|s)?|copied|web_?cam|camera|screenshots?|proctor(ing|ed)?|suspicio(n|us)|suspect(ed)?|cheat(ing|ed)?"
    r"|integrity_(flag|score)|anomaly|(un)?trust(ed|_score)|fingerprint|geo|location|sanctions?|penalt(y|ies)|banned|blocked_until)($|_)"
)


def test_the_second_word_list_knows_what_it_forbids():
    forbidden = (
        "tab_switches",
        "tab_switch_count",
        "focus_lost",
        "answer_seconds",
        "response_time",
        "paste_count",
        "suspicion",
        "cheating",
        "webcam_ref",
        "banned",
    )
    allowed = ("submitted_at", "deadline_at", "started_at", "time_percent", "copy", "response", "trail", "penetration")
    assert all(SUSPICION.search(name) for name in forbidden)
    assert not any(SUSPICION.search(name) for name in allowed)


def test_nothing_stored_watches_how_a_quiz_is_taken_or_punishes_for_it():
    assert [f"{place} {name}" for place, name in columns() if SUSPICION.search(name)] == []


def test_no_script_listens_to_leaving_the_page_typing_or_pasting():
    listened = re.compile(r"visibilitychange|\bblur\b|focusout|\bpaste\b|\bcopy\b|mediaDevices|getDisplayMedia|geolocation")
    scripts = [path for path in (ROOT / "lms" / "static").glob("*.js")]
    assert scripts
    assert [f"{path.name}: {found.group()}" for path in scripts for found in [listened.search(path.read_text(encoding="utf-8"))] if found] == []
