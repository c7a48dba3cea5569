"""What the rooms below declare with permissions of this room: tables to import, menu entries, links, search of persons."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs import actions as orgs_actions
from hongzhu.core.orgs.queries import sheet as orgs_sheet
from hongzhu.core.people import actions as people_actions
from hongzhu.core.people.queries import export, members_sheet, people_sheet
from hongzhu.kit import registry
from hongzhu.kit.registry import Hit

from . import queries, rules

registry.importer(
    registry.Importer(
        name="orgs", title=_("机构"), perm=rules.IMPORT, columns=orgs_sheet.COLUMNS, check=orgs_sheet.check_orgs,
        commit=orgs_actions.import_orgs, export=orgs_sheet.export_orgs,
        notes=(_("每行一个机构；上级可以是系统里已有的，也可以是同一张表里的另一行。"),),
    )
)  # fmt: skip
registry.importer(
    registry.Importer(
        name="people", title=_("人员"), perm=rules.IMPORT, columns=people_sheet.COLUMNS,
        check=people_sheet.check_people, commit=people_actions.import_people, export=export.export_people,
        notes=(_("每行一个人；再次导入时按身份证号、工号、姓名加单位依次对上，空格不会清掉已有的内容。"),),
    )
)  # fmt: skip
registry.importer(
    registry.Importer(
        name="members", title=_("党员名册"), perm=rules.IMPORT, columns=members_sheet.COLUMNS,
        check=members_sheet.check_members, commit=people_actions.import_members, export=export.export_members,
        notes=(_("每行一名党员；换了所在党组织的按转接处理，从生效日期起算。"),),
    )
)  # fmt: skip


def _sees_people(user: Any) -> bool:
    return queries.may(user, rules.VIEW_PEOPLE)


registry.menu(
    registry.Menu(
        name="people", title=_("党员"), url_name="people:roster", order=30, shown=_sees_people, icon="people", tab=True
    )
)
registry.menu(
    registry.Menu(
        name="orgs", title=_("机构"), url_name="orgs:org_list", order=60, icon="building",
        shown=lambda user: queries.may(user, rules.VIEW_ORGS) and queries.role_of(user) != "MEMBER",
    )
)  # fmt: skip


@registry.link("people.person")
def person_url(pk: int) -> str:
    return reverse("people:person", args=[pk])


@registry.search("people", title=_("人员"))
def find_people(user: Any, text: str, limit: int) -> list[Hit]:
    """Persons by name, pinyin, initials or staff number, among those the user may see."""
    if not _sees_people(user):
        return []
    found = queries.visible_people(user).filter(queries.named(text)).order_by("search_key", "pk")[:limit]
    return [Hit(label=person.name, url=person_url(person.pk)) for person in found]
