"""`lms courses`: exit codes, one readable line, and files changed only when asked."""

import pytest
from click.testing import CliRunner

from lms.cli import lms
from tests.courses.folder import Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def run(*arguments):
    return CliRunner().invoke(lms, ["courses", *map(str, arguments)])


def test_check_of_the_first_course_by_its_slug():
    result = run("check", "internet-and-governance")
    assert result.exit_code == 0
    assert "internet-and-governance: no errors" in result.output and "sha256 " in result.output


def test_check_lists_every_error_and_the_assessments_too(folder):
    folder.replace("lessons/01-names.zh.md", "# 域名", "# 地址")
    result = run("check", folder.path)
    assert result.exit_code == 1
    assert f"error: {folder.path}/lessons/01-names.zh.md:10: The title '地址' differs from the front matter's '域名'. Make them equal." in result.output
    assert "error: assessments/known-course.yaml:0: " in result.output
    assert result.output.splitlines()[-1].endswith(": 2 errors, 0 warnings")


def test_unknown_course(folder):
    result = run("check", "no-such-course")
    assert (result.exit_code, result.output) == (1, "no-such-course: there is no such course folder\n")


def test_wrong_usage():
    assert run("check").exit_code == 2


def test_format_changes_files_once(folder):
    folder.replace("lessons/01-names.zh.md", "\n## 怎样", "\n\n\n##   怎样")
    before = (folder.path / "course.yaml").read_bytes()
    assert run("format", "--check", folder.path).exit_code == 1
    first, second = run("format", folder.path), run("format", folder.path)
    assert first.output == f"changed: {folder.path}/lessons/01-names.zh.md\n"
    assert (second.exit_code, second.output) == (0, "every file is in its canonical form\n")
    assert (folder.path / "course.yaml").read_bytes() == before
