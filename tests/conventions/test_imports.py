"""Imports run one way; see the order in docs/architecture.md."""

import ast

import pytest

from tests.conventions.source import imports, modules, names, nodes

# From the ground up; the members of one floor are siblings and never import each other.
FLOORS = (
    {"config"},
    {"core"},
    {"access"},
    {"web"},
    {"people"},
    {"courses", "assessments", "partners"},
    {"learning", "portfolio", "facts"},
    {"marking", "hours"},
    {"competency"},
    {"placement", "psychometrics", "corrections", "assignments", "authoring"},
    {"planning"},
    {"talent", "cases", "decisions", "feedback", "reviewing", "orders", "library"},
    {"credentials", "reports", "interop"},
    {"models", "operations", "wiring", "cli", "app", "lms"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
TOP = len(FLOORS) - 1
OPEN_ROOMS = {"core", "config", "access", "web", "charts"}  # these serve everyone: all their files may be used
# A command makes the application when it runs: the one place where the ground floor reaches the roof, and not at import.
AT_RUN_TIME = {("lms.core.command", "lms.app")}
PUBLIC_FILES = {"queries", "actions", "events", "enums", "models", "words"}  # words: what a notice says
LAYERS = {"enums": 0, "events": 0, "models": 1, "policy": 2, "queries": 3, "actions": 4, "web": 5, "jobs": 5, "cli": 5}
PAGES = {"web", "jobs", "cli"}


def room(name: str) -> str:
    """The capability (or top-level file) of a dotted name: `lms.people.models` lies in `people`."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else "lms"


def layer(name: str) -> str:
    """`lms.people.auth_web` is of the layer `web`: the last word of the file's name decides."""
    return name.split(".")[-1].split("_")[-1]


def own_imports():
    for module in modules():
        for line, target in imports(module):
            if target in names() and target != "lms" and (module.name, target) not in AT_RUN_TIME:
                yield module, line, target


def found(rule) -> list[str]:
    return [f"{m.path}:{line} imports {target}" for m, line, target in own_imports() if rule(m.name, target)]


def test_every_room_has_its_place_in_the_order():
    assert {room(m.name) for m in modules()} == set(FLOOR) | {"charts"}


def test_imports_never_go_upward_nor_to_a_sibling():
    def wrong(source: str, target: str) -> bool:
        a, b = room(source), room(target)
        if a == b or "charts" in (a, b) or FLOOR[a] == TOP:
            return False
        return FLOOR[b] >= FLOOR[a]

    assert found(wrong) == []


def test_charts_know_only_the_core():
    assert found(lambda source, target: room(source) == "charts" and room(target) not in ("charts", "core")) == []


def test_across_capabilities_only_the_public_files_are_used():
    def wrong(source: str, target: str) -> bool:
        a, b = room(source), room(target)
        if a == b or b in OPEN_ROOMS or FLOOR.get(a) == TOP:
            return False
        return layer(target) not in PUBLIC_FILES

    assert found(wrong) == []


def test_inside_a_capability_the_layers_hold():
    def wrong(source: str, target: str) -> bool:
        if room(source) != room(target) or source == target:
            return False
        a, b = layer(source), layer(target)
        if a in LAYERS and b in LAYERS:
            return LAYERS[b] > LAYERS[a]
        return b in PAGES and a not in LAYERS and room(source) not in OPEN_ROOMS

    assert found(wrong) == []


# Decisions: what is right, met, next, allowed. They can be read, tested and replayed without a server or a database.
PURE = (
    "lms.access.actor",
    "lms.access.policy",
    "lms.assessments.bank_checks",
    "lms.assessments.checks",
    "lms.assessments.coverage",
    "lms.assessments.flow",
    "lms.assessments.forms",
    "lms.assessments.marking",
    "lms.assessments.package",
    "lms.assessments.presenting",
    "lms.assessments.retakes",
    "lms.assessments.results",
    "lms.assessments.wording",
    "lms.assignments.recommending",
    "lms.assignments.rules",
    "lms.assignments.schedule",
    "lms.assignments.standing",
    "lms.authoring.bank_text",
    "lms.authoring.item_faults",
    "lms.authoring.item_form",
    "lms.authoring.item_list",
    "lms.authoring.item_rows",
    "lms.authoring.head_form",
    "lms.authoring.item_blueprint",
    "lms.authoring.item_prior",
    "lms.authoring.item_versions",
    "lms.authoring.yaml_style",
    "lms.authoring.yaml_text",
    "lms.authoring.blank",
    "lms.authoring.citing",
    "lms.authoring.course_lessons",
    "lms.core.comparison",
    "lms.authoring.differences",
    "lms.authoring.history",
    "lms.authoring.lacking",
    "lms.authoring.lesson_text",
    "lms.authoring.merging",
    "lms.authoring.problem_sentences",
    "lms.charts.figures",
    "lms.charts.heatmap",
    "lms.charts.series",
    "lms.competency.estimate",
    "lms.competency.explaining",
    "lms.competency.levels",
    "lms.competency.periods",
    "lms.competency.proficiency",
    "lms.competency.rivals",
    "lms.competency.rollup",
    "lms.competency.states",
    "lms.competency.suppression",
    "lms.competency.totals",
    "lms.competency.targeting",
    "lms.competency.transfers",
    "lms.competency.vector_queries",
    "lms.competency.vectorised",
    "lms.config",
    "lms.core.clock",
    "lms.core.errors",
    "lms.core.framework",
    "lms.core.ids",
    "lms.core.markdown",
    "lms.core.numbers",
    "lms.core.problems",
    "lms.core.schema",
    "lms.core.sheets",
    "lms.core.typesetter",
    "lms.core.typesetting",
    "lms.core.working_days",
    "lms.core.yamlfile",
    "lms.courses.canonical",
    "lms.courses.checks",
    "lms.courses.glossary",
    "lms.courses.numbers",
    "lms.courses.package",
    "lms.courses.parity_checks",
    "lms.courses.punctuation",
    "lms.courses.samples",
    "lms.courses.search_terms",
    "lms.courses.term_checks",
    "lms.credentials.sealing",
    "lms.facts.clock",
    "lms.feedback.clock",
    "lms.hours.attendance_table",
    "lms.hours.checks",
    "lms.hours.disclosure",
    "lms.hours.ledger",
    "lms.hours.package",
    "lms.hours.rulebook",
    "lms.interop.aiken",
    "lms.interop.archive",
    "lms.interop.drafts",
    "lms.interop.folder",
    "lms.interop.gift",
    "lms.interop.kinds",
    "lms.interop.labels",
    "lms.interop.limits",
    "lms.interop.moodle",
    "lms.interop.moodle_export",
    "lms.interop.package",
    "lms.interop.pictures",
    "lms.interop.png",
    "lms.interop.qti",
    "lms.interop.qti_items",
    "lms.interop.reading",
    "lms.interop.recognition",
    "lms.interop.safe_xml",
    "lms.interop.sentences",
    "lms.interop.table",
    "lms.interop.texts",
    "lms.operations.sample_answers",
    "lms.operations.sample_county",
    "lms.orders.bases",
    "lms.orders.clock",
    "lms.orders.disclosure",
    "lms.orders.flow",
    "lms.orders.lot",
    "lms.orders.offering",
    "lms.orders.terms",
    "lms.orders.verifying",
    "lms.placement.banks",
    "lms.placement.flow",
    "lms.placement.report",
    "lms.placement.selection",
    "lms.placement.simulation",
    "lms.placement.stopping",
    "lms.people.import_cells",
    "lms.people.import_plan",
    "lms.people.roster",
    "lms.people.throttle",
    "lms.people.units",
    "lms.planning.covers",
    "lms.planning.effect",
    "lms.planning.enums",
    "lms.planning.exact",
    "lms.planning.greedy",
    "lms.planning.optimise",
    "lms.planning.prices",
    "lms.planning.problem",
    "lms.planning.refusals",
    "lms.planning.tidying",
    "lms.psychometrics.beliefs",
    "lms.psychometrics.calibration",
    "lms.psychometrics.classical",
    "lms.psychometrics.dif",
    "lms.psychometrics.doubts",
    "lms.psychometrics.files",
    "lms.psychometrics.fitting",
    "lms.psychometrics.instruments",
    "lms.psychometrics.rest",
    "lms.psychometrics.tables",
    "lms.psychometrics.two_languages",
    "lms.courses.release_text",
    "lms.reviewing.anchors",
    "lms.reviewing.changes",
    "lms.reviewing.clock",
    "lms.reviewing.flow",
    "lms.reviewing.hotfix",
    "lms.reviewing.item_lines",
    "lms.reviewing.rendered",
    "lms.talent.bench",
    "lms.talent.dual",
    "lms.talent.balance",
    "lms.talent.board",
    "lms.reports.schedule",
    "lms.talent.heat",
)


@pytest.mark.parametrize("name", PURE)
def test_pure_files_know_neither_web_nor_database(name):
    module = next(m for m in modules() if m.name == name)
    foreign = {target.split(".")[0] for _, target in imports(module)}
    assert foreign.isdisjoint({"flask", "flask_login", "sqlalchemy", "werkzeug"})


def test_a_private_name_stays_in_its_module():
    def private(name: str) -> bool:
        return name.startswith("_") and not name.endswith("_")

    lent = []
    for module in modules():
        aliases = {a.asname or a.name for n in nodes(module, ast.ImportFrom) for a in n.names if f"{n.module}.{a.name}" in names()}
        lent += [f"{module.path}:{n.lineno} {a.name}" for n in nodes(module, ast.ImportFrom) if (n.module or "") in names() for a in n.names if private(a.name)]
        lent += [
            f"{module.path}:{n.lineno} {n.value.id}.{n.attr}"
            for n in nodes(module, ast.Attribute)
            if private(n.attr) and isinstance(n.value, ast.Name) and n.value.id in aliases
        ]
    assert lent == []


HEAVY = {"matplotlib", "numpy", "python_calamine", "scipy", "typst", "xlsxwriter"}
"""Only some requests need these, and every start would pay for them."""


def test_an_import_inside_a_function_says_why():
    tucked = []
    for module in modules():
        if module.name == "lms.wiring" or layer(module.name) == "cli":  # a command imports what it needs when it is called
            continue
        lines = module.text.splitlines()
        inside = {n for f in nodes(module, ast.FunctionDef) for n in f.body if isinstance(n, ast.Import | ast.ImportFrom)}
        for n in sorted(inside, key=lambda one: one.lineno):
            first = n.module if isinstance(n, ast.ImportFrom) else n.names[0].name
            if (first or "").split(".")[0] not in HEAVY and "#" not in lines[n.lineno - 1] + lines[n.lineno - 2]:
                tucked.append(f"{module.path}:{n.lineno}")
    assert tucked == []
