"""The page of a draft's form: its questions in their order, moved and taken away by buttons, each with what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.errors import Refusal
from apps.interface.actors import actor_of_request
from apps.procedures.actions.drafting import save_draft
from apps.procedures.content import content_of, kinds_of_agencies
from apps.procedures.difference import question_title
from apps.procedures.forms.editing import moved, question_at, without_question
from apps.procedures.forms.kinds import questions_in
from apps.procedures.forms.soundness import ALWAYS_ASKED, MOST_QUESTIONS
from apps.procedures.models import ProcedureVersion
from apps.procedures.selectors.versions import version_known
from apps.web.administration.access import for_administrators
from apps.web.administration.drafts import number_in, refuse_published
from apps.web.administration.form_outline import (
    fault_in_words,
    faults_of_form,
    rules_shown,
    sections_shown,
    what_refers,
)
from apps.web.administration.part_forms import PARTY_ROLES
from apps.web.ui.parts import Problem


@for_administrators
@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, version: int) -> HttpResponse:
    """Shows the form; `action` is up, down or remove, a colon and the path of a question."""
    found = version_known(version, seen_by=actor_of_request(request))
    if not found.is_draft:
        return refuse_published(request, found)
    if request.method == "GET":
        return _show(request, found)
    verb, _colon, path = request.POST.get("action", "").partition(":")
    schema = found.form_schema
    question = question_at(schema, path)
    if question is None or verb not in ("up", "down", "remove"):
        # Somebody has taken it away meanwhile.
        return _show(request, found, [Problem(_("This question is no longer in the form."))], status=409)
    if verb == "remove":
        if refusal := _why_not_removed(found, path):
            return _show(request, found, [Problem(refusal)], status=422)
        after = without_question(schema, path)
    else:
        after = moved(schema, path, -1 if verb == "up" else 1)
    try:
        save_draft(
            found.pk,
            "form",
            {"form_schema": after},
            revision=number_in(request.POST.get("revision")),
            by=actor_of_request(request),
            at=timezone.now(),
        )
    except Refusal as refusal:
        found = version_known(version, seen_by=actor_of_request(request))
        return _show(request, found, [Problem(refusal.message)], status=refusal.status)
    home = reverse("administration:form", args=[found.pk])
    if verb == "remove":
        messages.success(request, _("“%s” was taken away.") % (question_title(question) or path))
        return redirect(home)
    return redirect(f"{home}#question-{path}")


def _why_not_removed(version: ProcedureVersion, path: str) -> str:
    """Why a question cannot be taken away, with everything that refers to it; empty where it can."""
    title = question_title(question_at(version.form_schema, path) or {}) or path
    if path == ALWAYS_ASKED:
        return _("“%s” stays: every application says what is asked for.") % title
    kinds = {code: str(kind.title) for code, kind in kinds_of_agencies().items()}
    refers = what_refers(content_of(version), path, kinds)
    if not refers:
        return ""
    return _("“%(title)s” cannot be taken away. It is referred to by: %(what)s.") % {
        "title": title,
        "what": "; ".join(refers),
    }


def _show(
    request: HttpRequest,
    version: ProcedureVersion,
    problems: Sequence[Problem] = (),
    *,
    status: int = 200,
) -> HttpResponse:
    schema = version.form_schema
    faults = faults_of_form(content_of(version))
    sections = sections_shown(schema, faults)
    paths = {each.path for section in sections for each in section.questions}
    context = {
        "version": version,
        "procedure": version.procedure,
        "sections": sections,
        "has_headings": bool(schema.get("x-sections")),
        "rules": rules_shown(schema),
        "parties": [_party_shown(schema, party) for party in schema.get("x-parties", ())],
        "wrong": [
            fault_in_words(fault)
            for fault in faults
            if fault.row.partition(".")[0].partition("/")[0] not in paths
        ],
        "can_add": len(questions_in(schema)) < MOST_QUESTIONS,
        "left_out": max(len(questions_in(schema)) - MOST_QUESTIONS, 0),
        "problems": problems,
    }
    return render(request, "administration/form.html", context, status=status)


def _party_shown(schema: Any, party: dict[str, str]) -> tuple[Any, str]:
    """Who the person is, and by which questions."""
    asked = [party.get(part, "") for part in ("name", "identity", "born_on")]
    titles = [question_title(question_at(schema, name) or {}) or name for name in asked if name]
    return dict(PARTY_ROLES).get(party.get("role", ""), party.get("role", "")), ", ".join(titles)
