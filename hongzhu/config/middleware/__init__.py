"""The house's own middlewares, in the order settings name them."""

from .headers import headers
from .refusals import log_refusals
from .sessions import sessions

__all__ = ["headers", "log_refusals", "sessions"]
