"""Question banks of other systems: in as drafts with every loss named, out as Moodle XML."""
