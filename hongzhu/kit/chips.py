"""A status as people see it: word, tone and shape (``design/ui``, section 4). Templates never choose a colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TONES = ("plain", "go", "ok", "mind", "now")
SHAPES = ("ring", "half", "dot", "tick", "plus", "dia", "tri", "sq", "gap", "dash")


@dataclass(frozen=True, slots=True)
class Chip:
    """``tone`` is one of TONES, ``shape`` one of SHAPES; the word always stands beside them."""

    word: Any
    tone: str = "plain"
    shape: str = "ring"

    def __post_init__(self) -> None:
        if self.tone not in TONES or self.shape not in SHAPES:
            raise ValueError(f"{self.tone}/{self.shape}: see TONES and SHAPES")
