"""Words of learning."""

from enum import StrEnum


class How(StrEnum):
    """What made a lesson done. Time on a page is never counted."""

    CHECK = "check"
    STATEMENT = "statement"


class Standing(StrEnum):
    """How far an official is with a course."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    READ = "read"
    COMPLETED = "completed"


class Order(StrEnum):
    """Orders of the catalogue."""

    CURRICULUM = "curriculum"
    TITLE = "title"
    SHORTEST = "shortest"
    NEWEST = "newest"
