"""Time comes from one clock and is passed in; a transaction is committed where a request, a command or a job ends."""

import ast
import re

from tests.conventions.source import calls, imports, modules, nodes

OWN_CLOCK = "lms/core/clock.py"
FOREIGN_CLOCKS = re.compile(r"(^|\.)(datetime|date)\.(now|utcnow|today|utcfromtimestamp)$|^time\.(time|time_ns|localtime|gmtime)$")
EDGES = re.compile(r"^lms/core/(db|jobs)\.py$|(^|[/_])(cli|jobs)\.py$|^lms/sample/")
ACTIONS = re.compile(r"(^|[/_])(actions|queries|models|policy)\.py$")


def test_only_the_clock_asks_for_the_time():
    asked = [f"{m.path}:{line} {what}" for m in modules() if m.path != OWN_CLOCK for line, what in calls(m) if FOREIGN_CLOCKS.search(what)]
    assert asked == []


def test_actions_and_queries_are_told_the_time():
    asked = [f"{m.path}:{line} {what}" for m in modules() if ACTIONS.search(m.path) for line, what in calls(m) if what == "clock.now"]
    assert asked == []


def test_actions_and_queries_are_told_the_actor():
    known = [f"{m.path}:{line} {name}" for m in modules() if ACTIONS.search(m.path) for line, name in imports(m) if name.startswith("flask_login")]
    assert known == []


def test_only_the_edges_commit():
    commits = [f"{m.path}:{line}" for m in modules() if not EDGES.search(m.path) for line, what in calls(m) if what.endswith(".commit")]
    assert commits == []


def test_no_error_is_swallowed():
    def swallows(handler: ast.ExceptHandler) -> bool:
        broad = handler.type is None or getattr(handler.type, "id", "") in ("Exception", "BaseException")
        return broad and all(isinstance(statement, ast.Pass) for statement in handler.body)

    handlers = [(m.path, n) for m in modules() for n in nodes(m, ast.ExceptHandler)]
    assert [f"{path}:{n.lineno}" for path, n in handlers if swallows(n)] == []
