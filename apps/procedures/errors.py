"""Why something cannot be asked of the catalogue."""

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotFound, Refusal
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


class VersionUnknown(NotFound):
    code = "version_unknown"
    text = _("There is no such version.")


class VersionNotDraft(Refusal):
    """Somebody has published it meanwhile, or it always was."""

    code = "version_not_draft"
    text = _("This version was published (%(who)s, %(when)s). A published version is never changed.")


class DraftSavedMeanwhile(Refusal):
    """The draft is not the one that was seen; what was typed is kept, and so is what the other saved."""

    code = "draft_saved_meanwhile"
    text = _(
        "%(who)s saved this draft at %(when)s, after you had opened it. Nothing of yours is lost and nothing of theirs was "
        "overwritten: compare with what is stored now, then save again."
    )


class PublishedMeanwhile(Refusal):
    code = "published_meanwhile"
    text = _("%(who)s published version %(number)d at %(when)s. Look at the difference again, then publish.")


class PartUnknown(Invalid):
    code = "part_unknown"
    text = _("A version has no such part.")


class DraftRefused(Invalid):
    """What was sent cannot be stored as part of a draft; `faults` are all of them, each with its row and field."""

    code = "draft_refused"
    text = _("Nothing was saved: %(count)d entries need to be corrected.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(count=len(faults))
        self.faults = tuple(faults)


class VersionNotSound(Invalid):
    """A draft that cannot be published yet; `faults` are everything that is missing, by part and row."""

    code = "version_not_sound"
    text = _("This version cannot be published: %(count)d things are missing or do not fit.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(count=len(faults))
        self.faults = tuple(faults)


class VersionNotInForce(Refusal):
    code = "version_not_in_force"
    text = _("Open cases are moved only to the version that is in force today.")


class AgenciesMissing(Invalid):
    code = "agencies_missing"
    text = _(
        "Some units have no competent agency: %(units)s. Say that this is known, or change the competence."
    )


class InForceFromPast(Invalid):
    code = "in_force_from_past"
    text = _(
        "A version comes into force today or later: what was filed before stands on what was in force then."
    )


class EnglishMissing(Invalid):
    code = "english_missing"
    text = _("Give this text in Vietnamese and in English.")


class FilingNotOpen(Refusal):
    code = "filing_not_open"
    text = _("Filing of this procedure is closed already.")


class FilingNotClosed(Refusal):
    code = "filing_not_closed"
    text = _("Filing of this procedure was not closed by a decision.")
