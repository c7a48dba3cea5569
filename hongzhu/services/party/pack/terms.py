"""The terms part of the party section of a policy pack."""

from __future__ import annotations

from hongzhu.kit.packs import PackModel


class TermsPart(PackModel):
    """Filled by its own file of the pack; empty in a pack that says nothing about it."""
