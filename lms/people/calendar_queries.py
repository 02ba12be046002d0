"""The date where the installation stands."""

from lms.people.import_files import today

__all__ = ["today"]
