"""Money: numbers of receipts without a gap, every payment on one receipt of its amount."""

NUMBERS = """
    SELECT s.id, s.code || ' of agency ' || s.collecting_body_id || ', number ' || r.number, 'gap_or_double'
    FROM receipts_receiptseries s JOIN (
        SELECT series_id, number, lag(number) OVER (PARTITION BY series_id ORDER BY number, id) AS before
        FROM receipts_receipt WHERE series_id BETWEEN %(first)s AND %(last)s
    ) AS r ON r.series_id = s.id
    WHERE r.number <> coalesce(r.before, 0) + 1
    UNION ALL
    SELECT s.id, s.code || ' of agency ' || s.collecting_body_id, 'last_number_wrong'
    FROM receipts_receiptseries s
    WHERE s.id BETWEEN %(first)s AND %(last)s AND s.last_number <> coalesce(
        (SELECT max(number) FROM receipts_receipt WHERE series_id = s.id), 0)
"""


SETTLED = """
    SELECT p.id, 'payment ' || p.uuid, CASE
        WHEN receipt.rows <> 1 THEN 'receipt_not_one'
        WHEN receipt.amount <> p.amount OR line.amount IS DISTINCT FROM p.amount THEN 'amounts_differ'
        WHEN receipt.cases <> 1 THEN 'receipt_of_no_case'
        WHEN receipt.bodies <> 1 THEN 'other_collecting_body'
        ELSE 'line_wrong' END
    FROM receipts_payment p
    CROSS JOIN LATERAL (
        SELECT count(*) AS rows, sum(r.amount) AS amount, count(cr.id) AS cases, min(cr.case_id) AS case_id,
            count(*) FILTER (WHERE s.collecting_body_id = p.collecting_body_id) AS bodies
        FROM receipts_receipt r JOIN receipts_receiptseries s ON s.id = r.series_id
        LEFT JOIN cases_casereceipt cr ON cr.receipt_id = r.uuid
        WHERE r.payment_id = p.id AND r.replaces_id IS NULL
    ) AS receipt
    CROSS JOIN LATERAL (
        SELECT sum(f.amount) AS amount, bool_and(
            f.borne_by = 'applicant' AND f.amount IS NOT NULL AND f.withdrawn_at IS NULL
            AND cf.case_id IS NOT DISTINCT FROM receipt.case_id
            AND NOT EXISTS (SELECT FROM receipts_paymentline other WHERE other.fee_id = f.id AND other.id <> l.id)
        ) AS are_right
        FROM receipts_paymentline l JOIN receipts_feedue f ON f.id = l.fee_id
        LEFT JOIN cases_casefee cf ON cf.fee_id = f.id
        WHERE l.payment_id = p.id
    ) AS line
    WHERE p.id BETWEEN %(first)s AND %(last)s AND NOT coalesce(
        receipt.rows = 1 AND receipt.cases = 1 AND receipt.bodies = 1
        AND receipt.amount = p.amount AND line.amount = p.amount AND line.are_right, false)
    ORDER BY p.id
"""
