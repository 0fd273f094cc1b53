"""What a supervisor chooses of the lists: after how many days a stop is long, how far back ended and mended cases go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Self

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.supervision.choices import ListName, Spans

MOST_DAYS = 366
DEPENDS_ON: dict[ListName, str] = {
    ListName.LONG_STOP: "long_stop",
    ListName.ENDED_WITHOUT_RESULT: "recent",
    ListName.LATE_ENTRY: "recent",
    ListName.MENDED: "recent",
}


class SpansForm(forms.Form):
    """Spans in days. What is not chosen, or wrongly, is as it is by default."""

    long_stop = forms.IntegerField(
        label=_("A stop is long after, in days"),
        help_text=_("15 unless you choose otherwise."),
        min_value=1,
        max_value=MOST_DAYS,
    )
    recent = forms.IntegerField(
        label=_("What ended or was mended is listed for, in days"),
        help_text=_("30 unless you choose otherwise."),
        min_value=1,
        max_value=MOST_DAYS,
    )

    @classmethod
    def of(cls, query: Mapping[str, str], name: ListName | None = None) -> Self:
        """The form as an address fills it; for one list only what that list depends on."""
        form = cls({field: query.get(field) or value for field, value in asdict(Spans()).items()})
        if name is not None:
            form.fields = {
                field: form.fields[field] for field in form.fields if field == DEPENDS_ON.get(name)
            }
        return form

    def spans(self) -> Spans:
        """What was chosen."""
        self.is_valid()
        return Spans(**self.cleaned_data)


def chosen(name: ListName, spans: Spans) -> dict[str, str]:
    """What the address of a list must say of a choice that is not the default."""
    field = DEPENDS_ON.get(name)
    if field is None or getattr(spans, field) == getattr(Spans(), field):
        return {}
    return {field: str(getattr(spans, field))}
