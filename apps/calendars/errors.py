"""Why a change of the calendar is refused. Each names the row and the field that it speaks of."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, Refusal


class NoDayNamed(Invalid):
    code = "no_day_named"
    text = _("Name at least one day that changes.")


class DayTextMissing(Invalid):
    code = "day_text_missing"
    text = _("Enter 1 to %(most)d characters.")


class DayTwice(Invalid):
    code = "day_twice"
    text = _("%(day)s stands twice in this change.")


class DayKnown(Invalid):
    code = "day_known"
    text = _("%(day)s is in the calendar already: “%(name)s”. Change or remove that row instead.")


class DayNotKnown(Invalid):
    code = "day_not_known"
    text = _("%(day)s has no such row in the calendar that could be changed or removed.")


class DayPassed(Invalid):
    code = "day_passed"
    text = _(
        "%(day)s has passed. Only a day off can still be entered for it, where the decision was announced late: "
        "say so in this row."
    )


class PromiseImpossible(Invalid):
    code = "promise_impossible"
    text = _(
        "%(day)s has begun or passed: it cannot become a working day any more, since what was promised for later would "
        "have been due then."
    )


class DayWorkedAlready(Invalid):
    code = "day_worked_already"
    text = _("%(day)s is a working day already; only a Saturday or Sunday can be swapped in.")


class DayFreeAlready(Invalid):
    code = "day_free_already"
    text = _("%(day)s is not a working day: nobody has anything to do then that this row could spare them.")


class SwapNotPaired(Invalid):
    code = "swap_not_paired"
    text = _(
        "Decision %(decision)s would swap %(off)d days off for %(work)d working days. Each day off that is swapped "
        "needs its working day, on the same decision."
    )


class ClosedAgencyUnknown(Invalid):
    code = "closed_agency_unknown"
    text = _("There is no agency with the code “%(code)s” today.")


class OnlyClosuresOfAgency(Invalid):
    code = "only_closures_of_agency"
    text = _("Only a closure can be for one agency; every other day is for all of them.")


class CalendarMoved(Refusal):
    code = "calendar_moved"
    text = _(
        "The calendar was changed since this was proposed, so that other cases may move. Propose it again to see which."
    )
