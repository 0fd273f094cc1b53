"""One part of a draft is edited: rows are added, taken away and moved by buttons that keep what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.errors import Refusal
from apps.core.loading import Faults
from apps.interface.actors import actor_of_request
from apps.procedures.actions.drafting import save_draft
from apps.procedures.content import content_of, document_of, kinds_of_agencies, read_part
from apps.procedures.difference import PART_NAMES, differences
from apps.procedures.errors import DraftRefused, DraftSavedMeanwhile, VersionNotDraft
from apps.procedures.models import ProcedureVersion
from apps.procedures.selectors.versions import version_known
from apps.web.administration.access import for_administrators
from apps.web.administration.facts import Fact, facts_of
from apps.web.administration.part_forms import (
    CONDITIONS,
    ENTRIES,
    MOST_ROWS,
    PartForm,
    order_after,
    rearranged,
    tell_faults,
)
from apps.web.administration.versions import tables_of
from apps.web.ui.parts import Problem
from apps.web.ui.templatetags.ui import form_problems


@for_administrators
@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, version: int, part: str) -> HttpResponse:
    """The form of one part; what is saved has been read by the reader of the files."""
    if part not in PART_NAMES or part not in ENTRIES:
        raise Http404
    found = version_known(version, seen_by=actor_of_request(request))
    return edit(request, Editing(found, part)) if found.is_draft else refuse_published(request, found)


def refuse_published(request: HttpRequest, version: ProcedureVersion) -> HttpResponse:
    """Nothing of a published version is edited; its page says so."""
    messages.warning(request, _("A published version is never changed; begin a draft from it."))
    return redirect("administration:version", version=version.pk)


def edit(request: HttpRequest, editing: Editing) -> HttpResponse:
    """Shows the rows, changes their order as a button says, or saves them."""
    part = editing.part
    if request.method == "GET":
        return editing.show(request, editing.stored_rows())
    action = request.POST.get("action", "save")
    count = min(number_in(request.POST.get("rows")), MOST_ROWS)
    data = rearranged(request.POST, order_after(action, 1 if part == "basics" else count))
    rows = editing.typed_rows(data)
    if action != "save":
        return editing.show(request, rows)
    return editing.save(request, rows, revision=number_in(request.POST.get("revision")))


def number_in(text: str | None) -> int:
    """A number that a form sent, 0 where it is none."""
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


class Editing:
    """One part of one draft on its page."""

    # What the condition of a row decides, where that is not whether the row counts: without and with a condition.
    conditions_say: tuple[Any, Any] = ("", "")

    def __init__(self, version: ProcedureVersion, part: str) -> None:
        self.version, self.part = version, part
        self.schema = version.form_schema
        self.kinds = kinds_of_agencies()

    @property
    def is_list(self) -> bool:
        return self.part != "basics"

    @property
    def name(self) -> Any:
        return PART_NAMES[self.part]

    @property
    def home(self) -> str:
        """The page from which this one is reached, and to which it leads back."""
        return reverse("administration:version", args=[self.version.pk])

    @property
    def facts(self) -> Mapping[str, Fact]:
        """What conditions of the rows may read."""
        return facts_of(self.schema)

    def form(self, number: int, document: Mapping[str, Any], data: QueryDict | None = None) -> PartForm:
        return PartForm(
            self.part,
            document,
            data,
            schema=self.schema,
            kinds=[(code, f"{kind.title}") for code, kind in self.kinds.items()],
            facts=self.facts,
            prefix=f"row{number}",
        )

    def stored(self) -> Sequence[Mapping[str, Any]]:
        """The objects as they are stored now."""
        document = document_of(self.version)
        return document[self.part] if self.is_list else [document]

    def stored_rows(self) -> list[PartForm]:
        return [self.form(number, each) for number, each in enumerate(self.stored())]

    def typed_rows(self, data: QueryDict) -> list[PartForm]:
        count = number_in(data.get("rows")) if self.is_list else 1
        return [self.form(number, {}, data) for number in range(count)]

    def save(self, request: HttpRequest, rows: list[PartForm], *, revision: int) -> HttpResponse:
        documents = [row.document for row in rows]
        if not self.is_list:
            names = {entry.name for entry in ENTRIES[self.part]}
            documents = [{name: value for name, value in documents[0].items() if name in names}]
        if any(row.has_faults for row in rows):
            return self.show(request, rows, status=422)
        try:
            part, said = self.said(documents)
            save_draft(
                self.version.pk,
                part,
                said,
                revision=revision,
                by=actor_of_request(request),
                at=timezone.now(),
            )
        except DraftRefused as refusal:
            left = tell_faults(refusal.faults, rows)
            return self.show(request, rows, problems=[Problem(each) for each in left], status=422)
        except DraftSavedMeanwhile as refusal:
            self.version.refresh_from_db()
            theirs = self._difference(documents)
            problems = [Problem(refusal.message)]
            return self.show(request, rows, problems=problems, theirs=theirs, status=refusal.status)
        except VersionNotDraft as refusal:
            messages.error(request, refusal.message)
            return redirect("administration:version", version=self.version.pk)
        except Refusal as refusal:
            return self.show(request, rows, problems=[Problem(refusal.message)], status=refusal.status)
        messages.success(request, _("“%(part)s” was saved.") % {"part": self.name})
        return redirect(self.home)

    def said(self, documents: Sequence[dict[str, Any]]) -> tuple[str, Any]:
        """The part that is saved and what is said of it. Raises DraftRefused."""
        return self.part, documents if self.is_list else documents[0]

    def with_typed(self, stored: dict[str, Any], documents: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The version as it would be; as it is where what was typed cannot be read."""
        if not self.is_list:
            return stored | documents[0]
        faults = Faults("")
        read = read_part(self.part, list(documents), faults)
        return stored if faults.found else stored | {self.part: read}

    def _difference(self, documents: Sequence[dict[str, Any]]) -> list[Any]:
        """What is stored now against what was typed."""
        stored = content_of(ProcedureVersion.objects.get(pk=self.version.pk))
        typed = self.with_typed(stored, documents)
        return tables_of(differences(stored, typed, {code: kind.title for code, kind in self.kinds.items()}))

    def _told(self, number: int, row: PartForm) -> list[Problem]:
        """The faults of one row, each with the number of the row and the field to go to."""
        forms = [row, *row.conditions.values()]
        found = [problem for form in forms if form.is_bound for problem in form_problems(form)]
        if not self.is_list:
            return found
        place = _("Row %(number)s") % {"number": number}
        return [Problem(f"{place} · {problem.text}", problem.target) for problem in found]

    def show(
        self,
        request: HttpRequest,
        rows: list[PartForm],
        *,
        problems: Sequence[Problem] = (),
        theirs: Sequence[Any] = (),
        status: int = 200,
    ) -> HttpResponse:
        told = [problem for number, row in enumerate(rows, 1) for problem in self._told(number, row)]
        context = {
            "version": self.version,
            "procedure": self.version.procedure,
            "part": self.part,
            "name": self.name,
            "home": self.home,
            "rows": rows,
            "is_list": self.is_list,
            "can_add": len(rows) < MOST_ROWS,
            "without_condition": self.conditions_say[0],
            "with_condition": self.conditions_say[1],
            "problems": [*problems, *told] if status >= 400 else [],
            "theirs": theirs,
            "facts": [fact_shown(fact) for fact in self.facts.values()]
            if CONDITIONS.get(self.part, True)
            else [],
        }
        return render(request, "administration/part.html", context, status=status)


def fact_shown(fact: Fact) -> tuple[str, str]:
    """A fact and what it may be compared with."""
    if fact.values:
        return fact.title, ", ".join(fact.values.values())
    kinds = {
        "number": _("a whole number, or the name of another number"),
        "boolean": f"{_('yes')}, {_('no')}",
        "date": _("a date such as 31/12/2026, or the name of another date"),
        "whole": _("whether it is answered"),
    }
    return fact.title, kinds.get(fact.kind, _("a text"))
