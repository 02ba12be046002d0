"""People who mark: the queue, marks that never change, panels, and how far markers agree."""
