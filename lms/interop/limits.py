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
    question_characters: int = 400_000
    """Of one question's texts; a picture written into a text counts with them."""
    question_marks: int = 2_000
    """Of `MARKS` in one question: the work of reading grows with them, and a question with five hundred is a long one."""
    options: int = 26
    picture_bytes: int = 200_000
    picture_side: int = 4_000
    pictures: int = 500


    def too_long(self, text: str) -> bool:
        """Whether a text is longer, or fuller of marks, than a question is."""
        return len(text) > self.question_characters or sum(map(text.count, MARKS)) > self.question_marks


MARKS = "<&~={["
"""With which tags, entities, answers, gaps and pictures begin."""
LIMITS = Limits()
