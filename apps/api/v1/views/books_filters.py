"""By what the books can be narrowed: a body, days in Hanoi (both included), and what each list has of its own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import filters
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema_field

from apps.api.v1.serializers.parts import MOST
from apps.api.v1.views.queues import IdFilter
from apps.cases.selectors.books_listed import receipts_in_state
from apps.procedures.choices import Channel
from apps.receipts.choices import PaymentMethod, ReceiptForm, ReceiptState, RefundState
from apps.receipts.reconciliation.spans import start_of


class DayField(forms.DateField):
    """A day as programs write it, 2026-11-23, whose beginning and end are moments that there are."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "input_formats": ["%Y-%m-%d"]})

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        try:
            if day:
                start_of(day), start_of(day + timedelta(days=1))
        except (ValueError, OverflowError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        return day


@extend_schema_field({"type": "string", "format": "date"})
class DayFilter(filters.DateFilter):
    field_class = DayField


def one_of(words: Any, name: str, about: Any) -> filters.ChoiceFilter:
    return filters.ChoiceFilter(field_name=name, choices=words.choices, empty_label=None, help_text=about)


class OfBody(FilterSet):
    """Of one collecting body; `of` is where it stands."""

    of: ClassVar[str] = "collecting_body"

    body = IdFilter(
        method="of_body", min_value=1, max_value=MOST, help_text=_("The number of a collecting body.")
    )

    def of_body(self, rows: QuerySet, name: str, value: int) -> QuerySet:
        return rows.filter(**{self.of: value})


class OfDays(OfBody):
    """Of one body and of some days; `on` is the moment that counts."""

    on: ClassVar[str]

    first = DayFilter(method="from_day", help_text=_("On this day or later."))
    last = DayFilter(method="until_day", help_text=_("On this day or earlier."))

    def from_day(self, rows: QuerySet, name: str, value: date) -> QuerySet:
        return rows.filter(**{f"{self.on}__gte": start_of(value)})

    def until_day(self, rows: QuerySet, name: str, value: date) -> QuerySet:
        return rows.filter(**{f"{self.on}__lt": start_of(value + timedelta(days=1))})


_REFERENCE = _("The other side's own number of it.")


class PaymentsFilter(OfDays):
    on = "taken_at"

    method = one_of(PaymentMethod, "method", _("How it was paid."))
    channel = one_of(Channel, "channel", _("In which the case was filed."))
    reference = filters.CharFilter(lookup_expr="iexact", max_length=80, help_text=_REFERENCE)
    banked = filters.BooleanFilter(
        field_name="line_uuid",
        lookup_expr="isnull",
        exclude=True,
        help_text=_("Whether a line of the bank is matched to it."),
    )


class ReceiptsFilter(OfDays):
    on, of = "issued_at", "series__collecting_body"

    form = one_of(ReceiptForm, "series__form", _("Its form."))
    series = filters.CharFilter(
        field_name="series__code", max_length=5, help_text=_("The code of its series.")
    )
    number = IdFilter(min_value=1, max_value=99_999_999, help_text=_("Its number in its series."))
    state = filters.ChoiceFilter(
        method="in_state", choices=ReceiptState.choices, empty_label=None, help_text=_("How it stands.")
    )

    def in_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return receipts_in_state(rows, ReceiptState(value))


class SeriesFilter(OfBody):
    form = one_of(ReceiptForm, "form", _("Its form."))
    year = IdFilter(min_value=1, max_value=9999, help_text=_("Its year."))
    code = filters.CharFilter(max_length=5, help_text=_("Its code."))
    used = filters.BooleanFilter(method="are_used", help_text=_("Whether a number was taken of it."))

    def are_used(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(last_number__gt=0) if value else rows.filter(last_number=0)


class RefundsFilter(OfDays):
    on, of = "opened_at", "payment__collecting_body"

    state = filters.ChoiceFilter(
        method="in_state", choices=RefundState.choices, empty_label=None, help_text=_("How it stands.")
    )
    payment = filters.UUIDFilter(method="of_payment", help_text=_("Of this payment."))

    def in_state(self, rows: Any, name: str, value: str) -> QuerySet:
        found: QuerySet = rows.in_state(RefundState(value))
        return found

    def of_payment(self, rows: QuerySet, name: str, value: UUID) -> QuerySet:
        return rows.filter(payment__uuid=value)


class AccountsFilter(OfBody):
    of = "agency"


class StatementsFilter(OfBody):
    of = "account__agency"

    first = DayFilter(field_name="ends_on", lookup_expr="gte", help_text=_("Of this day or later ones."))
    last = DayFilter(field_name="starts_on", lookup_expr="lte", help_text=_("Of this day or earlier ones."))


class LinesFilter(OfDays):
    on, of = "booked_at", "account__agency"

    statement = filters.UUIDFilter(method="of_statement", help_text=_("That this statement brought."))
    reference = filters.CharFilter(lookup_expr="iexact", max_length=80, help_text=_REFERENCE)
    matched = filters.BooleanFilter(
        method="are_matched", help_text=_("Whether something of ours is matched to it.")
    )

    def of_statement(self, rows: QuerySet, name: str, value: UUID) -> QuerySet:
        return rows.filter(statement__uuid=value)

    def are_matched(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(matched__gt=0) if value else rows.filter(matched=0)
