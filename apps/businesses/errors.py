"""Why an organisation's particulars are refused."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, refuses_constraint


class TaxCodeMalformed(Invalid):
    code = "tax_code_malformed"
    text = _("A tax code has 10 digits, or 13 written as 10 digits, a hyphen and 3 digits.")


class TaxCodeCheckDigitWrong(Invalid):
    code = "tax_code_check_digit_wrong"
    text = _("This tax code has a wrong check digit. Compare it with the registration certificate.")


class TaxCodeTaken(Invalid):
    code = "tax_code_taken"
    status = 409
    text = _("This number is already known as that of another organisation.")


refuses_constraint("business_number_once", TaxCodeTaken)
