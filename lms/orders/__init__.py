"""Training orders and training bases: from a gap to an offer, a class, and the change that evidence shows."""
