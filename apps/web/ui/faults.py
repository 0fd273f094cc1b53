"""Refusals beside the fields they speak of: what a verb refused, shown on the form that asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from apps.core.errors import Faults, Refusal

# The reader may not do this, or there is no such thing.
OF_THE_PAGE = (403, 404)


def mendable(refusal: Refusal) -> Refusal:
    """The refusal, to be shown where it was asked for; one that nothing typed can mend goes on up and is a page of its own."""
    if refusal.status in OF_THE_PAGE:
        raise refusal
    return refusal


def each_refusal(refusal: Refusal) -> list[Refusal]:
    """The refusals told together, one by one."""
    return refusal.faults if isinstance(refusal, Faults) else [refusal]


def quiet(some: Iterable[forms.BaseForm]) -> None:
    """Forms shown again with what was typed, though nobody asked yet whether it is right."""
    for form in some:
        form.full_clean()
        form._errors = ErrorDict()  # type: ignore[attr-defined]


def set_typed(form: forms.Form, name: str, value: str) -> None:
    """Puts a value among what a bound form shows again as typed."""
    data = cast(QueryDict, form.data).copy()
    data[form.add_prefix(name)] = value
    form.data = data


def show_refusal(refusal: Refusal, form: forms.Form, others: Mapping[str, forms.Form] | None = None) -> None:
    """Puts every fault on its field; `others` are forms by the part of a field's name before its dot, or by its whole name.

    A fault whose field is on no form stands at the head of the first form.
    """
    for one in each_refusal(refusal):
        part, _dot, rest = (one.field or "").partition(".")
        owner, name = (others or {}).get(part, form), rest or part if part in (others or {}) else one.field
        # A field that failed its own check is not in cleaned_data; the form takes a second fault all the same.
        owner.add_error(name if name in owner.fields else None, one.message)
