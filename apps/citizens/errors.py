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


class PassportNumberMalformed(Invalid):
    code = "passport_number_malformed"
    text = _("A passport number has letters without marks and digits only.")


class IdentityCountryMissing(Invalid):
    code = "identity_country_missing"
    text = _("Say which country issued the identity paper.")


class IdentityCountryUnknown(Invalid):
    code = "identity_country_unknown"
    text = _("There is no country with this code. It has two letters, as in ISO 3166-1.")


class IdentityPaperTaken(Invalid):
    code = "identity_paper_taken"
    status = 409
    text = _("Somebody with this identity paper is already known, under another name.")


refuses_constraint("citizen_identity_paper_once", IdentityPaperTaken)
refuses_constraint("citizen_personal_id_has_12_digits", PersonalIdMalformed)
