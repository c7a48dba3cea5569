"""Template tags of the kit; ``hz`` is a builtin of every template."""
