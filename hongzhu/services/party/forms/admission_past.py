"""Forms of 补录: the sheet, and why it goes back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hongzhu.kit.tables.read import TableRefused
from hongzhu.services.party.pack.admission import AdmissionPart
from hongzhu.services.party.queries.admission_past_sheet import read_file


class PastForm(forms.Form):
    """A filled sheet, read at once: one that cannot be read is refused here, with the reason."""

    file = forms.FileField(
        label=_("填好的补录表"), help_text=_(".xlsx 或 .csv"), allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip

    def __init__(self, *args: Any, part: AdmissionPart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part
        self.data_read = b""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        self.data_read = file.read()
        try:
            read_file(self.data_read, file.name, self.part)
        except TableRefused as error:
            raise ValidationError(str(error)) from None
        return file


class ReturnForm(forms.Form):
    reason = forms.CharField(label=_("退回原因"), max_length=200)
