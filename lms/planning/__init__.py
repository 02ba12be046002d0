"""From gaps to courses for people: the plan optimiser, and plans that one decision turns into assignments."""
