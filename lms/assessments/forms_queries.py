"""Chance that can be repeated, for the rooms above (pure)."""

from lms.assessments.forms import Stream

__all__ = ["Stream"]
