"""The cyclic garbage collector, set for a large program that lives long."""

from __future__ import annotations

import gc

# Django's objects are many and live long: with Python's own 700/10/10 the collector walks all of them again and again,
# a quarter of a page's time and half of a migration's, and finds next to nothing.
THRESHOLDS = (20_000, 50, 100)


def settle() -> None:
    """What is loaded now stays to the end: set it aside, and look among the new less often. Call after the start-up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
