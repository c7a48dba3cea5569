"""What a row of the door table looks like. Rooms keep theirs in ``tests/**/doors.py`` as ``DOORS``.

``tests/architecture/test_doors.py`` collects the rows, refuses an address without one, and runs each row for
every member of the cast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Every member, in the order a report prints them; ``anonymous`` is nobody signed in.
CAST = (
    "anonymous",
    "system_admin",
    "security_admin",
    "audit_admin",
    "party_office",
    "section_officer",
    "district_officer",
    "school_secretary",
    "branch_secretary",
    "organiser",
    "member",
    "inspector",
    "deputy",
    "outsider",
    "neighbour",
)

# Tables that a refused request may still write: the session, and the log of refusals.
LOG_TABLES = frozenset({"django_session", "audit_refusal", "audit_reveal", "audit_denial", "audit_sighting"})


def expect(*, rest: int, **members: int) -> dict[str, int]:
    """``expect(rest=404, anonymous=302, party_office=200)``: the status of every member of the cast."""
    if unknown := set(members) - set(CAST):
        raise ValueError(f"not in the cast: {', '.join(sorted(unknown))}")
    return {name: members.get(name, rest) for name in CAST}


def same(it: Any) -> Any:
    """The default of ``make``: the builders get the cast itself."""
    return it


def nothing(it: Any) -> dict[str, Any]:
    """The default of ``kwargs`` and ``data``."""
    return {}


@dataclass(frozen=True, slots=True)
class Door:
    """One address × method × every member of the cast.

    ``make(cast)`` prepares what the row needs (it may create records) and its result is handed to ``kwargs`` (the
    arguments of ``reverse``) and ``data`` (the query of a GET, the body of a POST). Each member starts from the same
    state: what one request changed is rolled back before the next.
    """

    url_name: str
    method: str = "GET"
    expected: Mapping[str, int] = field(default_factory=dict)
    make: Callable[[Any], Any] = same
    kwargs: Callable[[Any], Mapping[str, Any]] = nothing
    data: Callable[[Any], Mapping[str, Any]] = nothing
    case: str = ""  # tells two rows of one address and method apart
    htmx: bool = False  # ask as htmx does
    follow_to: str = ""  # the answer to a permitted member must redirect to an address that contains this
    may_write: frozenset[str] = frozenset()  # tables a refused request may write besides LOG_TABLES; say why beside it

    def __post_init__(self) -> None:
        if self.method not in {"GET", "POST"}:
            raise ValueError(f"{self.url_name}: a door is GET or POST, not {self.method}")
        if set(self.expected) != set(CAST):
            missing = sorted(set(CAST) ^ set(self.expected))
            raise ValueError(f"{self.url_name}: every member of the cast has a status; look at {', '.join(missing)}")

    def __str__(self) -> str:
        return f"{self.method} {self.url_name}" + (f" [{self.case}]" if self.case else "")
