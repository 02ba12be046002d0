"""Settings of one installation: defaults < ``instance/config.toml`` < ``LMS_*`` environment, validated once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SECRET_FILE = "secret_key"
DATABASE_FILE = "lms.db"
ENVIRONMENT_ONLY = ("instance", "content")
"""Folders that are needed before any file is read: LMS_INSTANCE, and LMS_CONTENT (see ``core.framework.content_root``)."""


class SettingsError(Exception):
    """One line a setting: what is wrong, where it was set, and what would be right."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may set; the documentation of each stands in docs/operations.md."""

    instance: Path = Path("instance")
    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    trusted_proxies: int = 0
    time_zone: str = "Asia/Shanghai"
    session_idle_minutes: int = 120
    session_hours: int = 12
    secure_cookies: bool = False
    upload_mb: int = 32
    work_file_mb: int = 10
    argon2_memory_kib: int = 19456
    argon2_time_cost: int = 2
    argon2_at_once: int = 1
    suppression_k: int = 5
    reports_kept_days: int = 90
    target_signatures: int = 1
    calibrate_items: bool = True
    log_format: str = "json"
    background: bool = True
    mail_host: str = ""
    mail_port: int = 587
    mail_security: str = "starttls"
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_from: str = ""
    mail_address: str = ""
    public_url: str = ""

    @property
    def url(self) -> str:
        """The database's SQLAlchemy URL; SQLite in the instance folder unless set."""
        return _psycopg(self.database_url) if self.database_url else f"sqlite:///{self.instance / DATABASE_FILE}"

    @property
    def key(self) -> str:
        """The secret that signs cookies: the setting, else the file that ``lms setup`` made."""
        if self.secret_key:
            return self.secret_key
        path = self.instance / SECRET_FILE
        if not path.exists():
            raise SettingsError(f"no secret key: run `lms setup`, which writes {path}, or set LMS_SECRET_KEY")
        return path.read_text(encoding="ascii").strip()


def _psycopg(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix):]
    return url


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read, convert and check all settings. Raises :class:`SettingsError` listing every fault."""
    environment = os.environ if environment is None else environment
    instance = Path(environment.get("LMS_INSTANCE", "instance")).absolute()
    raw: dict[str, tuple[Any, str]] = {"instance": (str(instance), "LMS_INSTANCE")}
    faults: list[str] = []
    raw |= _from_file(instance / "config.toml", faults)
    names = {f.name for f in fields(Settings)}
    for variable, value in environment.items():
        name = variable.removeprefix("LMS_").lower()
        if variable.startswith("LMS_") and name not in ENVIRONMENT_ONLY:
            if name in names:
                raw[name] = (value, variable)
            else:
                faults.append(f"{variable}: no such setting")
    values = {name: _convert(name, value, where, faults) for name, (value, where) in raw.items()}
    if faults:
        raise SettingsError("\n".join(faults))
    settings = Settings(**values)
    _check(settings, {name: where for name, (_, where) in raw.items()})
    return settings


def _from_file(path: Path, faults: list[str]) -> dict[str, tuple[Any, str]]:
    if not path.exists():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path}: not valid TOML: {error}")
        return {}
    names = {f.name for f in fields(Settings)} - {"instance"}
    faults += [f"{path}: {name}: no such setting" for name in table if name not in names]
    return {name: (value, f"{path}: {name}") for name, value in table.items() if name in names}


def _convert(name: str, value: Any, where: str, faults: list[str]) -> Any:
    kind = type(getattr(Settings(), name))
    if kind is bool:
        lowered = str(value).strip().lower()
        if lowered in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            return lowered in ("1", "true", "yes", "on")
        faults.append(f"{where}: {value!r} is not yes or no; write true or false")
        return False
    if kind is int:
        try:
            return int(str(value))
        except ValueError:
            faults.append(f"{where}: {value!r} is not a whole number")
            return 0
    return Path(value) if issubclass(kind, Path) else str(value)


LIMITS = {
    "port": (1, 65535),
    "mail_port": (1, 65535),
    "workers": (1, 64),
    "trusted_proxies": (0, 5),
    "session_idle_minutes": (5, 24 * 60),
    "session_hours": (1, 24 * 14),
    "upload_mb": (1, 512),
    "work_file_mb": (1, 64),
    "argon2_memory_kib": (19456, 4194304),
    "argon2_time_cost": (2, 20),
    "argon2_at_once": (1, 16),
    "suppression_k": (5, 50),  # the privacy notice promises five
    "reports_kept_days": (1, 3650),
    "target_signatures": (1, 9),
}


def _mail_faults(settings: Settings, where: Mapping[str, str]) -> list[str]:
    faults = []
    if settings.mail_security not in ("starttls", "tls", "none"):
        faults.append(f"{where['mail_security']}: {settings.mail_security!r} is none of starttls, tls, none")
    if settings.mail_host and "@" not in settings.mail_from:
        faults.append(f"{where['mail_host']}: mail needs a sender; set mail_from to an address")
    if settings.mail_address and not settings.mail_address.partition("@")[0].count("{staff_no}"):
        faults.append(f"{where['mail_address']}: write it like {{staff_no}}@example.cn, so that everybody has an address of their own")
    if settings.public_url and not settings.public_url.startswith(("https://", "http://")):
        faults.append(f"{where['public_url']}: write the whole address, such as https://training.example.cn")
    return faults


def _check(settings: Settings, where: Mapping[str, str]) -> None:
    faults = [
        f"{where.get(name, name)}: {getattr(settings, name)} is outside {low} to {high}"
        for name, (low, high) in LIMITS.items()
        if not low <= getattr(settings, name) <= high
    ]
    faults += _mail_faults(settings, where)
    if settings.log_format not in ("json", "text"):
        faults.append(f"{where['log_format']}: {settings.log_format!r} is neither json nor text")
    if settings.secret_key and len(settings.secret_key) < 32:
        faults.append(f"{where['secret_key']}: too short; use at least 32 random characters")
    if settings.database_url and not settings.url.startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append(f"{where['database_url']}: use sqlite:///PATH or postgresql://USER@HOST/NAME")
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(f"{where.get('time_zone', 'time_zone')}: {settings.time_zone!r} is no time zone; try Asia/Shanghai")
    if faults:
        raise SettingsError("\n".join(faults))
