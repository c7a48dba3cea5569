"""The house's own middlewares, in the order settings name them."""

from .headers import headers
from .packs import say_no_pack
from .refusals import log_refusals
from .sessions import sessions

__all__ = ["headers", "log_refusals", "say_no_pack", "sessions"]
