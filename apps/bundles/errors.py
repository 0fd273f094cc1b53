"""Why no bundle of receipts is made, or not given."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotFound, Refusal


class BundleUnknown(NotFound):
    code = "bundle_unknown"
    text = _("There is no such file of receipts, or it is not yours to read.")


class NoReceipts(Invalid):
    code = "no_receipts"
    text = _("There is no receipt to put together.")


class TooManyReceipts(Invalid):
    code = "too_many_receipts"
    text = _("These are more than %(most)s receipts, too many for one file. Choose fewer.")


class TooManyBundles(Refusal):
    code = "too_many_bundles"
    text = _("%(most)s files of yours are being made already. Wait until one of them is ready.")


class YearWrong(Invalid):
    code = "year_wrong"
    text = _("Choose a year from %(first)s to this year.")


class DayWrong(Invalid):
    code = "day_wrong"
    text = _("Choose today or a day before.")


class PayerUnknown(Invalid):
    code = "payer_unknown"
    text = _("You may not act for this business today.")


class DeskUnknown(Invalid):
    code = "desk_unknown"
    text = _("Choose an agency whose receipts you may read.")


class SessionUnknown(Invalid):
    code = "session_unknown"
    text = _("There is no such cashier's session at this agency on this day.")
