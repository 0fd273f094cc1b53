"""Why nothing is shown from above."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotAllowed, NotFound


class DistrictUnknown(NotFound):
    code = "district_unknown"
    text = _("There is no such district or ward that you supervise.")


class NoSupervision(NotAllowed):
    code = "no_supervision"
    text = _("You hold no post of supervision.")
