"""A training and assessment platform for local-government officials: evidence, gaps, plans."""

__version__ = "0.1.0"
