"""One case at the desk: all that is known of it, what may be done with it now, and its files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.actors import Actor
from apps.applications.choices import HeldAs, LookupOutcome
from apps.applications.selectors import (
    answers_of,
    attachments_of,
    lookups_of,
    originals_of,
    revisions_of,
)
from apps.cases import selectors
from apps.cases.actions.control_sheet import ask_control_sheet
from apps.cases.choices import Status
from apps.cases.notices import notices_of
from apps.cases.selectors import SeenCase
from apps.cases.status_shown import status_shown
from apps.core.access import note_access
from apps.core.masking import mask_name, mask_text
from apps.core.spoken import dong, moment
from apps.interface.actors import actor_of_request
from apps.interface.downloads import send_file
from apps.procedures.choices import PayBefore
from apps.procedures.selectors import rules_of
from apps.web.desk import case_work
from apps.web.desk.access import for_clerks, seen_at_desk
from apps.web.desk.verbs import VERBS, verb_url
from apps.web.ui import case_parts
from apps.web.ui.answers_shown import answers_shown
from apps.web.ui.due_times import due_of, withdrawal_due_of
from apps.web.ui.ledger_shown import ledger_of
from apps.web.ui.linked import linked_rows
from apps.web.ui.money_shown import account_table
from apps.web.ui.parts import Cell, Column, SummaryRow, TimelineEvent
from apps.web.ui.places import place_rows
from apps.web.ui.reveal import RevealForm
from apps.web.ui.ways import ways_in_words

if TYPE_CHECKING:
    from apps.applications.models import RevisionAttachment


@for_clerks
@require_safe
def show_case(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of_request(request)
    seen = seen_at_desk(code, seen_by=actor)
    return _case_page(request, seen, RevealForm(), by=actor, whole=False)


@for_clerks
@require_POST
def reveal(request: HttpRequest, code: str) -> HttpResponse:
    """Shows the particulars whole, once, for a reason that goes into the access log."""
    actor = actor_of_request(request)
    seen = seen_at_desk(code, seen_by=actor)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _case_page(request, seen, form, by=actor, whole=False, status=422)
    note_access(
        actor_id=actor.user_id,
        action="reveal",
        subject=seen.case.code,
        reason=form.cleaned_data["reason"],
        at=timezone.now(),
    )
    return _case_page(request, seen, form, by=actor, whole=True)


def _case_page(
    request: HttpRequest, seen: SeenCase, form: RevealForm, *, by: Actor, whole: bool, status: int = 200
) -> HttpResponse:
    case, shown = seen.case, status_shown(seen.case)
    fee_columns, fees = case_parts.fee_table(case)
    account_columns, account = account_table(case)
    group = selectors.group_of(case, seen_by=by)
    context: dict[str, Any] = {
        "case": case,
        "shown": shown,
        "due": due_of(case, timezone.now()),
        "withdrawal": withdrawal_due_of(case, timezone.now()),
        "status_rows": case_parts.status_rows(shown),
        "verbs": _buttons(seen, timezone.now()),
        "parties": case_parts.party_rows(seen, whole=whole),
        "form": form,
        "whole": whole,
        "answers": _answers(seen, whole),
        "supplements": _supplements(seen, whole),
        "attachments": _attachments(seen),
        "originals": _originals(seen),
        "lookups": _lookups(seen),
        "obligations": case_parts.obligation_rows(case),
        "custody": case_parts.custody_rows(seen.case),
        "fee_columns": fee_columns,
        "fees": fees,
        "owed_rows": _owed(seen),
        "receipt_columns": case_parts.receipt_columns(with_files=True),
        "account_columns": account_columns,
        "account": account,
        "receipts": case_parts.receipt_rows(
            case, selectors.receipts_readable(seen, seen_by=actor_of_request(request))
        ),
        "paper_columns": case_parts.paper_columns(),
        "papers": case_parts.paper_rows(seen, "desk:paper"),
        "is_sheet_offered": not seen.standing.is_party,
        "result_columns": case_parts.result_columns(),
        "results": case_parts.result_rows(case, "desk:result"),
        **case_work.shown(seen, timezone.now(), whole=whole),
        "notice_columns": [Column(_("Message")), Column(_("When")), Column(_("Sent"))],
        "notices": _notices(seen, by),
        "ledger": ledger_of(seen, whole=whole, works=True),
        "group": group,
        "linked": linked_rows(group, current=case.code, url_name="desk:case") if group else [],
        "delivered": _delivered(group, case.code) if group else [],
        "inbox_url": reverse("desk:inbox"),
    }
    return render(request, "desk/case.html", context, status=status)


def _delivered(group: selectors.Group, code: str) -> list[SummaryRow]:
    """The results of the cases before it, which were delivered to its agency as papers of its file."""
    return [
        SummaryRow(
            each.procedure,
            _("%(code)s: number %(number)s of %(day)s")
            % {
                "code": each.code,
                "number": each.result.number,
                "day": each.result.dated_on.strftime("%d/%m/%Y"),
            },
            href=reverse("desk:result", args=[code, each.result.pk]),
            action=_("Download"),
        )
        for each in group.cases
        if each.result is not None
    ]


# What is late gets an apology, and no more time.
_MOVE_TIME = {"extend_deadline", "prolong_for_verification", "prolong_by_agreement"}


def _buttons(seen: SeenCase, at: datetime) -> list[dict[str, Any]]:
    """What can be done now: the next act of the case's life first, the grave ones last; none that would be refused at once."""
    closing = _closing_act(seen)
    idle = {"complete_step", "propose_result"} - {closing} if closing else set()
    if not case_work.can_go_back(seen):
        idle.add("send_back_step")
    if not selectors.owed_at(seen.case):
        idle.add("record_payment")
    idle |= _MOVE_TIME if at > seen.case.due_at else {"apologise_late"}
    if seen.case.renewed_due_at is not None:
        idle.add("extend_deadline")
    offered = [verb for verb in seen.verbs if verb in VERBS and verb not in idle]
    following = _next_act(seen, offered, closing)
    return [
        {
            "title": VERBS[verb].title,
            "url": verb_url(seen.case.code, verb),
            "is_next": verb == following,
            "is_grave": VERBS[verb].is_grave,
        }
        for verb in sorted(offered, key=lambda verb: (verb != following, VERBS[verb].is_grave))
    ]


def _closing_act(seen: SeenCase) -> str:
    """The verb that closes the step where a case stands; none before its first or without steps."""
    case = seen.case
    return rules_of(case.version_id).step(case.step).act if case.step is not None else ""


def _next_act(seen: SeenCase, offered: list[str], closing: str) -> str:
    """The act that brings the case on; none where it is somebody else's."""
    case = seen.case
    wanted = ["receive_handover", "give_opinion", "provide_supplement", "fulfil_obligation", "confirm_draft"]
    gates = (PayBefore.FILING, PayBefore.ACCEPTANCE) if case.status == Status.SUBMITTED else ()
    if "record_payment" in offered and selectors.owed_at(case, *gates):
        wanted.append("record_payment")
    wanted.append("hand_over_result")
    if case.handler_id is None:
        wanted.append("assign_handler")
    return next((verb for verb in [*wanted, closing] if verb in offered), "")


def _answers(seen: SeenCase, whole: bool) -> list[SummaryRow]:
    schema = selectors.rules_asked(seen.case).version.form_schema
    return place_rows(seen.case) + [
        SummaryRow(question, answer if whole else mask_text(answer))
        for question, answer in answers_shown(schema, answers_of(seen.case.application_id))
    ]


def _supplements(seen: SeenCase, whole: bool) -> list[TimelineEvent]:
    """What each supplement changed, newest first: answers before and after, the place, and what was said with it."""
    schema = selectors.rules_asked(seen.case).version.form_schema
    hidden: Callable[[str], str] = str if whole else mask_text
    first, *later = revisions_of(seen.case.application_id)
    before, shown = dict(first.answers), []
    for revision in later:
        old = dict(answers_shown(schema, before))
        facts = [
            f"{question}: {hidden(old.get(question, '–'))} → {hidden(answer)}"
            for question, answer in answers_shown(schema, revision.answers)
        ]
        gone = {name: before.get(name) for name, answer in revision.answers.items() if answer is None}
        facts += [f"{question}: {hidden(answer)} → –" for question, answer in answers_shown(schema, gone)]
        if revision.connecting_unit:
            facts.append(_("Place corrected: %(place)s") % {"place": revision.connecting_unit.title})
        by = revision.declared_by.full_name
        shown.append(
            TimelineEvent(
                at=revision.declared_at,
                title=_("Supplement"),
                text=hidden(revision.message),
                by=by if whole or revision.declared_by.is_staff_member else mask_name(by),
                facts=tuple(facts),
            )
        )
        before |= revision.answers
    return shown[::-1]


def _attachments(seen: SeenCase) -> list[SummaryRow]:
    return [
        SummaryRow(
            row.component.title if row.component else row.asked_item or _("Other file"),
            row.attachment.filename,
            note=_given(row),
            href=reverse("desk:attachment", args=[seen.case.code, row.attachment.uuid]),
            action=_("Download"),
        )
        for row in attachments_of(seen.case.application_id)
    ]


def _given(row: RevisionAttachment) -> str:
    when = moment(row.revision.declared_at)
    if row.held_as:
        told = _("%(how)s, from case %(code)s; used again as the applicant agreed, %(when)s")
        return told % {"how": HeldAs(row.held_as).label, "code": row.held_from, "when": when}
    return _("%(size)s kB, given %(when)s") % {"size": max(row.attachment.size // 1024, 1), "when": when}


def _lookups(seen: SeenCase) -> list[SummaryRow]:
    """What the State's data said of each paper that is taken from there."""
    return [
        SummaryRow(row.component.title, LookupOutcome(row.outcome).label, moment(row.looked_up_at))
        for row in lookups_of(seen.case.application_id)
    ]


def _originals(seen: SeenCase) -> list[SummaryRow]:
    return [
        SummaryRow(
            row.component.title, _("Seen by %(who)s") % {"who": row.seen_by.full_name}, moment(row.seen_at)
        )
        for row in originals_of(seen.case.application_id)
    ]


def _owed(seen: SeenCase) -> list[SummaryRow]:
    """What the applicant still owes, gate by gate, and what nobody can say yet."""
    fees, owed = selectors.fees_of(seen.case), dict[str, int]()
    for fee in selectors.still_owed(fees):
        owed[fee.pay_before] = owed.get(fee.pay_before, 0) + (fee.amount or 0)
    rows = [SummaryRow(PayBefore(gate).label, dong(amount)) for gate, amount in owed.items()]
    unset = dict.fromkeys(fee.pay_before for fee in fees if not fee.is_established)
    return rows + [SummaryRow(PayBefore(gate).label, case_parts.unset_fee()) for gate in unset]


def _notices(seen: SeenCase, by: Actor) -> list[list[Cell]]:
    """What the applicant was told, and by which ways it has gone out; the words are theirs to read."""
    return [
        [
            Cell(notice.about.label),
            Cell(moment(notice.at)),
            Cell("\n".join(ways_in_words(notice)) or _("No address: on the applicant's page only")),
        ]
        for notice in notices_of(seen, seen_by=by)
    ]


@for_clerks
@require_POST
def control_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Form 06 as far as the ledger reaches; the one there is where nothing has happened since."""
    by = actor_of_request(request)
    seen_at_desk(code, seen_by=by)
    sheet = ask_control_sheet(code, by=by, at=timezone.now())
    if hasattr(sheet.document, "file"):
        return redirect("desk:paper", code, sheet.document.uuid)
    messages.success(
        request, _("The control sheet is being made. It stands among the statutory papers in a moment.")
    )
    return redirect("desk:case", code)


@for_clerks
@require_safe
def file_of_case(request: HttpRequest, code: str, kind: str, which: UUID | int) -> HttpResponse:
    """A paper, receipt, result or attachment, saved."""
    by = actor_of_request(request)
    seen_at_desk(code, seen_by=by)
    return send_file(kind, code, which, by=by)
