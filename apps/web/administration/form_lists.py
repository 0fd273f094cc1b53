"""What a form has beside its questions: sections, rules of eligibility, and the people whom answers name; each a list of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from apps.core.loading import Fault, Faults
from apps.interface.actors import actor_of_request
from apps.procedures.difference import question_title
from apps.procedures.errors import DraftRefused
from apps.procedures.forms import names_in_order
from apps.procedures.forms.editing import code_from, with_sections
from apps.procedures.forms.kinds import questions_in
from apps.procedures.forms.soundness import check_schema
from apps.procedures.selectors.versions import version_known
from apps.web.administration.access import for_administrators
from apps.web.administration.drafts import Editing, edit, refuse_published
from apps.web.administration.facts import Fact, facts_of_form
from apps.web.administration.part_forms import FORM_LISTS, PartForm


@for_administrators
@require_http_methods(["GET", "POST"])
def form_list(request: HttpRequest, version: int, name: str) -> HttpResponse:
    """The rows of one list of the form."""
    if name not in FORM_LISTS:
        raise Http404
    found = version_known(version, seen_by=actor_of_request(request))
    return edit(request, FormList(found, name)) if found.is_draft else refuse_published(request, found)


class FormList(Editing):
    """One list of the form of a draft; it is saved with the form."""

    conditions_say = (_("Say what must hold"), _("This must hold"))

    @property
    def hint(self) -> str:
        return FORM_LISTS[self.part][0]

    @property
    def name(self) -> Any:
        return FORM_LISTS[self.part][1]

    @property
    def home(self) -> str:
        return reverse("administration:form", args=[self.version.pk])

    @property
    def facts(self) -> Mapping[str, Fact]:
        return facts_of_form(self.schema)[0]

    def stored(self) -> Sequence[Mapping[str, Any]]:
        rows: Sequence[Mapping[str, Any]] = self.schema.get(self.hint, ())
        return rows

    def form(self, number: int, document: Mapping[str, Any], data: QueryDict | None = None) -> PartForm:
        form = super().form(number, document, data)
        if self.part == "parties":
            for name in ("name", "identity", "born_on"):
                field = cast(forms.ChoiceField, form.fields[name])
                field.choices = [("", "—"), *self._that_ask(is_date=name == "born_on")]
        return form

    def _that_ask(self, *, is_date: bool) -> list[tuple[str, str]]:
        """The questions that ask for a text, or those that ask for a date."""
        return [
            (name, question_title(question) or name)
            for name in names_in_order(self.schema)
            if (question := questions_in(self.schema)[name]).get("type") == "string"
            and (question.get("format") == "date") == is_date
        ]

    def said(self, documents: Sequence[dict[str, Any]]) -> tuple[str, Any]:
        after = self._after(self.schema, documents)
        faults = Faults("")
        check_schema(after, "", faults)
        own = [fault for fault in faults.found if fault.row.startswith(f"/{self.hint}/")]
        if self.hint in {fault.field for fault in faults.found}:
            own += [fault for fault in faults.found if fault.field == self.hint]
        if own:
            raise DraftRefused([_of_row(fault) for fault in own])
        return "form", {"form_schema": after}

    def _after(self, schema: Mapping[str, Any], documents: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The form with these rows, as files spell them."""
        if self.part == "sections":
            sections: list[dict[str, Any]] = []
            for each in documents:
                taken = {other.get("name", "") for other in (*documents, *sections)}
                sections.append({"name": code_from(each["title"], taken), **each})
            return with_sections(schema, sections)
        rows = documents
        if self.part == "parties":
            rows = [{name: value for name, value in each.items() if value} for each in documents]
        kept = {name: value for name, value in schema.items() if name != self.hint}
        return kept | ({self.hint: list(rows)} if rows else {})

    def with_typed(self, stored: dict[str, Any], documents: Sequence[dict[str, Any]]) -> dict[str, Any]:
        return stored | {"form_schema": self._after(stored["form_schema"], documents)}


def _of_row(fault: Fault) -> Fault:
    """The fault as the rows of the page know it: `x-eligibility/2`, and a condition as a whole."""
    return replace(fault, row=fault.row.lstrip("/"), field=fault.field.partition("/")[0])
