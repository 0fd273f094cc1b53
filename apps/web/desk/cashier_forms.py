"""The forms of a cashier: a payment, and what is typed to open a drawer, move cash, count it, acknowledge a difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.cases.selectors import fees_of, owed_of, still_owed
from apps.core.errors import Refusal
from apps.core.spoken import dong, moment
from apps.receipts.actions.cashiers import MOST_NOTES, TEXT_AT_MOST
from apps.receipts.choices import AT_COUNTER, NOTES, CashMovementKind, PaymentMethod
from apps.receipts.drawers import sum_of
from apps.receipts.errors import NoOpenSession
from apps.receipts.selectors import open_session_of
from apps.web.desk.forms import Hindrance, VerbForm, offer, one_of
from apps.web.ui.keyed_forms import KeyedForm
from apps.web.ui.question_fields import WholeNumberField

# What a field takes at all; the verbs have bounds of their own and say them.
MOST_TYPED = 10**15


class RecordPaymentForm(VerbForm):
    """What the applicant pays at the counter; it says so where the cashier has no drawer to put it into."""

    amount = WholeNumberField(
        label=_("Amount received"), min_value=1, max_value=10**15, help_text=_("In đồng.")
    )
    method = one_of(
        _("How it was paid"),
        [(method.value, method.label) for method in AT_COUNTER],
        initial=PaymentMethod.CASH,
    )
    reference = forms.CharField(
        label=_("Number of the card slip"),
        required=False,
        max_length=80,
        help_text=_("Only where the applicant paid by card."),
    )

    def prepare(self) -> None:
        due = fees_of(self.seen.case)
        if owed_of(due).is_payable:
            in_english = get_language() == "en"
            lines = [
                f"{fee.name_en if in_english else fee.name}: {dong(fee.amount)}" for fee in still_owed(due)
            ]
            self.fields["amount"].initial = owed_of(due).amount
            self.fields["amount"].help_text = _("In đồng. Due: %(lines)s.") % {"lines": "; ".join(lines)}
        session = open_session_of(self.actor)
        if session is None:
            url = f"{reverse('desk:drawer')}?{urlencode({'case': self.seen.case.code})}"
            self.hindrance = Hindrance(str(NoOpenSession.text), url, _("Open the drawer"))
        elif timezone.localdate(session.opened_at) != timezone.localdate(self.at):
            url = reverse("desk:drawer_close", args=[session.uuid])
            text = _("The drawer that you opened at %(at)s is still open. Count and close it first.")
            self.hindrance = Hindrance(text % {"at": moment(session.opened_at)}, url, _("Count and close"))


class OpenForm(KeyedForm):
    """At which desk a drawer is opened, and with how much in it."""

    desk = forms.TypedChoiceField(label=_("Desk"), coerce=int)
    opening_balance = WholeNumberField(
        label=_("Cash in the drawer"),
        min_value=0,
        max_value=MOST_TYPED,
        help_text=_("In đồng, as you have counted it just now; 0 where it is empty."),
    )

    def __init__(
        self, data: Any = None, *, desks: Sequence[tuple[int, str]], balance: int | None = None
    ) -> None:
        super().__init__(data)
        offer(self, "desk", list(desks))
        if len(desks) == 1:
            self.fields["desk"].initial = desks[0][0]
        self.fields["opening_balance"].initial = balance


class MoveForm(KeyedForm):
    """Cash that is no fee."""

    kind = one_of(_("What is done with the cash"), CashMovementKind.choices)
    amount = WholeNumberField(label=_("Amount"), min_value=1, max_value=MOST_TYPED, help_text=_("In đồng."))
    reference = forms.CharField(
        label=_("Number of the paying-in slip"),
        required=False,
        max_length=80,
        help_text=_("Obligatory for money taken to the bank."),
    )


class CountForm(KeyedForm):
    """How many of each note are in the drawer, the sum of the card slips, and why something differs."""

    counted_cards = WholeNumberField(
        label=_("Sum of the card slips"),
        min_value=0,
        max_value=MOST_TYPED,
        help_text=_("In đồng; 0 where nobody paid by card."),
    )
    explanation = forms.CharField(
        label=_("Explanation of a difference"),
        required=False,
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only where the count differs from what is expected. It stays in the record for ever."),
    )
    reason = forms.CharField(
        label=_("Why you count in the cashier's stead"),
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, is_own: bool) -> None:
        super().__init__(data)
        for note in NOTES:
            self.fields[f"note_{note}"] = WholeNumberField(
                label=dong(note), required=False, min_value=0, max_value=MOST_NOTES
            )
        if is_own:
            del self.fields["reason"]

    @property
    def notes(self) -> list[tuple[forms.BoundField, str]]:
        """The field of each note, and what so many of it are worth once they are typed."""
        numbers = self._numbers()
        return [
            (self[f"note_{note}"], dong(note * numbers[note]) if note in numbers else "") for note in NOTES
        ]

    @property
    def counted(self) -> int | None:
        """What the notes typed so far are worth; None before anything is typed."""
        return sum_of(self._numbers()) if self.is_bound else None

    def arguments(self) -> dict[str, Any]:
        typed = super().arguments()
        said = {name: value for name, value in typed.items() if not name.startswith("note_")}
        return {**said, "count": self._numbers()}

    def show(self, refusal: Refusal) -> None:
        part, _dot, note = (refusal.field or "").partition(".")
        if part == "count":
            refusal.field = f"note_{note}"
        super().show(refusal)

    def _numbers(self) -> dict[int, int]:
        typed = self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else {}
        return {note: typed[f"note_{note}"] for note in NOTES if typed.get(f"note_{note}") is not None}


class AcknowledgeForm(KeyedForm):
    """What a second pair of eyes found about a difference."""

    note = forms.CharField(
        label=_("What you found"),
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the record for ever, under your name."),
    )
