"""Words of the course package format, and of what readers do with it."""

from enum import StrEnum


class PackageStatus(StrEnum):
    """Where a package stands in its review: draft → in_review → released → retired."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RELEASED = "released"
    RETIRED = "retired"


class FactStatus(StrEnum):
    """How sure the register is of a fact. A doubtful one may not be used."""

    VERIFIED = "verified"
    KNOWN = "known"
    DOUBTFUL = "doubtful"


class TermOrder(StrEnum):
    """Orders of the glossary."""

    CHINESE = "zh"
    ENGLISH = "en"
    MOST_USED = "used"
