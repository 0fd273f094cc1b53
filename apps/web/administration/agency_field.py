"""An agency of today, named in a form by its identification code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.units.models import Agency
from apps.units.selectors import agencies_on


class AgencyField(forms.CharField):
    """Gives the agency. Raises ValidationError for a code that no agency of today has."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=35, **options)

    def clean(self, value: object) -> Agency:
        code = super().clean(value).upper()
        found = agencies_on(timezone.localdate()).filter(identification_code=code).first()
        if found is None:
            raise forms.ValidationError(_("No agency of today has this code."))
        return found
