"""Words of class hours."""

from enum import StrEnum


class Kind(StrEnum):
    """What class hours can rest on. Each is a piece of evidence; time spent is none."""

    ORGANISED = "organised"
    SELF_STUDY = "self_study"
    WORK_SAMPLE = "work_sample"
    CERTIFICATE = "certificate"


class CountsAs(StrEnum):
    """The two accounts that the regulations keep apart."""

    ORGANISED = "organised"
    SELF_STUDY = "self_study"


class Level(StrEnum):
    """Who sets a rule; the order is from the general to the particular."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    UNIT = "unit"


class Newcomers(StrEnum):
    """What is asked in the year in which somebody joins."""

    FULL = "full"
    BY_MONTH = "by_month"


class Outcome(StrEnum):
    """What became of a piece of evidence in the ledger of a year."""

    COUNTED = "counted"
    REPEATED = "repeated"
    OVER_CAP = "over_cap"
    NOT_NAMED = "not_named"
    TAKEN_BACK = "taken_back"
    NO_RULE = "no_rule"


class State(StrEnum):
    """Where somebody stands with what a year asks for."""

    FULFILLED = "fulfilled"
    ON_WAY = "on_way"
    BEHIND = "behind"


class ImportState(StrEnum):
    """Where an uploaded list of attendance stands."""

    READY = "ready"
    REFUSED = "refused"
    DONE = "done"
    WITHDRAWN = "withdrawn"
