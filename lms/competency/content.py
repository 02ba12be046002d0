"""Framework and positions of `assessments/` into the tables, each version once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import operator
from lms.competency import actions
from lms.competency.models import FrameworkRevision
from lms.competency.rebuild import rebuild
from lms.competency.targeting import BASELINE
from lms.core import framework
from lms.people.models import Position


def load(session: Session, now: datetime) -> Iterator[str]:
    """Bring framework and positions into force when they differ from those in force; says what changed.

    A change of cuts or evidence rules makes all estimates and cells anew.
    """
    folder = framework.content_root() / "assessments"
    content = {name: yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("framework", "positions")}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    newest = session.scalar(select(FrameworkRevision).order_by(FrameworkRevision.id.desc()).limit(1))
    if newest is not None and newest.hash == digest:
        return
    version = content["framework"]["version"]
    session.add(FrameworkRevision(version=version, hash=digest, content=content, loaded_at=now))
    actor = operator("content")
    audit.record(session, actor=actor, action=audit.Action.FRAMEWORK_LOADED, subject=f"{content['framework']['id']}@{version}", now=now, hash=digest)
    count = _load_positions(session, content["positions"], now)
    if newest is not None:
        rebuild(session, now=now)
    yield f"Framework {version}: {len(content['framework']['competencies'])} competencies, {count} positions."


def _load_positions(session: Session, data: dict[str, Any], now: datetime) -> int:
    baseline = data["baseline"]
    everyone = {"id": BASELINE, "name": {"zh": baseline["zh"], "en": baseline["en"]}, "targets": baseline["targets"]}
    profiles = [everyone, *data["positions"]]
    for profile in profiles:
        position = _position(session, profile)
        actions.set_targets(session, position_id=position.id, levels=profile["targets"], critical=profile.get("critical", ()), now=now)
    return len(profiles)


def _position(session: Session, profile: dict[str, Any]) -> Position:
    """The post's row, made or brought up to date."""
    position = session.scalar(select(Position).where(Position.code == profile["id"])) or Position(code=profile["id"])
    summary = profile.get("summary", {"zh": "", "en": ""})
    position.name_zh, position.name_en = profile["name"]["zh"], profile["name"]["en"]
    position.summary_zh, position.summary_en = summary["zh"], summary["en"]
    position.tier = profile.get("tier", "")
    session.add(position)
    session.flush()  # targets need its id
    return position
