"""Money: numbers without a gap; every payment explained by lines, receipts and refunds; every refund as it was granted."""

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


# A payment is its lines and what settled nothing; what has lines has one chain of receipts that begins with their sum.
SETTLED = """
    SELECT found.* FROM (WITH RECURSIVE stands_for (owner, body) AS (
        SELECT successor_id, body_id FROM receipts_collectingsuccession
        UNION SELECT s.owner, c.body_id FROM receipts_collectingsuccession c JOIN stands_for s ON s.body = c.successor_id
    )
    SELECT p.id, 'payment ' || p.uuid, CASE
        WHEN p.amount <> line.amount + unapplied.amount THEN 'payment_not_explained'
        WHEN receipt.rows > 0 AND line.rows = 0 THEN 'receipt_of_no_line'
        WHEN line.rows > 0 AND (receipt.originals <> 1 OR receipt.in_force <> 1) THEN 'receipt_not_one'
        WHEN NOT receipt.is_one_chain THEN 'chain_broken_off'
        WHEN receipt.original <> line.amount THEN 'amounts_differ'
        WHEN receipt.cases <> receipt.rows OR receipt.first_case <> receipt.last_case THEN 'receipt_of_no_case'
        WHEN NOT receipt.is_of_body THEN 'other_collecting_body'
        WHEN NOT line.are_right THEN 'line_wrong'
        ELSE 'order_not_settled' END
    FROM receipts_payment p
    LEFT JOIN receipts_paymentorder o ON o.id = p.order_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS rows, count(*) FILTER (WHERE r.replaces_id IS NULL) AS originals,
            count(*) FILTER (WHERE NOT EXISTS (SELECT FROM receipts_receipt n WHERE n.replaces_id = r.id)) AS in_force,
            sum(r.amount) FILTER (WHERE r.replaces_id IS NULL) AS original,
            coalesce(bool_and(r.replaces_id IS NULL OR (before.payment_id = r.payment_id AND before.id < r.id)), true)
                AS is_one_chain,
            count(cr.id) AS cases, min(cr.case_id) AS first_case, max(cr.case_id) AS last_case,
            -- Of a body that has ended the successor issues.
            coalesce(bool_and(s.collecting_body_id = p.collecting_body_id OR EXISTS (
                SELECT FROM stands_for f WHERE f.owner = s.collecting_body_id AND f.body = p.collecting_body_id)), true)
                AS is_of_body
        FROM receipts_receipt r JOIN receipts_receiptseries s ON s.id = r.series_id
        LEFT JOIN receipts_receipt before ON before.id = r.replaces_id
        LEFT JOIN cases_casereceipt cr ON cr.receipt_id = r.uuid
        WHERE r.payment_id = p.id
    ) AS receipt
    CROSS JOIN LATERAL (
        SELECT count(*) AS rows, coalesce(sum(f.amount), 0) AS amount, coalesce(bool_and(
            f.borne_by = 'applicant' AND f.amount IS NOT NULL AND f.withdrawn_at IS NULL
            AND cf.case_id IS NOT DISTINCT FROM receipt.first_case
            AND NOT EXISTS (SELECT FROM receipts_paymentline other WHERE other.fee_id = f.id AND other.id <> l.id)
        ), true) AS are_right
        FROM receipts_paymentline l JOIN receipts_feedue f ON f.id = l.fee_id
        LEFT JOIN cases_casefee cf ON cf.fee_id = f.id
        WHERE l.payment_id = p.id
    ) AS line
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount), 0) AS amount FROM receipts_refundproposal
        WHERE payment_id = p.id AND fee_id IS NULL
    ) AS unapplied
    WHERE p.id BETWEEN %(first)s AND %(last)s AND NOT coalesce(
        p.amount = line.amount + unapplied.amount
        AND (line.rows > 0) = (receipt.rows > 0)
        AND (line.rows = 0 OR (receipt.originals = 1 AND receipt.in_force = 1 AND receipt.original = line.amount
            AND receipt.cases = receipt.rows AND receipt.first_case = receipt.last_case))
        AND receipt.is_one_chain AND receipt.is_of_body AND line.are_right
        AND (p.order_id IS NULL OR o.outcome = 'settled' OR (line.rows = 0 AND o.closed_at IS NOT NULL)), false)
    ORDER BY p.id) AS found
"""


# What is settled was paid, and where an order is paid is what the gateway said, word for word (JSON may escape a slash).
ORDERS = """
    SELECT o.id, 'order ' || o.code, CASE WHEN paid.is_so THEN 'paid_at_another_page' ELSE 'order_without_payment' END
    FROM receipts_paymentorder o
    CROSS JOIN LATERAL (
        SELECT o.outcome <> 'settled' OR EXISTS (SELECT FROM receipts_payment p WHERE p.order_id = o.id) AS is_so
    ) AS paid
    WHERE o.id BETWEEN %(first)s AND %(last)s AND (NOT paid.is_so
        OR (o.pay_url <> '' AND NOT EXISTS (
            SELECT FROM receipts_gatewaymessage m WHERE m.order_id = o.id AND m.kind = 'created' AND m.is_authentic
                AND position(o.pay_url IN replace(m.body, '\\/', '/')) > 0)))
    ORDER BY o.id
"""


REFUNDS = """
    SELECT p.id, 'refund ' || p.uuid, CASE
        WHEN tie.cases <> 1 OR NOT coalesce(tie.is_of_case, false) THEN 'refund_of_no_case'
        WHEN p.fee_id IS NOT NULL AND (line.id IS NULL OR line.going_back > fee.amount) THEN 'more_than_paid'
        WHEN d.is_granted AND p.fee_id IS NOT NULL AND NOT rule.is_refundable THEN 'against_the_rule'
        WHEN NOT d.is_granted AND p.fee_id IS NULL THEN 'against_the_rule'
        WHEN d.decided_by_id = pay.taken_by_id THEN 'decided_by_who_took'
        WHEN r.id IS NOT NULL THEN CASE
            WHEN r.method = 'cash' AND r.paid_by_id = way.decided_by_id THEN 'paid_by_who_decided'
            ELSE 'not_as_granted' END
        ELSE 'never_paid' END
    FROM receipts_refundproposal p
    JOIN receipts_payment pay ON pay.id = p.payment_id
    LEFT JOIN receipts_feedue fee ON fee.id = p.fee_id
    LEFT JOIN procedures_feerule rule ON rule.id = fee.rule_id
    LEFT JOIN receipts_refunddecision d ON d.proposal_id = p.id
    LEFT JOIN receipts_refund r ON r.proposal_id = p.id
    LEFT JOIN receipts_refundfailure failure ON failure.proposal_id = p.id
    LEFT JOIN LATERAL (
        SELECT method, decided_by_id FROM (
            SELECT id, method, decided_by_id FROM receipts_refundotherway WHERE proposal_id = p.id
            UNION ALL SELECT 0, d.method, d.decided_by_id
        ) AS ways ORDER BY id DESC LIMIT 1
    ) AS way ON true
    LEFT JOIN LATERAL (
        SELECT l.id, (
            SELECT sum(same.amount) FROM receipts_refundproposal same
            LEFT JOIN receipts_refunddecision decided ON decided.proposal_id = same.id
            WHERE same.fee_id = p.fee_id AND coalesce(decided.is_granted, true)) AS going_back
        FROM receipts_paymentline l WHERE l.fee_id = p.fee_id AND l.payment_id = p.payment_id
    ) AS line ON true
    CROSS JOIN LATERAL (
        SELECT count(*) AS cases, bool_and(CASE WHEN p.fee_id IS NULL
            THEN EXISTS (SELECT FROM cases_caseorder o WHERE o.order_id = pay.order_id AND o.case_id = c.case_id)
            ELSE EXISTS (SELECT FROM cases_casefee f WHERE f.fee_id = p.fee_id AND f.case_id = c.case_id)
            END) AS is_of_case
        FROM cases_caserefund c WHERE c.proposal_id = p.id
    ) AS tie
    WHERE p.id BETWEEN %(first)s AND %(last)s AND (
        tie.cases <> 1 OR NOT coalesce(tie.is_of_case, false)
        OR (p.fee_id IS NOT NULL AND (line.id IS NULL OR line.going_back > fee.amount))
        OR (d.is_granted AND p.fee_id IS NOT NULL AND NOT rule.is_refundable)
        OR (NOT d.is_granted AND p.fee_id IS NULL)
        OR d.decided_by_id = pay.taken_by_id
        OR (r.id IS NOT NULL AND (NOT coalesce(d.is_granted, false) OR r.amount <> p.amount OR r.method <> way.method
            OR (r.method = 'cash' AND r.paid_by_id = way.decided_by_id)))
        OR (d.is_granted AND d.method = 'gateway' AND r.id IS NULL AND failure.id IS NULL AND NOT EXISTS (
            SELECT FROM core_outboxrow o WHERE o.effect = 'refund:' || p.uuid AND o.done_at IS NULL)))
    ORDER BY p.id
"""


# Due − paid − refunded of a case, row by row: what came in is its settled lines and what settled nothing, and no row gives
# back more than it took.
ACCOUNTS = """
    SELECT c.id, c.code, 'account_not_explained'
    FROM cases_case c
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(p.amount), 0) AS amount FROM receipts_payment p WHERE p.id IN (
            SELECT l.payment_id FROM cases_casefee cf JOIN receipts_paymentline l ON l.fee_id = cf.fee_id
            WHERE cf.case_id = c.id
            UNION SELECT o.id FROM cases_caseorder co JOIN receipts_payment o ON o.order_id = co.order_id
            WHERE co.case_id = c.id)
    ) AS paid
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(f.amount), 0) AS amount FROM cases_casefee cf
        JOIN receipts_paymentline l ON l.fee_id = cf.fee_id JOIN receipts_feedue f ON f.id = cf.fee_id
        WHERE cf.case_id = c.id AND f.withdrawn_at IS NULL
    ) AS settled
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(p.amount) FILTER (WHERE p.fee_id IS NULL), 0) AS unapplied,
            coalesce(sum(r.amount), 0) AS amount
        FROM cases_caserefund cr JOIN receipts_refundproposal p ON p.id = cr.proposal_id
        LEFT JOIN receipts_refund r ON r.proposal_id = p.id
        WHERE cr.case_id = c.id
    ) AS back
    WHERE c.id BETWEEN %(first)s AND %(last)s
        AND (paid.amount <> settled.amount + back.unapplied OR back.amount > paid.amount)
    ORDER BY c.id
"""
