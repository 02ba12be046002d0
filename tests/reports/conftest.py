"""The counties of the unit pages, and how a test makes a report."""

from tests.talent.conftest import browser, home

__all__ = ["browser", "home"]
