"""Why a person's particulars are refused."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, refuses_constraint


class PersonalIdMalformed(Invalid):
    code = "personal_id_malformed"
    text = _("A personal identification number has 12 digits, beginning with a province code.")


class IdentityNumberMissing(Invalid):
    code = "identity_number_missing"
    text = _("Give the number of the identity paper, or say that there is none yet.")


class IdentityNumberTooLong(Invalid):
    code = "identity_number_too_long"
    text = _("The number of an identity paper has at most 30 characters.")


class PersonalIdTaken(Invalid):
    code = "personal_id_taken"
    status = 409
    text = _("Somebody with this personal identification number is already known, under another name.")


refuses_constraint("citizen_personal_id_once", PersonalIdTaken)
refuses_constraint("citizen_personal_id_has_12_digits", PersonalIdMalformed)
