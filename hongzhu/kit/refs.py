"""A pointer to a thing without importing the room that owns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Ref:
    """``kind`` is ``<app_label>.<model>`` in lower case, ``id`` the primary key, ``label`` what a person reads.

    Rooms above and below point at one another with a Ref instead of a generic foreign key.
    """

    kind: str
    id: int
    label: str = ""

    @classmethod
    def to(cls, obj: Model) -> Ref:
        if obj.pk is None:
            raise ValueError("a Ref needs a saved object")
        return cls(kind=obj._meta.label_lower, id=int(obj.pk), label=str(obj))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes: the account's id (0 = the system), a readable label, and for whom they act.

    ``bureau`` is the id of the root organisation the write belongs to (0 = the whole deployment).
    """

    id: int
    label: str
    behalf: str = ""
    bureau: int = 0

    @classmethod
    def of(cls, user: Any) -> Actor:
        return cls(
            id=int(user.pk),
            label=str(user),
            behalf=str(getattr(user, "acting_label", "") or ""),
            bureau=int(getattr(user, "bureau_id", 0) or 0),
        )

    @classmethod
    def system(cls, label: str, *, bureau: int = 0) -> Actor:
        return cls(id=0, label=label, bureau=bureau)
