"""Commands speak the language of the terminal they are typed into."""

from __future__ import annotations

import pytest

from lms.core.command import operator_language


@pytest.mark.parametrize(
    "environment,language",
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_commands_speak_the_language_of_the_terminal(environment, language):
    assert operator_language(environment) == language
