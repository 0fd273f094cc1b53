"""One part of a draft is edited: rows are added, taken away and moved by buttons that keep what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
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
from apps.web.administration.condition_rows import Fact, facts_of
from apps.web.administration.part_forms import (
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
    if part not in ENTRIES:
        raise Http404
    found = version_known(version, seen_by=actor_of_request(request))
    if not found.is_draft:
        messages.warning(request, _("A published version is never changed; begin a draft from it."))
        return redirect("administration:version", version=found.pk)
    editing = _Editing(found, part)
    if request.method == "GET":
        return editing.show(request, editing.stored_rows())
    action = request.POST.get("action", "save")
    count = min(_number(request.POST.get("rows")), MOST_ROWS)
    data = rearranged(request.POST, order_after(action, 1 if part == "basics" else count))
    rows = editing.typed_rows(data)
    if action != "save":
        return editing.show(request, rows)
    return editing.save(request, rows, revision=_number(request.POST.get("revision")))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


class _Editing:
    """One part of one draft on its page."""

    def __init__(self, version: ProcedureVersion, part: str) -> None:
        self.version, self.part = version, part
        self.schema = version.form_schema
        self.kinds = kinds_of_agencies()

    @property
    def is_list(self) -> bool:
        return self.part != "basics"

    def _form(self, number: int, document: Mapping[str, Any], data: QueryDict | None = None) -> PartForm:
        return PartForm(
            self.part,
            document,
            data,
            schema=self.schema,
            kinds=[(code, f"{kind.title}") for code, kind in self.kinds.items()],
            prefix=f"row{number}",
        )

    def stored_rows(self) -> list[PartForm]:
        document = document_of(self.version)
        objects = document[self.part] if self.is_list else [document]
        return [self._form(number, each) for number, each in enumerate(objects)]

    def typed_rows(self, data: QueryDict) -> list[PartForm]:
        count = _number(data.get("rows")) if self.is_list else 1
        return [self._form(number, {}, data) for number in range(count)]

    def save(self, request: HttpRequest, rows: list[PartForm], *, revision: int) -> HttpResponse:
        documents = [row.document for row in rows]
        if not self.is_list:
            names = {entry.name for entry in ENTRIES[self.part]}
            documents = [{name: value for name, value in documents[0].items() if name in names}]
        if any(row.has_faults for row in rows):
            return self.show(request, rows, status=422)
        try:
            save_draft(
                self.version.pk,
                self.part,
                documents if self.is_list else documents[0],
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
        messages.success(request, _("“%(part)s” was saved.") % {"part": PART_NAMES[self.part]})
        return redirect("administration:version", version=self.version.pk)

    def _difference(self, documents: Sequence[dict[str, Any]]) -> list[Any]:
        """What is stored now against what was typed, where that can be read at all."""
        stored = content_of(ProcedureVersion.objects.get(pk=self.version.pk))
        if self.is_list:
            faults = Faults("")
            typed = stored | {self.part: read_part(self.part, list(documents), faults)}
            if faults.found:
                return []
        else:
            typed = stored | documents[0]
        return tables_of(differences(stored, typed, {code: kind.title for code, kind in self.kinds.items()}))

    def _told(self, number: int, row: PartForm) -> list[Problem]:
        """The faults of one row, each with the number of the row and the field to go to."""
        forms = [row, *([row.condition] if row.condition else [])]
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
            "name": PART_NAMES[self.part],
            "rows": rows,
            "is_list": self.is_list,
            "can_add": len(rows) < MOST_ROWS,
            "problems": [*problems, *told] if status >= 400 else [],
            "theirs": theirs,
            "facts": [_fact_shown(fact) for fact in facts_of(self.schema).values()] if self.is_list else [],
        }
        return render(request, "administration/part.html", context, status=status)


def _fact_shown(fact: Fact) -> tuple[str, str]:
    """A fact and what it may be compared with."""
    if fact.values:
        return fact.title, ", ".join(fact.values.values())
    kinds = {"number": _("a whole number"), "boolean": f"{_('yes')}, {_('no')}"}
    return fact.title, kinds.get(fact.kind, _("a text"))
