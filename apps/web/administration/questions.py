"""One question of a draft's form is added or changed.

Its code stays while anything refers to it. References are not rewritten: they stand in parts that others may be editing at
the same moment, and answers of cases that are moved to the version are found by the code too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.errors import Refusal
from apps.core.loading import Faults
from apps.interface.actors import actor_of_request
from apps.procedures.actions.drafting import save_draft
from apps.procedures.choices import ComponentMode
from apps.procedures.conditions import ConditionMalformed
from apps.procedures.content import content_of, kinds_of_agencies
from apps.procedures.difference import differences, question_title
from apps.procedures.errors import DraftSavedMeanwhile, VersionNotDraft
from apps.procedures.forms import Kind, kind_of
from apps.procedures.forms.dependencies import circle_in
from apps.procedures.forms.editing import (
    Place,
    holder,
    joined,
    question_at,
    section_names,
    with_question,
)
from apps.procedures.forms.kinds import questions_in
from apps.procedures.forms.soundness import ALWAYS_ASKED, MOST_QUESTIONS, check_schema
from apps.procedures.models import ProcedureVersion
from apps.procedures.selectors.versions import version_known
from apps.web.administration.access import for_administrators
from apps.web.administration.drafts import fact_shown, number_in, refuse_published
from apps.web.administration.form_outline import what_refers
from apps.web.administration.part_forms import order_after
from apps.web.administration.question_forms import (
    KIND_NAMES,
    QuestionForm,
    count_of,
    kinds_in,
    with_choices_as,
)
from apps.web.administration.versions import tables_of
from apps.web.ui.faults import quiet
from apps.web.ui.parts import Problem
from apps.web.ui.templatetags.ui import form_problems


@for_administrators
@require_http_methods(["GET", "POST"])
def add_question(request: HttpRequest, version: int) -> HttpResponse:
    """A new question: first its kind, then what that kind has. The address says where it is put at first."""
    found = version_known(version, seen_by=actor_of_request(request))
    if not found.is_draft:
        return refuse_published(request, found)
    schema = found.form_schema
    group, section = request.GET.get("group", ""), request.GET.get("section", "")
    if group and kind_of(question_at(schema, group) or {}) != Kind.GROUP:
        raise Http404
    place = Place(group) if group else Place("", section if section in section_names(schema) else "")
    kind = _kind(request.GET.get("kind", ""), kinds_in(group))
    if kind is None:
        kinds = [(each, KIND_NAMES[each]) for each in kinds_in(group)]
        context = {"version": found, "procedure": found.procedure, "kinds": kinds, "place": place}
        return render(request, "administration/question_kind.html", context)
    return _Editing(request, found, kind, "", place).answer()


@for_administrators
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, version: int, path: str) -> HttpResponse:
    """One question as it stands. Of one that somebody took away meanwhile what was typed is kept, as a new question."""
    found = version_known(version, seen_by=actor_of_request(request))
    if not found.is_draft:
        return refuse_published(request, found)
    stored = question_at(found.form_schema, path)
    if stored is None:
        kind = _kind(request.POST.get("kind", ""), list(Kind))
        if kind is None:
            raise Http404
        return _Editing(request, found, kind, "", Place()).answer()
    kind = kind_of(stored)
    if kind is None:
        raise Http404
    return _Editing(request, found, kind, path, None).answer()


def _kind(text: str, known: list[Kind]) -> Kind | None:
    return next((each for each in known if each == text), None)


class _Editing:
    """One question on its page."""

    def __init__(
        self,
        request: HttpRequest,
        version: ProcedureVersion,
        kind: Kind,
        path: str,
        place: Place | None,
    ) -> None:
        self.request, self.version, self.kind, self.path, self.place = request, version, kind, path, place
        self.schema = version.form_schema

    def form(self, data: Any = None) -> QuestionForm:
        papers = [
            (row.code, row.title) for row in self.version.components.all() if row.mode == ComponentMode.UPLOAD
        ]
        return QuestionForm(self.kind, self.schema, data, path=self.path, place=self.place, papers=papers)

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show(self.form())
        data = self.request.POST
        action = data.get("action", "save")
        if action != "save":
            count = count_of(data)
            form = self.form(with_choices_as(data, order_after(action, count)))
            quiet(form.forms)
            return self.show(form)
        form = self.form(data)
        built, is_required = form.read()
        if not form.has_faults:
            self._refuse_names(form, is_required=is_required)
        if form.has_faults:
            return self.show(form, status=422)
        after = with_question(
            self.schema, self.path, built, name=form.name, place=form.place, is_required=is_required
        )
        self._refuse_faults(form, after)
        if form.has_faults:
            return self.show(form, status=422)
        return self._save(form, after)

    def _refuse_names(self, form: QuestionForm, *, is_required: bool) -> None:
        """A code must be free where it is put, and stays what it is while anything refers to it."""
        path = joined(form.place.group, form.name)
        if self.path == ALWAYS_ASKED and not (path == ALWAYS_ASKED and is_required):
            form.add_error(None, _("Every application must say what is asked for, under this code."))
        asks = questions_in(holder(self.schema, form.place.group))
        if path != self.path and form.name in asks:
            form.add_error("code", _("Another question has this code."))
        if len(asks) - (path == self.path) >= MOST_QUESTIONS:
            form.add_error(None, _("must be 1 to %d questions") % MOST_QUESTIONS)
        if not self.path or path == self.path:
            return
        kinds = {code: str(kind.title) for code, kind in kinds_of_agencies().items()}
        refers = what_refers(content_of(self.version), self.path, kinds)
        if refers:
            field = "code" if form.place == form.stands else "place"
            said = _("It stays as it is while anything refers to it: %s.") % "; ".join(refers)
            form.add_error(field, said)

    def _refuse_faults(self, form: QuestionForm, after: dict[str, Any]) -> None:
        """What is wrong with this question; what is wrong elsewhere its own page says. A new group may ask nothing yet."""
        faults = Faults("")
        check_schema(after, "", faults)
        group = form.place.group
        row = f"/{group}/items/{form.name}" if group else f"/{form.name}"
        for fault in faults.found:
            if fault.row == row:
                form.tell(fault)
        try:
            circle = circle_in(holder(after, group))
        except ConditionMalformed:
            return
        if form.name in circle and not form.visible.errors:
            form.visible.add_error(None, _("hangs on itself: %s") % " → ".join(circle))

    def _save(self, form: QuestionForm, after: dict[str, Any]) -> HttpResponse:
        by = actor_of_request(self.request)
        revision = number_in(self.request.POST.get("revision"))
        try:
            save_draft(
                self.version.pk,
                "form",
                {"form_schema": after},
                revision=revision,
                by=by,
                at=timezone.now(),
            )
        except VersionNotDraft as refusal:
            messages.error(self.request, refusal.message)
            return redirect("administration:version", version=self.version.pk)
        except DraftSavedMeanwhile as refusal:
            self.version.refresh_from_db()
            stored = content_of(version_known(self.version.pk, seen_by=by))
            kinds = {code: kind.title for code, kind in kinds_of_agencies().items()}
            theirs = tables_of(differences(stored, stored | {"form_schema": after}, kinds))
            return self.show(form, problems=[Problem(refusal.message)], theirs=theirs, status=refusal.status)
        except Refusal as refusal:
            return self.show(form, problems=[Problem(refusal.message)], status=refusal.status)
        messages.success(self.request, _("“%(part)s” was saved.") % {"part": form.cleaned_data["title"]})
        home = reverse("administration:form", args=[self.version.pk])
        return redirect(f"{home}#question-{joined(form.place.group, form.name)}")

    def show(
        self,
        form: QuestionForm,
        *,
        problems: Sequence[Problem] = (),
        theirs: Sequence[Any] = (),
        status: int = 200,
    ) -> HttpResponse:
        told = [each for one in form.forms if one.is_bound for each in form_problems(one)]
        context = {
            "version": self.version,
            "procedure": self.version.procedure,
            "form": form,
            "kind": self.kind,
            "kind_name": KIND_NAMES[self.kind],
            "is_new": not self.path,
            "title": question_title(form.before) or self.path,
            "problems": [*problems, *told] if status >= 400 else [],
            "theirs": theirs,
            "facts": [fact_shown(fact) for fact in form.visible.facts.values()],
        }
        return render(self.request, "administration/question.html", context, status=status)
