"""How each kind of difference is found: a statement for each, all of one shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from apps.receipts.choices import DifferenceKind


@dataclass(frozen=True, slots=True)
class Part:
    """What a kind of difference selects. `since` is the moment from which it stands, and by which a period is cut out.

    `subject` names the row for a program (`payment:<uuid>`), `name` for a person; `amount` is in đồng; `body` whose it is.
    """

    subject: str
    name: str
    amount: str
    body: str
    since: str
    rows: str
    where: str

    def sql(self, kind: DifferenceKind) -> str:
        return (
            f"SELECT '{kind.value}' AS kind, {self.subject} AS subject, {self.name} AS name,"
            f" ({self.amount})::bigint AS amount, {self.body} AS body_id, {self.since} AS since"
            f" FROM {self.rows} WHERE {self.since} >= %(from)s AND {self.since} < %(until)s AND {self.where}"
        )


def _unmatched(side: str, row: str) -> str:
    return f"NOT EXISTS (SELECT FROM receipts_bankmatch m WHERE m.{side}_id = {row}.id AND m.withdrawn_at IS NULL)"


def _start_of(day: str) -> str:
    return f"({day}::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')"


_LINES = "receipts_bankline l JOIN receipts_collectionaccount a ON a.id = l.account_id"
_IN_FORCE = "NOT EXISTS (SELECT FROM receipts_receipt n WHERE n.replaces_id = r.id)"
_RECEIPTS = "receipts_receipt r JOIN receipts_receiptseries s ON s.id = r.series_id"
_NUMBERED = "s.form || ' ' || s.code || ' ' || r.number"
_PAYMENT_NAMED = "coalesce(nullif(p.reference, ''), left(p.uuid::text, 8))"
_SESSION_NAMED = "to_char(c.opened_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'DD/MM/YYYY')"
# Of the payment that a receipt is of: what its lines are settled with, and what of them went back.
_SETTLED = (
    "coalesce((SELECT sum(f.amount) FROM receipts_paymentline pl JOIN receipts_feedue f ON f.id = pl.fee_id"
    " WHERE pl.payment_id = r.payment_id), 0)"
)
_PAID_BACK = (
    "coalesce((SELECT sum(b.amount) FROM receipts_refund b JOIN receipts_refundproposal o ON o.id = b.proposal_id"
    " WHERE o.payment_id = r.payment_id AND o.fee_id IS NOT NULL), 0)"
)


def _refunds(name: str, amount: str, since: str, where: str) -> Part:
    """Proposals to pay back (`q`) of a payment (`p`), with the decision (`d`) and the refund (`f`) where there are any."""
    return Part(
        "'proposal:' || q.uuid",
        name,
        amount,
        "p.collecting_body_id",
        since,
        "receipts_refundproposal q JOIN receipts_payment p ON p.id = q.payment_id"
        " LEFT JOIN receipts_refunddecision d ON d.proposal_id = q.id"
        " LEFT JOIN receipts_refund f ON f.proposal_id = q.id",
        where,
    )


# Every kind of difference that can be found, in the order in which they are told.
PARTS: Mapping[DifferenceKind, Part] = {
    DifferenceKind.LINE_WITHOUT_PAYMENT: Part(
        "'line:' || l.uuid",
        "l.reference",
        "l.amount",
        "a.agency_id",
        "l.booked_at",
        _LINES,
        _unmatched("line", "l"),
    ),
    DifferenceKind.PAYMENT_WITHOUT_LINE: Part(
        "'payment:' || p.uuid",
        _PAYMENT_NAMED,
        "p.amount",
        "p.collecting_body_id",
        "p.taken_at",
        "receipts_payment p",
        "p.method IN ('online', 'transfer', 'card') AND p.taken_at < %(at_bank_by)s AND "
        + _unmatched("payment", "p"),
    ),
    DifferenceKind.AMOUNTS_DIFFER: Part(
        "'line:' || l.uuid",
        "l.reference",
        "l.amount - ours.total",
        "a.agency_id",
        "l.booked_at",
        _LINES
        + """ CROSS JOIN LATERAL (
            SELECT sum(coalesce(p.amount, c.amount, -f.amount)) AS total FROM receipts_bankmatch m
            LEFT JOIN receipts_payment p ON p.id = m.payment_id
            LEFT JOIN receipts_cashmovement c ON c.id = m.deposit_id
            LEFT JOIN receipts_refund f ON f.id = m.refund_id
            WHERE m.line_id = l.id AND m.withdrawn_at IS NULL
        ) AS ours""",
        "ours.total <> l.amount",
    ),
    # It begins where the one before it began, and with what was booked since.
    DifferenceKind.STATEMENT_JUMPS: Part(
        "'statement:' || t.uuid",
        "to_char(t.starts_on, 'DD/MM/YYYY')",
        "t.opening - before.opening - moved.total",
        "a.agency_id",
        _start_of("t.starts_on"),
        f"""receipts_bankstatement t JOIN receipts_collectionaccount a ON a.id = t.account_id
        CROSS JOIN LATERAL (
            SELECT s.opening, s.starts_on FROM receipts_bankstatement s
            WHERE s.account_id = t.account_id AND (s.starts_on, s.id) < (t.starts_on, t.id)
            ORDER BY s.starts_on DESC, s.id DESC LIMIT 1
        ) AS before
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(l.amount), 0) AS total FROM receipts_bankline l WHERE l.account_id = t.account_id
                AND l.booked_at >= {_start_of("before.starts_on")} AND l.booked_at < {_start_of("t.starts_on")}
        ) AS moved""",
        "t.opening <> before.opening + moved.total",
    ),
    DifferenceKind.UNKNOWN_HERE: Part(
        "found.subject",
        "found.name",
        "found.amount",
        "found.body_id",
        "found.since",
        """(
            SELECT 'message:' || g.id AS subject, coalesce(o.code, g.gateway) AS name, coalesce(o.amount, 0) AS amount,
                o.collecting_body_id AS body_id, g.received_at AS since
            FROM receipts_gatewaymessage g LEFT JOIN receipts_paymentorder o ON o.id = g.order_id
            WHERE g.is_authentic AND g.outcome IN ('unknown', 'contradicts')
            UNION ALL
            SELECT 'gateway_line:' || g.id, g.number, g.amount, o.collecting_body_id, g.at
            FROM receipts_gatewaystatementline g
            LEFT JOIN receipts_paymentorder o ON o.code = g.order_code AND o.gateway = g.gateway
            WHERE NOT EXISTS (
                SELECT FROM receipts_payment p
                LEFT JOIN receipts_refundproposal q ON q.payment_id = p.id
                LEFT JOIN receipts_refund f ON f.proposal_id = q.id AND f.method = 'gateway'
                WHERE p.order_id = o.id AND p.method = 'online' AND (
                    (p.reference, p.amount) = (g.number, g.amount) OR (f.reference, f.amount) = (g.number, -g.amount)))
            UNION ALL
            SELECT 'order:' || o.code, o.code, o.amount, o.collecting_body_id, o.closed_at
            FROM receipts_paymentorder o
            WHERE o.outcome = 'settled' AND NOT EXISTS (SELECT FROM receipts_payment p WHERE p.order_id = o.id)
        ) AS found""",
        "true",
    ),
    DifferenceKind.DEPOSIT_NOT_ARRIVED: Part(
        "'deposit:' || m.uuid",
        "coalesce(nullif(m.reference, ''), left(m.uuid::text, 8))",
        "m.amount",
        "c.desk_id",
        "m.at",
        "receipts_cashmovement m JOIN receipts_cashiersession c ON c.id = m.session_id",
        "m.kind = 'deposit' AND m.at < %(at_bank_by)s AND NOT EXISTS (SELECT FROM receipts_bankmatch b"
        " WHERE b.deposit_id = m.id AND b.withdrawn_at IS NULL)",
    ),
    DifferenceKind.REFUND_NOT_SEEN: _refunds(
        "f.reference",
        "-f.amount",
        "f.paid_at",
        "f.method <> 'cash' AND f.paid_at < %(at_bank_by)s AND " + _unmatched("refund", "f"),
    ),
    DifferenceKind.SESSION_DIFFERENCE: Part(
        "'session:' || c.uuid",
        _SESSION_NAMED,
        "c.counted_cash - c.expected_cash",
        "c.desk_id",
        "c.closed_at",
        "receipts_cashiersession c",
        "c.counted_cash <> c.expected_cash",
    ),
    DifferenceKind.CARDS_DIFFERENCE: Part(
        "'session:' || c.uuid",
        _SESSION_NAMED,
        "c.counted_cards - c.expected_cards",
        "c.desk_id",
        "c.closed_at",
        "receipts_cashiersession c",
        "c.counted_cards <> c.expected_cards",
    ),
    # What a cashier left in a drawer at a desk is there when they open it again, unless they say otherwise.
    DifferenceKind.OPENED_OTHERWISE: Part(
        "'session:' || c.uuid",
        _SESSION_NAMED,
        "c.opening_balance - before.counted_cash",
        "c.desk_id",
        "c.opened_at",
        """receipts_cashiersession c CROSS JOIN LATERAL (
            SELECT b.counted_cash FROM receipts_cashiersession b
            WHERE b.cashier_id = c.cashier_id AND b.desk_id = c.desk_id AND b.id < c.id ORDER BY b.id DESC LIMIT 1
        ) AS before""",
        "c.opening_balance <> before.counted_cash",
    ),
    DifferenceKind.SESSION_LEFT_OPEN: Part(
        "'session:' || c.uuid",
        _SESSION_NAMED,
        "c.opening_balance",
        "c.desk_id",
        "c.opened_at",
        "receipts_cashiersession c",
        "c.closed_at IS NULL AND c.opened_at < %(today)s",
    ),
    DifferenceKind.NO_RECEIPT: Part(
        "'payment:' || p.uuid",
        _PAYMENT_NAMED,
        "p.amount",
        "p.collecting_body_id",
        "p.taken_at",
        "receipts_payment p",
        "EXISTS (SELECT FROM receipts_paymentline pl WHERE pl.payment_id = p.id)"
        f" AND NOT EXISTS (SELECT FROM receipts_receipt r WHERE r.payment_id = p.id AND {_IN_FORCE})",
    ),
    DifferenceKind.RECEIPT_DIFFERS: Part(
        "'receipt:' || r.uuid",
        _NUMBERED,
        f"r.amount - {_SETTLED}",
        "s.collecting_body_id",
        "r.issued_at",
        _RECEIPTS,
        # One that replaces another after a refund is of what was left.
        f"{_IN_FORCE} AND r.amount NOT BETWEEN {_SETTLED} - {_PAID_BACK} AND {_SETTLED}",
    ),
    DifferenceKind.RECEIPT_UNSIGNED: Part(
        "'receipt:' || r.uuid",
        _NUMBERED,
        "r.amount",
        "s.collecting_body_id",
        "r.issued_at",
        _RECEIPTS,
        "r.issued_at < %(signed_by)s AND NOT EXISTS"
        " (SELECT FROM receipts_receiptdocument paper WHERE paper.receipt_id = r.id)",
    ),
    DifferenceKind.REFUND_UNDECIDED: _refunds(
        _PAYMENT_NAMED,
        "q.amount",
        "q.opened_at",
        "d.id IS NULL AND q.opened_at < %(decided_by)s",
    ),
    DifferenceKind.REFUND_UNPAID: _refunds(
        _PAYMENT_NAMED,
        "q.amount",
        "d.decided_at",
        "d.is_granted AND f.id IS NULL AND d.decided_at < %(decided_by)s",
    ),
    DifferenceKind.RECEIPT_NOT_REPORTED: Part(
        "'receipt:' || r.uuid",
        _NUMBERED,
        "r.amount",
        "s.collecting_body_id",
        "r.issued_at",
        _RECEIPTS,
        "r.issued_at < %(today)s AND NOT EXISTS (SELECT FROM receipts_dayreportline t WHERE t.source = r.uuid)",
    ),
}
