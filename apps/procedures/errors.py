"""Why something cannot be asked of the catalogue."""

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotFound
from apps.core.loading import Fault


class ProcedureUnknown(NotFound):
    code = "procedure_unknown"
    text = _("There is no procedure with the code %(code)s.")


class ProcedureNotInForce(Invalid):
    code = "procedure_not_in_force"
    text = _("The procedure %(code)s is not in force on this day.")


class ProcedureClosed(Invalid):
    code = "procedure_closed"
    text = _("Nobody can file %(code)s now: %(reason)s")


class LimitNotEstablished(Invalid):
    code = "limit_not_established"
    text = _("Nobody can file %(code)s now: its time limit is not established.")


class ChannelNotOpen(Invalid):
    code = "channel_not_open"
    text = _("This procedure cannot be filed this way.")


class AnswerMissing(Invalid):
    code = "answer_missing"
    text = _("Answer this question.")


class AnswerWrongType(Invalid):
    code = "answer_wrong_type"
    text = _("This answer is not of the kind that was asked for.")


class AnswerOutOfRange(Invalid):
    code = "answer_out_of_range"
    text = _("This answer is too small, too large, too short or too long.")


class AnswerNotAChoice(Invalid):
    code = "answer_not_a_choice"
    text = _("Choose one of the answers offered.")


class AnswerUnknown(Invalid):
    code = "answer_unknown"
    text = _("This question is not asked by the procedure.")


class ListRefused(Invalid):
    """A spreadsheet holds faults; `faults` are all of them, each with its row and column."""

    code = "list_refused"
    text = _("Nothing was changed: “%(file)s” has %(count)d faults.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(field="file", file=faults[0].file, count=len(faults))
        self.faults = tuple(faults)


class FileMissing(Invalid):
    code = "file_missing"
    text = _("Choose a file.")


class PersonalIdAnswerMalformed(Invalid):
    code = "answer_personal_id_malformed"
    text = _("A personal identification number has 12 digits and begins with 0.")


class TaxCodeAnswerMalformed(Invalid):
    code = "answer_tax_code_malformed"
    text = _("This is not a tax code: 10 digits, or 13 as 0100233488-001, of which the tenth must agree.")


class PhoneAnswerMalformed(Invalid):
    code = "answer_phone_malformed"
    text = _("A telephone number has 8 to 15 digits.")


class EmailAnswerMalformed(Invalid):
    code = "answer_email_malformed"
    text = _("This is not an e-mail address.")


class WardNotInForce(Invalid):
    code = "answer_ward_not_in_force"
    text = _("This is not a ward of the city that exists today.")


class RowsOutOfRange(Invalid):
    code = "answer_rows_out_of_range"
    text = _("There are too few or too many of these.")


class NotEligible(Invalid):
    """A rule of the version does not hold, so that nothing can be filed; the version says why, in both languages."""

    code = "not_eligible"
    text = _("This cannot be filed.")

    @property
    def message(self) -> str:
        return str(self.data["message_en" if get_language() == "en" else "message"])
