"""The register of facts as its file says it, for the room that keeps it."""

from pathlib import Path

from lms.core.errors import Invalid
from lms.courses.package import Fact, FactsFile
from lms.courses.reading import read_facts

__all__ = ["Fact", "FactsFile", "read"]


def read(path: Path) -> FactsFile:
    """The register in ``path``. Raises Invalid naming its faults."""
    register, document = read_facts(path, name="courses/facts.yaml")
    if register is None:
        raise Invalid("the register of facts can't be read", details=document.problems)
    return register
