"""What a form says when a field is wrong, in words that say what to do. Django's own sentences only say that it is wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

# A field class finds the words of its nearest ancestor: `required` stands once, for all.
WORDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("还没有填，请补上")},
    forms.CharField: {"max_length": _("最多%(limit_value)d个字，现在%(show_value)d个，请改短")},
    forms.BooleanField: {"required": _("还没有勾选，请看一遍再勾")},
    forms.ChoiceField: {
        "required": _("还没有选，请选一项"),
        "invalid_choice": _("没有“%(value)s”这一项，请重新选"),
    },
    forms.MultipleChoiceField: {
        "required": _("还没有选，请至少选一项"),
        "invalid_choice": _("没有“%(value)s”这一项，请重新选"),
    },
    forms.ModelChoiceField: {
        "required": _("还没有选，请选一项"),
        "invalid_choice": _("这一项不在可选范围，请重新选"),
    },
    forms.ModelMultipleChoiceField: {
        "required": _("还没有选，请至少选一项"),
        "invalid_choice": _("这一项不在可选范围，请重新选"),
    },
    forms.DateField: {"required": _("还没有填日期"), "invalid": _("没有这个日期，请按2026-11-20的样子改")},
    forms.TimeField: {"required": _("还没有填时间"), "invalid": _("没有这个时间，请按15:30的样子改")},
    forms.DateTimeField: {
        "required": _("还没有填日期和时间"),
        "invalid": _("没有这个时间，请按2026-11-20 15:30的样子改"),
    },
    forms.IntegerField: {
        "invalid": _("这里只填整数，请改成数字"),
        "min_value": _("不能小于%(limit_value)s，请改"),
        "max_value": _("不能大于%(limit_value)s，请改"),
    },
    forms.DecimalField: {"invalid": _("这里只填数字，请改")},
    forms.FileField: {
        "required": _("还没有选文件"),
        "missing": _("文件没有传上来，请重新选"),
        "empty": _("这个文件是空的，请换一个"),
        "max_length": ngettext_lazy(
            "文件名太长，最多%(max)d个字，请改短再传", "文件名太长，最多%(max)d个字，请改短再传", "max"
        ),
    },
}


def speak_plainly() -> None:
    """Put our words into Django's field classes, once, when the house starts. A field's ``error_messages`` still win."""
    for field, words in WORDS.items():
        field.default_error_messages = {**vars(field).get("default_error_messages", {}), **words}
