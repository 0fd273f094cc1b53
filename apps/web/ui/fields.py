"""Form fields that several areas ask for: a code printed on a paper, a day, and a file of bounded size."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

_DAY = "%d/%m/%Y"


class PrintedCodeField(forms.CharField):
    """A code that stands on a paper: nothing of it is completed, corrected or kept by the browser."""

    def __init__(self, **given: Any) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **given)


class DayField(forms.DateField):
    """A day as people write it, 23/11/2026, that has a day before and one after it."""

    def __init__(self, **given: Any) -> None:
        widget = forms.DateInput(
            format=_DAY, attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}
        )
        super().__init__(input_formats=[_DAY, "%Y-%m-%d"], widget=widget, **given)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day in (date.min, date.max):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


def typed_day(value: date) -> str:
    """A day as a DayField shows it."""
    return value.strftime(_DAY)


class BoundedFileField(forms.FileField):
    """One file, no larger than any upload may be."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = super().clean(data, initial)
        if given and given.size > settings.ATTACHMENT_MAX_BYTES:
            most = settings.ATTACHMENT_MAX_BYTES // 1_048_576
            raise forms.ValidationError(_("The file is larger than %(megabytes)d MB.") % {"megabytes": most})
        return given
