"""What the portal asks in an address: a day."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AsOf(forms.Form):
    """The day a page looks at; today when it is left out or is no day."""

    on = forms.DateField(label=_("截至"), required=False)
