"""The collector: what is there is set aside, what comes is still collected."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from hongzhu.kit import memory


class Node:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_what_is_loaded_is_set_aside_and_garbage_is_found() -> None:
    kept = Node()
    memory.settle()
    assert gc.get_freeze_count() > 0
    assert gc.isenabled()
    assert not any(one is kept for one in gc.get_objects())
    gone = weakref.ref(Node())
    assert gone() is not None
    gc.collect()
    assert gone() is None


def test_a_ring_is_found_without_being_asked_for() -> None:
    memory.settle()
    gone = weakref.ref(Node())
    rings = [Node() for _ in range(2 * memory.THRESHOLDS[0])]
    assert gone() is None, len(rings)
