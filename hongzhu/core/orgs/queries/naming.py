"""Finding bodies by the names people write in sheets, within what an importer may touch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.tables.repair import CellRefused, one_line


@dataclass(frozen=True, slots=True)
class ImportContext:
    """Into which bureau a table goes, from which day on, and which bodies it may touch (None: the whole bureau)."""

    bureau: Bureau
    on: date
    reach: QuerySet[Org] | None = None

    def bodies(self) -> QuerySet[Org]:
        """Open bodies of the bureau that the importer may touch."""
        found = Org.objects.filter(bureau=self.bureau, closed_on__isnull=True)
        return found if self.reach is None else found.filter(pk__in=self.reach.order_by().values("pk"))


@dataclass(slots=True)
class Directory:
    """Bodies by every name they go by: name, short name, school code. One query."""

    what: str
    by_name: dict[str, list[int]] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()

    @classmethod
    def of(cls, context: ImportContext, kinds: Iterable[str], what: str) -> Directory:
        """``what`` names the thing in sentences: 单位, 党组织."""
        made = cls(what=what)
        for pk, name, short, code in (
            context.bodies().filter(Q(kind__in=tuple(kinds))).values_list("pk", "name", "short_name", "school_code")
        ):
            made.labels[pk] = name
            for title in {name, short, code} - {""}:
                made.by_name.setdefault(title, []).append(pk)
        if context.reach is not None:
            others = Org.objects.filter(bureau=context.bureau, closed_on__isnull=True, kind__in=tuple(kinds))
            made.outside = frozenset(others.values_list("name", flat=True)) - set(made.by_name)
        return made

    def find(self, cell: object) -> tuple[int | None, str | None]:
        """The body's id, None for a blank; CellRefused when there is none of that name, or several."""
        name, note = one_line(cell)
        if not name:
            return None, None
        found = self.by_name.get(name, [])
        if len(found) == 1:
            return found[0], note
        if found:
            raise CellRefused(
                _("有%(count)s个叫“%(name)s”的%(what)s，请写全称或学校标识码")
                % {"count": len(found), "name": name[:40], "what": self.what}
            )
        if name in self.outside:
            raise CellRefused(_("“%(name)s”不在你的范围内，请由上级导入") % {"name": name[:40]})
        raise CellRefused(
            _("没有叫“%(name)s”的%(what)s，请核对全称，或先设立") % {"name": name[:40], "what": self.what}
        )
