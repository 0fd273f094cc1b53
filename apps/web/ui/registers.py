"""The register as a page: a form to ask for one, and those that were made; the desk and the oversight share it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import Refusal
from apps.core.spoken import day, moment
from apps.documents.choices import FileState
from apps.interface.actors import actor_of_request
from apps.supervision.actions import ask_register
from apps.supervision.models import Register
from apps.supervision.papers import MOST_PRINTED
from apps.supervision.registers import fields_of_catalogue
from apps.units.models import Agency
from apps.web.ui.faults import show_refusal
from apps.web.ui.paging import page_by_number
from apps.web.ui.parts import Cell, Column
from apps.web.ui.widgets import DayMonthYearInput


class RegisterForm(forms.Form):
    """Whose register, from when to when, of which field."""

    agency = forms.TypedChoiceField(label=gettext_lazy("Agency"), coerce=int)
    starts_on = forms.DateField(
        label=gettext_lazy("Received from"), widget=DayMonthYearInput, input_formats=["%Y-%m-%d"]
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Received until"),
        help_text=gettext_lazy("This day included."),
        widget=DayMonthYearInput,
        input_formats=["%Y-%m-%d"],
    )
    field = forms.ChoiceField(label=gettext_lazy("Field"), required=False)

    def __init__(self, data: Any = None, *, agencies: Sequence[Agency]) -> None:
        today = timezone.localdate()
        chosen = agencies[0].pk if len(agencies) == 1 else None
        super().__init__(
            data, initial={"agency": chosen, "starts_on": today.replace(day=1), "ends_on": today}
        )
        for name, choices in (
            ("agency", [("", "—"), *((agency.pk, agency.title) for agency in agencies)]),
            ("field", [("", _("All fields")), *((field, field) for field in fields_of_catalogue())]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


def register_page(
    request: HttpRequest,
    *,
    area: str,
    agencies: Sequence[Agency],
    registers: QuerySet[Register],
    search: str | None = None,
) -> HttpResponse:
    """GET shows the form and what was made; POST asks for one. `search` is what agencies were searched by, if they are."""
    form = RegisterForm(request.POST or None, agencies=agencies)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            ask_register(
                given["agency"],
                starts_on=given["starts_on"],
                ends_on=given["ends_on"],
                field=given["field"],
                by=actor_of_request(request),
                at=timezone.now(),
            )
        except Refusal as refusal:
            show_refusal(refusal, form)
        else:
            messages.success(request, _("The register is being made. It stands below in a moment."))
            return redirect(f"{area}:register")
    page = page_by_number(registers, request, by="newest")
    context = {
        "form": form,
        "search": search,
        "most_printed": MOST_PRINTED,
        "columns": [
            Column(_("Agency")),
            Column(_("Period")),
            Column(_("Field")),
            Column(_("Cases"), is_number=True),
            Column(_("Made")),
            Column(_("Paper")),
            Column(_("Spreadsheet")),
        ],
        "rows": [_cells(register, area) for register in page.rows],
        "pages": page.pages,
    }
    return render(request, "registers/register.html", context, status=422 if form.errors else 200)


def _cells(register: Register, area: str) -> list[Cell]:
    is_ready = register.state == FileState.READY

    def file(which: str, digest: Any) -> Cell:
        if not is_ready:
            return Cell("–")
        url = reverse(f"{area}:register_file", args=[register.pk, which])
        return Cell(which.upper(), href=url, note=f"SHA-256 {bytes(digest).hex()[:16]}…")

    return [
        Cell(register.agency.title, note=register.agency.identification_code),
        Cell(f"{day(register.starts_on)} – {day(register.ends_on)}"),
        Cell(register.field or _("All fields")),
        Cell(register.lines if is_ready else "–"),
        Cell(
            moment(register.made_at) if is_ready else register.get_state_display(),
            note=register.asked_by.full_name,
        ),
        file("pdf", register.paper.file.sha256 if register.paper else b""),
        file("xlsx", register.sha256),
    ]
