"""How much of a foreign file is looked at: plain numbers, so that a test can set them low. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Upper bounds; what lies beyond is refused with a line that names the bound."""

    file_bytes: int = 50_000_000
    members: int = 2_000
    member_bytes: int = 20_000_000
    unpacked_bytes: int = 150_000_000
    ratio: int = 200
    """How many times its packed size a member of more than `ratio_from` bytes may unpack to."""
    ratio_from: int = 1_000_000
    xml_elements: int = 400_000
    xml_depth: int = 150
    questions: int = 3_000
    options: int = 26
    picture_bytes: int = 200_000
    picture_side: int = 4_000
    pictures: int = 500


LIMITS = Limits()
