"""What other rooms say of a competency: its state, until when it holds or why it is unclear, in the reader's language."""

from lms.competency.wording import full_date, note, state_name

__all__ = ["full_date", "note", "state_name"]
