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
