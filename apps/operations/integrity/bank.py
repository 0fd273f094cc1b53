"""What banks say: statements whole and free of contradiction, and each line nothing but what it can be."""

from __future__ import annotations

from collections.abc import Iterator

from apps.operations.integrity.papers import wrong_bytes
from apps.operations.integrity.walking import SMALL, Fault
from apps.receipts.models import BankStatement

# Each act on an account is recorded by the administration, as the account has it; what takes statements is confirmed by another.
ACCOUNTS = """
    WITH told AS (
        SELECT a.*, EXISTS (SELECT FROM receipts_bankstatement s WHERE s.account_id = a.id) AS is_paid_into,
            count(t.id) FILTER (WHERE t.body ->> 'act' = 'opened' AND t.actor_id = a.opened_by_id
                AND t.decision = a.opening_decision AND t.at = a.opened_at) AS openings,
            count(t.id) FILTER (WHERE t.body ->> 'act' = 'confirmed' AND t.actor_id = a.confirmed_by_id
                AND t.decision = a.confirming_decision AND t.at = a.confirmed_at) AS confirmings,
            count(t.id) FILTER (WHERE t.body ->> 'act' = 'ended' AND t.actor_id = a.ended_by_id
                AND t.decision = a.ending_decision AND t.at = a.ended_at
                AND (t.body ->> 'valid_to')::date = a.valid_to) AS endings
        FROM receipts_collectionaccount a
        LEFT JOIN core_administrativeact t ON t.subject = 'account:' || a.id AND t.kind = 'collection_account'
            AND t.body ->> 'number' = a.number AND t.body ->> 'bank' = a.bank_bin
            AND (t.body ->> 'agency')::bigint = a.agency_id
        WHERE a.id BETWEEN %(first)s AND %(last)s
        GROUP BY a.id
    )
    SELECT id, 'account ' || bank_bin || ' ' || number, CASE
        WHEN openings <> 1 THEN 'account_opened_by_no_act'
        WHEN is_paid_into AND confirmed_at IS NULL THEN 'account_unconfirmed'
        WHEN confirmed_by_id = opened_by_id THEN 'account_confirmed_by_its_opener'
        WHEN confirmed_at IS NOT NULL AND confirmings <> 1 THEN 'account_confirmed_by_no_act'
        ELSE 'account_ended_by_no_act' END
    FROM told
    WHERE openings <> 1 OR (is_paid_into AND confirmed_at IS NULL) OR coalesce(confirmed_by_id = opened_by_id, false)
        OR (confirmed_at IS NOT NULL AND confirmings <> 1) OR (valid_to IS NOT NULL AND endings <> 1)
    ORDER BY id
"""

# What a file says is kept as the rows of the job that took it in: all its lines, also those that another statement had brought.
# They add up to its balances, and each is a line of the account; whatever the statement brought stands in its file. Where
# the file lies is said there as well: a statement has none only where its job had none, before files were kept.
STATEMENTS = """
    SELECT s.id, 'statement ' || s.uuid, CASE
        WHEN file.jobs <> 1 THEN 'statement_without_its_file'
        WHEN file.moved <> s.closing - s.opening THEN 'statement_not_balanced'
        WHEN file.lacking THEN 'lines_missing'
        WHEN file.contradicted THEN 'line_told_otherwise'
        ELSE 'line_of_no_file' END
    FROM receipts_bankstatement s
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT j.id) AS jobs, coalesce(sum((r.content ->> 'amount')::bigint), 0) AS moved,
            -- A worker may still be at it.
            coalesce(bool_or(r.id IS NOT NULL AND l.id IS NULL AND (r.done_at IS NOT NULL OR j.state = 'done')), false)
                AS lacking,
            coalesce(bool_or(l.amount <> (r.content ->> 'amount')::bigint), false) AS contradicted
        FROM core_job j
        JOIN core_jobrow h ON h.job_id = j.id AND h.position = 0
        LEFT JOIN core_jobrow r ON r.job_id = j.id AND r.position > 0
        LEFT JOIN receipts_bankline l ON l.account_id = s.account_id AND l.reference = r.key
            AND (l.booked_at AT TIME ZONE %(zone)s)::date
                = ((r.content ->> 'booked_at')::timestamptz AT TIME ZONE %(zone)s)::date
        WHERE j.kind = 'bank_statement:' || s.account_id AND j.state IN ('running', 'done')
            AND h.content ->> 'sha256' = encode(s.sha256, 'hex')
            AND h.content ->> 'storage_name' IS NOT DISTINCT FROM s.storage_name
            AND (h.content ->> 'size')::bigint IS NOT DISTINCT FROM s.size
            AND (h.content ->> 'opening')::bigint = s.opening AND (h.content ->> 'closing')::bigint = s.closing
            AND (h.content ->> 'starts_on')::date = s.starts_on AND (h.content ->> 'ends_on')::date = s.ends_on
    ) AS file
    WHERE s.id BETWEEN %(first)s AND %(last)s AND (
        file.jobs <> 1 OR file.moved <> s.closing - s.opening OR file.lacking OR file.contradicted
        OR EXISTS (
            SELECT FROM receipts_bankline l WHERE l.statement_id = s.id AND (
                l.account_id <> s.account_id
                OR (l.booked_at AT TIME ZONE %(zone)s)::date NOT BETWEEN s.starts_on AND s.ends_on
                OR NOT EXISTS (
                    SELECT FROM core_jobrow r JOIN core_job j ON j.id = r.job_id
                    JOIN core_jobrow h ON h.job_id = j.id AND h.position = 0
                    WHERE j.kind = 'bank_statement:' || s.account_id AND j.state IN ('running', 'done')
                        AND h.content ->> 'sha256' = encode(s.sha256, 'hex')
                        AND r.position = l.position AND r.key = l.reference))))
    ORDER BY s.id
"""


# One row of a match: what it names, by what it was known, and what became of it. A pay-out's parts are those of its gateway
# and day; what a person matched together flows the way the line does, whatever of it was taken back since.
MATCHES = """
    SELECT found.* FROM (WITH RECURSIVE stands_for (owner, body) AS (
        SELECT successor_id, body_id FROM receipts_collectingsuccession
        UNION SELECT s.owner, c.body_id FROM receipts_collectingsuccession c JOIN stands_for s ON s.body = c.successor_id
    ), told AS (
        SELECT m.*, l.amount AS line_amount, l.memo, l.reference AS line_reference, a.agency_id AS owner,
            coalesce(p.collecting_body_id, c.desk_id, rp.collecting_body_id) AS body,
            coalesce(p.amount, d.amount, -r.amount) AS amount,
            CASE WHEN m.payment_id IS NOT NULL THEN p.method IN ('online', 'transfer', 'card')
                WHEN m.deposit_id IS NOT NULL THEN d.kind = 'deposit'
                ELSE r.method <> 'cash' END AS is_at_bank,
            coalesce(p.method, r.method, '') AS method,
            coalesce(o.code, '') AS order_code,
            'PAYOUT ' || upper(coalesce(o.gateway, ro.gateway)) || ' '
                || to_char(coalesce(p.taken_at, r.paid_at) AT TIME ZONE %(zone)s, 'YYYYMMDD') AS payout,
            ' ' || regexp_replace(upper(l.memo), '[^0-9A-Z]+', ' ', 'g') || ' ' AS spelled
        FROM receipts_bankmatch m
        JOIN receipts_bankline l ON l.id = m.line_id
        JOIN receipts_collectionaccount a ON a.id = l.account_id
        LEFT JOIN receipts_payment p ON p.id = m.payment_id
        LEFT JOIN receipts_paymentorder o ON o.id = p.order_id
        LEFT JOIN receipts_cashmovement d ON d.id = m.deposit_id
        LEFT JOIN receipts_cashiersession c ON c.id = d.session_id
        LEFT JOIN receipts_refund r ON r.id = m.refund_id
        LEFT JOIN receipts_refundproposal q ON q.id = r.proposal_id
        LEFT JOIN receipts_payment rp ON rp.id = q.payment_id
        LEFT JOIN receipts_paymentorder ro ON ro.id = rp.order_id
        WHERE m.id BETWEEN %(first)s AND %(last)s
    ), judged AS (
        SELECT t.id, t.line_reference,
            t.body IS NULL OR NOT t.is_at_bank
                OR (t.body <> t.owner AND NOT EXISTS (
                    SELECT FROM stands_for s WHERE s.owner = t.owner AND s.body = t.body)) AS is_of_another,
            NOT CASE t.how
                WHEN 'order_code' THEN t.line_amount > 0 AND t.method = 'transfer'
                    AND position(' ' || nullif(t.order_code, '') || ' ' IN t.spelled) > 0
                WHEN 'payout' THEN t.line_amount > 0 AND t.method IN ('online', 'gateway')
                    AND position(' ' || t.payout || ' ' IN t.spelled) > 0
                WHEN 'reference' THEN t.amount = t.line_amount
                ELSE (SELECT sum(coalesce(p.amount, d.amount, -r.amount)) > 0 FROM receipts_bankmatch w
                    LEFT JOIN receipts_payment p ON p.id = w.payment_id
                    LEFT JOIN receipts_cashmovement d ON d.id = w.deposit_id
                    LEFT JOIN receipts_refund r ON r.id = w.refund_id
                    WHERE w.line_id = t.line_id AND w.how = 'by_hand' AND w.matched_by_id = t.matched_by_id
                        AND w.matched_at = t.matched_at) = (t.line_amount > 0)
                END AS is_known_otherwise,
            EXISTS (
                SELECT FROM receipts_bankmatch w WHERE w.id <> t.id
                    AND (w.payment_id = t.payment_id OR w.deposit_id = t.deposit_id OR w.refund_id = t.refund_id)
                    AND w.withdrawn_at IS NULL AND t.withdrawn_at IS NULL) AS is_matched_twice,
            t.withdrawn_at IS NULL AND t.how IN ('order_code', 'reference') AND EXISTS (
                SELECT FROM receipts_bankmatch w WHERE w.line_id = t.line_id AND w.id <> t.id
                    AND w.withdrawn_at IS NULL AND w.how IN ('order_code', 'reference')) AS is_two_things,
            t.how <> 'by_hand' AND EXISTS (
                SELECT FROM receipts_bankmatch w WHERE w.line_id = t.line_id AND w.id < t.id AND w.withdrawn_at IS NOT NULL
                    AND (w.payment_id = t.payment_id OR w.deposit_id = t.deposit_id OR w.refund_id = t.refund_id)
            ) AS is_taken_back,
            (t.withdrawn_at IS NULL) <> (t.withdrawn_by_id IS NULL) OR coalesce(t.withdrawn_at < t.matched_at, false)
                OR (t.withdrawn_by_id IS NULL) <> (t.withdrawn_reason = '') AS is_half_withdrawn
        FROM told t
    )
    SELECT j.id, 'match ' || j.id || ' of line ' || j.line_reference, CASE
        WHEN j.is_of_another THEN 'matched_to_another'
        WHEN j.is_known_otherwise THEN 'matched_otherwise'
        WHEN j.is_matched_twice THEN 'matched_twice'
        WHEN j.is_two_things THEN 'line_is_two_things'
        WHEN j.is_taken_back THEN 'matched_after_withdrawal'
        ELSE 'half_withdrawn' END
    FROM judged j
    WHERE coalesce(j.is_of_another, true) OR coalesce(j.is_known_otherwise, true) OR j.is_matched_twice OR j.is_two_things
        OR j.is_taken_back OR j.is_half_withdrawn
    ORDER BY j.id) AS found
"""


def stored_statements(first: int, last: int) -> Iterator[Fault]:
    """Statements whose file is not there as it was hashed; those that were taken in before files were kept have none."""
    rows = BankStatement.objects.filter(pk__range=(first, last), storage_name__isnull=False).order_by("pk")
    for row in rows.iterator(chunk_size=SMALL):
        assert row.storage_name and row.size is not None
        wrong = wrong_bytes(row.storage_name, bytes(row.sha256), row.size)
        if wrong:
            yield Fault("stored_files", row.pk, f"statement {row.uuid}", wrong)
