"""Filing online, in two steps that need no script: fill in, then check what it comes to and declare it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from apps.accounts.actors import Actor
from apps.applications.choices import Delivery
from apps.cases.actions.filing import Filing
from apps.cases.actions.preview import Preview, preview_application
from apps.cases.actions.submission import submit_application
from apps.cases.selectors.held import HeldPaper, held_papers
from apps.citizens.selectors import citizen_of
from apps.core.errors import NotFound, Refusal
from apps.core.request_keys import Replayed
from apps.interface.actors import actor_of_request
from apps.interface.request_keys import FIELD, key_of, new_key
from apps.procedures.choices import Channel, ComponentMode
from apps.procedures.selectors import VersionRules, rules_for_filing
from apps.web.portal.access import for_citizens
from apps.web.portal.catalogue import limit_shown
from apps.web.portal.forms import FilingForm, PapersForm, held_in_words, papers_to_upload
from apps.web.ui.answers_shown import answers_shown
from apps.web.ui.faults import each_refusal, quiet
from apps.web.ui.parts import Problem, SummaryRow
from apps.web.ui.people_forms import AnotherPersonForm, PayerForm
from apps.web.ui.rows import BUTTON
from apps.web.ui.schema_form import AnswersForm

# Not part of what is carried from the first step to the second.
_NOT_CARRIED = {"csrfmiddlewaretoken", "action", "declared", FIELD, BUTTON}


class Draft:
    """One filing under way: three forms on one page, and what they amount to."""

    def __init__(self, request: HttpRequest, rules: VersionRules, *, by: Actor, at: datetime) -> None:
        self.rules, self.by, self.at = rules, by, at
        data = request.POST if request.method == "POST" else None
        day = timezone.localdate(at)
        self.filing_form = FilingForm(
            data, rules=rules, actor=by, day=day, initial={} if data else _known_of(by)
        )
        self.another_form = AnotherPersonForm(data, prefix="applicant")
        self.payer_form = PayerForm(data, prefix="payer")
        known = {"channel": Channel.ONLINE, "filed_on": day}
        self.answers_form = AnswersForm(rules.version.form_schema, data, facts=known)
        self.held = self._held_papers()
        found = [code for code, paper in self.held.items() if paper.component.mode == ComponentMode.FROM_DATA]
        self.found = [self.held[code] for code in found]
        self.papers_form = PapersForm(
            papers_to_upload(rules, found=found),
            data,
            request.FILES or None,
            held=held_in_words(self.held),
        )
        self.problems: list[Problem] = []

    def _held_papers(self) -> dict[str, HeldPaper]:
        """What is held of the applicant: the person who files, or the business that they chose."""
        business = (
            str(self.filing_form["business"].value() or "") if "business" in self.filing_form.fields else ""
        )
        number = int(business) if business.isdecimal() and len(business) < 19 else None
        return held_papers(
            self.rules.components,
            citizen_id=None if number else self.by.citizen_id,
            business_id=number,
            seen_by=self.by,
        )

    @property
    def forms(self) -> list[forms.Form]:
        return [
            self.filing_form,
            self.another_form,
            self.answers_form,
            self.papers_form,
            self.payer_form,
        ]

    @property
    def parts(self) -> list[Iterable[BoundField]]:
        """All fields in the order in which the page asks them: the first and the last questions are of one form."""
        filing = {bound.name: bound for bound in self.filing_form}
        who = [filing.pop(name) for name in ("business",) if name in filing]
        where = [filing.pop(name) for name in ("authority", "connecting_unit") if name in filing]
        others = (self.answers_form, self.papers_form, self.payer_form)
        return [who, self.another_form, where, *others, filing.values()]

    def read(self) -> bool:
        """Reads what was typed and keeps the files that came; whether every field could be read."""
        readable = [form.is_valid() for form in self.forms]
        self.papers_form.take(by=self.by, at=self.at)
        return all(readable) and not self.papers_form.errors

    def preview(self) -> Preview | None:
        """What the filing would come to; None when it has faults, which then stand on the forms, all at once."""
        try:
            preview = preview_application(self.filing, by=self.by, at=self.at)
        except Refusal as refusal:
            self.tell(refusal)
            return None
        return None if self.has_faults else preview

    @property
    def filing(self) -> Filing:
        chosen = self.filing_form.cleaned_data
        return Filing(
            procedure_code=self.rules.procedure.code,
            channel=Channel.ONLINE,
            answers=self.answers_form.answers,
            attachments=self.papers_form.attachments,
            held=tuple(self.papers_form.held),
            applicant=self.another_form.person(),
            business_id=self.filing_form.number("business"),
            authority=chosen.get("authority", ""),
            payer=self.payer_form.payer(),
            connecting_unit_id=self.filing_form.number("connecting_unit"),
            receiving_agency_id=self.filing_form.number("receiving_agency"),
            delivery=Delivery(chosen.get("delivery") or Delivery.ELECTRONIC),
            delivery_address=chosen.get("delivery_address", ""),
            contact_email=chosen.get("contact_email", ""),
            contact_phone=chosen.get("contact_phone", ""),
            language="en" if get_language() == "en" else "vi",
        )

    def tell(self, refusal: Refusal) -> None:
        """Puts each fault on its field, where the field has not been told of one already."""
        owners: dict[str, forms.Form] = {
            "answers": self.answers_form,
            "attachments": self.papers_form,
            "held": self.papers_form,
            "applicant": self.another_form,
            "payer": self.payer_form,
        }
        for one in each_refusal(refusal):
            part, dot, rest = (one.field or "").partition(".")
            form, name = (owners[part], rest) if dot and part in owners else (self.filing_form, part)
            if name not in form.fields:
                self.problems.append(Problem(one.message))
            elif not form.has_error(name):
                form.add_error(name, one.message)

    @property
    def has_faults(self) -> bool:
        return bool(self.problems) or any(form.errors for form in self.forms)


@for_citizens
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, code: str) -> HttpResponse:
    actor, at = actor_of_request(request), timezone.now()
    try:
        rules = rules_for_filing(code, Channel.ONLINE, timezone.localdate(at))
    except NotFound:
        raise
    except Refusal:
        # Its own page says why nobody can file it here.
        return redirect("portal:procedure", code=code)
    draft = Draft(request, rules, by=actor, at=at)
    if request.method != "POST":
        return _form(request, draft, new_key())
    if draft.answers_form.is_rearranged:
        draft.read()
        quiet(draft.forms)
        return _form(request, draft, key_of(request))
    action, is_declared = request.POST.get("action"), bool(request.POST.get("declared"))
    if draft.read() and action == "submit" and is_declared:
        return _submit(request, draft)
    preview = draft.preview()
    if preview is None:
        return _form(request, draft, key_of(request), status=422)
    if action == "change":
        return _form(request, draft, key_of(request))
    return _review(request, draft, preview, is_undeclared=action == "submit")


def _submit(request: HttpRequest, draft: Draft) -> HttpResponse:
    try:
        filed = submit_application(draft.filing, by=draft.by, at=draft.at, request_key=key_of(request))
    except Replayed as replay:
        return redirect("portal:filed", code=replay.code)
    except Refusal as refusal:
        draft.tell(refusal)
        return _form(request, draft, new_key(), status=refusal.status)
    return redirect("portal:filed", code=filed.case.code)


def _form(request: HttpRequest, draft: Draft, key: str, *, status: int = 200) -> HttpResponse:
    rules = draft.rules
    return render(
        request,
        "portal/apply.html",
        {
            "rules": rules,
            "parts": draft.parts,
            "filing_form": draft.filing_form,
            "another_form": draft.another_form,
            "payer_form": draft.payer_form,
            "answers_form": draft.answers_form,
            "papers_form": draft.papers_form,
            "problems": draft.problems,
            "has_faults": draft.has_faults,
            "not_uploaded": [
                row
                for row in rules.components
                if row.mode in (ComponentMode.ORIGINAL_SHOWN, ComponentMode.ORIGINAL_FILED)
            ],
            "found": [(paper.component.title, told) for paper, told in _told(draft)],
            "request_key": key,
        },
        status=status,
    )


def _review(
    request: HttpRequest, draft: Draft, preview: Preview, *, is_undeclared: bool = False
) -> HttpResponse:
    problem = Problem(gettext("Confirm that what you declare is true."), "id_declared")
    return render(
        request,
        "portal/review.html",
        {
            "rules": draft.rules,
            "preview": preview,
            "rows": _summary(draft, preview),
            "answers": [
                SummaryRow(question, answer)
                for question, answer in answers_shown(draft.rules.version.form_schema, draft.filing.answers)
            ],
            "papers": [
                (box.field.label, box.kept)
                for box in (*draft.papers_form.boxes, *draft.papers_form.boxes_from_data)
                if box.kept
            ],
            "held": [
                *(
                    (box.field.label, box.held.told)
                    for box in draft.papers_form.boxes
                    if box.held and box.held.is_agreed
                ),
                *((paper.component.title, told) for paper, told in _told(draft)),
            ],
            "limits": [(limit_shown(limit), limit) for limit in draft.rules.time_limits],
            "carried": _carried(request, draft),
            "request_key": key_of(request),
            "problems": [problem] if is_undeclared else [],
            "still_open": preview.still_open,
        },
        status=422 if is_undeclared else 200,
    )


def _told(draft: Draft) -> list[tuple[HeldPaper, str]]:
    """The papers that the State's own data give, each with where it comes from."""
    words = held_in_words({paper.component.code: paper for paper in draft.found})
    return [(paper, words[paper.component.code]) for paper in draft.found]


def _summary(draft: Draft, preview: Preview) -> list[SummaryRow]:
    filing = draft.filing
    facts = (
        (_("Applicant"), preview.applicant),
        (_("By what right"), filing.authority),
        (_("Paid by"), filing.payer.name if filing.payer else ""),
        (_("Place"), _place(preview)),
        (_("Desk that receives the application"), preview.receiving.title),
        (
            _("Decided by"),
            preview.competent.title
            if preview.competent
            else str(preview.unroutable.label if preview.unroutable else ""),
        ),
        (_("How you want the result"), str((filing.delivery or Delivery.ELECTRONIC).label)),
        (_("Address for the post"), filing.delivery_address if filing.delivery == Delivery.POST else ""),
        (_("E-mail"), filing.contact_email),
        (_("Telephone"), filing.contact_phone),
    )
    return [SummaryRow(label, value) for label, value in facts if value]


def _place(preview: Preview) -> str:
    """The ward and the district above it."""
    unit = preview.place
    if unit is None:
        return ""
    return f"{unit.title}, {unit.parent.title}" if unit.parent else unit.title


def _carried(request: HttpRequest, draft: Draft) -> list[tuple[str, str]]:
    """Everything typed, as hidden fields of the second step; files by the uuids under which they are kept."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NOT_CARRIED and not name.startswith(("kept-", "drop-"))
        for value in values
    ]
    files = [
        (f"kept-{code}", str(file.uuid)) for code, kept in draft.papers_form.kept.items() for file in kept
    ]
    return typed + files  # type: ignore[operator]


def _known_of(by: Actor) -> dict[str, Any]:
    """What the form begins with: the person's own residence and contact."""
    if by.citizen_id is None:
        return {}
    person = citizen_of(by.citizen_id)
    return {
        "business": "",
        "connecting_unit": str(person.permanent_residence_id or ""),
        "delivery": Delivery.ELECTRONIC,
        "contact_email": person.email,
        "contact_phone": person.phone,
    }
