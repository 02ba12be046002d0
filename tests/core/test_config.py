"""Settings: defaults < file < environment, and every fault named at once with its place."""

from __future__ import annotations

import pytest

from lms.config import SettingsError, load


def settings(tmp_path, toml: str = "", **environment: str):
    (tmp_path / "config.toml").write_text(toml, encoding="utf-8")
    return load({"LMS_INSTANCE": str(tmp_path), **environment})


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path):
    found = settings(tmp_path, "port = 9000\nworkers = 4\n", LMS_PORT="9100")
    assert (found.port, found.workers, found.host) == (9100, 4, "127.0.0.1")


def test_the_database_is_sqlite_in_the_instance_unless_set(tmp_path):
    assert settings(tmp_path).url == f"sqlite:///{tmp_path / 'lms.db'}"
    assert settings(tmp_path, LMS_DATABASE_URL="postgresql://lms@localhost/lms").url == "postgresql+psycopg://lms@localhost/lms"


def test_all_faults_are_said_at_once_each_with_its_place(tmp_path):
    with pytest.raises(SettingsError) as refusal:
        settings(tmp_path, "colour = 1\n", LMS_PORT="many", LMS_COLOUR="blue", LMS_SECURE_COOKIES="perhaps")
    lines = str(refusal.value).splitlines()
    assert {line.split(":")[0] for line in lines} == {"LMS_COLOUR", "LMS_PORT", "LMS_SECURE_COOKIES", str(tmp_path / "config.toml")}


@pytest.mark.parametrize(
    "name,value,says",
    [
        ("LMS_PORT", "70000", "outside 1 to 65535"),
        ("LMS_SECRET_KEY", "short", "at least 32"),
        ("LMS_DATABASE_URL", "mysql://x", "sqlite:///PATH"),
        ("LMS_TIME_ZONE", "Mars/Olympus", "try Asia/Shanghai"),
        ("LMS_LOG_FORMAT", "xml", "neither json nor text"),
        ("LMS_SUPPRESSION_K", "4", "outside 5 to 50"),
    ],
)
def test_a_value_out_of_range_says_what_would_be_right(tmp_path, name, value, says):
    with pytest.raises(SettingsError, match=says):
        settings(tmp_path, **{name: value})


def test_a_broken_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match="config.toml: not valid TOML"):
        settings(tmp_path, "port = = 1")


def test_a_missing_secret_says_what_to_run(tmp_path):
    with pytest.raises(SettingsError, match="lms setup"):
        settings(tmp_path).key


def test_the_secret_is_never_printed(tmp_path):
    assert "s3cret" not in repr(settings(tmp_path, LMS_SECRET_KEY="s3cret" * 8))
