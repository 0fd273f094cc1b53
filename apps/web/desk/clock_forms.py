"""The forms about time: a new time, a longer limit, an obligation, a draft to be confirmed, a case entered late."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.cases.actions.filing import LateEntry
from apps.cases.selectors import draft_of, most_to_verify
from apps.procedures.choices import LimitUnit
from apps.web.desk.forms import VerbForm, one_of, words
from apps.web.ui.question_fields import WholeNumberField
from apps.web.ui.widgets import DayMonthYearInput

RIGHT_OR_WRONG = (("yes", _("The draft is right")), ("no", _("Something in it is wrong")))


class NewTimeForm(VerbForm):
    """A time as a day and an hour, which the action takes as one moment."""

    moment_name = "until"
    until_on = forms.DateField(label=_("New day"), widget=DayMonthYearInput, input_formats=["%Y-%m-%d"])
    until_at = forms.TimeField(
        label=_("At what time"), initial=time(17), help_text=_("Within working hours, such as 17:00.")
    )

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        day, clock = given.pop("until_on"), given.pop("until_at")
        is_given = day is not None and clock is not None
        moment = timezone.make_aware(datetime.combine(day, clock)) if is_given else None
        return {**given, self.moment_name: moment}


class ExtendDeadlineForm(NewTimeForm):
    reason = words(_("Reason"), help_text=_("It is printed on form 04."))


class ApologiseLateForm(NewTimeForm):
    """The time is only when the result is likely, and may be left out."""

    moment_name = "expected"
    reason = words(_("Reason"), help_text=_("It is printed on form 04."))

    def prepare(self) -> None:
        self.fields["until_on"].required = self.fields["until_at"].required = False
        self.fields["until_on"].label = _("Day on which the result is likely")


class ProlongByAgreementForm(NewTimeForm):
    agreement = forms.CharField(
        label=_("The paper in which the applicant agrees"),
        max_length=200,
        help_text=_("Its name and date."),
    )
    reason = words(_("Reason"))


class ProlongForVerificationForm(VerbForm):
    value = forms.IntegerField(label=_("The limit in all"), min_value=1)
    reason = words(_("What has to be verified, and why"))

    def prepare(self) -> None:
        most = most_to_verify(self.seen.case)
        if most is not None:
            self.fields["value"].initial = most.value
            self.fields["value"].help_text = _("At most %(value)d %(unit)s.") % {
                "value": most.value,
                "unit": LimitUnit(most.unit.value).label,
            }


class RequestPaymentForm(VerbForm):
    what = forms.CharField(label=_("What has to be paid or done"), max_length=300)
    authority = forms.CharField(label=_("Which authority has set it"), max_length=200)
    amount = WholeNumberField(
        label=_("Amount"),
        required=False,
        min_value=1,
        max_value=10**15,
        help_text=_("In đồng; left empty while it is not known."),
    )
    reference = forms.CharField(label=_("Number of that authority's notice"), required=False, max_length=120)


class FulfilObligationForm(VerbForm):
    voucher = forms.CharField(
        label=_("Number of the proof"), max_length=120, help_text=_("The receipt of the other authority.")
    )


class AskConfirmationForm(VerbForm):
    draft = words(
        _("The draft, word for word"),
        rows=10,
        help_text=_("The applicant reads it on the page of the case; no message carries it."),
    )


class ConfirmDraftForm(VerbForm):
    """At the desk: what the person who came says of the draft."""

    is_correct = one_of(_("What the applicant says"), RIGHT_OR_WRONG)
    text = words(_("What is wrong"), required=False)

    def prepare(self) -> None:
        self.fields["is_correct"].help_text = draft_of(self.seen.case)

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return {**given, "is_correct": given["is_correct"] == "yes"}


class LateEntryForm(forms.Form):
    """When, why and on which form a desk took the case on paper; all empty for what is taken now."""

    taken_on = forms.DateField(
        label=_("Day on which it was taken"),
        widget=DayMonthYearInput,
        input_formats=["%Y-%m-%d"],
        required=False,
    )
    taken_at = forms.TimeField(label=_("At what time"), required=False, help_text="10:30")
    form_number = forms.CharField(label=_("Number of the paper form"), max_length=60, required=False)
    reason = forms.CharField(label=_("Why it was taken on paper"), max_length=1000, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = [name for name in self.fields if cleaned.get(name)]
        if given and not self.errors:
            for name in set(self.fields) - set(given):
                self.add_error(name, _("Fill in all of this, or leave all of it empty."))
        return cleaned

    @property
    def late_entry(self) -> LateEntry | None:
        given = self.cleaned_data
        if not given.get("taken_on"):
            return None
        taken_at = timezone.make_aware(datetime.combine(given["taken_on"], given["taken_at"]))
        return LateEntry(taken_at=taken_at, reason=given["reason"], form_number=given["form_number"])
