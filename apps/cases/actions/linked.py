"""A case that waits for another: its clock starts when that one's result is delivered to its agency; refused, it stops.

The program plays this for an outbox row that the prerequisite's own act has written, on what the prerequisite is by
then: reopened meanwhile it has not ended, and its next end will owe the row anew.
"""

from __future__ import annotations

from apps.calendars.selectors import answer_times, working_calendar
from apps.calendars.working_time import Channel, due_at, received_at
from apps.cases.actions.acting import Act
from apps.cases.actions.dependants import TASK
from apps.cases.actions.ending import stop
from apps.cases.choices import ENDED_CLOCK, EventKind, Outcome, Status, StopGround
from apps.cases.deadlines import cases_awaited
from apps.cases.errors import PrerequisiteNotGranted
from apps.cases.history import effective
from apps.cases.models import Case, CaseEvent, CaseLink, CaseResult
from apps.cases.selectors.calendar import adopted_calendar

_FRUITLESS = (Status.DECLINED, Status.STOPPED)
_WITH_RESULT = (Status.RESOLVED, Status.DELIVERED)
# On form 05, which is in Vietnamese.
_ENDED_HOW = {
    Status.DECLINED: "không được tiếp nhận",
    Status.STOPPED: "đã dừng xử lý",
    Status.RESOLVED: "đã có kết quả từ chối",
    Status.DELIVERED: "đã có kết quả từ chối",
}


def is_granted(case: Case) -> bool:
    """Whether a case has ended with what was asked for, at least in part."""
    return case.status in _WITH_RESULT and case.outcome in (Outcome.GRANTED, Outcome.PARTLY)


def is_fruitless(case: Case) -> bool:
    """Whether a case has ended without what was asked for."""
    return case.status in _FRUITLESS or (case.status in _WITH_RESULT and case.outcome == Outcome.REFUSED)


def follow(act: Act, prerequisite: str) -> CaseEvent | None:
    """What a locked case does once another has ended; None where that changes nothing for it."""
    link = CaseLink.objects.select_related("prerequisite__version__procedure").get(
        case=act.case, prerequisite__code=prerequisite
    )
    before = link.prerequisite
    if act.case.status in ENDED_CLOCK:
        return None
    if is_granted(before):
        return _deliver(act, link)
    if is_fruitless(before):
        return _end(act, before)
    return None


def _deliver(act: Act, link: CaseLink) -> CaseEvent | None:
    """The result comes to the agency of the waiting case, once; with the last that was awaited its clock starts.

    A corrected result takes the place of the one before it and moves no time.
    """
    code = link.prerequisite.code
    result = CaseResult.objects.filter(case=link.prerequisite, superseded_by__isnull=True).get()
    if link.result_id == result.pk:
        return None
    is_first = link.result_id is None
    counting = effective(act.entries)
    version = adopted_calendar(act.case, act.entries)
    received = received_at(working_calendar(version), act.at, Channel.ONLINE)
    starts = is_first and cases_awaited(counting) == [code]
    link.result = result
    if is_first:
        link.delivered_at = act.at
        link.acknowledge_by = due_at(
            working_calendar(version), received, answer_times(version).acknowledgement
        )
    link.save(update_fields=["result", "delivered_at", "acknowledge_by"])
    return act.record(
        EventKind.PREREQUISITE_DELIVERED,
        changes={"received_at": received} if starts else {},
        data={"prerequisite": code, "result": result.pk},
        calendar_version=version,
    )


def _end(act: Act, before: Case) -> CaseEvent:
    """Nothing was decided on a case that is not accepted: it stops, with the reason. Where the case before it was granted
    first and refused after it was reopened, an accepted one is told, and its head decides.
    """
    if act.case.accepted_at is not None:
        return act.record(EventKind.PREREQUISITE_REFUSED, data={"prerequisite": before.code})
    return stop(act, StopGround.PREREQUISITE_REFUSED, reason_of(before))


def reason_of(before: Case) -> str:
    """Why what rests on a case is stopped, on form 05."""
    name = before.version.procedure.name
    return (
        f"Hồ sơ {before.code} ({name}), là hồ sơ mà hồ sơ này phụ thuộc, {_ENDED_HOW[Status(before.status)]}."
    )


def refuse_waiting_for_ever(act: Act) -> None:
    """Raises PrerequisiteNotGranted where a case that is opened again would wait for one that ended without a result."""
    awaited = cases_awaited(effective(act.entries))
    for before in Case.objects.filter(dependants__case=act.case, code__in=awaited).order_by("pk"):
        if is_fruitless(before):
            raise PrerequisiteNotGranted(code=before.code)


def owe_what_came_meanwhile(act: Act, event: CaseEvent) -> None:
    """A case opened again is owed the results that were released while it had ended."""
    awaited = cases_awaited(effective(act.entries))
    for before in Case.objects.filter(dependants__case=act.case, code__in=awaited).order_by("pk"):
        if is_granted(before):
            code = act.case.code
            effect = f"follow:{code}:{before.code}:again:{event.sequence}"
            act.owe(TASK, effect, code=code, prerequisite=before.code)
