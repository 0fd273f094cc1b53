"""The body of each verb. A blank text goes through to the verb, which refuses it with its own sentence."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.v1.serializers.applications import MOST_FILES
from apps.api.v1.serializers.cases import SupplementItem
from apps.api.v1.serializers.parts import identifier
from apps.applications.choices import Delivery
from apps.cases.actions.refund import REASON_AT_MOST
from apps.cases.actions.supplement import Item
from apps.cases.choices import DeclineReason, Omission, Outcome, RefusalReason, ReopenGround, StopGround
from apps.receipts.choices import AT_COUNTER, RefundMethod
from apps.receipts.corrections import MOST_CHARACTERS


def words(most: int = 2000, **options: Any) -> serializers.CharField:
    """A text that must be sent."""
    return serializers.CharField(max_length=most, allow_blank=True, **options)


class Verb(serializers.Serializer):
    """A verb that needs nothing but the case."""

    def arguments(self) -> dict[str, Any]:
        """What the action takes beside the case, the actor, the clock and the key."""
        return dict(self.validated_data)


class AcceptIntakeIn(Verb):
    """Accepts: form 01 is issued and the case clock starts (Thông tư 03/2025/TT-VPCP)."""


class DeclineIntakeIn(Verb):
    """Declines to take the application in, with form 03."""

    reason = serializers.ChoiceField(choices=DeclineReason.values)
    text = words(help_text="The reason in words, for the applicant.")


class RequestSupplementIn(Verb):
    """Asks the applicant to complete the file (form 02); the clock stops until it is complete."""

    items = SupplementItem(many=True)
    omission = serializers.ChoiceField(choices=Omission.values, help_text="Whose omission it was.")

    def arguments(self) -> dict[str, Any]:
        given = self.validated_data
        return {**given, "items": [Item(each["item"], each["reason"]) for each in given["items"]]}


class ProvideSupplementIn(Verb):
    """Gives a part of what was asked for, or declares the file complete: what changed, new files, a message."""

    answers = serializers.DictField(default=dict)
    attachments = serializers.DictField(
        child=serializers.ListField(child=serializers.UUIDField(), max_length=MOST_FILES),
        default=dict,
        help_text="Uploaded files by the code of the paper, or by the number of the item asked for: 1, 2…",
    )
    connecting_unit = identifier(
        required=False,
        allow_null=True,
        default=None,
        help_text="The right ward, where the one that was filed is wrong. Before acceptance the case is routed anew.",
    )
    originals = serializers.ListField(
        child=serializers.CharField(max_length=40),
        max_length=MOST_FILES,
        default=list,
        help_text="Codes of papers whose original was brought to the desk where the case is.",
    )
    message = serializers.CharField(max_length=2000, allow_blank=True, default="")
    is_complete = serializers.BooleanField(
        default=True, help_text="Said once; false gives a part, and the clock goes on standing."
    )


class RequestPaymentIn(Verb):
    """Waits for an obligation that another authority has set, such as a tax; the clock stops."""

    what = words(300)
    authority = words(200, help_text="Which authority has set it.")
    amount = serializers.IntegerField(
        min_value=1, max_value=10**15, allow_null=True, default=None, help_text="Đồng; null while not known."
    )
    reference = serializers.CharField(
        max_length=120, allow_blank=True, default="", help_text="The number of that authority's notice."
    )


class FulfilObligationIn(Verb):
    """The obligation is proven to be fulfilled; what was left of the time runs."""

    voucher = words(120, help_text="The number of the proof.")


class AskConfirmationIn(Verb):
    """Sends the applicant a draft to be confirmed, where the version says so; the clock stands until they answer."""

    draft = words(help_text="The wording of the result.")


class ConfirmDraftIn(Verb):
    """Says that the draft is right, or what in it is wrong."""

    is_correct = serializers.BooleanField()
    text = serializers.CharField(max_length=2000, allow_blank=True, default="", help_text="What is wrong.")


class ProlongForVerificationIn(Verb):
    """Lengthens the limit once, up to what the version gives where facts must be verified."""

    value = serializers.IntegerField(
        min_value=1, max_value=32767, help_text="The limit in all, in the unit of the version."
    )
    reason = words()


class ProlongByAgreementIn(Verb):
    """Sets the time on which the applicant has agreed in writing."""

    until = serializers.DateTimeField()
    agreement = words(200, help_text="The paper in which the applicant agrees, and its date.")
    reason = words()


class ExtendDeadlineIn(Verb):
    """Gives the case a new time once, in good time, with an apology (form 04); the old promise stays on record."""

    until = serializers.DateTimeField()
    reason = words()


class ApologiseLateIn(Verb):
    """Apologises once the time has run out (form 04); it moves no time."""

    expected = serializers.DateTimeField(
        allow_null=True, default=None, help_text="When the result is likely, where that can be said."
    )
    reason = words()


class AssignHandlerIn(Verb):
    """Gives the case to a handler of the agency, or to one of its pools: one of the two."""

    handler = identifier(
        required=False, allow_null=True, default=None, help_text="The account of the handler."
    )
    pool = identifier(
        required=False, allow_null=True, default=None, help_text="A pool, whose members take the case."
    )


class CompleteStepIn(Verb):
    """Completes the step, with what it must leave."""

    note = serializers.CharField(max_length=2000, allow_blank=True, default="")
    attachment = serializers.UUIDField(
        allow_null=True, default=None, help_text="The file that the step leaves, uploaded by the actor."
    )


class RequestOpinionIn(Verb):
    """Asks another agency for its opinion; the case and its clock stay where they are."""

    to_agency = identifier()
    hours = serializers.IntegerField(help_text="The time to answer, in working hours: from 1 to 120.")
    question = words()


class OpinionIn(Verb):
    """Names one of the requests for an opinion that wait."""

    number = serializers.IntegerField(min_value=1, max_value=32767)


class GiveOpinionIn(OpinionIn):
    """The agency that was asked gives its opinion."""

    text = words()
    attachment = serializers.UUIDField(
        allow_null=True, default=None, help_text="The signed paper, uploaded by the actor."
    )


class RevokeOpinionIn(OpinionIn):
    """The opinion is not needed any more."""

    reason = words()


class HandOverCaseIn(Verb):
    """Offers the case to another agency."""

    to_agency = identifier()
    reason = words()


class ReceiveHandoverIn(Verb):
    """Takes the case over, and its time with it."""


class ReasonIn(Verb):
    """An act that needs a reason in words."""

    reason = words()


class RecordPaymentIn(Verb):
    """Records what the applicant paid; the receipt is numbered at once (Nghị định 254/2026/NĐ-CP)."""

    amount = serializers.IntegerField(min_value=1, max_value=10**15, help_text="All that is due, đồng.")
    method = serializers.ChoiceField(choices=[method.value for method in AT_COUNTER])
    reference = serializers.CharField(
        max_length=80, allow_blank=True, default="", help_text="The number of the card slip."
    )


class RefundIn(Verb):
    """Which of the refunds of the case is meant."""

    refund = serializers.UUIDField(help_text="As `money.refunds` of the case names it.")


class DecideRefundIn(RefundIn):
    """Decides whether money goes back, on the fee's own rule, and how; a granted one may still go another way."""

    is_granted = serializers.BooleanField()
    method = serializers.ChoiceField(
        choices=RefundMethod.values, allow_blank=True, default="", help_text="Empty where it is not granted."
    )
    reason = words(REASON_AT_MOST, help_text="For the applicant, who is told.")


class PayRefundIn(RefundIn):
    """Pays all of it back, once: cash out of the drawer, or a transfer that the bank has made."""

    recipient = serializers.CharField(
        max_length=500, allow_blank=True, default="", help_text="Cash: who had it, and by which paper."
    )
    reference = serializers.CharField(
        max_length=80, allow_blank=True, default="", help_text="The bank's number of a transfer."
    )


class ProposeResultIn(Verb):
    """Proposes to grant, grant in part or refuse; a refusal names its reason."""

    outcome = serializers.ChoiceField(choices=Outcome.values)
    reason = serializers.ChoiceField(
        choices=RefusalReason.values, allow_blank=True, default="", help_text="For a refusal."
    )
    text = words()


class SendBackIn(Verb):
    """Gives the proposal back to the handler."""

    text = words()


class ApproveResultIn(Verb):
    """Signs the proposal."""


class ReleaseResultIn(Verb):
    """Releases the signed result: the clock ends."""

    number = words(60, help_text="Under which the result is registered.")
    dated_on = serializers.DateField()
    attachment = serializers.UUIDField(help_text="The signed file, uploaded by the registrar.")


class HandOverResultIn(Verb):
    """Gives the result to an identified person, to a carrier, or into the applicant's store."""

    delivery = serializers.ChoiceField(choices=Delivery.values)
    recipient = words(500, help_text="Who; or the carrier and its number.")


class GiveBackOriginalsIn(Verb):
    """Gives the original papers of an ended case back to an identified person."""

    recipient = words(500, help_text="Who, and which identity paper was seen.")


class IssueSecretAgainIn(Verb):
    """Issues form 01 again with a new tracking secret; the one before opens nothing any more. The secret is on the paper only."""

    is_identity_checked = serializers.BooleanField(
        help_text="True: the desk has seen who asks, a party to the case or somebody with their authority."
    )


class CorrectPaperIn(Verb):
    """Issues one of the forms 01 to 05 again, from the application and the agency as they stand; it replaces the one before."""

    document = serializers.UUIDField(help_text="The paper that says something wrong.")
    reason = words(help_text="Printed on the paper and told to the applicant.")
    note = words(
        default="", help_text="What was wrong, where the form itself does not show it; printed as well."
    )


class WrongReceiptIn(Verb):
    """What is wrong on a receipt in force. A notice (04/SS-CTĐT) for a name, an address or the amount in words; else another receipt.

    The amount is never sent: it is what was settled less what was refunded.
    """

    receipt = serializers.UUIDField(help_text="The receipt in which something is wrong.")
    corrections = serializers.DictField(
        child=serializers.CharField(max_length=MOST_CHARACTERS, allow_blank=True),
        default=dict,
        help_text="Right texts: name, address, amount_in_words; for another receipt also identity, method (cash, card, online, "
        "transfer), collected_at (ISO 8601), fee_name.1, legal_basis.1 for the first line, and so on.",
    )
    reason = words(MOST_CHARACTERS, help_text="Printed on the paper and told to the payer.")


class StopCaseIn(Verb):
    """Stops the case on a ground of the fixed list, with form 05 (Thông tư 03/2025/TT-VPCP, article 7)."""

    ground = serializers.ChoiceField(choices=StopGround.values)
    text = words()


class ReopenCaseIn(Verb):
    """Opens an ended case again by the head's decision."""

    ground = serializers.ChoiceField(choices=ReopenGround.values)
    reason = words()
