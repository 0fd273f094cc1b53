"""What the clock plays by itself: it reminds the applicant, and when the window has ended it lapses what was awaited."""

from __future__ import annotations

from apps.cases.actions.acting import Act
from apps.cases.actions.confirmation import take_as_confirmed
from apps.cases.actions.ending import stop
from apps.cases.choices import EventKind, Status, StopGround
from apps.cases.history import last_of
from apps.cases.models import CaseEvent

# On form 05, which is in Vietnamese.
_NOT_ANSWERED = {
    StopGround.SUPPLEMENT_LAPSED: "Hết thời hạn bổ sung, hoàn thiện hồ sơ mà không nhận được hồ sơ bổ sung đầy đủ.",
    StopGround.PAYMENT_LAPSED: "Hết thời hạn thực hiện nghĩa vụ tài chính mà không nhận được chứng từ hoàn thành.",
}
_GROUNDS = {
    Status.AWAITING_SUPPLEMENT: StopGround.SUPPLEMENT_LAPSED,
    Status.AWAITING_PAYMENT: StopGround.PAYMENT_LAPSED,
}
_ASKED_OR_REMINDED = (
    EventKind.SUPPLEMENT_REQUESTED,
    EventKind.PAYMENT_REQUESTED,
    EventKind.CONFIRMATION_ASKED,
    EventKind.CASE_REOPENED,
    EventKind.APPLICANT_REMINDED,
)


def lapse(act: Act) -> CaseEvent | None:
    """Stops a locked case, or takes its draft as confirmed, once the applicant's window has ended; None before that.

    A withdrawal that waits for its answer is answered first.
    """
    case = act.case
    if case.applicant_due_at is None or act.at <= case.applicant_due_at:
        return None
    if case.is_draft_awaited:
        return take_as_confirmed(act)
    ground = _GROUNDS.get(Status(case.status))
    return stop(act, ground, _NOT_ANSWERED[ground]) if ground else None


def remind(act: Act) -> CaseEvent | None:
    """Tells the applicant of a locked case that the window ends soon, once for each; None when it no longer matters."""
    due = act.case.applicant_due_at
    asked = last_of(act.entries, *_ASKED_OR_REMINDED)
    if due is None or act.at > due or act.case.status not in _GROUNDS or asked is None:
        return None
    if asked.kind == EventKind.APPLICANT_REMINDED:
        return None
    return act.record(EventKind.APPLICANT_REMINDED)
