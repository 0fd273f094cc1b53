"""The ledger of a case in words: every act with who, when, where, what it decided and what it changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from apps.accounts.models import Pool
from apps.applications.choices import Delivery
from apps.cases import selectors
from apps.cases.choices import (
    ENDED_CLOCK,
    STOPPED_CLOCK,
    DeclineReason,
    EventKind,
    Omission,
    Outcome,
    RefusalReason,
    ReopenGround,
    Status,
    StopGround,
    UnroutableReason,
)
from apps.cases.history import Entry, read_entry
from apps.cases.selectors import SeenCase
from apps.core.canonical import read_moment
from apps.core.masking import mask_name, mask_text
from apps.core.spoken import dong, moment
from apps.interface.particulars import NAMES_A_PERSON
from apps.procedures.choices import LimitUnit
from apps.procedures.selectors import rules_of
from apps.receipts.choices import PaymentMethod, RefundMethod
from apps.units.models import Agency
from apps.web.ui.case_parts import paper_title
from apps.web.ui.parts import TimelineEvent

if TYPE_CHECKING:
    from apps.cases.models import CaseEvent

Fact = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The events of a case, oldest first, with what they refer to."""

    events: Sequence[CaseEvent]
    entries: Sequence[Entry]
    agencies: Mapping[int, Agency]
    # Under which version each event was played: steps are numbered within a version.
    versions: Sequence[int]

    @classmethod
    def of(cls, seen: SeenCase) -> Ledger:
        events = selectors.timeline(seen)
        entries = [read_entry(bytes(event.body)) for event in events]
        named = {
            entry.data[name] for entry in entries for name in ("agency", "of_agency") if name in entry.data
        }
        agencies = {event.to_agency_id: event.to_agency for event in events}
        if unknown := named - agencies.keys():
            agencies |= Agency.objects.in_bulk(unknown)
        return cls(events, entries, agencies, _versions(entries, seen.case.version_id))


def _versions(entries: Sequence[Entry], last: int) -> list[int]:
    """The version under which each event was played, read backwards from the one on which the case stands."""
    found = []
    for entry in reversed(entries):
        found.append(last)
        last = entry.data.get("from_version", last)
    return found[::-1]


def ledger_of(seen: SeenCase, *, whole: bool, works: bool) -> list[TimelineEvent]:
    """The ledger, newest first.

    Its free text is for whoever `works` on the case, with numbers hidden until the reader asks to see it `whole`; who
    supervises sees it only then. What the office says to itself and decided is not for a party, official or not.
    """
    ledger, is_party = Ledger.of(seen), seen.standing.is_party
    shown = [
        _shown(ledger, place, whole=whole and not is_party, works=works and not is_party, is_party=is_party)
        for place in range(len(ledger.events))
    ]
    return shown[::-1]


def _shown(ledger: Ledger, place: int, *, whole: bool, works: bool, is_party: bool) -> TimelineEvent:
    event = ledger.events[place]
    where = event.to_agency.title
    if event.from_agency_id and event.from_agency_id != event.to_agency_id and event.from_agency:
        where = f"{event.from_agency.title} → {where}"
    who = event.by.full_name if event.by else _("The system")
    if event.by and not (whole or event.by.is_staff_member):
        who = mask_name(who)
    return TimelineEvent(
        at=event.at,
        title=f"{event.sequence}. {EventKind(event.kind).label}",
        text=_text_of(event, whole=whole, works=works),
        by=f"{who} · {where}",
        facts=()
        if is_party
        else tuple(f"{label}: {value}" for label, value in _facts(ledger, place) if value),
        is_current=place == len(ledger.events) - 1,
    )


def _text_of(event: CaseEvent, *, whole: bool, works: bool) -> str:
    kept = getattr(event, "text", None)
    if kept is None:
        return ""
    if kept.redacted_at:
        return _("Text redacted.")
    if whole:
        return str(kept.text)
    return mask_text(kept.text) if works and event.kind not in NAMES_A_PERSON else _("Text hidden.")


def _facts(ledger: Ledger, place: int) -> list[Fact]:
    """What an act decided, then what it changed of the status and of the due time."""
    event, entry = ledger.events[place], ledger.entries[place]
    decided = DECIDED.get(entry.kind)
    facts = decided(ledger, event, entry) if decided else []
    before = ledger.events[place - 1] if place else None
    if entry.from_status not in (None, entry.to_status):
        changed = f"{Status(entry.from_status).label} → {entry.to_status.label}"
        facts.append((_("Status"), changed))
    if "going_back" in entry.data:
        facts.append((_("Proposed to be paid back"), dong(entry.data["going_back"])))
    is_due = entry.to_status not in (*STOPPED_CLOCK, *ENDED_CLOCK) and "waits_for" not in entry.data
    if is_due and (before is None or before.due_at != event.due_at):
        facts.append((_("Due"), moment(event.due_at)))
    return facts


def _handler(_ledger: Ledger, event: CaseEvent, _entry: Entry) -> list[Fact]:
    pool = _entry.changes.get("pool_id")
    if pool is not None:
        return [(_("Pool"), Pool.objects.get(pk=pool).name)]
    return [(_("Handler"), event.handler.full_name if event.handler else "")]


def _step(ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    step = rules_of(ledger.versions[entry.sequence - 1]).step(entry.data["step"])
    mark = "" if step.is_established else f" ({_('not established')})"
    facts: list[Fact] = [(_("Step"), f"{step.title}{mark}")]
    if "agency" in entry.data:
        facts += _agency(ledger, _event, entry)
    if "no_agency" in entry.data:
        facts.append((_("Not done elsewhere"), UnroutableReason(entry.data["no_agency"]).label))
    return facts


def _agency(ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    return [(_("To which agency"), ledger.agencies[entry.data["agency"]].title)]


def _asked(ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    facts: list[Fact] = [(_("Of whom"), ledger.agencies[entry.data["of_agency"]].title)]
    if "due" in entry.data:
        facts.append((_("To be answered by"), moment(read_moment(entry.data["due"]))))
    if entry.data.get("is_late"):
        facts.append((_("Answered"), _("late")))
    return facts


def _payment(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    return [
        (_("Amount"), dong(entry.data["amount"])),
        (_("How it was paid"), PaymentMethod(entry.data["method"]).label),
        (_("Settles nothing"), dong(entry.data["going_back"]) if entry.data.get("going_back") else ""),
    ]


def _refund(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    method = entry.data.get("method")
    facts: list[Fact] = [(_("Amount"), dong(entry.data["amount"]))]
    if "is_granted" in entry.data:
        facts.append((_("Decision"), _("it goes back") if entry.data["is_granted"] else _("it stays")))
    return [*facts, (_("How it is paid back"), RefundMethod(method).label if method else "")]


def _amount(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    return [(_("Amount"), dong(entry.data["amount"]))]


def _outcome(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    reason = entry.data.get("reason")
    return [
        (_("Result"), Outcome(entry.data["outcome"]).label),
        (_("Reason of a refusal"), RefusalReason(reason).label if reason else ""),
    ]


def _moved(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    before, after = (rules_of(entry.data[name]).version for name in ("from_version", "to_version"))
    return [(_("Version"), f"{before.number} → {after.number}")]


def _undone(ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    undone = next(one for one in ledger.entries if one.sequence == entry.data["undone"])
    return [(_("Undone"), f"{undone.sequence}. {undone.kind.label}")]


def _until(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    said = entry.data.get("until") or entry.data.get("expected")
    label = _("Result likely by") if entry.kind == EventKind.LATE_APOLOGISED else _("New time")
    return [(label, moment(read_moment(said)) if said else "")]


def _verified(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    return [
        (_("The limit in all"), f"{entry.data['value']} {LimitUnit(entry.data['unit']).label}"),
    ]


def _confirmed(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    if entry.data["is_deemed"]:
        return [(_("Answer"), _("none in time: it counts as consent"))]
    return [(_("Answer"), _("the draft is right") if entry.data["is_correct"] else _("something is wrong"))]


def _filed(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    facts: list[Fact] = [(_("Waits for the result of"), ", ".join(entry.data.get("waits_for", ())))]
    number = entry.data.get("late_entry")
    if number is None:
        return facts
    return [
        *facts,
        (_("Taken on paper at"), moment(entry.changes["received_at"])),
        (_("Number of the paper form"), number),
    ]


def _prerequisite(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    return [(_("The case before it"), entry.data["prerequisite"])]


def _answer_by(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    return [(_("The applicant answers by"), moment(entry.answer_by))]


def _supplement(ledger: Ledger, event: CaseEvent, entry: Entry) -> list[Fact]:
    return [
        (_("Omission"), Omission(entry.data["omission"]).label),
        *_answer_by(ledger, event, entry),
    ]


def _paper(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    return [(_("Paper"), paper_title(entry.data["form"]))]


def _rederived(_ledger: Ledger, _event: CaseEvent, entry: Entry) -> list[Fact]:
    return [(_("Decision"), entry.data["decision"])]


def _choice(label: Callable[[], str], name: str, of: Any) -> Callable[..., list[Fact]]:
    """One entry of a fixed list that the act named."""
    return lambda _ledger, _event, entry: [(label(), of(entry.data[name]).label)]


DECIDED: dict[EventKind, Callable[[Ledger, CaseEvent, Entry], list[Fact]]] = {
    EventKind.CASE_ROUTED: _agency,
    EventKind.ROUTING_FAILED: _choice(lambda: _("Reason"), "reason", UnroutableReason),
    EventKind.INTAKE_DECLINED: _choice(lambda: _("Reason"), "reason", DeclineReason),
    EventKind.APPLICATION_SUBMITTED: _filed,
    EventKind.PREREQUISITE_DELIVERED: _prerequisite,
    EventKind.PREREQUISITE_REFUSED: _prerequisite,
    EventKind.SUPPLEMENT_REQUESTED: _supplement,
    EventKind.PAYMENT_REQUESTED: _answer_by,
    EventKind.CONFIRMATION_ASKED: _answer_by,
    EventKind.DRAFT_CONFIRMED: _confirmed,
    EventKind.APPLICANT_REMINDED: _answer_by,
    EventKind.DEADLINE_EXTENDED: _until,
    EventKind.LATE_APOLOGISED: _until,
    EventKind.PROLONGED_TO_VERIFY: _verified,
    EventKind.PROLONGED_BY_AGREEMENT: _until,
    EventKind.HANDLER_ASSIGNED: _handler,
    EventKind.STEP_COMPLETED: _step,
    EventKind.STEP_SKIPPED: _step,
    EventKind.STEP_SENT_BACK: _step,
    EventKind.OPINION_REQUESTED: _asked,
    EventKind.OPINION_REMINDED: _asked,
    EventKind.OPINION_GIVEN: _asked,
    EventKind.OPINION_REVOKED: _asked,
    EventKind.CASE_HANDED_OVER: _agency,
    EventKind.PAYMENT_RECORDED: _payment,
    EventKind.PAYMENT_NOT_APPLIED: _payment,
    EventKind.REFUND_DECIDED: _refund,
    EventKind.REFUND_PAID: _refund,
    EventKind.REFUND_FAILED: _refund,
    EventKind.RESULT_PROPOSED: _outcome,
    EventKind.RESULT_APPROVED: _outcome,
    EventKind.RESULT_RELEASED: _outcome,
    EventKind.RESULT_HANDED_OVER: _choice(lambda: _("How it is delivered"), "delivery", Delivery),
    EventKind.CASE_STOPPED: _choice(lambda: _("Ground"), "ground", StopGround),
    EventKind.VERSION_CHANGED: _moved,
    EventKind.ACT_UNDONE: _undone,
    EventKind.CASE_REOPENED: _choice(lambda: _("Ground"), "ground", ReopenGround),
    EventKind.DUE_TIMES_REDERIVED: _rederived,
    EventKind.PAPER_CORRECTED: _paper,
    EventKind.PAPER_TAKEN_OVER: _paper,
    EventKind.RECEIPT_NOTICED: _paper,
    EventKind.RECEIPT_REPLACED: _amount,
}
