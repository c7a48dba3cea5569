"""What the portal declares: its own entries, and the words of what is done in any room."""

from . import deeds, entries

__all__ = ["deeds", "entries"]
