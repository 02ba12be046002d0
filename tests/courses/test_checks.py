"""Every rule of the course format finds its fault, at its line, with a cure; and one run finds all of them."""

from datetime import date

import pytest

from lms.core.framework import content_root
from lms.core.problems import Problem
from lms.courses.checks import check
from lms.courses.surroundings import read_surroundings
from tests.courses.folder import Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def test_the_known_course_is_faultless(folder):
    report = folder.check()
    assert (report.errors, report.warnings) == ((), ())
    assert [lesson.entry.id for lesson in report.package.lessons] == ["C90-L1", "C90-L2"]
    assert report.package.provisional


def test_the_first_course_is_faultless():
    root = content_root()
    report = check(root / "courses" / "internet-and-governance", read_surroundings(root), today=date(2026, 11, 23))
    assert report.errors == () and len(report.package.lessons) == 4


@pytest.mark.parametrize(("old", "new", "line", "what"), [
    ("schema: course/1", "schema: course/9", 1, "'schema' has the value 'course/9', which is not allowed"),
    ("slug: known-course", "slug: other-course", 2, "The slug is 'other-course' but the folder is called 'known-course'"),
    ('version: "1.0.0"\nstatus', "version: 1.0\nstatus", 4, "'version' must be text"),
    ("status: draft", "status: ready", 5, "'status' has the value 'ready', which is not allowed"),
    ("audience:", "audiense:", 10, "The key 'audiense' is unknown here"),
    ("hours: 2\n", "hours: 4\n", 11, "The course has 4 hours but its lessons add up to 2"),
    ("hours: 2\n", 'hours: "2"\n', 11, "'hours' must be a whole number"),
    ("prerequisites: []", "prerequisites: [C91]", 12, "There is no course C91"),
    ("prerequisites: []", "prerequisites: [C90]", 12, "The course asks for itself first"),
    ("c: NET-1,", "c: NET-9,", 14, "The framework has no competency NET-9"),
    ("from: 0, to: 2", "from: 2, to: 2", 14, "NET-1 moves from 2 to 2"),
    ("from: 0, to: 2", "from: 0, to: 3", 14, "No lesson serves NET-1 level 3"),
    ("id: C90-L2,", "id: C90-L3,", 17, "Lesson 2 has the id C90-L3"),
    ("file: 02-certificates", "file: 02-keys", 17, "The lesson file lessons/02-keys.zh.md is missing"),
    ("assets: []", "assets: [map.svg]", 19, "The offline pack names 'map.svg', which is not in assets/"),
    ("max_kb: 200", "max_kb: 0", 19, "'offline.max_kb' is 0, which is too small"),
    ('review_by: "2027-03-31"', 'review_by: "2028-01-01"', 24, "The course's review_by is 2028-01-01"),
    ('review_by: "2027-03-31"', 'review_by: "soon"', 24, "'review_by' must be a date"),
    ("zh: 两课弄清域名和证书。", "zh: 两课弄清域名:证书。", 9, "Half-width punctuation in Chinese: …两课弄清域名:证书。…"),
    ("en: Two lessons on names", "en: Two lessons，names", 9, "Full-width punctuation in English: … lessons，names an…"),
    ("en: Names and", "en: Names, and", 8, "The key 'and certificates' has no value: a half-width comma has cut the value before it"),
    ('version: "1.0.0", date', 'version: "0.9.0", date', 27, "The changelog says nothing about version 1.0.0"),
])
def test_fault_of_the_course_file(folder, old, new, line, what):
    folder.replace("course.yaml", old, new)
    assert (f"c/course.yaml:{line}", what) in [(f"{p.file}:{p.line}", p.what) for p in folder.check().errors]


@pytest.mark.parametrize(("name", "old", "new", "line", "what"), [
    ("01-names.zh.md", "# 域名", "# 地址", 10, "The title '地址' differs from the front matter's '域名'"),
    ("01-names.zh.md", "# 域名", "第一课", 9, "The body has no title"),
    ("01-names.en.md", "## How", "# How", 14, "The body has a second title"),
    ("01-names.en.md", "## How", "### How", 14, "A heading of level 3 follows one of level 1"),
    ("01-names.en.md", "## How they resolve", "How they resolve", 9, "The lesson has 1 headings, in Chinese it has 2"),
    ("01-names.zh.md", "hours: 1", "hours: 2", 4, "The lesson has 2 hours but course.yaml says 1"),
    ("01-names.zh.md", "id: C90-L1", "id: C90-L2", 2, "The id is C90-L2 but course.yaml says C90-L1"),
    ("01-names.zh.md", "level: 1", "level: 4", 5, "The lesson serves NET-1 level 4, which the course does not move"),
    ("01-names.en.md", "level: 1", "level: 2", 5, "'serves' differs from the Chinese file's"),
    ("01-names.zh.md", "[LF-101]", "[LF-101, LF-999]", 6, "The register has no fact LF-999"),
    ("01-names.zh.md", "[LF-101]", "[LF-421]", 6, "LF-421 is doubtful and may not be used"),
    ("01-names.zh.md", "facts: [LF-101]\n", "facts: [LF-101]\nfakts: []\n", 7, "The key 'fakts' is unknown here"),
    ("01-names.zh.md", "---\nid", "id", 1, "The front matter is missing"),
])
def test_fault_of_a_lesson_file(folder, name, old, new, line, what):
    folder.replace(f"lessons/{name}", old, new)
    assert (f"c/lessons/{name}:{line}", what) in [(f"{p.file}:{p.line}", p.what) for p in folder.check().errors]


@pytest.mark.parametrize(("text", "what"), [
    ("<b>粗</b>", "Raw HTML is not used: <b>"),
    ("<!-- 注 -->", "Raw HTML is not used: <!--"),
    ("![图](https://example.org/a.png)", "The picture 'https://example.org/a.png' does not lie in assets/"),
    ("![图](assets/../../secret.svg)", "The picture 'assets/../../secret.svg' does not lie in assets/"),
    ("![图](assets/map.svg)", "The picture assets/map.svg is missing"),
    ("![](assets/map.svg)", "The picture assets/map.svg has no description"),
    ("[点这里](javascript:alert)", "The link 'javascript:alert' leads nowhere"),
    ("[下一课](C90-L7)", "The link 'C90-L7' leads nowhere"),
    ("[那一节](#s9)", "The link #s9 leads to no section of this lesson"),
    ("见脚注[^a]。", "The footnote [^a] has no text"),
    ("[^b]: 没有人引用。", "The footnote [^b] is never referred to"),
    ("标题\n----", "A heading is underlined"),
    ("他说:不行。", "Half-width punctuation in Chinese: …他说:不行。…"),
])
def test_fault_of_a_lesson_text(folder, text, what):
    folder.append("lessons/01-names.zh.md", f"\n{text}\n")
    assert what in [problem.what for problem in folder.check().errors]


TABLE = "| 名 | 数 |\n|:--|--:|\n| 甲 | 1 |"
ENGLISH = {TABLE: "| Name | Number |\n|:--|--:|\n| A | 1 |"}


@pytest.mark.parametrize("text", [
    "`<b>` 和 `a:b` 是代码。",
    "```html\n<script src=//x></script>\n```",
    "<https://example.org/a,b?c=d>",
    "[法律](https://example.org/法:律) 与[下一课](C90-L2)、[上一节](#s1)。",
    '!!! note "注意"\n    内容。',
    "上午9:30开始[^a]。\n\n[^a]: 出处。",
    TABLE,
    "- [ ] 待办\n- [x] 已办",
    "1 < 2 且 3 > 2。",
])
def test_what_the_format_allows_is_no_fault(folder, text):
    for language in ("zh", "en"):
        folder.append(f"lessons/01-names.{language}.md", f"\n{text if language == 'zh' else ENGLISH.get(text, '')}\n")
    assert folder.errors() == []


def test_english_may_quote_a_chinese_title(folder):
    folder.append("lessons/01-names.en.md", "\nSee 《关于试点工作，第二批》 (2026).\n")
    assert folder.errors() == []


def test_files_that_nobody_lists(folder):
    folder.write("lessons/03-more.zh.md", "---\nid: C90-L3\n---\n# 更多\n")
    folder.write("lessons/notes.txt", "x")
    found = [(p.file, p.what) for p in folder.check().errors]
    assert ("c/lessons/03-more.zh.md", "course.yaml does not list this lesson") in found
    assert ("c/lessons/notes.txt", "This is no lesson file") in found


PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 50


@pytest.mark.parametrize(("name", "content", "what"), [
    ("map.png", b"GIF89a", "This is no PNG picture"),
    ("map.png", PNG + b"x" * 210_000, "The picture has 205 KB"),
    ("map.svg", b"<svg><script>x</script></svg>", "The picture holds active content: <script"),
    ("map.svg", b'<svg onload="x"/>', "The picture holds active content: onload="),
    ("map.svg", b"<svg xmlns:s='http://www.w3.org/2000/svg'><s:script>x</s:script></svg>", "The picture holds active content: <s:script"),
    ("map.svg", "<svg癧><script>x</script></svg>".encode("utf-16-be") + b"<svg", "This is no SVG picture"),
    ("map.svg", b'<svg><image href="https://example.org/a.png"/></svg>', "The picture refers to another file"),
    ("map.svg", b'<svg xmlns="http://www.w3.org/2000/svg">\n<g>\n</svg>', "The picture is damaged at line 3: nothing of it would show"),
    ("map.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><a xlink:href="#b"/></svg>', "The picture is damaged at line 1: nothing of it would show"),
    ("map.svg", b"<svg/>", 'The picture does not begin with <svg xmlns="http://www.w3.org/2000/svg">: nothing of it would show'),
    ("map.exe", b"MZ", "Only SVG and PNG pictures may lie in assets"),
    ("other.png", PNG, "No lesson shows this picture"),
])
def test_fault_of_a_picture(folder, name, content, what):
    folder.append("lessons/01-names.zh.md", "\n![图](assets/map.svg) ![图](assets/map.png)\n")
    folder.write(f"assets/{name}", content)
    assert what in [p.what for p in folder.check().errors if p.file == f"c/assets/{name}"]


def test_a_good_picture(folder):
    folder.show_picture(b'<svg xmlns="http://www.w3.org/2000/svg"><rect fill="url(#g)"/></svg>')
    assert folder.errors() == []
    assert list(folder.check().package.assets) == ["map.svg"]


def test_a_link_to_a_file_of_the_machine_is_refused(folder, tmp_path):
    (folder.path / "assets").mkdir()
    (tmp_path / "secret.svg").write_text("<svg/>")
    (folder.path / "assets" / "map.svg").symlink_to(tmp_path / "secret.svg")
    assert "Only SVG and PNG pictures may lie in assets" in [p.what for p in folder.check().errors]


def test_a_circle_of_prerequisites_is_named(folder):
    folder.add_course("second", "C91", "C92")
    folder.add_course("third", "C92", "C90")
    folder.replace("course.yaml", "prerequisites: []", "prerequisites: [C91]")
    assert folder.errors() == ["c/course.yaml:12: The prerequisites form a circle: C90 → C91 → C92 → C90. Break it in one of these courses."]


def test_release_needs_two_named_reviewers(folder):
    folder.replace("course.yaml", "status: draft", "status: released")
    folder.replace("course.yaml", "reviewers: []", 'reviewers: [{name: 王芳}, {name: "(to be named)"}]')
    assert [p.what for p in folder.check().errors] == ["A released course needs two named reviewers"]


def test_overdue_review_warns_and_does_not_refuse(folder):
    for language in ("zh", "en"):
        folder.replace(f"lessons/01-names.{language}.md", '"2027-03-31"', '"2026-11-22"')
        folder.replace(f"lessons/02-certificates.{language}.md", "[LF-101]", "[LF-500]")
    folder.replace("course.yaml", '"2027-03-31"', '"2026-11-22"')
    report = folder.check()
    assert report.errors == () and report.package is not None
    assert [(p.file, p.what) for p in report.warnings] == [
        ("c/lessons/01-names.en.md", "The review was due on 2026-11-22"),
        ("c/lessons/01-names.zh.md", "The review was due on 2026-11-22"),
        ("c/lessons/02-certificates.en.md", "The fact LF-500 was due for review on 2026-01-31"),
        ("c/lessons/02-certificates.zh.md", "The fact LF-500 was due for review on 2026-01-31"),
    ]


def test_faults_of_the_register_are_told_too(folder):
    facts = folder.root / "courses" / "facts.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("LF-500", "LF-101").replace("[S-A], review", "[S-B], review"), encoding="utf-8")
    assert [(p.file, p.line, p.what) for p in folder.check().errors] == [
        ("courses/facts.yaml", 9, "LF-101 names the source S-B, which is not listed"),
        ("courses/facts.yaml", 9, "The fact LF-101 stands twice (first on line 7)"),
    ]


def test_one_run_finds_everything(folder):
    folder.replace("course.yaml", "audience:", "audiense:")
    folder.replace("lessons/01-names.zh.md", "# 域名", "# 地址")
    folder.append("lessons/02-certificates.en.md", "\n<div>\n")
    folder.write("lessons/02-certificates.zh.md", "治理".encode("gb18030"))
    files = {p.file for p in folder.check().errors}
    assert files == {"c/course.yaml", "c/lessons/01-names.zh.md", "c/lessons/02-certificates.en.md", "c/lessons/02-certificates.zh.md"}


def test_the_assessment_is_checked_by_whom_it_belongs_to(folder):
    asked = []

    def assessment(path, *, framework, facts, course, name):
        asked.append((path, framework["schema"], facts["schema"], course["code"], name))
        return [Problem("assessments/known-course.yaml", 3, "No key", "Add it.")]

    assert [p.what for p in folder.check(assessment=assessment).errors] == ["No key"]
    assert asked == [(folder.root / "assessments/known-course.yaml", "framework/1", "facts/1", "C90", "assessments/known-course.yaml")]


def test_an_empty_folder_says_what_is_missing(tmp_path):
    Folder(tmp_path)
    (tmp_path / "courses" / "empty").mkdir()
    report = check(tmp_path / "courses" / "empty", read_surroundings(tmp_path), today=date(2026, 11, 23), name="empty")
    assert [p.what for p in report.errors] == ["The file can't be read: No such file or directory"]
