"""Memory for a large program that lives long: the cyclic garbage collector, and room for deep calls."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import ParamSpec, TypeVar

# Django's objects are many and live long: with Python's own 700/10/10 the collector walks all of them again and again,
# a quarter of a page's time and half of a migration's, and finds next to nothing.
THRESHOLDS = (20_000, 50, 100)

# Slots of eight bytes in the frame of `roomy`: a little over a quarter of a mebibyte. Python takes the next power of two
# for it, and what is left of that, again nearly a quarter, holds a thousand frames and more.
_SLOTS = 33_000

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


def settle() -> None:
    """What is loaded now stays to the end: set it aside, and look among the new less often. Call after the start-up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


def roomy(function: Callable[_Asked, _Answer], /, *args: _Asked.args, **named: _Asked.kwargs) -> _Answer:
    """Call ``function`` with room for the frames of all it calls; its answer, its errors.

    CPython (3.11 and later) keeps frames in pieces of 16 KiB and gives a piece back to the system at once when a call
    returns out of it (``push_chunk`` in Python/pystate.c). A page of ours is a hundred calls deep, so some loop of it
    always stands on an edge: thousands of mmap and munmap a second, a seventh of the time of a page.
    """
    return function(*args, **named)


# Codes are equal whatever room they take: by a name of its own this one is not mistaken for the small one it was made of
# (by what notes the lines a test reached, which exchanges equal codes).
roomy.__code__ = roomy.__code__.replace(co_stacksize=_SLOTS, co_name="roomily")
