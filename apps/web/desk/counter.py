"""Taking an application at the counter: choose the procedure, then one page with everything the person brings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.actors import Actor
from apps.applications.choices import Delivery
from apps.cases.actions.filing import Filing, may_repeat
from apps.cases.actions.submission import submit_application
from apps.cases.policies import counters_of
from apps.cases.selectors import StillOpen
from apps.citizens.choices import Residence
from apps.core.errors import KeyReused, NotAllowed, Refusal
from apps.core.request_keys import Replayed
from apps.interface.actors import actor_of_request
from apps.interface.request_keys import key_of
from apps.procedures.choices import Channel, ComponentMode, ConnectingFactor
from apps.procedures.selectors import VersionRules, catalogue, closed_because, rules_for_filing
from apps.web.desk.access import for_clerks
from apps.web.desk.clock_forms import LateEntryForm
from apps.web.desk.uploads import add_file_fields, keep_all
from apps.web.ui.faults import each_refusal, quiet
from apps.web.ui.keyed_forms import KeyedForm, say_replayed
from apps.web.ui.people_forms import AnotherPersonForm, OrganisationForm, PayerForm, PersonForm
from apps.web.ui.schema_form import AnswersForm
from apps.web.ui.wards import WARDS_LIST, WardField, Wards


class LivingIn(forms.Form):
    """The wards where a person lives."""

    residence = WardField(label=_("Ward of permanent residence"), required=False)
    temporary_residence = WardField(
        label=_("Ward of temporary residence"), required=False, help_text=_("Only where it is another.")
    )


class ResidentForm(LivingIn, PersonForm):
    """The person who stands at the counter, and where they live."""


class AnotherResidentForm(LivingIn, AnotherPersonForm):
    """The person for whom they act, and where that person lives."""


class SeatedOrganisationForm(OrganisationForm):
    """The organisation that the person acts for, and the ward where it sits."""

    seat = WardField(label=_("Ward of the seat"), required=False)


class FilingForm(KeyedForm):
    """The rest of a filing: the desk, the place, originals, files, how the result is delivered."""

    receiving_agency = forms.TypedChoiceField(label=_("At which desk"), coerce=int)
    residence = forms.ChoiceField(
        label=_("Which residence of the applicant decides"),
        choices=Residence.choices,
        widget=forms.RadioSelect,
        initial=Residence.PERMANENT,
        required=False,
        help_text=_("As the applicant chooses, unless another place is named below."),
    )
    connecting_unit = WardField(
        label=_("Place that the matter is about"),
        required=False,
        help_text=_(
            "The ward that decides which agency is competent. Left empty, it is where the applicant lives, "
            "where the procedure goes by that."
        ),
    )
    authority = forms.CharField(
        label=_("By what right they act for another"),
        max_length=200,
        required=False,
        help_text=_("The paper of authority with its number and date, or how they are related."),
    )
    has_consent = forms.BooleanField(
        label=_("The person agrees that this application is filed for them and that its data are processed."),
        required=False,
    )
    originals = forms.MultipleChoiceField(
        label=_("Originals seen or taken in"), widget=forms.CheckboxSelectMultiple, required=False
    )
    held = forms.MultipleChoiceField(
        label=_("Papers that the administration holds already"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "With the person's consent the paper given before, or issued by the city, is used again."
        ),
    )
    delivery = forms.ChoiceField(
        label=_("How the result is delivered"),
        choices=Delivery.choices,
        widget=forms.RadioSelect,
        initial=Delivery.COUNTER,
    )
    delivery_address = forms.CharField(label=_("Address for the post"), max_length=250, required=False)

    def __init__(self, data: Any, files: Any, *, rules: VersionRules, actor: Actor) -> None:
        super().__init__(data, files)
        desks = {post.agency_id: post.agency_name for post in counters_of(actor)}
        asked = [row for row in rules.components if row.mode != ComponentMode.FORM]
        uploaded = [row for row in asked if row.mode != ComponentMode.FROM_DATA]
        self.papers = add_file_fields(self, [(row.code, row.title) for row in uploaded])
        self._choices("receiving_agency", list(desks.items()))
        self._choices("originals", [(row.code, paper_label(row)) for row in asked])
        held = [row for row in asked if row.is_lasting or row.results_of]
        self._choices("held", [(row.code, row.title) for row in held])
        for name, offered in (("originals", asked), ("held", held)):
            if not offered:
                del self.fields[name]
        if ConnectingFactor.APPLICANT_RESIDENCE not in {row.factor for row in rules.competences}:
            del self.fields["residence"]

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField | forms.MultipleChoiceField)
        field.choices = choices


def paper_label(component: Any) -> str:
    """A paper with how it is asked for."""
    needed = _("required") if component.is_required and not component.condition else _("where it applies")
    return f"{component.title} ({ComponentMode(component.mode).label}, {needed})"


class Counter:
    """The forms of one filing, read together."""

    def __init__(
        self, rules: VersionRules, actor: Actor, day: date, data: Any = None, files: Any = None
    ) -> None:
        self.rules = rules
        self.filing = FilingForm(data, files, rules=rules, actor=actor)
        self.person = ResidentForm(data, prefix="filer")
        self.another = AnotherResidentForm(data, prefix="applicant")
        self.organisation = SeatedOrganisationForm(data, prefix="business")
        self.payer = PayerForm(data, prefix="payer")
        self.late = LateEntryForm(data, prefix="late_entry")
        self.wards = Wards(day)
        known = {"channel": Channel.COUNTER, "filed_on": day}
        self.answers = AnswersForm(rules.version.form_schema, data, facts=known, wards=self.wards)
        for form in self.forms:
            for field in form.fields.values():
                if isinstance(field, WardField):
                    field.wards = self.wards
        self.kept: dict[str, Any] = {}

    @property
    def forms(self) -> list[forms.Form]:
        return [
            self.person,
            self.another,
            self.organisation,
            self.answers,
            self.filing,
            self.payer,
            self.late,
        ]

    def is_valid(self) -> bool:
        """Whether every form stands; each is checked, so that all faults are told together."""
        is_valid = not [form for form in self.forms if not form.is_valid()]
        if is_valid and self._goes_by_temporary and not self._applicant.cleaned_data["temporary_residence"]:
            self._applicant.add_error("temporary_residence", _("Give the ward of temporary residence."))
            return False
        return is_valid

    @property
    def _applicant(self) -> PersonForm:
        """The person who applies."""
        return self.another if self.another.is_given else self.person

    @property
    def _goes_by_temporary(self) -> bool:
        """Whether the applicant, a person, chose their temporary residence and named no other place."""
        given = self.filing.cleaned_data
        is_chosen = given.get("residence") == Residence.TEMPORARY and not given["connecting_unit"]
        return is_chosen and not self.organisation.is_given

    def keep_files(self, by: Actor, at: datetime) -> list[Refusal]:
        self.kept, refusals = keep_all(self.filing, self.filing.papers, by=by, at=at)
        return refusals

    def read(self, language: str) -> Filing:
        """The filing that was typed; every form is valid."""
        given = self.filing.cleaned_data
        place = given["connecting_unit"]
        if self._goes_by_temporary:
            place = self._applicant.cleaned_data["temporary_residence"]
        return Filing(
            procedure_code=self.rules.procedure.code,
            channel=Channel.COUNTER,
            answers=self.answers.answers,
            attachments=self.kept,
            originals=tuple(given.get("originals", ())),
            held=tuple(given.get("held", ())),
            filer=self.person.person(),
            applicant=self.another.person(),
            organisation=self.organisation.organisation(),
            authority=given["authority"],
            has_consent=given["has_consent"],
            payer=self.payer.payer(),
            connecting_unit_id=place.pk if place else None,
            receiving_agency_id=given["receiving_agency"],
            delivery=Delivery(given["delivery"]),
            delivery_address=given["delivery_address"],
            contact_email=self.person.cleaned_data["email"],
            contact_phone=self.person.cleaned_data["phone"],
            language=language,
            late_entry=self.late.late_entry,
        )

    def show(self, refusal: Refusal) -> None:
        """Puts every fault on the field that it speaks of."""
        if isinstance(refusal, KeyReused):
            self.filing.show(refusal)
            return
        owners: dict[str, forms.Form] = {
            "filer": self.person,
            "applicant": self.another,
            "payer": self.payer,
            "business": self.organisation,
            "organisation": self.organisation,
            "answers": self.answers,
            "late_entry": self.late,
        }
        for one in each_refusal(refusal):
            part, _dot, name = (one.field or "").removesuffix("_id").partition(".")
            if part in owners and name in owners[part].fields:
                owners[part].add_error(name, one.message)
            elif part in owners:
                owners[part].add_error(None, one.message)
            elif part == "held" and "held" in self.filing.fields:
                self.filing.add_error("held", one.message)
            elif part == "attachments":
                self.filing.add_error(
                    f"file_{name}" if f"file_{name}" in self.filing.fields else None, one.message
                )
            else:
                self.filing.add_error(part if part in self.filing.fields else None, one.message)


@for_clerks
@require_safe
def choose_procedure(request: HttpRequest) -> HttpResponse:
    """The procedures that a counter may take, found by words."""
    refuse_without_counter(actor_of_request(request))
    words = request.GET.get("q", "").strip()[:80]
    found = [
        {
            "procedure": version.procedure,
            "url": reverse("desk:take_application_of", args=[version.procedure.code]),
            "closed": closed_because(version, version.procedure),
        }
        for version in catalogue(timezone.localdate(), words=words)
        if Channel.COUNTER in version.channels
    ]
    return render(request, "desk/choose_procedure.html", {"found": found, "words": words})


@for_clerks
@require_http_methods(["GET", "POST"])
def take_application(request: HttpRequest, procedure: str) -> HttpResponse:
    """One page: who comes, for whom, about which place, the answers, the papers; then the case's own page."""
    actor, at = actor_of_request(request), timezone.now()
    refuse_without_counter(actor)
    day = timezone.localdate(at)
    rules = rules_for_filing(procedure, Channel.COUNTER, day)
    if request.method == "GET":
        return _page(request, Counter(rules, actor, day))
    counter = Counter(rules, actor, day, request.POST, request.FILES)
    is_valid = counter.is_valid()
    if counter.answers.is_rearranged:
        counter.keep_files(actor, at)
        quiet(counter.forms)
        return _page(request, counter)
    for refusal in counter.keep_files(actor, at):
        is_valid = False
        counter.filing.add_error(refusal.field, refusal.message)
    if not is_valid:
        return _page(request, counter, status=422)
    try:
        filing = counter.read("vi")
        filed = submit_application(filing, by=actor, at=at, request_key=key_of(request))
    except Replayed as replayed:
        say_replayed(request)
        return redirect("desk:case", replayed.code)
    except Refusal as refusal:
        counter.show(refusal)
        return _page(request, counter, status=refusal.status)
    messages.success(request, _("Application taken: %(code)s") % {"code": filed.case.code})
    _warn_of_repeats(request, may_repeat(filing, filed.checked, seen_by=actor, besides=filed.case.code))
    return redirect("desk:case", filed.case.code)


def _warn_of_repeats(request: HttpRequest, repeated: StillOpen) -> None:
    """What the receptionist is told of other cases of the same applicant."""
    if repeated.codes:
        text = _(
            "The same applicant has an open case of this procedure: %(codes)s. Tell them before you accept."
        )
        messages.warning(request, text % {"codes": ", ".join(repeated.codes)})
    if repeated.has_others:
        messages.warning(
            request,
            _(
                "The same applicant has an open case of this procedure that you may not see. "
                "Tell them before you accept."
            ),
        )


def refuse_without_counter(actor: Actor) -> None:
    """Raises NotAllowed for whoever is no receptionist."""
    if not counters_of(actor):
        raise NotAllowed()


def _page(request: HttpRequest, counter: Counter, *, status: int = 200) -> HttpResponse:
    context = {
        "procedure": counter.rules.procedure,
        "version": counter.rules.version,
        "form": counter.forms,
        "has_faults": any(form.is_bound and form.errors for form in counter.forms),
        "person": counter.person,
        "another": counter.another,
        "payer": counter.payer,
        "organisation": counter.organisation,
        "answers": counter.answers,
        "filing": counter.filing,
        "late_entry": counter.late,
        "file_fields": [counter.filing[f"file_{code}"] for code in counter.filing.papers],
        "kept_fields": [counter.filing[f"kept_{code}"] for code in counter.filing.papers],
        "ward_options": counter.wards.options,
        "wards_list": WARDS_LIST,
        "choose_url": reverse("desk:take_application"),
    }
    return render(request, "desk/take_application.html", context, status=status)
