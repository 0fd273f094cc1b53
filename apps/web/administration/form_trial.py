"""The form of a version as the applicant sees it, in either language, tried with answers. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.cases.selectors import Circumstances, Trial, try_answers
from apps.interface.actors import actor_of_request
from apps.procedures.choices import Channel, ComponentMode, ConnectingFactor
from apps.procedures.conditions import ConditionMalformed
from apps.procedures.content import content_of
from apps.procedures.difference import question_title
from apps.procedures.forms import Kind, kind_of
from apps.procedures.forms.kinds import questions_in
from apps.procedures.forms.samples import sample_answers
from apps.procedures.models import ProcedureVersion
from apps.procedures.selectors.rules import rules_as_stored
from apps.procedures.selectors.versions import version_known
from apps.units.choices import Level
from apps.units.selectors import units_on
from apps.web.administration.access import for_administrators
from apps.web.administration.facts import VALUE_NAMES
from apps.web.administration.form_outline import fault_in_words, faults_of_form
from apps.web.portal.catalogue import limit_shown
from apps.web.ui.faults import quiet
from apps.web.ui.parts import Problem
from apps.web.ui.question_fields import language
from apps.web.ui.schema_form import AnswersForm
from apps.web.ui.wards import WardField, Wards
from apps.web.ui.widgets import DayMonthYearInput

LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))
PREFIX = "trial"


class CircumstancesForm(forms.Form):
    """What is known of a filing beside its answers, and the language in which its form is shown."""

    language = forms.ChoiceField(label=gettext_lazy("Shown in"), choices=LANGUAGES)
    channel = forms.ChoiceField(label=gettext_lazy("Way of filing"), choices=Channel.choices)
    applicant_kind = forms.ChoiceField(
        label=gettext_lazy("Who applies"), choices=tuple(VALUE_NAMES["applicant_kind"].items())
    )
    born_on = forms.DateField(
        label=gettext_lazy("The applicant's day of birth"),
        required=False,
        widget=DayMonthYearInput,
        input_formats=["%Y-%m-%d"],
    )
    unit = WardField(label=gettext_lazy("Ward that ties the case to its agency"), required=False)

    def circumstances(self) -> Circumstances:
        said = self.cleaned_data
        return Circumstances(
            channel=Channel(said.get("channel") or Channel.ONLINE),
            applicant_kind=said.get("applicant_kind") or "citizen",
            born_on=said.get("born_on"),
            unit=said.get("unit"),
        )


@for_administrators
@require_http_methods(["GET", "POST"])
def trial(request: HttpRequest, version: int) -> HttpResponse:
    """`action` is fill (sample answers), try, or show (again, in these circumstances)."""
    found = version_known(version, seen_by=actor_of_request(request))
    faults = [fault_in_words(fault) for fault in faults_of_form(content_of(found))]
    if faults:
        return render(request, "administration/try_form.html", _about(found) | {"faults": faults})
    return _Trying(request, found, timezone.now()).answer()


def _about(version: ProcedureVersion) -> dict[str, Any]:
    return {"version": version, "procedure": version.procedure}


class _Trying:
    """One trial of one version."""

    def __init__(self, request: HttpRequest, version: ProcedureVersion, at: datetime) -> None:
        self.request, self.version, self.at = request, version, at
        self.data = request.POST if request.method == "POST" else None
        self.action = request.POST.get("action", "try") if self.data is not None else "show"
        first = version.channels[0] if version.channels else Channel.ONLINE
        channel = Channel.ONLINE if Channel.ONLINE in version.channels else first
        self.around = CircumstancesForm(
            self.data,
            prefix=PREFIX,
            initial={"language": language(), "channel": channel, "applicant_kind": "citizen"},
        )
        if self.data is not None and not self.around.is_valid():
            self.action = "show"
        self.shown_in = str(self.around["language"].value())
        if self.shown_in not in dict(LANGUAGES):
            self.shown_in = language()
        self.problems: list[Problem] = []

    def answer(self) -> HttpResponse:
        circumstances = (
            self.around.circumstances()
            if self.data is not None
            else Circumstances(Channel(self.around["channel"].value()), "citizen")
        )
        known = {
            "channel": circumstances.channel,
            "applicant_kind": circumstances.applicant_kind,
            "filed_on": timezone.localdate(self.at),
        }
        result = None
        with translation.override(self.shown_in):
            form = self._answers_form(known, circumstances)
            if form.is_bound and (self.action != "try" or form.is_rearranged):
                quiet([form])
            elif form.is_bound:
                form.is_valid()
                result = self._tried(form, circumstances)
                self._tell(form, result)
        return self._show(form, result)

    def _answers_form(self, known: Mapping[str, Any], circumstances: Circumstances) -> AnswersForm:
        schema, wards = self.version.form_schema, Wards(timezone.localdate(self.at))
        if self.action == "fill":
            ward = circumstances.unit or units_on(wards.day, level=Level.WARD).first()
            answers = sample_answers(schema, known, ward=ward.pk if ward else 0)
            return AnswersForm(schema, answers=answers, facts=known, wards=wards)
        return AnswersForm(schema, self.data, facts=known, wards=wards)

    def _tried(self, form: AnswersForm, circumstances: Circumstances) -> Trial | None:
        try:
            return try_answers(rules_as_stored(self.version.pk), form.answers, circumstances, at=self.at)
        except ConditionMalformed:
            self.problems.append(
                Problem(_("A condition of this version cannot be read: its page says which."))
            )
            return None

    def _tell(self, form: AnswersForm, result: Trial | None) -> None:
        """Each fault of the server's check on its question, as on the applicant's page."""
        for fault in result.faults if result else ():
            name = (fault.field or "").removeprefix("answers.")
            if name not in form.fields:
                self.problems.append(Problem(fault.message))
            elif not form.has_error(name):
                form.add_error(name, fault.message)

    def _show(self, form: AnswersForm, result: Trial | None) -> HttpResponse:
        has_faults = bool(form.is_bound and form.errors) or bool(self.problems)
        context = _about(self.version) | {
            "around": self.around,
            "answers_form": form,
            "shown_in": self.shown_in,
            "problems": self.problems,
            "has_faults": has_faults,
            "result": result,
            "is_filled": self.action == "fill",
        }
        if result is not None:
            schema = self.version.form_schema
            context |= {
                "asked": [_title_at(schema, path) for path in result.asked],
                "not_asked": [_title_at(schema, path) for path in result.not_asked],
                "papers": [(row, ComponentMode(row.mode).label) for row in result.papers],
                "limit": limit_shown(result.limit) if result.limit else "",
                "factor": ConnectingFactor(result.competence.factor).label if result.competence else "",
            }
        status = 422 if self.action == "try" and has_faults else 200
        return render(self.request, "administration/try_form.html", context, status=status)


def _title_at(schema: Mapping[str, Any], path: str) -> str:
    """The question of an answer, with the number of its row: `members.0.name` is “Members 1 – Name”."""
    name, _dot, rest = path.partition(".")
    question = questions_in(schema)[name]
    if not rest or kind_of(question) != Kind.GROUP:
        return question_title(question) or name
    number, _dot, inner = rest.partition(".")
    row = _("%(group)s %(number)d") % {"group": question_title(question), "number": int(number) + 1}
    return f"{row} – {_title_at(question['items'], inner)}"
