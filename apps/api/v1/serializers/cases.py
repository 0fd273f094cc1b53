"""A case as one person sees it, its ledger, and what is listed of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.api.v1.serializers.catalogue import in_language
from apps.api.v1.serializers.linked import GroupOut
from apps.api.v1.serializers.money import MoneyOut
from apps.api.v1.serializers.parts import AgencyName, PersonName, ProcedureName, StatusField, StatusOut
from apps.api.v1.serializers.status import StatusShownOut
from apps.calendars.selectors import working_calendar
from apps.cases.choices import EventKind, Routing, Status, UnroutableReason
from apps.core.masking import mask_name

UNDECIDED = "False where it was reckoned with a calendar that has not been decided yet, and so may move."


class PartyOut(serializers.Serializer):
    """A person or organisation on the application, as declared. Masked unless the reader must see it whole."""

    role = serializers.CharField(help_text="filer, applicant, representative, subject, other_party, payer.")
    kind = serializers.CharField(help_text="citizen or business.")
    name = serializers.CharField()
    identity_kind = serializers.CharField()
    identity_number = serializers.CharField(help_text="Its last three digits where it is masked.")
    identity_country = serializers.CharField(
        help_text="ISO 3166-1 alpha-2; empty where it is masked, and of an organisation."
    )
    born_on = serializers.CharField(allow_null=True, help_text="Null where it is masked.")
    phone = serializers.CharField()
    email = serializers.CharField()
    address = serializers.CharField(help_text="Empty where it is masked.")
    is_masked = serializers.BooleanField()


class FeeOut(serializers.Serializer):
    """A fee line in force of the case, in đồng. A price that is not established is null and never 0."""

    name = serializers.SerializerMethodField()
    kind = serializers.CharField()
    unit_price = serializers.IntegerField(allow_null=True, help_text="Null when it is not established.")
    quantity = serializers.IntegerField()
    amount = serializers.IntegerField(
        allow_null=True, help_text="Null when the price is not established: nothing is collected."
    )
    is_established = serializers.BooleanField(help_text="Whether the line has a price.")
    borne_by = serializers.CharField(
        help_text="applicant or budget: what the budget bears the applicant does not owe."
    )
    pay_before = serializers.CharField(help_text="The gate that it closes while unpaid.")
    legal_basis = serializers.CharField()
    exempted = serializers.IntegerField(help_text="What an exemption has taken off the amount, đồng.")
    exempt_basis = serializers.CharField(help_text="The law of that exemption; else empty.")
    is_settled = serializers.SerializerMethodField()

    def get_name(self, fee: Any) -> str:
        return in_language(fee, "name")

    def get_is_settled(self, fee: Any) -> bool:
        return hasattr(fee, "settlement")


class ReceiptNoticeOut(serializers.Serializer):
    """A notice (04/SS-CTĐT) of a text that is wrong on a receipt in force; what was wrong stands on its paper."""

    uuid = serializers.UUIDField()
    number = serializers.IntegerField()
    year = serializers.IntegerField()
    noticed_at = serializers.DateTimeField()


class ReceiptOut(serializers.Serializer):
    """A receipt issued in the case: numbered at once, its paper a moment later."""

    uuid = serializers.UUIDField()
    form = serializers.CharField(source="series.form", help_text="EBL01 or EBL02 (Nghị định 254/2026/NĐ-CP).")
    series = serializers.CharField(source="series.code")
    number = serializers.IntegerField()
    collecting_body = serializers.CharField(source="series.collecting_body.title")
    amount = serializers.IntegerField(help_text="Đồng.")
    issued_at = serializers.DateTimeField()
    lookup_code = serializers.CharField(help_text="For the public check of the receipt.")
    replaces = serializers.UUIDField(
        source="replaces.uuid", default=None, allow_null=True, help_text="The wrong receipt that it replaces."
    )
    replaced_by = serializers.UUIDField(
        source="replaced_by.uuid", default=None, allow_null=True, help_text="Null while it is in force."
    )
    notices = ReceiptNoticeOut(source="notices.all", many=True)
    is_ready = serializers.SerializerMethodField(
        help_text="Whether it is signed: PDF and XML can be downloaded."
    )
    is_readable = serializers.SerializerMethodField(
        help_text="Whether the reader may download its files: its payer, the desk that took the money, the collecting body."
    )

    def get_is_ready(self, receipt: Any) -> bool:
        return hasattr(receipt, "paper")

    def get_is_readable(self, receipt: Any) -> bool:
        return receipt.uuid in self.context["readable_receipts"]


class DocumentOut(serializers.Serializer):
    """A statutory paper of a case: forms 01 to 06 of Thông tư 03/2025/TT-VPCP, or 01 to 06 of Thông tư 01/2018/TT-VPCP."""

    uuid = serializers.UUIDField()
    kind = serializers.CharField(help_text="form_01, form_02…; legacy_01… for papers of 2018.")
    created_at = serializers.DateTimeField()
    is_ready = serializers.SerializerMethodField(help_text="Whether the PDF can be downloaded.")
    is_replaced = serializers.SerializerMethodField(
        help_text="Whether another paper stands in its place: corrected, issued again with a new secret, or made anew."
    )
    check_code = serializers.CharField(
        allow_null=True, help_text="For the public check; null where the paper carries none."
    )

    def get_is_replaced(self, document: Any) -> bool:
        return document.uuid in self.context["replaced_documents"]

    def get_is_ready(self, document: Any) -> bool:
        return hasattr(document, "file")


class ResultOut(serializers.Serializer):
    """A released result, granted or refused."""

    id = serializers.IntegerField()
    outcome = serializers.CharField(help_text="granted, partly, refused.")
    number = serializers.CharField()
    dated_on = serializers.DateField()
    signed_by = serializers.CharField(source="signed_by.full_name")
    released_at = serializers.DateTimeField()
    supersedes = serializers.IntegerField(source="supersedes_id", allow_null=True)


class SupplementItem(serializers.Serializer):
    """One thing to complete, and why."""

    item = serializers.CharField(max_length=500, allow_blank=True)
    reason = serializers.CharField(max_length=1000, allow_blank=True)


class SupplementOut(serializers.Serializer):
    """A request to complete the file."""

    number = serializers.IntegerField()
    is_at_intake = serializers.BooleanField()
    omission = serializers.CharField(help_text="Whose omission it was: applicant or office.")
    items = serializers.SerializerMethodField(help_text="Empty for who only supervises.")
    asked_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(SupplementItem(many=True))
    def get_items(self, request: Any) -> list[dict[str, str]]:
        return list(request.items) if self.context["works"] else []


class CaseAttachmentOut(serializers.Serializer):
    """A file given with the application or a supplement."""

    uuid = serializers.UUIDField(source="attachment.uuid")
    component = serializers.CharField(source="component.code", default="", help_text="The paper it is.")
    asked_item = serializers.SerializerMethodField(
        help_text="The item of a request for a supplement that it answers; empty for who only supervises."
    )
    filename = serializers.SerializerMethodField(help_text="Empty for who only supervises.")
    held_as = serializers.CharField(help_text="paper, result: held already, and used again; else empty.")
    held_from = serializers.CharField(help_text="The case that it was held from; else empty.")
    media_type = serializers.CharField(source="attachment.media_type")
    size = serializers.IntegerField(source="attachment.size", help_text="Bytes.")

    def get_filename(self, given: Any) -> str:
        return str(given.attachment.filename) if self.context["works"] else ""

    def get_asked_item(self, given: Any) -> str:
        return str(given.asked_item) if self.context["works"] else ""


class OriginalOut(serializers.Serializer):
    """An original paper that was filed, and who holds it now."""

    component = serializers.CharField(source="component.code")
    name = serializers.CharField(source="component.title")
    holder = AgencyName(allow_null=True, help_text="Null once the applicant has it back.")
    given_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField(allow_null=True, help_text="Null while it is on its way.")


class WaitingHandover(serializers.Serializer):
    """An offer of the case to another agency that waits for an answer; until then the case is the sender's."""

    from_agency = serializers.IntegerField(source="from_agency_id")
    to_agency = serializers.IntegerField(source="to_agency_id")
    offered_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="4 working hours after the offer.")


class CaseOut(serializers.Serializer):
    """A case as it stands now, as the reader may see it."""

    code = serializers.CharField()
    status = StatusField()
    channel = serializers.CharField(source="application.channel")
    procedure = ProcedureName(source="version.procedure")
    receiving_agency = AgencyName()
    competent_agency = AgencyName(allow_null=True)
    returning_agency = AgencyName()
    current_agency = AgencyName()
    handler = PersonName(allow_null=True)
    pool = serializers.CharField(
        source="pool.name", default="", help_text="The pool of handlers from which one takes it; else empty."
    )
    step_agency = AgencyName(
        allow_null=True, help_text="Where the present step is done, if not where the case is decided."
    )
    routing = serializers.CharField(help_text="pending, routed, unroutable.")
    routing_reason = serializers.SerializerMethodField(help_text="Why it cannot be routed; else empty.")
    step = serializers.IntegerField(
        allow_null=True, help_text="The place of the step in the version's process."
    )
    outcome = serializers.SerializerMethodField(
        help_text="For officials as proposed; for everybody once it is released; empty before."
    )
    received_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(help_text="When whoever holds it must have acted.")
    intake_due_at = serializers.DateTimeField()
    statutory_due_at = serializers.DateTimeField(allow_null=True, help_text="By the law's limit.")
    promised_due_at = serializers.DateTimeField(allow_null=True, help_text="As form 01 promises.")
    renewed_due_at = serializers.DateTimeField(allow_null=True, help_text="As form 04 says; else null.")
    applicant_due_at = serializers.DateTimeField(
        allow_null=True, help_text="By when the applicant answers what the case waits for."
    )
    step_due_at = serializers.DateTimeField(allow_null=True)
    withdrawal_due_at = serializers.DateTimeField(
        allow_null=True, help_text="By when the withdrawal that waits is answered; the clock stays as it was."
    )
    delivery = serializers.CharField(source="application.delivery", help_text="How the result is wanted.")

    def get_routing_reason(self, case: Any) -> str:
        return routing_reason(case.routing, case.routing_reason)

    def get_outcome(self, case: Any) -> str:
        is_told = not self.context["is_own"] or case.status in (Status.RESOLVED, Status.DELIVERED)
        return str(case.outcome) if is_told else ""


class ObligationOut(serializers.Serializer):
    """What another authority has set, and by which paper it was fulfilled."""

    number = serializers.IntegerField()
    what = serializers.CharField()
    authority = serializers.CharField()
    amount = serializers.IntegerField(allow_null=True, help_text="Đồng; null while it is not known.")
    reference = serializers.CharField(help_text="The number of that authority's notice.")
    asked_at = serializers.DateTimeField()
    voucher = serializers.CharField(help_text="The number of the proof; empty until there is one.")
    fulfilled_at = serializers.DateTimeField(allow_null=True)


class OpinionOut(serializers.Serializer):
    """What another agency was asked, and what it answered. It stops no clock."""

    number = serializers.IntegerField()
    from_agency = AgencyName()
    to_agency = AgencyName()
    question = serializers.SerializerMethodField(help_text="Empty for who only supervises.")
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    reminded_at = serializers.DateTimeField(allow_null=True)
    end = serializers.CharField(help_text="given, revoked, lapsed; empty while it waits.")
    ended_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.SerializerMethodField(help_text="Empty for who only supervises.")

    def get_question(self, opinion: Any) -> str:
        return self._said(opinion.question)

    def get_answer(self, opinion: Any) -> str:
        return self._said(opinion.answer) if opinion.answer else ""

    def _said(self, event: Any) -> str:
        text = getattr(event, "text", None)
        if text is None or text.redacted_at is not None:
            return ""
        return str(text.text) if self.context["works"] else ""


class ActPaperOut(serializers.Serializer):
    """A file that an act of the office left; for officials, under `cases/{code}/act-papers/{sequence}`."""

    sequence = serializers.IntegerField(
        source="event.sequence", help_text="The act, by its place in the ledger."
    )
    kind = serializers.CharField(source="event.kind")
    agency = AgencyName(source="event.to_agency")
    filename = serializers.SerializerMethodField(help_text="Empty for who only supervises.")

    def get_filename(self, paper: Any) -> str:
        return str(paper.attachment.filename) if self.context["works"] else ""


class CaseDetail(serializers.Serializer):
    """A case with everything that belongs to it, as the reader may see it."""

    case = CaseOut()
    shown = StatusShownOut(help_text="What a status always shows.")
    verbs = serializers.ListField(
        child=serializers.CharField(), help_text="Verbs open to the reader now: POST cases/{code}/<verb>."
    )
    parties = PartyOut(many=True)
    answers = serializers.DictField(
        allow_null=True, help_text="As declared and supplemented; null for those who supervise."
    )
    fees = FeeOut(many=True)
    receipts = ReceiptOut(many=True)
    money = MoneyOut()
    documents = DocumentOut(many=True)
    results = ResultOut(many=True)
    supplements = SupplementOut(many=True)
    obligations = ObligationOut(many=True)
    draft = serializers.CharField(
        help_text="The draft that waits to be confirmed; empty for who only supervises."
    )
    attachments = CaseAttachmentOut(many=True)
    originals = OriginalOut(many=True)
    handover = WaitingHandover(allow_null=True)
    opinions = OpinionOut(many=True, help_text="For officials; else empty.")
    act_papers = ActPaperOut(many=True, help_text="For officials; else empty.")
    group = GroupOut(
        allow_null=True, help_text="All cases of the same application; null where it opened one alone."
    )


class CaseRow(serializers.Serializer):
    """A case in a list."""

    code = serializers.CharField()
    status = StatusOut()
    procedure = ProcedureName()
    applicant = serializers.CharField(help_text="The name; identity numbers are in no list.")
    current_agency = AgencyName()
    receiving_agency = AgencyName()
    handler = PersonName(allow_null=True)
    routing = serializers.CharField()
    routing_reason = serializers.CharField()
    step = serializers.IntegerField(allow_null=True)
    received_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    is_due_established = serializers.BooleanField(help_text=UNDECIDED)
    withdrawal_due_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    is_overdue = serializers.BooleanField()


class HandoverRow(serializers.Serializer):
    """A case offered to one of the reader's agencies."""

    code = serializers.CharField(source="case.code")
    status = StatusField(source="case.status")
    procedure = ProcedureName(source="case.version.procedure")
    from_agency = AgencyName()
    to_agency = AgencyName()
    offered_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    is_due_established = serializers.SerializerMethodField(help_text=UNDECIDED)

    def get_is_due_established(self, handover: Any) -> bool:
        calendar = working_calendar(handover.case.calendar_version_id)
        return not calendar.undecided_years(handover.offered_at, handover.due_at)


class OpinionRow(serializers.Serializer):
    """A case on which one of the reader's agencies was asked for its opinion."""

    code = serializers.CharField(source="case.code")
    number = serializers.IntegerField()
    status = StatusField(source="case.status")
    procedure = ProcedureName(source="case.version.procedure")
    from_agency = AgencyName()
    to_agency = AgencyName()
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    reminded_at = serializers.DateTimeField(allow_null=True)


class EventOut(serializers.Serializer):
    """One act on the case, oldest first. Free text only for officials; masked for those who supervise."""

    sequence = serializers.IntegerField()
    kind = serializers.CharField()
    text = serializers.SerializerMethodField(help_text="The kind in the reader's language.")
    at = serializers.DateTimeField()
    by = serializers.SerializerMethodField(help_text="The person; empty when the program acted.")
    from_status = StatusField(allow_null=True)
    to_status = StatusField()
    from_agency = AgencyName(allow_null=True)
    to_agency = AgencyName()
    due_at = serializers.DateTimeField()
    said = serializers.SerializerMethodField(
        help_text="The free text; empty where there is none or it is not for you."
    )

    def get_text(self, event: Any) -> str:
        return str(EventKind(event.kind).label)

    def get_by(self, event: Any) -> str:
        if event.by is None:
            return ""
        is_named = self.context["works"] or event.by.is_staff_member
        return str(event.by.full_name if is_named else mask_name(event.by.full_name))

    def get_said(self, event: Any) -> str:
        if not self.context["is_official"]:
            return ""
        text = getattr(event, "text", None)
        if text is None or text.redacted_at is not None:
            return ""
        # Who only supervises reads it after a reasoned reveal.
        return str(text.text) if self.context["works"] else ""


class SendingOut(serializers.Serializer):
    """One way by which a message to the applicant goes; the address itself is in the application."""

    channel = serializers.CharField(source="channel.value", help_text="`email`, `sms` or `zalo`.")
    state = serializers.CharField(
        source="state.value",
        help_text="`waiting`, `sent`, or `failed`: it waits until an administrator sends it again.",
    )
    sent_at = serializers.DateTimeField(allow_null=True, help_text="Null while it has not been sent.")


class NoticeOut(serializers.Serializer):
    """A message to the applicant: on their page with the act itself, and by the ways for which they gave an address.

    The text is in the reader's language and as it was told. The tracking secret, which the first message carries by
    mail, is left out.
    """

    sequence = serializers.IntegerField(help_text="The event of the ledger that it tells of.")
    kind = serializers.CharField(source="about.value", help_text="The kind of that event.")
    at = serializers.DateTimeField()
    subject = serializers.CharField()
    text = serializers.CharField(help_text="Plain text, paragraphs apart by an empty line.")
    sendings = SendingOut(
        many=True, help_text="Empty where there is no address: then it was told on the page only."
    )


class RevealIn(serializers.Serializer):
    """Why personal data must be seen whole; kept in the access log."""

    reason = serializers.CharField(max_length=300, allow_blank=True)


class RevealOut(serializers.Serializer):
    """Personal data, whole."""

    parties = PartyOut(many=True)
    answers = serializers.DictField()


def routing_reason(routing: str, reason: str) -> str:
    return str(UnroutableReason(reason).label) if routing == Routing.UNROUTABLE else ""


def title_of(row: dict[str, Any], prefix: str) -> str:
    """A name from a row of values, in the reader's language."""
    suffix = "name_en" if get_language() == "en" else "name"
    return str(row[f"{prefix}__{suffix}"])
