"""What each noun of a later room adds to a demo bureau: every file here has ``add(world, counts, today)``, run in order of name."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pkgutil import iter_modules

from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.world import World


def add(world: World, counts: Counts, today: date) -> None:
    """All of them, in the bureau's own transaction."""
    for name in sorted(module.name for module in iter_modules(__path__)):
        import_module(f"{__name__}.{name}").add(world, counts, today)
