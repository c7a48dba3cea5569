"""Writes of the room: places of persons, ends of bodies with their members, sheets, staged uploads."""

from .facts import amend
from .places import (
    appoint,
    change_state,
    correct_place,
    end_post,
    engage,
    join,
    leave,
    move_out,
    register,
    set_seats,
    succeed,
    transfer,
)
from .sheets import import_members, import_people
from .structure import dissolve, merge, split
from .uploads import drop_upload, stage_upload, sweep_uploads

__all__ = [
    "amend",
    "appoint",
    "change_state",
    "correct_place",
    "dissolve",
    "drop_upload",
    "end_post",
    "engage",
    "import_members",
    "import_people",
    "join",
    "leave",
    "merge",
    "move_out",
    "register",
    "set_seats",
    "split",
    "stage_upload",
    "succeed",
    "sweep_uploads",
    "transfer",
]
