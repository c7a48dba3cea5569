"""What the pages of figures ask in an address: a day."""

from __future__ import annotations

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class KnownOn(forms.Form):
    """As known at the end of which day; now when it is left out, is no day, or has not come."""

    on = forms.DateField(
        label=_("数据截至"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def moment(self) -> datetime:
        now = timezone.now()
        day = self.cleaned_data.get("on") if self.is_valid() else None
        return min(now, timezone.make_aware(datetime.combine(day, time.max))) if day else now
