"""Words of the people capability."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l


class Tier(enum.StrEnum):
    """The kinds of unit, in the words of the units file."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    COUNTY_DEPARTMENT = "county-department"
    TOWNSHIP = "township"
    TOWNSHIP_OFFICE = "township-office"
    VILLAGE = "village"


TIER_NAMES = {
    Tier.PROVINCE: _l("Province"),
    Tier.PREFECTURE: _l("Prefecture"),
    Tier.COUNTY: _l("County"),
    Tier.COUNTY_DEPARTMENT: _l("County department"),
    Tier.TOWNSHIP: _l("Township"),
    Tier.TOWNSHIP_OFFICE: _l("Township office"),
    Tier.VILLAGE: _l("Village service point"),
}


class Connection(enum.StrEnum):
    """How a unit reaches the network."""

    FIBRE = "fibre"
    CELLULAR_4G = "4g"
    SATELLITE = "satellite"
    NONE = "none"


CONNECTION_NAMES = {
    Connection.FIBRE: _l("Fibre"),
    Connection.CELLULAR_4G: _l("4G"),
    Connection.SATELLITE: _l("Satellite"),
    Connection.NONE: _l("No connection"),
}


class PartnerKind(enum.StrEnum):
    """The kinds of partner organisation."""

    UNIVERSITY = "university"
    ENTERPRISE = "enterprise"
    INSTITUTE = "institute"


PARTNER_KIND_NAMES = {
    PartnerKind.UNIVERSITY: _l("University"),
    PartnerKind.ENTERPRISE: _l("Enterprise"),
    PartnerKind.INSTITUTE: _l("Institute"),
}


class ImportState(enum.StrEnum):
    """Where an uploaded file stands."""

    CHECKING = "checking"
    REFUSED = "refused"
    READY = "ready"
    APPLYING = "applying"
    DONE = "done"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


IMPORT_FLOW: dict[ImportState, frozenset[ImportState]] = {
    ImportState.CHECKING: frozenset({ImportState.REFUSED, ImportState.READY, ImportState.FAILED, ImportState.WITHDRAWN}),
    ImportState.READY: frozenset({ImportState.APPLYING, ImportState.WITHDRAWN}),
    # back to READY if the plan changed since it was shown: it must be looked at again
    ImportState.APPLYING: frozenset({ImportState.DONE, ImportState.READY, ImportState.REFUSED, ImportState.FAILED, ImportState.WITHDRAWN}),
    ImportState.REFUSED: frozenset(),
    ImportState.DONE: frozenset(),
    ImportState.FAILED: frozenset(),
    ImportState.WITHDRAWN: frozenset(),
}
