"""What an asker writes: the heading, where the columns come from, what each column means, the parts of a report."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access import queries as access
from hongzhu.core.collections import actions, rules
from hongzhu.core.collections.actions.asking import matched
from hongzhu.core.collections.models import Asked, Request
from hongzhu.core.collections.queries import fields, requests
from hongzhu.core.documents import queries as documents
from hongzhu.core.documents.models import Document
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.core.people.queries import who
from hongzhu.kit import registry
from hongzhu.kit.tables.columns import title_key
from hongzhu.kit.tables.read import TableRefused
from hongzhu.kit.tables.template import Template, read_template

MOST_COLUMNS = 60
PARTS = 8
_BETWEEN = re.compile(r"[\t\n、,，;；]+")  # zh: signs people put between titles
_TYPED = tuple(kind for kind in Asked.Type.choices if kind[0] not in ("FORMULA", "ORDER"))


class Day(forms.DateField):
    """A day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FieldChoice(forms.ChoiceField):
    """One held field; of those that are ``withheld`` from this asker it is said why, tried anyway."""

    withheld: Mapping[str, str] = {}

    def validate(self, value: Any) -> None:
        _refuse(self.withheld, [value])
        super().validate(value)


class FieldChoices(forms.MultipleChoiceField):
    """Held fields, ticked; of those that are ``withheld`` from this asker it is said why, tried anyway."""

    withheld: Mapping[str, str] = {}

    def validate(self, value: Any) -> None:
        _refuse(self.withheld, value)
        super().validate(value)


def _refuse(withheld: Mapping[str, str], codes: Sequence[str]) -> None:
    if barred := [withheld[code] for code in codes if code in withheld]:
        raise ValidationError(barred[0] + _("已填内容还在。"))


class RequestForm(forms.Form):
    """The heading of a request. A new table brings its columns: a workbook, pasted titles, or ticked fields."""

    title = forms.CharField(label=gettext_lazy("表名"), max_length=160)
    basis = forms.CharField(
        label=gettext_lazy("依据"), max_length=160, help_text=gettext_lazy("哪份文件、哪条规定要求报，写文号或名称")
    )
    document = forms.ModelChoiceField(
        Document.objects.none(),
        label=gettext_lazy("依据文件"),
        required=False,
        empty_label=gettext_lazy("不在登记册里"),
    )
    asked_by_upper = forms.CharField(label=gettext_lazy("要表的上级"), max_length=80, required=False)
    due_on = Day(label=gettext_lazy("截止日期"))
    as_of = Day(label=gettext_lazy("数据截至"), help_text=gettext_lazy("平台已有的数据按这一天填"))
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("发给哪些单位"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("发出时按当日机构定下名单，以后机构变动不影响已发名单。"),
    )
    under = forms.ModelChoiceField(
        Org.objects.none(), label=gettext_lazy("范围"), required=False, empty_label=gettext_lazy("本局全部")
    )
    order = forms.CharField(
        label=gettext_lazy("单位顺序"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("按上级名单的顺序粘贴单位名称，一行一个；不填就按机构顺序"),
    )  # fmt: skip
    about = forms.ChoiceField(label=gettext_lazy("一行是什么"), choices=Request.About.choices)
    file = forms.FileField(
        label=gettext_lazy("上级的表格"), required=False,
        help_text=gettext_lazy(".xlsx，版式原样保留，汇总时填回这份表"),
    )  # fmt: skip
    sheet = forms.CharField(
        label=gettext_lazy("工作表"), required=False, max_length=60,
        help_text=gettext_lazy("不填就是第一张有表头的"),
    )  # fmt: skip
    pasted = forms.CharField(
        label=gettext_lazy("粘贴表头"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("从表格里复制一行列名，或一行写一个"),
    )  # fmt: skip
    ticked = FieldChoices(label=gettext_lazy("平台已有的字段"), required=False, widget=forms.CheckboxSelectMultiple)
    asker = forms.ModelChoiceField(Org.objects.none(), label=gettext_lazy("收表单位"), empty_label=None)
    owner = forms.CharField(label=gettext_lazy("负责人"), max_length=60, help_text=who.HINT)
    note = forms.CharField(
        label=gettext_lazy("填报说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    total_row = forms.BooleanField(label=gettext_lazy("汇总时加合计行"), required=False, initial=True)

    def __init__(self, *args: Any, user: Any, kind: str, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.kind = user, kind
        self.template: Template | None = None
        on = timezone.localdate()
        self._offer("asker", requests.askers(user, on))
        self._offer("under", requests.parts_of_tree(user, on))
        self._offer("document", documents.visible_to(user).filter(status__in=("ISSUED", "TRIAL", "IN_FORCE")))
        self.fields["under"].required = not requests.reaches_all(user)
        if self.fields["under"].required:
            self.fields["under"].empty_label = None  # type: ignore[attr-defined]
        self.fields["kinds"].choices = rules.kind_choices()  # type: ignore[attr-defined]
        self.fields["due_on"].initial, self.fields["as_of"].initial = on + timedelta(days=7), on
        self.fields["owner"].initial = str(user.person or "")
        withheld = fields.withheld(user, Request.About.MEMBER)
        self.fields["ticked"].withheld = withheld  # type: ignore[attr-defined]
        self.fields["ticked"].choices = _ticks(withheld)  # type: ignore[attr-defined]
        table = kind == Request.Kind.TABLE
        for name in ("file", "sheet", "pasted", "ticked") if not (table and new) else ():
            del self.fields[name]
        for name in ("about", "total_row") if not table else ():
            del self.fields[name]

    def _offer(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean_owner(self) -> Person:
        typed = self.cleaned_data["owner"]
        own = self.user.person
        return own if own and typed.strip() == own.name else who.one_of(access.visible_people(self.user), typed)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("file"):
            self._read(given["file"], given.get("sheet", ""))
        if "file" in self.fields and not self.errors:
            if not (given.get("file") or given.get("pasted", "").strip() or given.get("ticked")):
                self.add_error("file", _("还没有列：请上传表格、粘贴表头，或在下面勾选字段。已填内容还在。"))
            elif not given.get("file"):
                self._check_titles(given)
        return given

    def _read(self, upload: Any, sheet: str) -> None:
        """Read at once: what is odd about the file is said where it was chosen."""
        try:
            self.template = read_template(upload.read(), upload.name, sheet=sheet.strip() or None)
        except TableRefused as refused:
            self.add_error("file", str(refused))

    def _check_titles(self, given: dict[str, Any]) -> None:
        titles = split_titles(given.get("pasted", ""))
        keys = [title_key(title) for title in titles]
        if twice := [title for place, title in enumerate(titles) if keys[place] in keys[:place]]:
            self.add_error("pasted", _("列名“%s”写了两次，请改一个。已填内容还在。") % twice[0])
        if len(titles) + len(given.get("ticked", ())) > MOST_COLUMNS:
            self.add_error("pasted", _("一张表最多%s列，请分成几张。已填内容还在。") % MOST_COLUMNS)

    def heading(self) -> actions.Heading:
        given = self.cleaned_data
        names = ("title", "basis", "document", "asked_by_upper", "due_on", "as_of", "under", "owner", "note")
        more = {name: given[name] for name in ("about", "total_row") if name in given}
        order = tuple(dict.fromkeys(line.strip() for line in given["order"].splitlines() if line.strip()))
        return actions.Heading(
            kinds=tuple(given["kinds"]), order=order, **{name: given[name] for name in names}, **more
        )

    def columns(self) -> list[actions.ColumnWish]:
        """The columns as first laid out: each title matched with what the platform holds."""
        given = self.cleaned_data
        about = given.get("about", Request.About.UNIT)
        but = fields.withheld(self.user, about, given["asker"])
        if self.template is not None:
            return from_template(self.template, about, but)
        known = fields.known(about)
        ticked = [known[code] for code in given.get("ticked", ()) if code in known]
        wishes = [
            actions.ColumnWish(place=place, title=str(field.title), type=fields.column_type(field), field=field.code)
            for place, field in enumerate(ticked, start=1)
        ]
        titles = split_titles(given.get("pasted", ""))
        return wishes + matched(
            [(len(wishes) + n, title, "", ()) for n, title in enumerate(titles, start=1)], about, but
        )


def split_titles(pasted: str) -> list[str]:
    """Titles from a pasted head: one row of a sheet, one title a line, or titles with commas between."""
    lines = [line for line in pasted.replace("\r", "").split("\n") if line.strip()]
    text = lines[0] if lines and "\t" in lines[0] else "\n".join(lines)
    return [title.strip()[:120] for title in _BETWEEN.split(text) if title.strip()]


def from_template(template: Template, about: str, but: Collection[str] = ()) -> list[actions.ColumnWish]:
    """The columns of a superior's workbook; ``but``: codes of fields the asker may not ask for."""
    return matched([(one.place, one.title, one.type, one.options) for one in template.columns], about, but)


def _ticks(but: Collection[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every held field the asker may ask for, of units and of persons."""
    groups: dict[str, list[tuple[str, str]]] = {"unit": [], "person": []}
    for source in registry.book.fields.values():
        groups[source.of] += [(field.code, str(field.title)) for field in source.fields if field.code not in but]
    return [(_("单位"), groups["unit"]), (_("人员"), groups["person"])]


def initial_of(request: Request) -> dict[str, Any]:
    """What the form shows of a draft."""
    names = (
        "title", "basis", "document", "asked_by_upper", "due_on", "as_of", "about", "asker", "note", "total_row"
    )  # fmt: skip
    audience = request.audience or {}
    return {name: getattr(request, name) for name in names} | {
        "kinds": audience.get("kinds", []),
        "under": audience.get("under"),
        "order": "\n".join(audience.get("order", [])),
        "owner": request.owner.name,
    }


class ColumnsForm(forms.Form):
    """What each column of a draft means: filled from a field, or typed as what.

    ``withheld``: fields the asker may not ask for, each with who may and what to ask for instead.
    """

    def __init__(
        self,
        request: Request,
        columns: Sequence[Asked],
        data: Any = None,
        *,
        withheld: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.columns, self.withheld = columns, withheld
        known = {code: field for code, field in fields.known(request.about).items() if code not in withheld}
        met = fields.match([column.title for column in columns], request.about, withheld)
        self.barred = {
            column.place: one.withheld.code for column, one in zip(columns, met, strict=True) if one.withheld
        }
        offered = [("", _("没有，请单位填")), *((code, str(field.title)) for code, field in known.items())]
        for column in columns:
            key = column.place
            if column.type in rules.UNASKED:
                continue
            field = FieldChoice(
                label=_("平台已有的字段"), choices=offered, required=False, initial=column.field or column.proposed
            )
            field.withheld = withheld
            self.fields[f"c{key}_field"] = field
            self.fields[f"c{key}_type"] = forms.ChoiceField(label=_("类型"), choices=_TYPED, initial=column.type)
            self.fields[f"c{key}_options"] = forms.CharField(
                label=_("可选项"), max_length=300, required=False, initial=_("、").join(column.options)
            )
            self.fields[f"c{key}_required"] = forms.BooleanField(
                label=_("必填"), required=False, initial=column.required
            )
            self.fields[f"c{key}_summed"] = forms.BooleanField(label=_("合计"), required=False, initial=column.summed)
        self.known = known

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for column in self.columns:
            key = column.place
            choice = given.get(f"c{key}_type") == Asked.Type.CHOICE and not given.get(f"c{key}_field")
            if choice and len(split_titles(given.get(f"c{key}_options", ""))) < 2:
                self.add_error(f"c{key}_options", _("选一项的列要写两个以上可选项，用顿号分开。"))
        return given

    def wishes(self) -> list[actions.ColumnWish]:
        """The columns as the officer wants them."""
        made, given = [], self.cleaned_data
        for column in self.columns:
            key = column.place
            if column.type in rules.UNASKED:
                made.append(actions.ColumnWish(place=key, title=column.title, type=column.type))
                continue
            field = self.known.get(given[f"c{key}_field"])
            made.append(
                actions.ColumnWish(
                    place=key, title=column.title, field=field.code if field else "",
                    type=fields.column_type(field) if field else given[f"c{key}_type"],
                    options=tuple(split_titles(given[f"c{key}_options"])),
                    required=given[f"c{key}_required"], summed=given[f"c{key}_summed"],
                )
            )  # fmt: skip
        return made

    def rows(self) -> list[tuple[Asked, Any, str, dict[str, Any]]]:
        """Each column with the field that may be meant, why what it means is not for this asker, and its inputs."""
        made = []
        for column in self.columns:
            names = ("field", "type", "options", "required", "summed")
            inputs = {
                name: self[f"c{column.place}_{name}"] for name in names if f"c{column.place}_{name}" in self.fields
            }
            proposed = self.known.get(column.proposed) if not column.field else None
            barred = column.field if column.field in self.withheld else self.barred.get(column.place, "")
            made.append((column, proposed, self.withheld.get(barred, ""), inputs))
        return made


class PartsForm(forms.Form):
    """The parts of a report: heading, the machine's paragraph, and which of them is the plan."""

    def __init__(self, parts: Sequence[Any], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        offered = [("", _("没有")), *((name, str(one.title)) for name, one in registry.book.paragraphs.items())]
        for number in range(PARTS):
            part = parts[number] if number < len(parts) else None
            self.fields[f"p{number}_title"] = forms.CharField(
                label=_("部分"), max_length=80, required=False, initial=part.title if part else ""
            )
            self.fields[f"p{number}_source"] = forms.ChoiceField(
                label=_("系统生成的段落"), choices=offered, required=False, initial=part.source if part else ""
            )
            self.fields[f"p{number}_plan"] = forms.BooleanField(
                label=_("下步计划"), required=False, initial=bool(part and part.plan)
            )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.wishes():
            self.add_error("p0_title", _("请至少写一个部分。"))
        return given

    def wishes(self) -> list[actions.PartWish]:
        """The parts that were written, in order."""
        given = self.cleaned_data
        return [
            actions.PartWish(title=given[f"p{n}_title"], source=given[f"p{n}_source"], plan=given[f"p{n}_plan"])
            for n in range(PARTS)
            if given.get(f"p{n}_title", "").strip()
        ]

    def rows(self) -> list[dict[str, Any]]:
        """The inputs, part by part."""
        return [{name: self[f"p{n}_{name}"] for name in ("title", "source", "plan")} for n in range(PARTS)]


def usual_parts(on: date) -> list[actions.PartWish]:
    """The parts a half-year report usually has (A13)."""
    names = set(registry.book.paragraphs)
    return [
        actions.PartWish(title=_("党员队伍"), source="collections.members" if "collections.members" in names else ""),
        actions.PartWish(title=_("组织生活"), source="collections.life" if "collections.life" in names else ""),
        actions.PartWish(title=_("主要做法")),
        actions.PartWish(title=_("存在问题")),
        actions.PartWish(title=_("下半年计划") if on.month <= 6 else _("下步计划"), plan=True),
    ]
