"""Why nothing is shown from above, and why no register is made."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotAllowed, NotFound


class DistrictUnknown(NotFound):
    code = "district_unknown"
    text = _("There is no such district or ward that you supervise.")


class NoSupervision(NotAllowed):
    code = "no_supervision"
    text = _("You hold no post of supervision.")


class NoMoneyRead(NotAllowed):
    code = "no_money_read"
    text = _("You neither answer for the money of a collecting body nor supervise one.")


class RegisterUnknown(NotFound):
    code = "register_unknown"
    text = _("There is no such register, or it is not yours to read.")


class RegisterAgencyUnknown(Invalid):
    code = "register_agency_unknown"
    text = _("Choose an agency whose register you may read.")


class FieldUnknown(Invalid):
    code = "field_unknown"
    text = _("The catalogue has no such field.")


class QuarterWrong(Invalid):
    code = "quarter_wrong"
    text = _("Choose a quarter from 2026 on that has begun.")


class PeriodWrong(Invalid):
    code = "period_wrong"
    text = _("A period ends on the day it begins or later, not after today, and spans a year at most.")
