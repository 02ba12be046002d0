"""The policy: one table, and one engine that answers both "may I?" and "which ones?".

The public power list is printed from the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.access.permissions import Reach, Role
from lms.core.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Row:
    """A holder of ``role`` has ``permission`` as far as ``reach``."""

    role: Role
    permission: P
    reach: Reach


def _rows(role: Role, reach: Reach, *permissions: P) -> list[Row]:
    return [Row(role, permission, reach) for permission in permissions]


ROWS: tuple[Row, ...] = (
    *_rows(Role.OFFICIAL, Reach.SELF, P.OWN_RECORD, P.LEARN, P.TAKE_ASSESSMENT),
    *_rows(Role.UNIT_HEAD, Reach.SUBTREE, P.SKILLS_SNAPSHOT, P.SKILLS_EXPORT, P.REPORTS_MAKE),
    *_rows(
        Role.HR,
        Reach.SUBTREE,
        P.PEOPLE_READ,
        P.PEOPLE_EDIT,
        P.PEOPLE_IMPORT,
        P.UNITS_EDIT,
        P.CODES_ISSUE,
        P.RECORD_READ,
        P.SKILLS_LIVE,
        P.SKILLS_SNAPSHOT,
        P.SKILLS_EXPORT,
        P.ACCOMMODATIONS_GRANT,
        P.CERTIFICATES_RECOGNISE,
        P.PANELS_CONVENE,
        P.CASES_ANSWER,
        P.TARGETS_EDIT,
        P.ASSIGN,
        P.PLANS_EDIT,
        P.TALENT_SEARCH,
        P.HOURS_ENTER,
        P.REPORTS_MAKE,
        P.CERTIFICATES_REVOKE,
        P.ORDERS_PLACE,
    ),
    *_rows(Role.HR, Reach.ALL, P.PREVIEW_COURSES, P.BASES_EDIT),
    *_rows(Role.ASSESSOR, Reach.ALL, P.MARK),
    *_rows(Role.AUTHOR, Reach.ALL, P.PREVIEW_COURSES, P.ITEM_STATISTICS),
    *_rows(Role.AUTHOR, Reach.PARTNER, P.FEEDBACK_ANSWER, P.COURSES_WRITE, P.LIBRARY_SHARE),
    *_rows(Role.REVIEWER, Reach.ALL, P.PREVIEW_COURSES, P.ITEM_STATISTICS, P.TARGETS_SIGN, P.COURSES_REVIEW),
    *_rows(Role.COORDINATOR, Reach.ALL, P.PREVIEW_COURSES),
    *_rows(Role.COORDINATOR, Reach.PARTNER, P.MEMBERS_INVITE, P.ORDERS_ANSWER, P.BASES_EDIT, P.LIBRARY_SHARE),
    *_rows(
        Role.ADMINISTRATOR,
        Reach.ALL,
        P.ROLES_GRANT,
        P.PARTNERS_EDIT,
        P.MEMBERS_INVITE,
        P.COURSES_WRITE,
        P.COURSES_RELEASE,
        P.FACTS_EDIT,
        P.LIBRARY_SHARE,
        P.BASES_EDIT,
        P.COURSES_ACCEPT,
        P.INSTANCE_READ,
        P.PREVIEW_COURSES,
        P.UNITS_EDIT,
        P.PEOPLE_IMPORT,
        P.PEOPLE_READ,
        P.CODES_ISSUE,
        P.ITEM_STATISTICS,
        P.ITEMS_CORRECT,
        P.CASES_ANSWER,
        P.FEEDBACK_ANSWER,
        P.TARGETS_EDIT,
        P.HOURS_RULES_EDIT,
    ),
    *_rows(Role.AUDITOR, Reach.ALL, P.AUDIT_READ),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which objects a permission covers: everything, subtrees by path prefix, partners by id, or oneself."""

    everything: bool = False
    paths: tuple[str, ...] = ()
    partners: tuple[int, ...] = ()
    official_id: int | None = None

    def __bool__(self) -> bool:
        return self.everything or bool(self.paths or self.partners) or self.official_id is not None

    def covers_unit(self, path: str | None) -> bool:
        """Whether the unit at ``path`` lies in the scope."""
        return self.everything or (path is not None and path.startswith(self.paths or ("\0",)))

    def covers_official(self, official_id: int, path: str | None) -> bool:
        """Whether the official in the unit at ``path`` lies in the scope."""
        return official_id == self.official_id or self.covers_unit(path)

    def covers_partner(self, partner_id: int | None) -> bool:
        """Whether the partner organisation lies in the scope."""
        return self.everything or partner_id in self.partners


_REACH = {(row.role, row.permission): row.reach for row in ROWS}


def scope(actor: Actor | None, permission: P) -> Scope:
    """Everything that ``actor`` may apply ``permission`` to. The only place that decides."""
    if actor is None:
        return Scope()
    if actor.is_operator:
        return Scope(everything=True)
    everything, paths, partners, own = False, [], [], None
    for grant in actor.grants:
        match _REACH.get((grant.role, permission)):
            case Reach.ALL:
                everything = True
            case Reach.SUBTREE if grant.unit_path:
                paths.append(grant.unit_path)
            case Reach.PARTNER if grant.partner_id:
                partners.append(grant.partner_id)
            case Reach.SELF:
                own = actor.official_id
    return Scope(everything, tuple(sorted(set(paths))), tuple(sorted(set(partners))), own)


def may(actor: Actor | None, permission: P) -> bool:
    """Whether ``actor`` may apply ``permission`` to anything at all; for navigation and route guards."""
    return bool(scope(actor, permission))


def ensure_unit(actor: Actor | None, permission: P, path: str | None) -> None:
    """Raise :class:`Forbidden` unless the unit at ``path`` lies in the actor's scope."""
    if not scope(actor, permission).covers_unit(path):
        raise Forbidden


def ensure_official(actor: Actor | None, permission: P, official_id: int, path: str | None) -> None:
    """Raise :class:`Forbidden` unless the official lies in the actor's scope."""
    if not scope(actor, permission).covers_official(official_id, path):
        raise Forbidden


def ensure(actor: Actor | None, permission: P) -> None:
    """Raise :class:`Forbidden` unless the actor holds ``permission`` for anything."""
    if not may(actor, permission):
        raise Forbidden
