"""What other rooms say of a competency: its state, until when it holds or why it is unclear, in the reader's language."""

from lms.competency.wording import RIVAL_BLIND_SPOTS, RIVAL_NAMES, full_date, note, state_name

__all__ = ["RIVAL_BLIND_SPOTS", "RIVAL_NAMES", "full_date", "note", "state_name"]
