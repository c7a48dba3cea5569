"""How many examples property tests try, and which.

``make test`` and ``make test-deep`` try the same ones every time: a landing must not fail by chance on what it did not
touch. ``make explore`` looks for new ones, many more, and prints how to repeat what it finds: such a find becomes an
``@example`` beside its fix (docs/decisions/0011).
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("HONGZHU_EXPLORE", "0"))  # 0: the settled examples


def settle() -> None:
    """Before any test module is read: what no test says for itself. Never a deadline: the machine may be busy."""
    settings.register_profile(
        "hongzhu",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        **({"max_examples": 100 * TIMES, "print_blob": True} if TIMES else {"derandomize": True, "database": None}),
    )
    settings.load_profile("hongzhu")


def examples(number: int) -> settings:
    """A test with a number of its own, because one example of it takes long."""
    return settings(max_examples=number * max(TIMES, 1), suppress_health_check=list(HealthCheck))
