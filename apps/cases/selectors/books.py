"""Money with the case that it is of, for auditors and accountants: payments, receipts, refunds, and nothing of the papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import get_language

from apps.accounts.actors import Actor
from apps.cases.codes import read_case_code
from apps.cases.errors import CaseCodeMalformed, CaseUnknown
from apps.cases.models import Case, CaseFee, CaseOrder, CaseReceipt, CaseRefund
from apps.cases.selectors.downloads import Download
from apps.core.errors import NotFound
from apps.documents.actions import read_file
from apps.documents.errors import FileNotReady
from apps.receipts.bank_file import MEDIA_TYPES
from apps.receipts.books import statement_of
from apps.receipts.errors import PaymentUnknown, ReceiptUnknown, StatementFileNotKept
from apps.receipts.models import (
    BankMatch,
    GatewayMessage,
    Payment,
    PaymentLine,
    Receipt,
    ReceiptNotice,
    RefundProposal,
)
from apps.receipts.policies import sight_of
from apps.receipts.reconciliation.spans import start_of

MEDIA = {"pdf": ("file", "application/pdf"), "xml": ("data", "application/xml")}


def _standing(side: str, outer: str = "pk") -> QuerySet[BankMatch]:
    return BankMatch.objects.filter(withdrawn_at__isnull=True, **{side: OuterRef(outer)})


def of_case(column: str) -> Coalesce:
    """A column of the case of a payment: whose receipts were issued for it, or for which its order was made."""
    by_receipt = CaseReceipt.objects.filter(receipt__payment=OuterRef("pk")).values(column)[:1]
    by_order = CaseOrder.objects.filter(order=OuterRef("order_id")).values(column)[:1]
    return Coalesce(Subquery(by_receipt), Subquery(by_order))


def payments(*, seen_by: Actor) -> QuerySet[Payment]:
    """Payments of bodies in sight, each with `case_code`, and the bank line that it is (`line_uuid`, `line_reference`).

    Raises NotAllowed.
    """
    return (
        Payment.objects.filter(sight_of(seen_by).of("collecting_body"))
        .select_related("collecting_body", "order", "session__desk", "taken_by")
        .annotate(
            case_code=of_case("case__code"),
            line_uuid=_standing("payment").values("line__uuid")[:1],
            line_reference=_standing("payment").values("line__reference")[:1],
        )
    )


def payments_of_days(
    first: date, last: date, *, seen_by: Actor, body_id: int | None = None, method: str = ""
) -> QuerySet[Payment]:
    """Payments taken on some days (both included), of a body, by a method."""
    rows = payments(seen_by=seen_by).filter(
        taken_at__gte=start_of(first), taken_at__lt=start_of(last + timedelta(days=1))
    )
    if body_id:
        rows = rows.filter(collecting_body=body_id)
    return rows.filter(method=method) if method else rows


def payments_of_session(session_id: int, *, seen_by: Actor) -> QuerySet[Payment]:
    """What was taken into one drawer, whichever body in sight it was for, in the order in which it came."""
    return payments(seen_by=seen_by).filter(session=session_id).order_by("taken_at", "id")


def payment_of(uuid: UUID, *, seen_by: Actor) -> Payment:
    """One payment, with `messages_told`: what a gateway said of its order and of refunds of its money, in the order in which it came.

    Raises NotAllowed, PaymentUnknown.
    """
    messages = GatewayMessage.objects.filter(order=OuterRef("order_id")).order_by("received_at", "id")
    told = messages.values(
        said=JSONObject(
            kind="kind", outcome="outcome", body="body", received_at="received_at", refunded="refund__amount"
        )
    )
    found = payments(seen_by=seen_by).annotate(messages_told=ArraySubquery(told)).filter(uuid=uuid).first()
    if found is None:
        raise PaymentUnknown(field="payment")
    for message in found.messages_told:
        message["received_at"] = datetime.fromisoformat(message["received_at"])
    return found


def lines_of_payment(payment: Payment) -> list[PaymentLine]:
    """The fee lines that a payment settled."""
    return list(settled(payment.lines.all()))


def settled(rows: QuerySet[PaymentLine]) -> QuerySet[PaymentLine]:
    """Lines of payments with their fees, in the order of the receipt; for whoever was shown the payment."""
    return rows.select_related("fee__rule").order_by("fee_id")


def refunds_of(payment: Payment) -> list[RefundProposal]:
    """Money of a payment that may go back, with what was decided of it and the line of the bank by which it went."""
    return list(decided(RefundProposal.objects.filter(payment=payment)))


def decided(rows: QuerySet[RefundProposal]) -> QuerySet[RefundProposal]:
    """Proposals with what was decided and paid, and the line of the bank (`line_uuid`, `line_reference`), the oldest first."""
    return (
        rows.select_related("payment", "fee__rule", "decision__decided_by", "refund")
        .annotate(
            line_uuid=_standing("refund", "refund__pk").values("line__uuid")[:1],
            line_reference=_standing("refund", "refund__pk").values("line__reference")[:1],
        )
        .order_by("opened_at", "id")
    )


def payment_of_refund(uuid: UUID, *, seen_by: Actor) -> UUID:
    """The payment of a proposal to give money back. Raises NotAllowed, PaymentUnknown."""
    found = (
        RefundProposal.objects.filter(sight_of(seen_by).of("payment__collecting_body"), uuid=uuid)
        .values_list("payment__uuid", flat=True)
        .first()
    )
    if found is None:
        raise PaymentUnknown(field="refund")
    return found


def receipts(*, seen_by: Actor) -> QuerySet[Receipt]:
    """Receipts of bodies in sight, each with `case_code`. Raises NotAllowed."""
    return (
        Receipt.objects.filter(sight_of(seen_by).of("series__collecting_body"))
        .select_related(
            "series__collecting_body",
            "payment",
            "paper__document__file",
            "paper__document__data",
            "replaces__series",
            "replaced_by__series",
        )
        .annotate(case_code=CaseReceipt.objects.filter(receipt_id=OuterRef("uuid")).values("case__code")[:1])
    )


def receipts_of_payment(payment: Payment, *, seen_by: Actor) -> list[Receipt]:
    """The chain of a payment's receipts, the first one first."""
    return list(receipts(seen_by=seen_by).filter(payment=payment).order_by("issued_at", "id"))


def receipts_of_day(day: date, *, body_id: int, seen_by: Actor) -> QuerySet[Receipt]:
    """What a body issued on a day, in the order of its numbers."""
    rows = receipts(seen_by=seen_by).filter(
        series__collecting_body=body_id,
        issued_at__gte=start_of(day),
        issued_at__lt=start_of(day + timedelta(days=1)),
    )
    return rows.order_by("series_id", "number")


def receipt_of(uuid: UUID, *, seen_by: Actor) -> Receipt:
    """One receipt, with `notices_told`: number, year, time and reason of each notice. Raises NotAllowed, ReceiptUnknown."""
    notices = ReceiptNotice.objects.filter(receipt=OuterRef("pk")).order_by("pk")
    told = notices.values(
        said=JSONObject(number="number", year="year", noticed_at="noticed_at", reason="reason")
    )
    found = receipts(seen_by=seen_by).annotate(notices_told=ArraySubquery(told)).filter(uuid=uuid).first()
    if found is None:
        raise ReceiptUnknown(field="receipt")
    return found


def media_of(receipt: Receipt) -> list[str]:
    """In which media the file of a receipt can be taken now."""
    document = receipt.paper.document if hasattr(receipt, "paper") else None
    return [medium for medium, (name, _type) in MEDIA.items() if hasattr(document, name)]


def audited_receipt_file(uuid: UUID, medium: str, *, seen_by: Actor) -> Download:
    """The signed paper of a receipt (`pdf`), or its data (`xml`). Raises NotAllowed, ReceiptUnknown, NotFound, FileNotReady."""
    receipt = receipt_of(uuid, seen_by=seen_by)
    if medium not in MEDIA:
        raise NotFound(field="medium")
    if medium not in media_of(receipt):
        raise FileNotReady()
    name, media_type = MEDIA[medium]
    content = read_file(getattr(receipt.paper.document, name))
    filename = f"bien-lai-{receipt.series.code}-{receipt.number}.{medium}"
    return Download(filename, media_type, content)


def audited_statement_file(uuid: UUID, *, seen_by: Actor) -> Download:
    """A bank's statement as the bank gave it: payers and their accounts stand in it whole.

    Raises NotAllowed, LineUnknown, StatementFileNotKept, FileDamaged.
    """
    statement = statement_of(uuid, seen_by=seen_by)
    if statement.storage_name is None:
        raise StatementFileNotKept()
    _name, _dot, ending = statement.storage_name.rpartition(".")
    filename = f"sao-ke-{statement.starts_on:%Y%m%d}-{statement.ends_on:%Y%m%d}.{ending}"
    return Download(filename, MEDIA_TYPES[ending], read_file(statement))


@dataclass(frozen=True, slots=True)
class CaseMoney:
    """A case as far as it is money: what was ever asked, and all that came and went. Nothing of the applicant's papers."""

    case: Case
    fees: list[CaseFee]
    receipts: list[Receipt]
    refunds: list[RefundProposal]

    @property
    def payments(self) -> list[Payment]:
        """Every payment: each settled a line, has a receipt, or is proposed to go back, in the order in which they came."""
        settled = [row.fee.settlement.payment for row in self.fees if hasattr(row.fee, "settlement")]
        of_others = [row.payment for row in self.receipts] + [row.payment for row in self.refunds]
        found = {payment.pk: payment for payment in (*settled, *of_others)}
        return sorted(found.values(), key=lambda payment: (payment.taken_at, payment.pk))


def case_money(code: str, *, seen_by: Actor) -> CaseMoney:
    """The money of a case that a body in sight decides or has collected in. Raises NotAllowed, CaseUnknown."""
    sight = sight_of(seen_by)
    collected = Exists(
        CaseReceipt.objects.filter(sight.of("receipt__series__collecting_body"), case=OuterRef("pk"))
    )
    ordered = Exists(CaseOrder.objects.filter(sight.of("order__collecting_body"), case=OuterRef("pk")))
    try:
        rows = Case.objects.filter(code=read_case_code(code))
    except CaseCodeMalformed as error:
        raise CaseUnknown(field="code") from error
    case = (
        rows.filter(sight.of("competent_agency") | Q(collected) | Q(ordered))
        .select_related("version__procedure", "receiving_agency", "competent_agency", "current_agency")
        .first()
    )
    if case is None:
        raise CaseUnknown(field="code")
    fees = CaseFee.objects.filter(case=case).select_related("fee__rule", "fee__settlement__payment")
    of_case = CaseReceipt.objects.filter(case=case).values("receipt_id")
    given_back = CaseRefund.objects.filter(case=case).values("proposal_id")
    return CaseMoney(
        case=case,
        fees=list(fees.order_by("fee_id")),
        receipts=list(receipts(seen_by=seen_by).filter(uuid__in=of_case).order_by("issued_at", "id")),
        refunds=list(decided(RefundProposal.objects.filter(pk__in=given_back))),
    )


_FIGURES = """
    WITH sight AS (
        SELECT b.id, b.name, b.name_en, b.calendar_code FROM units_agency b
        JOIN units_administrativeunit place ON place.id = b.unit_id
        WHERE (%(is_whole)s OR b.id = ANY(%(agencies)s) OR b.unit_id = ANY(%(units)s)
            OR place.parent_id = ANY(%(units)s))
            AND (%(body)s::bigint IS NULL OR b.id = %(body)s)
    ), paid AS (
        SELECT method, sum(amount) AS amount FROM receipts_payment
        WHERE collecting_body_id IN (SELECT id FROM sight) AND taken_at >= %(from)s AND taken_at < %(until)s
        GROUP BY method
    ), issued AS (
        SELECT count(*) AS number, coalesce(sum(r.amount), 0) AS amount,
            count(*) FILTER (WHERE r.replaces_id IS NOT NULL) AS replacements
        FROM receipts_receipt r JOIN receipts_receiptseries s ON s.id = r.series_id
        WHERE s.collecting_body_id IN (SELECT id FROM sight) AND r.issued_at >= %(from)s AND r.issued_at < %(until)s
    ), bank AS (
        SELECT coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0) AS came,
            coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0) AS went
        FROM receipts_bankline l JOIN receipts_collectionaccount a ON a.id = l.account_id
        WHERE a.agency_id IN (SELECT id FROM sight) AND l.booked_at >= %(from)s AND l.booked_at < %(until)s
    )
    SELECT
        (SELECT coalesce(sum(f.amount), 0) FROM receipts_feedue f JOIN cases_casefee cf ON cf.fee_id = f.id
            JOIN cases_case c ON c.id = cf.case_id
            WHERE c.competent_agency_id IN (SELECT id FROM sight) AND f.borne_by = 'applicant'
            AND f.withdrawn_at IS NULL AND f.assessed_at >= %(from)s AND f.assessed_at < %(until)s) AS due,
        (SELECT coalesce(sum(amount), 0) FROM paid) AS paid,
        (SELECT coalesce(sum(amount), 0) FROM paid WHERE method = 'cash') AS cash,
        (SELECT coalesce(sum(amount), 0) FROM paid WHERE method = 'card') AS card,
        (SELECT coalesce(sum(amount), 0) FROM paid WHERE method = 'online') AS online,
        (SELECT coalesce(sum(amount), 0) FROM paid WHERE method = 'transfer') AS transfer,
        (SELECT coalesce(sum(f.amount), 0) FROM receipts_refund f JOIN receipts_refundproposal q ON q.id = f.proposal_id
            JOIN receipts_payment p ON p.id = q.payment_id
            WHERE p.collecting_body_id IN (SELECT id FROM sight)
            AND f.paid_at >= %(from)s AND f.paid_at < %(until)s) AS refunded,
        (SELECT coalesce(sum(m.amount), 0) FROM receipts_cashmovement m
            JOIN receipts_cashiersession c ON c.id = m.session_id
            WHERE m.kind = 'deposit' AND c.desk_id IN (SELECT id FROM sight)
            AND m.at >= %(from)s AND m.at < %(until)s) AS deposited,
        issued.number AS receipts, issued.amount AS receipted, issued.replacements, bank.came, bank.went,
        body.name AS body, body.name_en AS body_en, body.calendar_version
    FROM issued, bank LEFT JOIN LATERAL (
        SELECT b.name, b.name_en, (
            SELECT v.id FROM calendars_calendarversion v JOIN calendars_calendar c ON c.id = v.calendar_id
            WHERE c.code = b.calendar_code AND (v.agency_id IS NULL OR v.agency_id = b.id)
            ORDER BY v.number DESC LIMIT 1
        ) AS calendar_version
        FROM sight b WHERE b.id = %(body)s::bigint
    ) AS body ON true
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was asked, came and went on some days, in đồng; `receipts` and `replacements` are counts.

    `due` is what was assessed of applicants for the bodies that decide; a replacement is counted in `receipts` and `receipted` too.
    `body` is the name of the body that was asked for, `calendar_version` the calendar by which it works.
    """

    due: int
    paid: int
    cash: int
    card: int
    online: int
    transfer: int
    refunded: int
    deposited: int
    receipts: int
    receipted: int
    replacements: int
    came: int
    went: int
    body: str
    calendar_version: int | None


def figures(first: date, last: date, *, seen_by: Actor, body_id: int | None = None) -> Figures:
    """The figures of some days (both included), of a body or of all in sight, in one statement.

    Raises NotAllowed, NotFound for a body out of sight.
    """
    sight = sight_of(seen_by)
    values: dict[str, Any] = {
        "is_whole": sight.is_whole,
        "agencies": list(sight.agency_ids),
        "units": list(sight.unit_ids),
        "body": body_id,
        "from": start_of(first),
        "until": start_of(last + timedelta(days=1)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, values)
        names = [column[0] for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
    name, name_en, version = row.pop("body"), row.pop("body_en"), row.pop("calendar_version")
    if body_id is not None and name is None:
        raise NotFound(field="body")
    title = (name_en if get_language() == "en" else name) or ""
    return Figures(**{each: int(value) for each, value in row.items()}, body=title, calendar_version=version)
