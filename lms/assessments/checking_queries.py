"""The check of assessment files for rooms above. No database is asked."""

from __future__ import annotations

from lms.assessments.checks import Report, check_assessment, examine

__all__ = ["Report", "check_assessment", "examine"]
