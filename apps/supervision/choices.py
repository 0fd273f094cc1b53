"""The lists by which a supervisor watches a district and its wards; by when a quarter was to be reported."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListName(models.TextChoices):
    LATE_AT_INTAKE = "late-at-intake", _("Late at intake")
    DUE_SOON = "due-soon", _("Due within 8 working hours")
    OVERDUE = "overdue", _("Overdue")
    STEP_LATE = "step-late", _("Step late")
    LONG_STOP = "long-stop", _("Stopped for long")
    SECOND_SUPPLEMENT = "second-supplement", _("Second supplement")
    HANDOVER_NOT_RECEIVED = "handover-not-received", _("Handover not received")
    OPINION_NOT_GIVEN = "opinion-not-given", _("Opinion not given in time")
    RESULT_NOT_ACKNOWLEDGED = "result-not-acknowledged", _("Linked result not acknowledged")
    NOT_DELIVERED = "not-delivered", _("Released, not delivered")
    UNROUTED = "unrouted", _("Unrouted")
    WITHDRAWAL_UNANSWERED = "withdrawal-unanswered", _("Withdrawal not answered in time")
    ENDED_WITHOUT_RESULT = "ended-without-result", _("Declined or stopped")
    EXTENDED = "extended", _("Extended")
    LATE_ENTRY = "late-entry", _("Entered late, from paper")
    MENDED = "mended", _("Reopened or undone")


class Holder(models.TextChoices):
    """Whose part of a district's lists."""

    WHOLE = "", _("The whole district")
    OWN_DESK = "own", _("The district's own agencies")
    ELSEWHERE = "elsewhere", _("Agencies outside the district")


@dataclass(frozen=True, slots=True)
class Spans:
    """What the reader chooses, in days: after how many a stop is long, and how far back is listed what ended, was mended or was entered late."""

    long_stop: int = 15
    recent: int = 30


# By when the use of receipts in a quarter was to be reported: (month, day), the fourth in the next year
# (Thông tư 303/2016/TT-BTC). Whether it binds receipts under Nghị định 254/2026/NĐ-CP is not established.
QUARTER_DUE: dict[int, tuple[int, int]] = {1: (4, 30), 2: (7, 30), 3: (10, 30), 4: (1, 30)}
