"""Assignments to people: made by hand, by rule, by plan; reminders, exceptions and recommendations."""
