"""What the access room writes, one file per noun."""

from .accounts import change_password, give_code, open_accounts, remove_factor, start, stop, use_code
from .drafts import DraftConflict, Used, drop_draft, save_draft, sweep, use_token
from .grants import act_as, delegate, end_grant, give_grant
from .opening import Opening, create_admin, first_run
from .reveals import reveal
from .signins import end_device, end_others, note_second_factor, renew, sign_in
from .slips import Slip

__all__ = [
    "DraftConflict",
    "Opening",
    "Slip",
    "Used",
    "act_as",
    "change_password",
    "create_admin",
    "delegate",
    "drop_draft",
    "end_device",
    "end_grant",
    "end_others",
    "first_run",
    "give_code",
    "give_grant",
    "note_second_factor",
    "open_accounts",
    "remove_factor",
    "renew",
    "reveal",
    "save_draft",
    "sign_in",
    "start",
    "stop",
    "sweep",
    "use_code",
    "use_token",
]
