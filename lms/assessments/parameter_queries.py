"""What the rooms above may know of how items get their parameters (pure)."""

from lms.assessments.package import PART_VARIANCE

__all__ = ["PART_VARIANCE"]
