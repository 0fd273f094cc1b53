"""The books as programs of accountants and auditors read them: payments, receipts, series, refunds. All money is in whole đồng."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.api.v1.serializers.catalogue import in_language
from apps.api.v1.serializers.money import RefundOut, one_of
from apps.api.v1.serializers.parts import AgencyName, PersonName
from apps.api.v1.serializers.series import SeriesOut
from apps.interface.particulars import payer_shown
from apps.procedures.choices import Channel, FeeKind
from apps.receipts.choices import PaymentMethod, ReceiptState
from apps.receipts.selectors import is_signed, is_trial


class LineName(serializers.Serializer):
    """The line of the bank that something is: books/bank-lines/{uuid}."""

    uuid = serializers.UUIDField()
    reference = serializers.CharField(help_text="The bank's own number of it.")


@extend_schema_field(LineName(allow_null=True))
class LineField(serializers.Field):
    """Of a row to which a selector has set `line_uuid` and `line_reference`; null while the bank has not shown it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, value: Any) -> dict[str, str] | None:
        if value.line_uuid is None:
            return None
        return {"uuid": str(value.line_uuid), "reference": value.line_reference}


class ReceiptName(serializers.Serializer):
    """One receipt of a chain of corrections: books/receipts/{uuid}."""

    uuid = serializers.UUIDField()
    form = serializers.CharField()
    series = serializers.CharField()
    number = serializers.IntegerField()
    amount = serializers.IntegerField()
    is_replaced = serializers.BooleanField(help_text="Another stands for it, and it does not count.")


class SettledFeeOut(serializers.Serializer):
    """A fee that a payment settled, as it was assessed."""

    uuid = serializers.UUIDField()
    name = serializers.SerializerMethodField()
    kind = serializers.CharField(help_text=one_of(FeeKind))
    unit_price = serializers.IntegerField()
    quantity = serializers.IntegerField()
    exempted = serializers.IntegerField(help_text="What an exemption took off.")
    amount = serializers.IntegerField()
    legal_basis = serializers.CharField()

    def get_name(self, fee: Any) -> str:
        return in_language(fee, "name")


class RefundDecisionOut(serializers.Serializer):
    """What was decided of money that may go back."""

    is_granted = serializers.BooleanField()
    reason = serializers.CharField()
    decided_by = PersonName(
        allow_null=True, help_text="Null where an act of the case withdrew the proposal: the money is used."
    )
    decided_at = serializers.DateTimeField()


class PaidBackOut(serializers.Serializer):
    """Money that went back."""

    amount = serializers.IntegerField()
    method = serializers.CharField(help_text="gateway, cash, transfer.")
    reference = serializers.CharField(help_text="The bank's or the gateway's own number of it.")
    paid_at = serializers.DateTimeField()


class PaymentRefundOut(RefundOut):
    """Money of a payment that goes back, may, or does not: books/refunds/{uuid}."""

    decision = serializers.SerializerMethodField(help_text="Null until somebody decides.")
    paid = serializers.SerializerMethodField(help_text="Null until it went back.")
    bank_line = LineField()

    @extend_schema_field(RefundDecisionOut(allow_null=True))
    def get_decision(self, proposal: Any) -> Any:
        decision = getattr(proposal, "decision", None)
        return RefundDecisionOut(decision).data if decision else None

    @extend_schema_field(PaidBackOut(allow_null=True))
    def get_paid(self, proposal: Any) -> Any:
        refund = getattr(proposal, "refund", None)
        return PaidBackOut(refund).data if refund else None


class BookRefundOut(PaymentRefundOut):
    """The same with the payment of which it is a part."""

    payment = serializers.UUIDField(source="payment.uuid", help_text="books/payments/{uuid}.")
    collecting_body = AgencyName(source="payment.collecting_body")
    case = serializers.CharField(source="case_code", allow_null=True)


class OrderNameOut(serializers.Serializer):
    """The order for which a payment came."""

    code = serializers.CharField(help_text="The memo of a bank transfer.")
    gateway = serializers.CharField()
    gateway_reference = serializers.CharField()


class BookPaymentOut(serializers.Serializer):
    """Money taken for one collecting body from one payer in one settlement, with all that became of it."""

    uuid = serializers.UUIDField()
    collecting_body = AgencyName()
    amount = serializers.IntegerField()
    settled = serializers.SerializerMethodField(
        help_text="The sum of its fees; what is left of the amount settles nothing, and is proposed to go back."
    )
    method = serializers.CharField(help_text=one_of(PaymentMethod))
    reference = serializers.CharField(help_text="The other side's own number of it; empty for cash.")
    taken_at = serializers.DateTimeField()
    channel = serializers.CharField(
        allow_null=True, help_text=f"In which its case was filed: {one_of(Channel)}"
    )
    case = serializers.CharField(source="case_code", allow_null=True)
    order = serializers.SerializerMethodField(help_text="Null at a counter.")
    session = serializers.UUIDField(
        source="session.uuid",
        default=None,
        allow_null=True,
        help_text="The cashier's session; null where it came for an order.",
    )
    taken_by = PersonName(allow_null=True, help_text="The cashier.")
    bank_line = LineField()
    fees = serializers.SerializerMethodField()
    receipts = ReceiptName(source="chain", many=True, help_text="The first one first.")
    refunds = PaymentRefundOut(source="refund_proposals.all", many=True)

    def get_settled(self, payment: Any) -> int:
        return sum(line.fee.amount or 0 for line in payment.lines.all())

    @extend_schema_field(OrderNameOut(allow_null=True))
    def get_order(self, payment: Any) -> Any:
        return OrderNameOut(payment.order).data if payment.order else None

    @extend_schema_field(SettledFeeOut(many=True))
    def get_fees(self, payment: Any) -> Any:
        return SettledFeeOut([line.fee for line in payment.lines.all()], many=True).data


class PayerOut(serializers.Serializer):
    """Who paid, masked; the page of the receipt shows it whole, for a reason that is kept."""

    name = serializers.CharField(help_text="The given name and initials.")
    number = serializers.CharField(help_text="Its last three digits.")
    address = serializers.CharField(help_text="Dots where there is one.")


class ReceiptLineOut(serializers.Serializer):
    """A line of a receipt as it was frozen."""

    name = serializers.CharField()
    unit_price = serializers.IntegerField()
    quantity = serializers.IntegerField()
    amount = serializers.IntegerField()
    legal_basis = serializers.CharField(default="")


class ReceiptFileOut(serializers.Serializer):
    """A signed file of a receipt: books/receipts/{uuid}/{medium}."""

    medium = serializers.CharField(help_text="pdf, xml.")
    sha256 = serializers.CharField(help_text="In hexadecimal.")
    size = serializers.IntegerField(help_text="In bytes.")
    stored_at = serializers.DateTimeField()


class SignatureOut(serializers.Serializer):
    """Who signed both files of a receipt, and when."""

    signed_at = serializers.DateTimeField()
    signed_by = serializers.CharField()
    certificate_sha256 = serializers.CharField(help_text="In hexadecimal.")


class ErrorNoticeOut(serializers.Serializer):
    """A notice (04/SS-CTĐT) of what is wrong in a receipt and needs no new one."""

    number = serializers.IntegerField()
    year = serializers.IntegerField()
    noticed_at = serializers.DateTimeField()
    reason = serializers.CharField()


class ToldOnOut(serializers.Serializer):
    """A line of a day's list that told the tax authority of a receipt: day-lists/{list}."""

    list = serializers.UUIDField(source="report.uuid")
    day = serializers.DateField(source="report.day")
    part = serializers.IntegerField(source="report.part")
    line = serializers.IntegerField(source="position")
    kind = serializers.CharField(help_text="issued, replacement, notice.")
    state = serializers.CharField(source="report.state", help_text="made, sent, accepted, rejected.")


class BookReceiptOut(serializers.Serializer):
    """A receipt as it was frozen, its payer masked, with its files, its chain of corrections and the lists that told of it."""

    uuid = serializers.UUIDField()
    form = serializers.CharField(source="series.form")
    series = serializers.CharField(source="series.code")
    series_id = serializers.IntegerField(help_text="books/receipt-series/{id}.")
    number = serializers.IntegerField()
    collecting_body = AgencyName(source="series.collecting_body")
    amount = serializers.IntegerField()
    amount_in_words = serializers.SerializerMethodField()
    issued_at = serializers.DateTimeField()
    state = serializers.SerializerMethodField(help_text=one_of(ReceiptState))
    lookup_code = serializers.CharField(help_text="Printed on it; receipts/{lookup_code} is anybody's check.")
    payment = serializers.UUIDField(source="payment.uuid", help_text="books/payments/{uuid}.")
    case = serializers.CharField(source="case_code", allow_null=True)
    payer = serializers.SerializerMethodField()
    lines = serializers.SerializerMethodField()
    is_trial = serializers.SerializerMethodField(
        help_text="Not signed yet, or by a test authority: it has no value."
    )
    signature = serializers.SerializerMethodField(help_text="Null while its files are being made.")
    files = serializers.SerializerMethodField(help_text="None while they are being made.")
    replaces = serializers.SerializerMethodField(help_text="The wrong receipt that it replaces, or null.")
    replaced_by = serializers.SerializerMethodField(help_text="The receipt that stands for it, or null.")
    chain = ReceiptName(
        many=True,
        help_text="All receipts of its payment, itself among them, the first one first; the last one counts.",
    )
    notices = ErrorNoticeOut(source="notices.all", many=True)
    day_lists = ToldOnOut(
        source="report_lines.all", many=True, help_text="None until the tax authority is told."
    )

    def get_amount_in_words(self, receipt: Any) -> str:
        return str(receipt.snapshot.get("total_in_words", ""))

    def get_state(self, receipt: Any) -> str:
        if hasattr(receipt, "replaced_by"):
            return ReceiptState.REPLACED.value
        return (ReceiptState.NOTICED if receipt.notices.all() else ReceiptState.IN_FORCE).value

    @extend_schema_field(PayerOut)
    def get_payer(self, receipt: Any) -> dict[str, str]:
        return payer_shown(receipt.snapshot)

    @extend_schema_field(ReceiptLineOut(many=True))
    def get_lines(self, receipt: Any) -> Any:
        return ReceiptLineOut(receipt.snapshot.get("lines", []), many=True).data

    def get_is_trial(self, receipt: Any) -> bool:
        return is_trial(receipt)

    @extend_schema_field(SignatureOut(allow_null=True))
    def get_signature(self, receipt: Any) -> Any:
        if not is_signed(receipt):
            return None
        paper = receipt.paper
        return SignatureOut(
            {
                "signed_at": paper.signed_at,
                "signed_by": paper.document.snapshot["signature"]["signed_by"],
                "certificate_sha256": bytes(paper.certificate).hex(),
            }
        ).data

    @extend_schema_field(ReceiptFileOut(many=True))
    def get_files(self, receipt: Any) -> Any:
        if not is_signed(receipt):
            return []
        document = receipt.paper.document
        stored = (("pdf", document.file), ("xml", document.data))
        return [
            ReceiptFileOut(
                {
                    "medium": medium,
                    "sha256": bytes(file.sha256).hex(),
                    "size": file.size,
                    "stored_at": file.stored_at,
                }
            ).data
            for medium, file in stored
        ]

    @extend_schema_field({"type": ["string", "null"], "format": "uuid"})
    def get_replaces(self, receipt: Any) -> str | None:
        return str(receipt.replaces.uuid) if receipt.replaces else None

    @extend_schema_field({"type": ["string", "null"], "format": "uuid"})
    def get_replaced_by(self, receipt: Any) -> str | None:
        return str(receipt.replaced_by.uuid) if hasattr(receipt, "replaced_by") else None


class BookSeriesOut(SeriesOut):
    """A series with the receipts that it holds: as many as its last number, or something is missing."""

    collecting_body = AgencyName()
    held = serializers.IntegerField(help_text="How many receipts stand in it; equal to last_number.")
