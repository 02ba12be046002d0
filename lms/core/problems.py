"""What is wrong with a file that somebody wrote, where, and how to put it right."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of one file. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what.rstrip('.')}. {self.cure}"
