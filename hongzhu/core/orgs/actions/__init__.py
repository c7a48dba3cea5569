"""Writes of the room: setting up, renaming, placing, superiors, hosts, facts, sheets. Ending a body moves its members
with it, so it stands in ``people.actions``, on the helpers of :mod:`.ending`."""

from .changing import change_facts, change_hosts, change_superiors, move, rename
from .setting_up import open_bureau, set_up
from .sheets import import_orgs

__all__ = [
    "change_facts",
    "change_hosts",
    "change_superiors",
    "import_orgs",
    "move",
    "open_bureau",
    "rename",
    "set_up",
]
