"""One procedure with its versions, and one version with its parts: what is missing, what differs, what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.actors import Actor
from apps.cases.selectors.moving import can_move_to, moves_made
from apps.core.errors import Refusal
from apps.core.loading import Fault
from apps.interface.actors import actor_of_request
from apps.procedures.actions.drafting import describe_procedure, discard_draft, draft_version
from apps.procedures.content import content_of, kinds_of_agencies
from apps.procedures.difference import (
    PART_NAMES,
    Change,
    field_name,
    question_title,
    row_name,
    value_in_words,
)
from apps.procedures.forms.editing import question_at
from apps.procedures.models import Procedure, ProcedureVersion
from apps.procedures.selectors.rules import rules_as_stored
from apps.procedures.selectors.versions import (
    ActShown,
    acts_on,
    difference_between,
    faults_before_publication,
    procedure_known,
    version_known,
    versions_of,
)
from apps.units.choices import Level
from apps.web.administration.access import for_administrators
from apps.web.administration.part_forms import ENTRIES, FORM_LISTS
from apps.web.portal.catalogue import page_of
from apps.web.ui.faults import show_refusal
from apps.web.ui.parts import Cell, Column, Problem, SummaryRow, TimelineEvent

ACT_NAMES = {
    "draft_version": gettext_lazy("Draft begun"),
    "save_draft": gettext_lazy("Draft saved"),
    "discard_draft": gettext_lazy("Draft discarded"),
    "describe_procedure": gettext_lazy("Described"),
    "publish_version": gettext_lazy("Version published"),
    "close_filing": gettext_lazy("Filing closed"),
    "reopen_filing": gettext_lazy("Filing opened again"),
    "move_cases": gettext_lazy("Open cases moved"),
}


class DescriptionForm(forms.Form):
    """What the national list does not give of a procedure."""

    name_en = forms.CharField(
        label=gettext_lazy("Name, in English"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_en = forms.CharField(label=gettext_lazy("Field, in English"), max_length=160)
    level = forms.ChoiceField(
        label=gettext_lazy("Level that decides"), choices=Level.choices, widget=forms.RadioSelect
    )
    for_citizens = forms.BooleanField(label=gettext_lazy("For citizens"), required=False)
    for_businesses = forms.BooleanField(label=gettext_lazy("For businesses"), required=False)


@for_administrators
@require_safe
def procedure(request: HttpRequest, procedure: str) -> HttpResponse:
    """What the list says, every version with its dates, and what was done."""
    actor = actor_of_request(request)
    found = procedure_known(procedure, seen_by=actor)
    versions = list(versions_of(found, seen_by=actor))
    newest = next((each for each in versions if not each.is_draft), None)
    context = {
        "procedure": found,
        "facts": _facts(found),
        "columns": [
            Column(_("Version")),
            Column(_("State")),
            Column(_("In force from")),
            Column(_("In force until")),
            Column(_("Decision")),
        ],
        "rows": [_cells(each) for each in versions],
        "numbers": [(each.number, each == newest) for each in versions],
        "pairs": [(each.pk, each.number) for each in versions] if len(versions) > 1 else [],
        "moves": [
            (job, reverse("administration:move", args=[job.pk]))
            for job in moves_made(found.code, seen_by=actor)
        ],
        "acts": [_event(each) for each in acts_on(found, seen_by=actor)],
    }
    return render(request, "administration/procedure.html", context)


def _facts(found: Procedure) -> list[SummaryRow]:
    change = reverse("administration:describe", args=[found.code])
    audience = [
        str(label)
        for label, is_so in ((_("citizens"), found.for_citizens), (_("businesses"), found.for_businesses))
        if is_so
    ]
    return [
        SummaryRow(_("Name"), found.name),
        SummaryRow(_("Name, in English"), found.name_en or "–", href=change),
        SummaryRow(_("Field"), found.field),
        SummaryRow(_("Field, in English"), found.field_en or "–", href=change),
        SummaryRow(_("Issued by"), found.issued_by or "–"),
        SummaryRow(_("Carried out by"), "\n".join(found.carried_out_by) or "–"),
        SummaryRow(_("Level that decides"), found.get_level_display() or "–", href=change),
        SummaryRow(_("For whom"), ", ".join(audience) or "–", href=change),
    ]


def _cells(version: ProcedureVersion) -> list[Cell]:
    until = version.in_force_to.strftime("%d/%m/%Y") if version.in_force_to else "–"
    since = version.in_force_from.strftime("%d/%m/%Y") if not version.is_draft else "–"
    return [
        Cell(
            _("Version %(number)d") % {"number": version.number},
            href=reverse("administration:version", args=[version.pk]),
            note=_("from version %(number)d") % {"number": version.based_on.number}
            if version.based_on
            else "",
        ),
        Cell(state_of(version), tone="" if not version.is_draft else "none"),
        Cell(since),
        Cell(until),
        Cell(version.decision or "–"),
    ]


def state_of(version: ProcedureVersion) -> str:
    """Draft, in force, not yet in force, or superseded: the last three follow from the dates."""
    today = timezone.localdate()
    if version.is_draft:
        return _("Draft")
    if version.is_superseded_on(today):
        return _("Superseded")
    return _("In force") if version.in_force_from <= today else _("Published, not yet in force")


def _event(shown: ActShown) -> TimelineEvent:
    body = shown.act.body
    number = body.get("version")
    facts = [
        _("Version %(number)d") % {"number": number} if number else "",
        str(PART_NAMES.get(body.get("part", ""), "")),
        f"{_('Decision')}: {shown.act.decision}" if shown.act.decision else "",
        body.get("note", ""),
    ]
    return TimelineEvent(
        at=shown.act.at,
        title=ACT_NAMES.get(shown.act.kind, shown.act.kind),
        by=shown.who or _("The system"),
        facts=tuple(str(fact) for fact in facts if fact),
    )


@for_administrators
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, procedure: str) -> HttpResponse:
    """Enters the English name and field, the level and the audience."""
    actor = actor_of_request(request)
    found = procedure_known(procedure, seen_by=actor)
    stored = {name: getattr(found, name) for name in DescriptionForm.base_fields}
    form = DescriptionForm(request.POST if request.method == "POST" else None, initial=stored)
    if form.is_valid():
        try:
            describe_procedure(found.code, **form.cleaned_data, by=actor, at=timezone.now())
            return redirect("administration:procedure", procedure=found.code)
        except Refusal as refusal:
            show_refusal(refusal, form)
    context = {"procedure": found, "form": form}
    return render(request, "administration/describe.html", context, status=422 if form.errors else 200)


@for_administrators
@require_POST
def draft(request: HttpRequest, procedure: str) -> HttpResponse:
    """A new draft, from one of the versions or blank."""
    number = request.POST.get("based_on", "")
    made = draft_version(
        procedure,
        based_on=int(number) if number.isdecimal() and len(number) < 6 else None,
        by=actor_of_request(request),
        at=timezone.now(),
    )
    return redirect("administration:version", version=made.pk)


@for_administrators
@require_POST
def discard(request: HttpRequest, version: int) -> HttpResponse:
    """Throws a draft away."""
    gone = discard_draft(version, by=actor_of_request(request), at=timezone.now())
    messages.success(request, _("The draft of version %(number)d was discarded.") % {"number": gone.number})
    return redirect("administration:procedure", procedure=gone.procedure.code)


@for_administrators
@require_safe
def version(request: HttpRequest, version: int) -> HttpResponse:
    """One version part by part; of a draft also what is missing before it can be published."""
    actor = actor_of_request(request)
    found = version_known(version, seen_by=actor)
    faults = faults_before_publication(found) if found.is_draft else []
    context = {
        "version": found,
        "procedure": found.procedure,
        "state": state_of(found),
        "parts": _parts(found),
        "missing": faults_shown(faults, found),
        "elsewhere": _open_elsewhere(found, actor),
    }
    return render(request, "administration/version.html", context)


def _open_elsewhere(version: ProcedureVersion, actor: Actor) -> int:
    """How many open cases might be moved to a version; only the one in force today takes any."""
    today = timezone.localdate()
    if version.is_draft or version.is_superseded_on(today) or version.in_force_from > today:
        return 0
    return can_move_to(version.pk, version.procedure_id, seen_by=actor)


def faults_shown(faults: Sequence[Fault], version: ProcedureVersion) -> list[Problem]:
    """What is missing, each with the page on which it is mended."""
    shown = []
    for fault in faults:
        part, _slash, number = fault.row.partition("/")
        part = {"form_schema": "form"}.get(part, part or _part_of(fault.field))
        question = number if part == "form" else ""
        name = _("the procedure") if part == "procedure" else str(PART_NAMES.get(part, part))
        place = " · ".join(str(each) for each in (name, number, field_name(fault.field)) if each)
        address = (
            reverse("administration:describe", args=[version.procedure.code])
            if part == "procedure"
            else _address_in_form(version, question.replace("/items/", "."))
            if part == "form"
            else reverse("administration:part", args=[version.pk, part])
            if part in ENTRIES
            else ""
        )
        shown.append(Problem(f"{place}: {fault.message}", address))
    return shown


def _address_in_form(version: ProcedureVersion, path: str) -> str:
    """The page of a question, of a list of the form, or of the form itself."""
    if question_at(version.form_schema, path) is not None:
        return reverse("administration:question", args=[version.pk, path])
    hint = path.partition("/")[0]
    found = next((name for name, (known, _name) in FORM_LISTS.items() if known == hint), None)
    if found:
        return reverse("administration:form_list", args=[version.pk, found])
    return reverse("administration:form", args=[version.pk])


def _part_of(field: str) -> str:
    """The part to which a fault of the version as a whole belongs: a list by its own name, else the basics."""
    return "form" if field == "form_schema" else field if field in PART_NAMES else "basics"


def _parts(version: ProcedureVersion) -> list[dict[str, Any]]:
    """Every part as a reader sees it, a line for each row, and the page on which a draft's is changed."""
    content = content_of(version)
    kinds = {code: kind.title for code, kind in kinds_of_agencies().items()}
    found = []
    for part, name in PART_NAMES.items():
        if part == "form":
            rows = _questions(content["form_schema"])
        elif part == "basics":
            rows = [
                SummaryRow(
                    field_name(entry.name), value_in_words(entry.name, content[entry.name], content, kinds)
                )
                for entry in ENTRIES[part]
                if content[entry.name]
            ]
        else:
            rows = [
                _row(row_name(part, number, row, kinds), row, content, kinds)
                for number, row in enumerate(content[part], 1)
            ]
        address = ""
        if version.is_draft:
            address = (
                reverse("administration:form", args=[version.pk])
                if part == "form"
                else reverse("administration:part", args=[version.pk, part])
            )
        found.append({"key": part, "name": name, "rows": rows, "url": address})
    return found


# What a row need not repeat, since its name says it or it goes without saying.
_UNSAID: dict[str, Any] = {
    "is_established": True,
    "is_refundable": False,
    "has_face_value": False,
    "most": None,
    "condition": None,
}
_NAMED = frozenset({"name", "name_en", "note", "note_en", "agency_kind", "code"})


def _row(name: str, row: Mapping[str, Any], content: dict[str, Any], kinds: Mapping[str, str]) -> SummaryRow:
    said = [
        f"{field_name(field)}: {value_in_words(field, value, content, kinds)}"
        for field, value in row.items()
        if field not in _NAMED and value != _UNSAID.get(field, "") and value not in (None, "", [])
    ]
    in_english = get_language() == "en"
    return SummaryRow(name, " · ".join(said), note=row["note_en" if in_english else "note"])


def _questions(schema: Mapping[str, Any]) -> list[SummaryRow]:
    """The questions in their order, by title; what each asks for in detail its editor shows."""
    properties = schema.get("properties", {})
    names = [name for name in schema.get("x-order", ()) if name in properties]
    return [
        SummaryRow(
            question_title(properties[name]) or name,
            name,
            note=_("required") if name in schema.get("required", ()) else _("optional"),
        )
        for name in names
    ]


@for_administrators
@require_safe
def difference(request: HttpRequest, procedure: str) -> HttpResponse:
    """What differs between two versions of a procedure, chosen in the address."""
    actor = actor_of_request(request)
    found = procedure_known(procedure, seen_by=actor)
    versions = list(versions_of(found, seen_by=actor))
    after = _chosen(versions, request.GET.get("after", ""), default=0)
    before = _chosen(versions, request.GET.get("before", ""), default=1)
    context = {
        "procedure": found,
        "before": before,
        "after": after,
        "choices": [(each.pk, each.number, state_of(each)) for each in versions],
        "changes": tables_of(difference_between(before, after)) if before and after else [],
    }
    return render(request, "administration/difference.html", context)


def _chosen(versions: Sequence[ProcedureVersion], pk: str, *, default: int) -> ProcedureVersion | None:
    named = next((each for each in versions if str(each.pk) == pk), None)
    return named or (versions[min(default, len(versions) - 1)] if versions else None)


def tables_of(changes: Mapping[str, Sequence[Change]]) -> list[tuple[str, list[Column], list[list[Cell]]]]:
    """A difference as tables, one for each part: where, what it was, what it is."""
    columns = [Column(_("Where")), Column(_("Field")), Column(_("Before")), Column(_("After"))]
    return [
        (
            str(PART_NAMES[part]),
            columns,
            [
                [Cell(each.row or _("the version")), Cell(each.field), Cell(each.before), Cell(each.after)]
                for each in rows
            ],
        )
        for part, rows in changes.items()
    ]


@for_administrators
@require_safe
def preview(request: HttpRequest, version: int) -> HttpResponse:
    """The page of the procedure as the public would see it under this version."""
    found = version_known(version, seen_by=actor_of_request(request))
    context = page_of(rules_as_stored(found.pk)) | {"previewed": found, "state": state_of(found)}
    return render(request, "administration/preview.html", context)
