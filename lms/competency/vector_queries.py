"""The measurement model on arrays, for the rooms above (pure; needs NumPy when called)."""

from lms.competency.proficiency import DAYS_PER_MONTH
from lms.competency.vectorised import owen_many

__all__ = ["DAYS_PER_MONTH", "owen_many"]
