"""A draft is published on a decision, after its difference was seen; filing is closed and opened again by one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.core.errors import Refusal
from apps.interface.actors import actor_of_request
from apps.procedures.actions.publishing import close_filing, publish_version, reopen_filing
from apps.procedures.errors import DraftSavedMeanwhile, PublishedMeanwhile, VersionNotDraft, VersionNotSound
from apps.procedures.models import ProcedureVersion
from apps.procedures.selectors.versions import (
    agencies_missing,
    difference_between,
    faults_before_publication,
    procedure_known,
    published_of,
    version_before,
    version_known,
)
from apps.web.administration.access import for_administrators
from apps.web.administration.deciding import DecisionForm
from apps.web.administration.versions import faults_shown, tables_of
from apps.web.ui.faults import show_refusal
from apps.web.ui.widgets import DayMonthYearInput


class PublicationForm(DecisionForm):
    """By which decision, from which day; what was seen when it was decided goes along, hidden."""

    in_force_from = forms.DateField(
        label=gettext_lazy("In force from"), widget=DayMonthYearInput, input_formats=["%Y-%m-%d"]
    )
    are_missing_agencies_known = forms.BooleanField(
        label=gettext_lazy("It is known that these units have no competent agency"), required=False
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    published_before = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ClosingForm(DecisionForm):
    """Why nobody can file from now on, as the public reads it."""

    note = forms.CharField(label=gettext_lazy("Why nobody can file"), max_length=300)
    note_en = forms.CharField(label=gettext_lazy("Why nobody can file, in English"), max_length=300)


@for_administrators
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, version: int) -> HttpResponse:
    """What is missing, what differs from the version in force, and the decision."""
    actor = actor_of_request(request)
    found = version_known(version, seen_by=actor)
    if not found.is_draft:
        if request.method == "POST":
            refusal = VersionNotDraft(who=_name(found), when=_when(found))
            messages.error(request, refusal.message)
        return redirect("administration:version", version=found.pk)
    if request.method == "GET":
        return _show(request, found, _fresh_form(found))
    form = PublicationForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    try:
        publish_version(found.pk, **form.cleaned_data, by=actor, at=timezone.now())
    except (DraftSavedMeanwhile, PublishedMeanwhile) as refusal:
        # The page now shows what has become of it; the decision is taken again on that.
        found = version_known(version, seen_by=actor)
        form = PublicationForm(request.POST.dict() | _seen(found))
        form.is_valid()
        form.add_error(None, refusal.message)
        return _show(request, found, form, status=refusal.status)
    except VersionNotDraft as refusal:
        messages.error(request, refusal.message)
        return redirect("administration:version", version=found.pk)
    except VersionNotSound as refusal:
        form.add_error(None, refusal.message)
        return _show(request, found, form, status=refusal.status)
    except Refusal as refusal:
        show_refusal(refusal, form)
        return _show(request, found, form, status=refusal.status)
    messages.success(request, _("Version %(number)d was published.") % {"number": found.number})
    return redirect("administration:version", version=found.pk)


def _seen(version: ProcedureVersion) -> dict[str, str]:
    return {"revision": str(version.revision), "published_before": str(len(published_of(version.procedure)))}


def _fresh_form(version: ProcedureVersion) -> PublicationForm:
    day = max(version.in_force_from, timezone.localdate())
    return PublicationForm(initial={"in_force_from": day, **_seen(version)})


def _show(
    request: HttpRequest, version: ProcedureVersion, form: PublicationForm, *, status: int = 200
) -> HttpResponse:
    day = form.cleaned_data.get("in_force_from") if form.is_bound and hasattr(form, "cleaned_data") else None
    day = day if isinstance(day, date) else max(version.in_force_from, timezone.localdate())
    before = version_before(version, day)
    missing = agencies_missing(version, day)
    if not missing:
        del form.fields["are_missing_agencies_known"]
    context: dict[str, Any] = {
        "version": version,
        "procedure": version.procedure,
        "form": form,
        "missing": faults_shown(faults_before_publication(version), version),
        "agencies": missing,
        "before": before,
        "changes": tables_of(difference_between(before, version)) if before else [],
    }
    return render(request, "administration/publish.html", context, status=status)


def _name(version: ProcedureVersion) -> str:
    return version.published_by.full_name if version.published_by else "—"


def _when(version: ProcedureVersion) -> str:
    if version.published_at is None:
        return "—"
    return timezone.localtime(version.published_at).strftime("%H:%M %d/%m/%Y")


@for_administrators
@require_http_methods(["GET", "POST"])
def filing(request: HttpRequest, procedure: str) -> HttpResponse:
    """Closes filing of a procedure by decision, or opens it again."""
    actor = actor_of_request(request)
    found = procedure_known(procedure, seen_by=actor)
    kind = DecisionForm if found.closed_note else ClosingForm
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_valid():
        verb = reopen_filing if found.closed_note else close_filing
        try:
            verb(found.code, **form.cleaned_data, by=actor, at=timezone.now())
            return redirect("administration:procedure", procedure=found.code)
        except Refusal as refusal:
            show_refusal(refusal, form)
    context = {"procedure": found, "form": form}
    return render(request, "administration/filing.html", context, status=422 if form.errors else 200)
