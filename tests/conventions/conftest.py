"""One worker holds the source to its conventions: parsing it, and looking for every text, takes longer than most of the tests."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/conventions" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("conventions"))
