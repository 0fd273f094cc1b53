"""Form 06, the control sheet: who gave the file to whom, when, and whether in time; from the ledger and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation

from apps.calendars.selectors import answer_times, working_calendar
from apps.cases.choices import EventKind
from apps.cases.deadlines import clock_rules, derive
from apps.cases.history import Entry, effective, last_of, read_entry
from apps.cases.models import CaseDocument, CaseEvent
from apps.cases.papers.parts import DESK_NAME, issue, letterhead, notes_of, procedure_of, spelled
from apps.procedures.selectors import rules_of
from apps.units.models import Agency

if TYPE_CHECKING:
    from apps.cases.actions.acting import Act

SYMBOL = "PKS-BPTNTKQ"
APPLICANT = "Người nộp hồ sơ"
SYSTEM = "Hệ thống Một Cửa (tự động)"
NOTE_STEPS = "Thời hạn từng bước do hệ thống chia theo quy trình nội bộ, chưa được quyết định."


@dataclass
class _Ledger:
    """The events of a case in order, those undone left out, with the agencies that they name."""

    events: Sequence[CaseEvent]
    entries: Sequence[Entry]
    agencies: Mapping[int, Agency]
    versions: Sequence[int]
    counting: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        self.counting = frozenset(entry.sequence for entry in effective(self.entries))

    def due_before(self, place: int) -> datetime | None:
        """By when whoever held the case had to act, as it stood just before an event; None while no time ran."""
        before = self.events[place - 1]
        due = derive(
            self.entries[:place],
            clock_rules(rules_of(self.versions[place - 1])),
            working_calendar,
            answer_times,
            before.step,
        )
        return (due.step_due_at or due.due_at) if due.is_clock_running else None


@dataclass
class _Walk:
    """Where the file is while the ledger is read: who holds it, and an offer that waits for its answer."""

    ledger: _Ledger
    holder: str = APPLICANT
    offer: tuple[datetime, str, str] | None = None
    transfers: list[dict[str, Any]] = field(default_factory=list)

    def give(
        self, place: int, receiver: str, *, giver: str = "", given_at: datetime | None = None, note: str = ""
    ) -> None:
        """The file goes from whoever holds it to another; who has it already is given nothing."""
        event = self.ledger.events[place]
        giver, self.holder = giver or self.holder, receiver
        if giver == receiver:
            return
        due = self.ledger.due_before(place) if place and giver != APPLICANT else None
        self._add(event, giver, receiver, given_at or event.at, event.at, due, note)

    def _add(
        self,
        event: CaseEvent,
        giver: str,
        receiver: str,
        given_at: datetime,
        received_at: datetime | None,
        due: datetime | None,
        note: str,
    ) -> None:
        label = str(EventKind(event.kind).label)
        self.transfers.append(
            {
                "giver": giver,
                "receiver": receiver,
                "given_at": spelled(given_at),
                "received_at": spelled(received_at) if received_at else None,
                "result": _timeliness(received_at or given_at, due),
                "note": f"{label}. {note}" if note else label,
            }
        )

    def close(self, place: int, receiver: str) -> None:
        """The desk takes in what the applicant gave: the time until then was the desk's."""
        given_at, giver, _ = self.offer or (self.ledger.events[0].at, APPLICANT, "")
        event = self.ledger.events[place]
        self.offer, self.holder = None, receiver
        self._add(event, giver, receiver, given_at, event.at, self.ledger.due_before(place), "")

    def wait(self) -> None:
        """What was offered and not answered yet stands last, without a time of receiving."""
        if self.offer is not None:
            given_at, giver, receiver = self.offer
            self._add(self.ledger.events[-1], giver, receiver, given_at, None, None, "Chờ bên nhận")
            self.transfers[-1]["note"] = "Chờ bên nhận"


def issue_control_sheet(act: Act, last: CaseEvent, *, replaces: CaseDocument | None) -> CaseDocument:
    """Phiếu kiểm soát quá trình giải quyết hồ sơ, as far as the ledger reaches: its last event is `last`."""
    case = act.case
    with translation.override("vi"):
        ledger = _read(act)
        transfers = transfers_of(ledger)
    competent = case.competent_agency or case.current_agency
    # Desks that only receive and hand over take no part in the decision.
    besides = ledger.agencies.keys() - {competent.pk, case.receiving_agency_id, case.returning_agency_id}
    snapshot: dict[str, Any] = {
        **letterhead(act, SYMBOL),
        "case_code": case.code,
        "procedure": procedure_of(act),
        "agency": competent.name,
        "partners": [ledger.agencies[key].name for key in sorted(besides)],
        "received_at": spelled(case.received_at),
        "promised_at": spelled(case.promised_due_at) if case.promised_due_at else None,
        "transfers": transfers,
        "events": last.sequence,
        "notes": [
            *notes_of(act),
            *([] if all(step.is_established for step in act.rules.steps) else [NOTE_STEPS]),
        ],
    }
    return issue(act, last, "form_06", snapshot, replaces=replaces)


def _read(act: Act) -> _Ledger:
    events = list(
        CaseEvent.objects.filter(case=act.case)
        .select_related("by", "from_agency", "to_agency", "handler")
        .order_by("sequence")
    )
    entries = [read_entry(bytes(event.body)) for event in events]
    agencies = {event.to_agency_id: event.to_agency for event in events}
    named = {entry.data["agency"] for entry in entries if "agency" in entry.data}
    agencies |= Agency.objects.in_bulk(named - agencies.keys())
    versions, version = [], act.case.version_id
    for entry in reversed(entries):
        versions.append(version)
        version = entry.data.get("from_version", version)
    return _Ledger(events, entries, agencies, versions[::-1])


def transfers_of(ledger: _Ledger) -> list[dict[str, Any]]:
    """Every giving and receiving from intake to hand-over, in order; what was undone did not happen."""
    walk = _Walk(ledger)
    for place, (event, entry) in enumerate(zip(ledger.events, ledger.entries, strict=True)):
        told = _TOLD.get(entry.kind)
        if told is not None and entry.sequence in ledger.counting:
            told(walk, place, event, entry)
    walk.wait()
    return walk.transfers


def _timeliness(at: datetime, due: datetime | None) -> str:
    if due is None:
        return "none"
    if at > due:
        return "late"
    return "on_time" if timezone.localdate(at) == timezone.localdate(due) else "early"


def _desk(agency: Agency) -> str:
    return f"{DESK_NAME}, {agency.name}"


def _by(event: CaseEvent, agency: Agency) -> str:
    """Who acted, with their agency; of the applicant's side nobody is named."""
    if event.by is None:
        return SYSTEM
    return f"{event.by.full_name}, {agency.name}" if event.by.is_staff_member else APPLICANT


def _filed(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    walk.offer = (event.at, APPLICANT, _desk(event.to_agency))
    walk.holder = _desk(event.to_agency)


def _routed(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    """At intake the queue of another desk gets it; after acceptance it is offered to the competent agency."""
    before = walk.ledger.events[place - 1].to_agency
    accepted = last_of(walk.ledger.entries[:place], EventKind.INTAKE_ACCEPTED)
    if accepted is None:
        if walk.offer is not None:
            walk.offer = (walk.offer[0], APPLICANT, _desk(event.to_agency))
        walk.holder = _desk(event.to_agency)
    elif entry.data["agency"] != before.pk:
        walk.offer = (event.at, _desk(before), _desk(walk.ledger.agencies[entry.data["agency"]]))


def _took_in(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    walk.close(place, _by(event, event.to_agency))
    walk.holder = _desk(event.to_agency) if entry.kind == EventKind.INTAKE_ACCEPTED else APPLICANT


def _offered(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    walk.offer = (event.at, _by(event, event.to_agency), _desk(walk.ledger.agencies[entry.data["agency"]]))


def _received(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    given_at, giver, _ = walk.offer or (event.at, walk.holder, "")
    walk.offer = None
    walk.give(place, _by(event, event.to_agency), giver=giver, given_at=given_at)


def _returned(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    given_at, giver, receiver = walk.offer or (event.at, walk.holder, "")
    walk.offer, holder = None, walk.holder
    walk.give(place, receiver, giver=giver, given_at=given_at, note="Bên nhận trả lại")
    walk.holder = holder


def _to_handler(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    if event.handler is not None:
        walk.give(place, f"{event.handler.full_name}, {event.to_agency.name}")


def _to_applicant(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    walk.give(place, APPLICANT, giver=_by(event, event.from_agency or event.to_agency))


def _back(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    """From the applicant to whoever handles the case, or to the desk."""
    handler = event.handler.full_name if event.handler else DESK_NAME
    walk.give(place, f"{handler}, {event.to_agency.name}", giver=APPLICANT)


def _to_approver(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    walk.give(place, f"Người có thẩm quyền ký, {event.to_agency.name}", giver=_by(event, event.to_agency))


def _to_registrar(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    walk.give(place, f"Văn thư, {event.to_agency.name}", giver=_by(event, event.to_agency))


def _sent_back(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    handler = event.handler.full_name if event.handler else DESK_NAME
    walk.give(place, f"{handler}, {event.to_agency.name}", giver=_by(event, event.to_agency))


def _released(walk: _Walk, place: int, event: CaseEvent, entry: Entry) -> None:
    giver = _by(event, event.from_agency or event.to_agency)
    walk.give(place, _desk(event.to_agency), giver=giver)


_TOLD: dict[EventKind, Callable[[_Walk, int, CaseEvent, Entry], None]] = {
    EventKind.APPLICATION_SUBMITTED: _filed,
    EventKind.CASE_ROUTED: _routed,
    EventKind.INTAKE_ACCEPTED: _took_in,
    EventKind.INTAKE_DECLINED: _took_in,
    EventKind.SUPPLEMENT_REQUESTED: _to_applicant,
    EventKind.SUPPLEMENT_PROVIDED: _back,
    EventKind.PAYMENT_REQUESTED: _to_applicant,
    EventKind.OBLIGATION_FULFILLED: _back,
    EventKind.CONFIRMATION_ASKED: _to_applicant,
    EventKind.DRAFT_CONFIRMED: _back,
    EventKind.HANDLER_ASSIGNED: _to_handler,
    EventKind.CASE_HANDED_OVER: _offered,
    EventKind.HANDOVER_RECEIVED: _received,
    EventKind.HANDOVER_RETURNED: _returned,
    EventKind.RESULT_PROPOSED: _to_approver,
    EventKind.PROPOSAL_SENT_BACK: _sent_back,
    EventKind.RESULT_APPROVED: _to_registrar,
    EventKind.RESULT_RELEASED: _released,
    EventKind.RESULT_HANDED_OVER: _to_applicant,
    EventKind.CASE_STOPPED: _to_applicant,
    EventKind.CASE_REOPENED: _back,
}
