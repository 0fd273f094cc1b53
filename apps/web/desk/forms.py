"""The form of each verb: what a clerk types, and the arguments of the action that it becomes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import Actor
from apps.accounts.selectors import handlers_at, pools_at
from apps.applications.choices import Delivery
from apps.applications.selectors import answers_of
from apps.cases.actions.supplement import Item
from apps.cases.choices import (
    DeclineReason,
    Omission,
    Outcome,
    ProvisionSubject,
    RefusalReason,
    ReopenGround,
    Status,
    StopGround,
)
from apps.cases.policies import can_assign_others, can_take_in_originals
from apps.cases.selectors import (
    SeenCase,
    correctable_of,
    custody_of,
    facts_at_filing,
    rules_asked,
    supplements_of,
)
from apps.core.errors import Refusal
from apps.core.spoken import moment
from apps.procedures.choices import ComponentMode, StepProduct
from apps.procedures.models import Component
from apps.procedures.selectors import rules_of
from apps.units.selectors import agencies_found
from apps.web.desk.uploads import add_file_fields, keep_all
from apps.web.ui.case_parts import paper_title
from apps.web.ui.keyed_forms import KeyedForm
from apps.web.ui.places import CorrectedPlaceForm
from apps.web.ui.provisions import with_provisions
from apps.web.ui.schema_form import AnswersForm
from apps.web.ui.widgets import DayMonthYearInput

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from apps.units.models import Agency

ITEM_LINES = 4


def words(
    label: StrOrPromise, *, rows: int = 4, required: bool = True, help_text: StrOrPromise = ""
) -> forms.CharField:
    """A field of free text."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


def one_of(label: StrOrPromise, choices: Any, **options: Any) -> forms.ChoiceField:
    """Radios for a list of the law's."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


def offer(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    """Fills the choices of a field."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What stands in the way of a verb before anything is typed, and where it is cleared away."""

    text: StrOrPromise
    url: str
    action: StrOrPromise


class VerbForm(KeyedForm):
    """A verb that asks nothing but to be confirmed; the base of all others."""

    # Codes of the papers for which the form takes a file: fields `file_<code>` and `kept_<code>`.
    papers: Collection[str] = ()
    hindrance: Hindrance | None = None

    def __init__(
        self, data: Any = None, files: Any = None, *, seen: SeenCase, actor: Actor, at: datetime
    ) -> None:
        super().__init__(data, files)
        self.seen, self.actor, self.at = seen, actor, at
        self.prepare()

    def prepare(self) -> None:
        """Fills choices and first values from the case."""

    def keep_files(self) -> list[Refusal]:
        """Stores the files given, whether or not the rest of the form stands; the refusals of those that do not."""
        self.kept, refusals = keep_all(self, self.papers, by=self.actor, at=self.at)
        return refusals


class DeclineIntakeForm(VerbForm):
    reason = one_of(_("Reason"), ())
    text = words(_("Explanation for the applicant"), help_text=_("It is printed on form 03."))

    def prepare(self) -> None:
        offer(self, "reason", with_provisions(ProvisionSubject.DECLINE, DeclineReason.choices))


class RequestSupplementForm(VerbForm):
    """What is missing, a few lines; one request at each stage."""

    omission = one_of(_("Whose omission is it?"), Omission.choices)

    def prepare(self) -> None:
        for line in range(1, ITEM_LINES + 1):
            self.fields[f"item_{line}"] = forms.CharField(
                label=_("What to complete (%(line)d)") % {"line": line}, required=line == 1, max_length=300
            )
            self.fields[f"reason_{line}"] = forms.CharField(
                label=_("Why (%(line)d)") % {"line": line}, required=line == 1, max_length=500
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for line in range(2, ITEM_LINES + 1):
            item, reason = cleaned.get(f"item_{line}"), cleaned.get(f"reason_{line}")
            if bool(item) != bool(reason):
                self.add_error(
                    f"reason_{line}" if item else f"item_{line}", _("Fill in both, or leave both empty.")
                )
        return cleaned

    def arguments(self) -> dict[str, Any]:
        lines = range(1, ITEM_LINES + 1)
        pairs = [(self.cleaned_data[f"item_{n}"], self.cleaned_data[f"reason_{n}"]) for n in lines]
        return {
            "items": [Item(item, reason) for item, reason in pairs if item],
            "omission": self.cleaned_data["omission"],
        }


class ProvideSupplementForm(VerbForm):
    """What the applicant brought to the desk: files by item and by paper, originals, place, changed answers, a message."""

    message = words(_("What was brought"), required=False)
    originals = forms.MultipleChoiceField(
        label=_("Originals seen or taken in"), widget=forms.CheckboxSelectMultiple, required=False
    )
    is_complete = forms.BooleanField(
        label=_("The applicant declares the file complete"),
        required=False,
        help_text=_("Said once; left unticked this is a part, and the clock goes on standing."),
    )

    def prepare(self) -> None:
        rules = rules_asked(self.seen.case)
        asked = [row for row in rules.components if row.mode != ComponentMode.FORM]
        case = self.seen.case
        request = next((each for each in supplements_of(case) if each.completed_at is None), None)
        items = request.items_by_number if request else {}
        self.papers = add_file_fields(self, [*items.items(), *((paper.code, paper.title) for paper in asked)])
        self._offer_originals(asked)
        self.known = answers_of(self.seen.case.application_id)
        self.answers_form = AnswersForm(
            rules.version.form_schema,
            self.data if self.is_bound else None,
            answers=self.known,
            facts=facts_at_filing(self.seen.case),
        )
        self.place_form = CorrectedPlaceForm(
            self.data if self.is_bound else None, case=case, day=timezone.localdate(self.at)
        )

    def _offer_originals(self, asked: Iterable[Component]) -> None:
        """Originals are taken in where the case is; what an agency holds already is not brought again."""
        case, field = self.seen.case, self.fields["originals"]
        assert isinstance(field, forms.MultipleChoiceField)
        held = {turn.component_id for turn in custody_of(case) if turn.holder_id is not None}
        if can_take_in_originals(case, self.actor):
            field.choices = [
                (row.code, row.title)
                for row in asked
                if row.mode.startswith("original") and row.pk not in held
            ]
        if not field.choices:
            del self.fields["originals"]

    @property
    def further(self) -> dict[str, forms.Form]:
        return {"connecting_unit": self.place_form, "answers": self.answers_form}

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(form.is_valid() for form in self.further.values())])

    def arguments(self) -> dict[str, Any]:
        return {
            "answers": self.answers_form.changed_from(self.known),
            "attachments": self.kept,
            "originals": self.cleaned_data.get("originals", []),
            "connecting_unit": self.place_form.corrected,
            "message": self.cleaned_data["message"],
            "is_complete": self.cleaned_data["is_complete"],
        }


class AssignHandlerForm(VerbForm):
    """To whom: a handler, or, for the head, a pool of handlers."""

    assignee = forms.ChoiceField(label=_("Handler"))

    def prepare(self) -> None:
        case, day = self.seen.case, timezone.localdate(self.at)
        people = handlers_at(case.current_agency_id, day)
        pools = pools_at(case.current_agency_id, day)
        if not can_assign_others(case, self.actor):
            people, pools = [person for person in people if person.pk == self.actor.user_id], []
        offered: list[tuple[Any, Any]] = [(f"handler-{person.pk}", person.full_name) for person in people]
        if pools:
            offered = [
                (_("To a person"), offered),
                (_("To a pool, whose members take it"), [(f"pool-{pool.pk}", pool.name) for pool in pools]),
            ]
        # One person is the answer; among several nobody is chosen beforehand.
        blank = [("", "—")] if len(people) + len(pools) != 1 else []
        offer(self, "assignee", [*blank, *offered])

    def arguments(self) -> dict[str, Any]:
        kind, _dash, number = self.cleaned_data["assignee"].partition("-")
        return {kind: int(number)}


class CompleteStepForm(VerbForm):
    """A note, and the file that the step must leave."""

    def prepare(self) -> None:
        case = self.seen.case
        step = rules_of(case.version_id).step(case.step) if case.step is not None else None
        product = step.product if step else StepProduct.NOTHING
        is_note = product == StepProduct.NOTE and step is not None
        self.fields["note"] = words(step.product_title if is_note and step else _("Note"), required=is_note)
        label = step.product_title if step and product == StepProduct.FILE else _("A file, if there is one")
        self.papers = add_file_fields(self, [("step", str(label))])
        self.fields["file_step"].required = product == StepProduct.FILE and not self.data.get("kept_step")

    def arguments(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"], "attachment": next(iter(self.kept.get("step", [])), None)}


class AgencySearchForm(VerbForm):
    """To which agency; the list holds those near by, or those that the words searched for find."""

    to_agency = forms.TypedChoiceField(label=_("To which agency"), coerce=int)
    search = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    search_words = ""

    def prepare(self) -> None:
        search = str(self.data.get("search", "")) if self.is_bound else self.search_words
        found = agencies_found(
            timezone.localdate(self.at), words=search, near=self.seen.case.current_agency.unit_id
        )
        others = [agency for agency in found if agency.pk != self.seen.case.current_agency_id]
        likely = self.likely()
        if likely is not None:
            others = [likely, *(agency for agency in others if agency.pk != likely.pk)]
            self.fields["to_agency"].initial = likely.pk
        offer(self, "to_agency", [("", "—"), *((agency.pk, agency.title) for agency in others)])
        self.fields["search"].initial = search

    def likely(self) -> Agency | None:
        """The agency that is meant, where the case says so."""
        return None

    def arguments(self) -> dict[str, Any]:
        return {name: value for name, value in super().arguments().items() if name != "search"}


class HandOverCaseForm(AgencySearchForm):
    reason = words(_("Reason"))

    def likely(self) -> Agency | None:
        # Its step is to be done there: it is offered to that agency once more.
        return self.seen.case.step_agency


class PaperField(forms.TypedChoiceField):
    """One of the papers offered; which may be corrected the act itself says, which also knows a form sent twice."""

    def valid_value(self, value: Any) -> bool:
        return True


class CorrectPaperForm(VerbForm):
    """Which of the papers that the actor's agency issued, why, and what was wrong."""

    document = PaperField(label=_("Which paper"), coerce=UUID, widget=forms.RadioSelect)
    reason = words(_("Reason"), help_text=_("It is printed on the paper and told to the applicant."))
    note = words(
        _("What was wrong"),
        required=False,
        help_text=_("Where the form itself does not show it. It is printed."),
    )

    def prepare(self) -> None:
        papers = correctable_of(self.seen.case, by=self.actor)
        choices = [
            (
                str(row.document.uuid),
                _("%(paper)s of %(when)s")
                % {"paper": paper_title(row.document.kind), "when": moment(row.document.created_at)},
            )
            for row in papers
        ]
        offer(self, "document", choices)


class ReasonForm(VerbForm):
    reason = words(_("Reason"))


class ProposeResultForm(VerbForm):
    outcome = one_of(_("Result"), Outcome.choices)
    reason = forms.ChoiceField(
        label=_("Reason of a refusal"),
        required=False,
        help_text=_("Only where the result is a refusal."),
    )
    text = words(_("Proposal"))

    def prepare(self) -> None:
        offered = with_provisions(ProvisionSubject.REFUSE, RefusalReason.choices)
        offer(self, "reason", [("", "—"), *offered])


class SendBackForm(VerbForm):
    text = words(_("Reason"))


class ReleaseResultForm(VerbForm):
    number = forms.CharField(label=_("Number of the result"), max_length=60)
    dated_on = forms.DateField(label=_("Dated"), widget=DayMonthYearInput, input_formats=["%Y-%m-%d"])
    file_result = forms.FileField(
        label=_("Signed result (PDF)"), error_messages={"required": _("Attach the signed result.")}
    )
    kept_result = forms.UUIDField(widget=forms.HiddenInput, required=False)
    papers = ("result",)

    def prepare(self) -> None:
        self.fields["dated_on"].initial = timezone.localdate(self.at)
        # A file given before a refusal is not asked for again.
        self.fields["file_result"].required = not self.data.get("kept_result")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file_result")
        if file and file.read(5) != b"%PDF-":
            self.add_error("file_result", _("The result must be a PDF document."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        return {
            "number": self.cleaned_data["number"],
            "dated_on": self.cleaned_data["dated_on"],
            "attachment": self.kept["result"][0],
        }


class HandOverResultForm(VerbForm):
    delivery = one_of(_("How it is delivered"), Delivery.choices)
    recipient = forms.CharField(
        label=_("To whom, or by which carrier"),
        required=False,
        max_length=200,
        help_text=_("Name and identity paper seen, or the carrier and its number."),
    )

    def prepare(self) -> None:
        self.fields["delivery"].initial = self.seen.case.application.delivery


class GiveBackOriginalsForm(VerbForm):
    recipient = forms.CharField(
        label=_("To whom"), max_length=200, help_text=_("Name and identity paper seen.")
    )


class IssueSecretAgainForm(VerbForm):
    is_identity_checked = forms.BooleanField(
        label=_(
            "I have seen the identity paper of the person, who is a party to the case or has their authority."
        )
    )


class StopCaseForm(VerbForm):
    ground = one_of(_("Ground"), ())
    text = words(_("Explanation for the applicant"), help_text=_("It is printed on form 05."))

    def prepare(self) -> None:
        offer(self, "ground", with_provisions(ProvisionSubject.STOP, StopGround.choices))
        if self.seen.case.status == Status.WITHDRAWAL_REQUESTED:
            self.fields["ground"].initial = StopGround.APPLICANT_REQUEST


class ReopenCaseForm(VerbForm):
    ground = one_of(_("Ground"), ReopenGround.choices)
    reason = words(_("Reason"))
