"""What stands in the frame of every page: main navigation, account menu, footer and the other language.

One table of entries; the policy decides which a person sees, so a link never leads to a closed door.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, g, request

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.core.i18n import DEFAULT


def N_(text: str) -> str:
    """Mark ``text`` for translation, which the layout does when it writes it."""
    return text


@dataclass(frozen=True, slots=True)
class Item:
    """A link of the frame; ``label`` is still to be translated. ``current``: the page lies in that part; ``exact``: it is that very page;
    ``inside``: the pages of a section."""

    label: str
    url: str
    current: bool = False
    exact: bool = False
    inside: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An address, its words, and the permissions of which one opens it (none: everyone who is signed in).

    ``{unit}`` in the address stands for the unit that the person answers for.
    """

    label: str
    url: str
    permissions: tuple[P, ...] = ()
    inside: tuple[str, ...] = ()
    members: bool = False

    def opens_for(self, actor: Actor) -> bool:
        """Whether the policy lets ``actor`` in; what is for ``members``: whether they hold a role in a partner organisation."""
        if self.members:
            return any(grant.partner_id is not None for grant in actor.grants)
        return not self.permissions or any(policy.may(actor, permission) for permission in self.permissions)

    def item(self, actor: Actor, path: str) -> Item:
        """The link for ``actor``, who is on the page at ``path``."""
        url = self.url.format(unit=_own_unit(actor)) if "{" in self.url else self.url
        return Item(self.label, url, path == url or path.startswith(self.inside), path == url)


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in the other language; the label is in that language."""

    code: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the main navigation that holds several pages; they show while one is in it. With one page open, the page stands for it."""

    label: str
    entries: tuple[Entry, ...]


MAIN = (
    Entry(N_("Home"), "/"),
    Entry(N_("Courses"), "/courses/", (P.LEARN, P.PREVIEW_COURSES), ("/courses/", "/assessments/")),
    Entry(N_("My skills"), "/me/skills", (P.OWN_RECORD,), ("/me/skills", "/me/evidence", "/me/placement")),
    Entry(N_("Marking"), "/marking/", (P.MARK,), ("/marking/",)),
    Section(
        N_("Skills and gaps"),
        (
            Entry(N_("Unit skills"), "/units/{unit}/skills", (P.SKILLS_LIVE, P.SKILLS_SNAPSHOT), ("/units/",)),
            Entry(N_("Gap board"), "/talent/", (P.SKILLS_LIVE, P.SKILLS_SNAPSHOT), ("/talent/gap/", "/talent/balance")),
            Entry(N_("Both strands"), "/talent/dual-strand", (P.TALENT_SEARCH,), ("/talent/dual-strand", "/talent/bench", "/talent/what-if")),
            Entry(N_("Targets"), "/talent/targets/", (P.TARGETS_EDIT, P.TARGETS_SIGN), ("/talent/targets/",)),
            Entry(N_("Reports"), "/talent/reports/", (P.REPORTS_MAKE,), ("/talent/reports/",)),
        ),
    ),
    Section(
        N_("Planning"),
        (
            Entry(N_("Training plans"), "/talent/plans/", (P.PLANS_EDIT,), ("/talent/plans/",)),
            Entry(N_("Training orders"), "/orders/", (P.ORDERS_PLACE, P.ORDERS_ANSWER), ("/orders/",)),
            Entry(N_("Assignments"), "/talent/assignments/", (P.ASSIGN,), ("/talent/assignments", "/talent/rules")),
            Entry(N_("Decisions"), "/talent/decisions/", (P.PLANS_EDIT,), ("/talent/decisions",)),
            Entry(N_("Yearly plans"), "/talent/yearly-plans/", (P.PLANS_EDIT, P.SKILLS_SNAPSHOT), ("/talent/yearly-plans",)),
            Entry(N_("Training bases"), "/bases/", (P.BASES_EDIT,), ("/bases/",)),
            Entry(N_("Class hours"), "/hours/{unit}", (P.HOURS_ENTER, P.SKILLS_SNAPSHOT), ("/hours/",)),
        ),
    ),
    Section(
        N_("Writing courses"),
        (
            Entry(N_("Drafts"), "/author/drafts/", (P.COURSES_WRITE,), ("/author/drafts", "/author/import", "/author/export", "/author/facts")),
            Entry(N_("Reviews"), "/reviews/", (P.COURSES_REVIEW, P.COURSES_WRITE, P.COURSES_RELEASE), ("/reviews/",)),
            Entry(N_("Library"), "/library/", (P.LIBRARY_SHARE,), ("/library/",)),
        ),
    ),
    Section(
        N_("Questions"),
        (
            Entry(N_("Question bank"), "/author/items", (P.ITEM_STATISTICS,), ("/author/items",)),
            Entry(N_("Tables of answers"), "/author/tables", (P.ITEM_STATISTICS,), ("/author/tables",)),
            Entry(N_("Course changes"), "/author/courses/", (P.ITEM_STATISTICS,), ("/author/courses/",)),
            Entry(N_("Facts"), "/facts/", (P.COURSES_WRITE, P.COURSES_REVIEW, P.FACTS_EDIT), ("/facts/",)),
            Entry(N_("Comments"), "/comments/", (P.FEEDBACK_ANSWER,), ("/comments/",)),
            Entry(N_("Corrections"), "/corrections/", (P.ITEMS_CORRECT,), ("/corrections/",)),
        ),
    ),
    Entry(N_("People and units"), "/people/", (P.PEOPLE_READ, P.UNITS_EDIT), ("/people/",)),
    Entry(N_("Appeals"), "/cases/", (P.CASES_ANSWER,), ("/cases/",)),
    Entry(N_("Administration"), "/admin/", (P.INSTANCE_READ, P.ROLES_GRANT), ("/admin/",)),
    Entry(N_("Audit log"), "/admin/audit", (P.AUDIT_READ,), ("/admin/audit",)),
)

ACCOUNT = (
    Entry(N_("Notices"), "/me/notices", (P.OWN_RECORD, P.COURSES_WRITE, P.COURSES_REVIEW, P.MEMBERS_INVITE), ("/me/notices",)),
    Entry(N_("My assignments"), "/me/assignments", (P.LEARN,), ("/me/assignments",)),
    Entry(N_("My certificates"), "/me/certificates", (P.OWN_RECORD,), ("/me/certificates",)),
    Entry(N_("My class hours"), "/me/hours", (P.OWN_RECORD,), ("/me/hours",)),
    Entry(N_("My comments"), "/me/comments", (P.OWN_RECORD,), ("/me/comments",)),
    Entry(N_("My appeals"), "/me/appeals", (P.OWN_RECORD,), ("/me/appeals",)),
    Entry(N_("Decisions that concern me"), "/me/decisions", (P.OWN_RECORD, P.SKILLS_SNAPSHOT), ("/me/decisions",)),
    Entry(N_("My organisation"), "/organisation/", members=True),
    Entry(N_("My record"), "/me/record", (P.OWN_RECORD,), ("/me/record",)),
    Entry(N_("Password and sessions"), "/me/account"),
)

FOOT = (
    Entry(N_("How it works"), "/help/how-it-works"),
    Entry(N_("Privacy notice"), "/privacy"),
    Entry(N_("List of powers"), "/power-list"),
)

LANGUAGE_NAMES = {"zh-Hans": "中文", "en": "English"}


def items(entries: Iterable[Entry | Section], actor: Actor, path: str) -> list[Item]:
    """The entries open to ``actor``, with the one that holds ``path`` marked; a section leads to the first of its pages."""
    found = []
    for entry in entries:
        inside = items(entry.entries, actor, path) if isinstance(entry, Section) else []
        if len(inside) > 1:
            found.append(Item(entry.label, inside[0].url, any(item.current for item in inside), inside=tuple(inside)))
        elif isinstance(entry, Section):
            found += inside
        elif entry.opens_for(actor):
            found.append(entry.item(actor, path))
    return found


def _own_unit(actor: Actor) -> str:
    """The code of the first unit for which a role was granted."""
    return next((grant.unit_code for grant in actor.grants if grant.unit_code), "")


def language_links(current: str, address: str) -> list[LanguageLink]:
    """One link a language other than ``current``; each leads back to ``address``."""
    return [
        LanguageLink(code, name, f"/language/{code}?next={quote(address, safe='/')}")
        for code, name in LANGUAGE_NAMES.items()
        if code != current
    ]


def _address() -> str:
    """The page to come back to: this one, or where its form stood if it answers a POST that only that address takes."""
    return request.full_path.rstrip("?") if request.query_string else request.path


def init_app(app: Flask) -> None:
    """Offer ``nav``, ``account_nav``, ``foot_nav`` and ``language_links`` to templates."""

    @app.context_processor
    def navigation() -> dict[str, object]:
        actor, path = g.get("actor"), request.path
        return {
            "nav": items(MAIN, actor, path) if actor else [],
            "account_nav": items(ACCOUNT, actor, path) if actor else [],
            "foot_nav": FOOT,
            "language_links": language_links(g.get("language", DEFAULT), _address()),
        }
