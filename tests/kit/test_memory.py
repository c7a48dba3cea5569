"""The collector: what is there is set aside, what comes is still collected; and room for deep calls."""

from __future__ import annotations

import gc
import resource
import threading
import weakref
from collections.abc import Callable, Iterator

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


def _leaf(a: int = 0, b: int = 0, c: int = 0, d: int = 0, e: int = 0, f: int = 0, g: int = 0, h: int = 0) -> int:
    """Its frame is larger than that of :func:`_at`, so that no edge lies between two depths unseen."""
    return sum((a, b, c, d, e, f, g, h))


def _at(depth: int, times: int) -> None:
    """Call something small time and again, so deep."""
    if depth:
        _at(depth - 1, times)
        return
    for _ in range(times):
        _leaf()


def faults(call: Callable[[Callable[[], None]], None]) -> int:
    """The most pages the system had to hand out at one depth, in a thread with frames of its own."""
    worst = [0]

    def look() -> None:
        for depth in range(300):
            before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
            _at(depth, 300)
            worst[0] = max(worst[0], resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before)

    thread = threading.Thread(target=call, args=(look,))
    thread.start()
    thread.join()
    return worst[0]


def test_calls_stand_on_no_edge() -> None:
    assert faults(memory.roomy) < 100


def test_twin_without_room_some_depth_asks_the_system_for_every_call() -> None:
    assert faults(lambda look: look()) >= 300


def test_roomy_hands_on_what_it_is_given_and_what_comes_back() -> None:
    assert memory.roomy(_leaf, 1, c=4) == 5
    with pytest.raises(ZeroDivisionError):
        memory.roomy(divmod, 1, 0)


def test_the_frame_stays_large_though_a_tool_exchanges_codes_for_equal_ones() -> None:
    code = memory.roomy.__code__
    assert code.co_stacksize > 32_768  # of eight bytes: Python takes the next power of two, half a mebibyte
    assert code != code.replace(co_name="roomy", co_stacksize=4)
