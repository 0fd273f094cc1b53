"""The draft of a result, read by its applicant, and their answer: right, or what in it is wrong."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.cases.actions import confirmation
from apps.cases.selectors import SeenCase, draft_of
from apps.core.errors import Refusal
from apps.core.request_keys import Replayed
from apps.interface.actors import actor_of_request
from apps.interface.request_keys import key_of, new_key
from apps.web.portal.access import for_citizens, own_case
from apps.web.ui.faults import show_refusal


class ConfirmationForm(forms.Form):
    """Whether the draft is right, and what in it is wrong."""

    is_correct = forms.ChoiceField(
        label=gettext_lazy("Is the draft right?"),
        choices=(
            ("yes", gettext_lazy("Yes, it is right")),
            ("no", gettext_lazy("No, something in it is wrong")),
        ),
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("What is wrong"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@for_citizens
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_draft(request: HttpRequest, code: str) -> HttpResponse:
    """The draft to be read, and what the applicant says of it."""
    actor = actor_of_request(request)
    seen = own_case(code, seen_by=actor)
    if request.method != "POST":
        if "confirm_draft" not in seen.verbs:
            return redirect("portal:case", code=seen.case.code)
        return _confirmation(request, seen, ConfirmationForm(), new_key())
    form = ConfirmationForm(request.POST)
    if not form.is_valid():
        return _confirmation(request, seen, form, key_of(request), status=422)
    try:
        confirmation.confirm_draft(
            seen.case.code,
            is_correct=form.cleaned_data["is_correct"] == "yes",
            text=form.cleaned_data["text"],
            by=actor,
            at=timezone.now(),
            request_key=key_of(request),
        )
    except Replayed:
        pass
    except Refusal as refusal:
        show_refusal(refusal, form)
        return _confirmation(request, seen, form, new_key(), status=refusal.status)
    messages.success(request, _("Thank you: your answer on the draft is recorded."))
    return redirect("portal:case", code=seen.case.code)


def _confirmation(
    request: HttpRequest, seen: SeenCase, form: ConfirmationForm, key: str, *, status: int = 200
) -> HttpResponse:
    page = {"case": seen.case, "form": form, "request_key": key, "draft": draft_of(seen.case)}
    return render(request, "portal/confirm_draft.html", page, status=status)
