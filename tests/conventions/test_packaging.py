"""What is installed is what was reviewed: every requirement pinned, hashed, and from wherever the installer chooses."""

import re
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conventions.source import ROOT, imports, modules

FILES = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+) \\$", re.M)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    return {canonicalize_name(package): version for package, version in PIN.findall(text(name))}


def declared(extra: str | None) -> list[Requirement]:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    lines = project["dependencies"] + (project["optional-dependencies"][extra] if extra else [])
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("name", FILES)
def test_requirements_name_no_index_host_or_folder(name):
    assert re.findall(r"(?m)^-.*|.*(?:\w:/|//|\s@\s|find-links).*", text(name)) == []


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_pinned_with_hashes(name):
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", re.sub(r"(?m)^\s*#.*\n?", "", text(name)))[1:]
    assert [b.splitlines()[0] for b in blocks if not (PIN.search(b) and "--hash=sha256:" in b)] == []


@pytest.mark.parametrize("name,extra", [("requirements.txt", None), ("requirements-dev.txt", "dev")])
def test_pins_lie_in_the_ranges_of_pyproject(name, extra):
    pinned = pins(name)
    outside = [str(r) for r in declared(extra) if not r.specifier.contains(pinned.get(canonicalize_name(r.name), "0"), prereleases=True)]
    assert outside == []


def test_both_files_pin_the_same_versions():
    runtime, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: dev.get(name) for name in runtime} == runtime


def test_rules_and_calendars_that_are_data_are_installed_too():
    patterns = tomllib.loads(text("pyproject.toml"))["tool"]["setuptools"]["package-data"]["lms"]
    rooms = {path.parent.name for path in (ROOT / "lms").glob("*/*.yaml")}
    assert {"core", "orders"} <= rooms
    assert {f"{room}/*.yaml" for room in rooms} <= set(patterns)


# Where the name to import is not the name to install.
DISTRIBUTION = {"PIL": "pillow", "yaml": "pyyaml", "argon2": "argon2-cffi", "pymdownx": "pymdown-extensions"}
FLASK_BRINGS = {"werkzeug", "jinja2", "markupsafe", "click", "itsdangerous", "wtforms"}


def test_imports_are_declared():
    """A package that only comes along with another one may vanish with its next version."""
    known = {canonicalize_name(r.name) for r in declared(None)} | FLASK_BRINGS
    used = {target.split(".")[0] for m in modules() for _, target in imports(m)} - set(sys.stdlib_module_names) - {"lms", ""}
    assert {name for name in used if canonicalize_name(DISTRIBUTION.get(name, name)) not in known} == set()
