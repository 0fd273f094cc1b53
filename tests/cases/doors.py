"""Proof of who may play a verb and who may not, of what did not happen when not, and of what a repeat does.

A `Play` takes the actor and the request key and plays one verb on one case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.applications.models import Application, ApplicationRevision, Party
from apps.calendars.selectors import answer_times, working_calendar
from apps.cases import deadlines
from apps.cases.actions.handover import hand_over_case
from apps.cases.choices import EventKind
from apps.cases.errors import CaseUnknown, NotYours, PartyMayNotAct, VerbNotOpen
from apps.cases.history import fold
from apps.cases.models import (
    ActPaper,
    Case,
    CaseDocument,
    CaseEvent,
    CaseNotice,
    CaseReceipt,
    CaseRefund,
    CaseResult,
    EventText,
    Handover,
    LateEntry,
    Obligation,
    OpinionRequest,
    OriginalCustody,
    SupplementRequest,
)
from apps.cases.policies import CASEWORK
from apps.cases.selectors import entries_of
from apps.core.errors import KeyReused, Refusal
from apps.core.models import OutboxRow, RequestKey
from apps.core.request_keys import Replayed
from apps.documents.models import Document
from apps.interface.actors import NOBODY
from apps.notifications.models import Notice
from apps.procedures.selectors import rules_of
from apps.receipts.models import (
    Payment,
    PaymentLine,
    Receipt,
    ReceiptSeries,
    Refund,
    RefundDecision,
    RefundFailure,
    RefundOtherWay,
    RefundProposal,
)
from apps.units.models import Agency
from tests import given
from tests.databases import asked_at_once, count_each
from tests.factories import PostFactory

Play = Callable[[Actor, str], CaseEvent]

_COUNTED = (
    Application,
    ApplicationRevision,
    Party,
    Case,
    CaseEvent,
    EventText,
    ActPaper,
    OutboxRow,
    Document,
    CaseDocument,
    CaseNotice,
    CaseReceipt,
    CaseResult,
    LateEntry,
    Notice,
    Payment,
    PaymentLine,
    Receipt,
    Refund,
    RefundDecision,
    RefundFailure,
    RefundOtherWay,
    RefundProposal,
    CaseRefund,
)


_READ_WHOLE = (Case, Handover, OriginalCustody, SupplementRequest, OpinionRequest, Obligation)
_WORLD = {
    **count_each(_COUNTED),
    # A test opens a drawer wherever it needs a cashier; that is no trace of the act that it tries.
    "keys": f"SELECT count(*) FROM {RequestKey._meta.db_table} WHERE verb <> 'open_session'",
    "numbers": f"SELECT json_object_agg(id, last_number) FROM {ReceiptSeries._meta.db_table} WHERE last_number > 0",
    **{
        f"every {model.__name__}": f"SELECT json_agg(found ORDER BY id) FROM {model._meta.db_table} AS found"
        for model in _READ_WHOLE
    },
}


def world() -> dict[str, Any]:
    """Everything that a verb can change, as it stands."""
    return asked_at_once(_WORLD)


@contextmanager
def refused(refusal: type[Refusal], *, field: str | None = None) -> Iterator[pytest.ExceptionInfo]:
    """What is played inside is refused in this way, and nothing at all has changed."""
    before = world()
    with pytest.raises(refusal) as told:
        yield told
    assert told.type is refusal
    if field is not None:
        assert told.value.field == field
    assert told.value.message and "%(" not in told.value.message
    assert world() == before


def other_ward() -> Agency:
    """An agency that has nothing to do with the cases of these tests."""
    return given.ward_committee("Phường Hàng Bạc")


def supervisor(unit: Any) -> Actor:
    """Who supervises the district of a ward."""
    return given.staff(given.agency("district_committee", unit.parent), Role.SUPERVISOR)


def official_party(case: Case, at: Agency, *roles: Role) -> Actor:
    """The person who filed the case, holding posts at the agency as well."""
    user = User.objects.get(pk=case.application.filed_by_id)
    User.objects.filter(pk=user.pk).update(is_staff_member=True)
    for role in roles:
        PostFactory(user=user, agency=at, role=role)
    return given.act_as(user)


def only_official(case: Case, play: Play, *, right: Actor, at: Agency, roles: tuple[Role, ...]) -> CaseEvent:
    """Everybody else is refused, each in their way and without a trace; the right one acts. Returns the event."""
    wards = case.receiving_agency.unit
    strangers = [
        ("nobody", NOBODY, CaseUnknown),
        ("another citizen", given.citizen(), CaseUnknown),
        ("all clerks of another ward", given.staff(other_ward(), *CASEWORK), CaseUnknown),
        ("supervisor of another district", supervisor(given.ward("Phường Hàng Bạc")), CaseUnknown),
        ("every other role at the agency", given.staff(at, *set(CASEWORK) - set(roles)), NotYours),
        ("supervisor of the district", supervisor(wards), NotYours),
        ("inspector", given.staff(given.city_agency("city_inspectorate"), Role.INSPECTOR), NotYours),
        ("administrator", given.staff(at, Role.ADMINISTRATOR), CaseUnknown),
        ("the applicant", given.act_as(case.application.filed_by), PartyMayNotAct),
        ("an official who is a party", official_party(case, at, *CASEWORK), PartyMayNotAct),
    ]
    for who, actor, refusal in strangers:
        if who == "the applicant" and actor.citizen_id is None:
            continue
        if who == "an official who is a party" and actor.citizen_id is None:
            continue
        try:
            with refused(refusal):
                play(actor, given.key())
        except BaseException as error:
            error.add_note(f"played by: {who}")
            raise
    return acted(case, lambda: play(right, given.key()))


def acted(case: Case, act: Callable[[], CaseEvent]) -> CaseEvent:
    """One more event, and a case that is what its ledger adds up to."""
    count = CaseEvent.objects.filter(case=case).count()
    event = act()
    assert CaseEvent.objects.filter(case=case).count() == count + 1
    adds_up(case)
    return event


def adds_up(case: Case) -> None:
    """The columns of the case are the sum of its ledger; its due times are what the ledger derives; time never went back."""
    case = given.fresh(case)
    entries = entries_of(case)
    state = fold(entries)
    assert {name: getattr(case, name) for name in state} == state
    rules = deadlines.clock_rules(rules_of(case.version_id))
    derived = deadlines.derive(entries, rules, working_calendar, answer_times, case.step)
    for name in derived.__slots__:
        assert getattr(case, name) == getattr(derived, name), name
    times = [entry.at for entry in entries]
    assert times == sorted(times)
    assert [entry.sequence for entry in entries] == list(range(1, case.last_sequence + 1))


def owed_by(act: Callable[[], CaseEvent]) -> list[str]:
    """Plays an act; the tasks of the outbox rows that it added."""
    known = set(OutboxRow.objects.values_list("pk", flat=True))
    act()
    return sorted(
        row.task.rsplit(".", 1)[1] for row in OutboxRow.objects.exclude(pk__in=known).order_by("pk")
    )


def answers_once(case: Case, play: Play, *, by: Actor, other: Play | None = None) -> CaseEvent:
    """The same request again is a replay and acts no more; another body, or another verb, under its key is refused."""
    key = given.key()
    event = acted(case, lambda: play(by, key))
    before = world()
    with pytest.raises(Replayed) as replayed:
        play(by, key)
    assert replayed.value.code == case.code
    assert world() == before
    with refused(KeyReused):
        (other or _another_verb(case))(by, key)
    return event


def _another_verb(case: Case) -> Play:
    return lambda by, key: hand_over_case(
        case.code, to_agency=1, reason="Khác", by=by, at=given.NOW, request_key=key
    )


def only_open_in(case: Case, play: Play, *, by: Actor) -> None:
    """The case is not in a status in which the verb is open: the answer names the status and who brought it there."""
    changed = CaseEvent.objects.filter(case=case).exclude(from_status=F("to_status"))
    with refused(VerbNotOpen) as told:
        play(by, given.key())
    assert told.value.data["status"] == str(given.fresh(case).get_status_display())
    tells_of(told.value, changed.select_related("by").latest("sequence"))


def tells_of(refusal: Refusal, event: CaseEvent) -> None:
    """The sentence says who did what, and when."""
    who = event.by.full_name if event.by else "—"
    when = timezone.localtime(event.at).strftime("%H:%M %d/%m/%Y")
    what = str(EventKind(event.kind).label)
    said = [refusal.data.get(name) for name in ("last_act", "last_by", "last_at")]
    assert said == [what, who, when], refusal.message
    assert refusal.message.endswith(f" {what}: {who}, {when}.")


def event_of(case: Case) -> CaseEvent:
    """The last event."""
    return CaseEvent.objects.get(case=case, sequence=given.fresh(case).last_sequence)


def text_of(event: CaseEvent) -> str:
    """The free text that was written with an event."""
    return EventText.objects.get(event=event).text
