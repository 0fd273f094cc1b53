"""Refusals beside the fields they speak of: what a verb refused, shown on the form that asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import forms
from django.forms.utils import ErrorDict

from apps.core.errors import Faults, Refusal


def each_refusal(refusal: Refusal) -> list[Refusal]:
    """The refusals told together, one by one."""
    return refusal.faults if isinstance(refusal, Faults) else [refusal]


def quiet(some: Iterable[forms.BaseForm]) -> None:
    """Forms shown again with what was typed, though nobody asked yet whether it is right."""
    for form in some:
        form.full_clean()
        form._errors = ErrorDict()  # type: ignore[attr-defined]


def show_refusal(refusal: Refusal, form: forms.Form, others: Mapping[str, forms.Form] | None = None) -> None:
    """Puts every fault on its field; `others` are forms by the part of a field's name before its dot, or by its whole name.

    A fault whose field is on no form stands at the head of the first form.
    """
    for one in each_refusal(refusal):
        part, _dot, rest = (one.field or "").partition(".")
        owner, name = (others or {}).get(part, form), rest or part if part in (others or {}) else one.field
        # A field that failed its own check is not in cleaned_data; the form takes a second fault all the same.
        owner.add_error(name if name in owner.fields else None, one.message)
