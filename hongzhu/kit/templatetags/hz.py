"""The words, shapes and figures of every page. A template builtin: no ``{% load %}`` needed.

docs/handbook/ui.md shows each tag on a page; tests/browser/test_components.py draws them all.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField
from django.forms.widgets import DateTimeBaseInput
from django.http import QueryDict
from django.template import Context, TemplateSyntaxError
from django.template.base import Node, Parser, Token
from django.template.context import RenderContext
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from hongzhu.kit.chips import SHAPES, TONES, Chip

from .icons import ICONS

register = template.Library()

Moment = datetime.date | datetime.datetime | None

# How dates and money are written. A language is a way of writing here, not a string to translate.
_CHINESE = {  # zh: the English forms stand in the next table
    "day": "{d.month}月{d.day}日",
    "weekday": "周{w}",
    "day_week": "{d.month}月{d.day}日 周{w}",
    "full_day": "{d.year}年{d.month}月{d.day}日",
    "month": "{d.year}年{d.month}月",
    "month_short": "{d.month}月",
    "day_clock": "{d.month}月{d.day}日{t:%H:%M}",
    "in_month": "{d.month}月{d.day}日至{e.day}日",
    "in_year": "{d.month}月{d.day}日至{e.month}月{e.day}日",
    "across": "{d.year}年{d.month}月{d.day}日至{e.year}年{e.month}月{e.day}日",
    "fen": "{n}元",
}
_ENGLISH = {
    "day": "{d.day} {d:%b}",
    "weekday": "{d:%a}",
    "day_week": "{d:%a} {d.day} {d:%b}",
    "full_day": "{d.day} {d:%B} {d.year}",
    "month": "{d:%B} {d.year}",
    "month_short": "{d:%b}",
    "day_clock": "{d.day} {d:%b} {t:%H:%M}",
    "in_month": "{d.day} to {e.day} {e:%b}",
    "in_year": "{d.day} {d:%b} to {e.day} {e:%b}",
    "across": "{d.day} {d:%B} {d.year} to {e.day} {e:%B} {e.year}",
    "fen": "¥{n}",
}
_WEEKDAYS = "一二三四五六日"  # zh: read through the tables above


# ── dates ──────────────────────────────────────────────────────────────────


def _say(form: str, **values: Any) -> str:
    if "d" in values:
        values["w"] = _WEEKDAYS[values["d"].weekday()]
    forms_of = _ENGLISH if (get_language() or "").startswith("en") else _CHINESE
    return forms_of[form].format(**values)


def _date(value: Moment) -> datetime.date | None:
    """The calendar day, in local time when ``value`` is a moment."""
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, datetime.date) else None


def _said(form: str, value: Moment) -> str:
    on = _date(value)
    return _say(form, d=on) if on else ""


@register.filter
def day(value: Moment) -> str:
    """11月20日 / 20 Nov. Empty for None, as all of these."""
    return _said("day", value)


@register.filter
def weekday(value: Moment) -> str:
    """周五 / Fri."""
    return _said("weekday", value)


@register.filter
def day_week(value: Moment) -> str:
    """11月20日 周五 / Fri 20 Nov."""
    return _said("day_week", value)


@register.filter
def full_day(value: Moment) -> str:
    """2026年11月20日 / 20 November 2026."""
    return _said("full_day", value)


@register.filter
def month(value: Moment) -> str:
    """2026年11月 / November 2026."""
    return _said("month", value)


@register.filter
def month_short(value: Moment) -> str:
    """12月 / Dec, where the day stands beside it."""
    return _said("month_short", value)


def _local(value: datetime.datetime) -> datetime.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


@register.filter
def clock(value: datetime.datetime | datetime.time | None) -> str:
    """15:30, in local time."""
    if isinstance(value, datetime.datetime):
        value = _local(value)
    return f"{value:%H:%M}" if isinstance(value, (datetime.datetime, datetime.time)) else ""


@register.filter
def day_clock(value: datetime.datetime | None) -> str:
    """11月20日20:11 / 20 Nov 20:11."""
    return _say("day_clock", d=_date(value), t=_local(value)) if isinstance(value, datetime.datetime) else ""


@register.filter
def day_range(start: Moment, end: Moment) -> str:
    """11月20日至26日; the year stands only where the two differ."""
    first, last = _date(start), _date(end)
    if first is None or last is None or first == last:
        return day(start) or day(end)
    if first.year != last.year:
        return _say("across", d=first, e=last)
    return _say("in_month" if first.month == last.month else "in_year", d=first, e=last)


# ── figures ────────────────────────────────────────────────────────────────


@register.filter
def thousands(value: Any) -> str:
    """1,234. Text passes as it is, None gives nothing."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) else str(value)


@register.filter
def fen_number(value: int | None) -> str:
    """Money kept in fen, written in yuan to the cent: 4600 -> 46.00."""
    if value is None:
        return ""
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100:,}.{abs(value) % 100:02d}"


@register.filter
def fen(value: int | None) -> str:
    """46.00元 / ¥46.00."""
    return "" if value is None else _say("fen", n=fen_number(value))


@register.simple_tag
def number(value: Any, url: str = "", *, unit: Any = "", big: bool = False) -> SafeString:
    """The number that opens: a link to the rows it counts.

    None is not zero: it reads 未报. Without ``url`` the figure stands plain, without the dotted line.
    """
    if value is None or value == "":
        return format_html('<span class="hz-none">{}</span>', gettext("未报"))
    words = f"{thousands(value)}{unit}"
    if not url:
        return format_html('<span class="{}">{}</span>', "hz-n-big" if big else "hz-n-plain", words)
    return format_html('<a class="hz-n{}" href="{}">{}</a>', " is-big" if big else "", url, words)


# ── shapes ─────────────────────────────────────────────────────────────────


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon beside a word. It is decoration: the word always stands."""
    if name not in ICONS:
        raise TemplateSyntaxError(f"no icon {name!r}; see hongzhu/kit/templatetags/icons.py")
    # The table is ours and constant.
    return mark_safe(f'<svg class="hz-i" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{ICONS[name]}</svg>')  # noqa: S308


@register.simple_tag
def status(chip: Chip | None, *, bare: bool = False, void: bool = False) -> SafeString | str:
    """A status: shape and word on its tint. ``bare`` leaves out the ground, ``void`` strikes the word."""
    if not chip:
        return ""
    return format_html(
        '<span class="hz-chip is-{}{}{}"><span class="hz-g sh-{}" aria-hidden="true"></span>{}</span>',
        chip.tone,
        " is-bare" if bare else "",
        " is-void" if void else "",
        chip.shape,
        chip.word,
    )


@register.simple_tag
def glyph(shape: Chip | str, label: Any = "", tone: str = "") -> SafeString:
    """A shape alone, for a cell too small for the word; the word is its ``aria-label``.

    Without a label it is decoration beside a word.
    """
    if isinstance(shape, Chip):
        label, tone = label or shape.word, tone or shape.tone
        shape = shape.shape
    if shape not in SHAPES or (tone and tone not in TONES):
        raise TemplateSyntaxError(f"{shape}/{tone}: see kit/chips.py")
    toned = f" is-{tone}" if tone else ""
    if not label:
        return format_html('<span class="hz-g sh-{}{}" aria-hidden="true"></span>', shape, toned)
    return format_html('<span class="hz-g sh-{}{}" role="img" aria-label="{}"></span>', shape, toned, label)


# ── forms ──────────────────────────────────────────────────────────────────

_NATIVE: dict[type[DateTimeBaseInput], tuple[str, str, Callable[[str], object]]] = {
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M", datetime.datetime.fromisoformat),
    forms.DateInput: ("date", "%Y-%m-%d", datetime.date.fromisoformat),
    forms.TimeInput: ("time", "%H:%M", datetime.time.fromisoformat),
}


def _readable(text: str, parse: Callable[[str], object]) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _native(bound: BoundField) -> forms.Widget:
    """The browser's own date or time field, unless it would swallow what was typed and refused."""
    widget: forms.Widget = bound.field.widget
    for kind, (input_type, pattern, parse) in _NATIVE.items():
        if isinstance(widget, kind) and widget.input_type == "text":
            typed = bound.value()
            if isinstance(typed, str) and typed and not _readable(typed, parse):
                return widget
            native: DateTimeBaseInput = copy.copy(widget)
            native.input_type, native.format = input_type, pattern
            return native
    return widget


def _kind(bound: BoundField) -> str:
    widget: forms.Widget = bound.field.widget
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    return "select" if isinstance(widget, forms.Select) else "text"


def _anchor(bound: BoundField) -> str:
    """The id a link in the error summary goes to: the field, or the first choice of a group."""
    return f"{bound.auto_id}_0" if _kind(bound) == "choices" else bound.id_for_label or bound.auto_id


@register.inclusion_tag("ui/field.html")
def field(
    bound: BoundField,
    *,
    label: Any = None,
    hint: Any = None,
    even: bool = False,
    plain: bool = False,
    line: bool = False,
) -> dict[str, Any]:
    """One field with label, hint and error. A choice becomes chips: ``even`` boxes of one size, ``plain`` a list."""
    kind = _kind(bound)
    words = hint if hint is not None else bound.help_text
    if not words and not bound.field.required and kind in {"text", "select"}:
        words = gettext("可不填")
    attrs: dict[str, Any] = {}
    if kind in {"text", "select"}:
        attrs["class"] = ("form-select" if kind == "select" else "form-control") + (" is-wrong" if bound.errors else "")
        if words and not bound.help_text:
            attrs["aria-describedby"] = f"{bound.auto_id}_helptext" + (
                f" {bound.auto_id}_error" if bound.errors else ""
            )
    return {
        "field": bound,
        "kind": kind,
        "label": label if label is not None else bound.label,
        "hint": words,
        "even": even,
        "plain": plain,
        "line": line,
        "widget": bound.as_widget(widget=_native(bound), attrs=attrs) if kind != "choices" else "",
        "file_lost": bound.form.is_bound and bound.html_name in bound.form.files and not bound.errors,
    }


@register.inclusion_tag("ui/fields.html")
def fields(form: forms.BaseForm) -> dict[str, Any]:
    """All fields of a form, the hidden ones too."""
    return {"form": form}


def _mistakes(*sources: Any) -> Iterator[dict[str, Any]]:
    for source in sources:
        if source is None:
            continue
        if hasattr(source, "forms"):
            for error in source.non_form_errors():
                yield {"anchor": "", "label": "", "error": error}
            yield from _mistakes(*source.forms)
            continue
        if not source.is_bound:
            continue
        for error in source.non_field_errors():
            yield {"anchor": "", "label": "", "error": error}
        for bound in source:
            for error in bound.errors:
                yield {"anchor": _anchor(bound), "label": bound.label, "error": error}


@register.inclusion_tag("ui/error_summary.html")
def error_summary(*sources: Any, asked: Any = "") -> dict[str, Any]:
    """What must change, first in main; each line leads to its field. Takes forms and formsets, bound or not.

    ``asked`` is the verb of a form sent by GET, which saves nothing: 预演.
    """
    mistakes = list(_mistakes(*sources))
    if asked:
        title = ngettext("没有%(asked)s，有%(count)s处要改。", "没有%(asked)s，有%(count)s处要改。", len(mistakes))
    else:
        title = ngettext(
            "没有保存，有%(count)s处要改。已填内容还在。", "没有保存，有%(count)s处要改。已填内容还在。", len(mistakes)
        )
    title %= {"count": len(mistakes), "asked": asked}
    if len(mistakes) == 1 and not mistakes[0]["anchor"]:
        only = str(mistakes[0]["error"])
        # A sentence that says 没有保存：… or 没有登记：…。已填内容还在。 itself is not announced by another that says so.
        if only[:4] == title[:4] or (only[:2], only[-7:]) == (title[:2], title[-7:]):
            return {"mistakes": [], "title": only}
    return {"mistakes": mistakes, "title": title if mistakes else ""}


# ── around lists ───────────────────────────────────────────────────────────


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """``?a=b`` of this page with some keys changed; None drops a key, and ``page`` goes unless given."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    changes.setdefault("page", None)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    """第21至40条，共137条, with the page before and after when there are any."""
    return {
        "page": page,
        "before": query_with(context, page=page.previous_page_number()) if page.has_previous() else "",
        "after": query_with(context, page=page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("ui/empty.html")
def empty(title: Any, text: Any = "", url: str = "", label: Any = "") -> dict[str, Any]:
    """What would stand here, why it is empty, and the one thing to do."""
    return {"title": title, "text": text, "url": url, "label": label}


# ── paper ──────────────────────────────────────────────────────────────────


@register.inclusion_tag("ui/sheet_head.html")
def sheet_head(title: Any, left: Any = "", right: Any = "") -> dict[str, Any]:
    """The head of a printed page, seen on paper only: title, and one line of who and as of when."""
    return {"title": title, "left": left, "right": right}


@register.inclusion_tag("ui/sheet_foot.html")
def sheet_foot(*parts: Any) -> dict[str, Any]:
    """The foot of a printed page, seen on paper only: signatures, printed by and when."""
    return {"parts": [part for part in parts if part]}


@register.inclusion_tag("ui/button_print.html")
def printing(label: Any = "") -> dict[str, Any]:
    """A button that prints this page; hidden where script does not run (the browser's menu prints the same)."""
    return {"label": label or gettext("打印")}


@register.inclusion_tag("ui/button_copy.html")
def copying(selector: str, label: Any = "") -> dict[str, Any]:
    """A button that copies the text of the element ``selector`` names; hidden where script does not run."""
    return {"selector": selector, "label": label or gettext("复制")}


# ── templates ──────────────────────────────────────────────────────────────


class _Again(Node):
    def __init__(self, name: str, target: str) -> None:
        self.name, self.target = name, target

    def render(self, context: Context) -> str:
        render_context: RenderContext = context.render_context
        blocks = render_context.get(BLOCK_CONTEXT_KEY)
        block = blocks.get_block(self.name) if blocks else None
        words = block.render(context).strip() if block else ""
        if not self.target:
            return words
        context[self.target] = words
        return ""


@register.tag
def again(parser: Parser, token: Token) -> Node:
    """``{% again "title" %}`` or ``{% again "title" as words %}``: the text of a block once more.

    For templates that extend another: the page says its title once, the head and the phone bar both show it.
    """
    bits = token.split_contents()
    if len(bits) not in {2, 4} or (len(bits) == 4 and bits[2] != "as"):
        raise TemplateSyntaxError('{% again "block" %} or {% again "block" as name %}')
    return _Again(bits[1].strip("\"'"), bits[3] if len(bits) == 4 else "")
