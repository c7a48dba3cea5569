"""Permission names and the answer to "may I?"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something is allowed, and if not, the sentence that tells the user what to do next."""

    allowed: bool
    reason: Any = ""

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True, slots=True)
class Perm:
    """One named permission; ``roles`` are the role codes that carry it. Made through ``registry.perm``."""

    code: str
    title: Any
    roles: frozenset[str]
    second_factor: bool = False
    past: bool = False  # for reading: also bodies that are closed, where they stood on their last day

    def __str__(self) -> str:
        return self.code
