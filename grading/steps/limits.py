"""How large an exact value may grow, and what is raised beyond that."""

MAX_BITS = 4096
MAX_TERMS = 5000


class NotRational(ValueError):
    """The value is no fraction that can be computed here."""
