"""Cashier's sessions: expected figures are the sum of the rows, money lies within the session, a difference is explained."""

SESSIONS = """
    SELECT s.id, 'session ' || s.uuid, CASE
        WHEN money.is_outside THEN 'money_outside'
        WHEN money.is_of_another THEN 'money_of_another'
        WHEN s.expected_cash <> s.opening_balance + money.cash OR s.expected_cards <> money.cards THEN 'expected_wrong'
        WHEN s.counted_cash <> noted.worth THEN 'count_wrong'
        WHEN s.is_different AND s.explanation = '' THEN 'not_explained'
        ELSE 'acknowledged_by_own' END
    FROM (
        SELECT *, closed_at IS NOT NULL AND (expected_cash, expected_cards) <> (counted_cash, counted_cards) AS is_different
        FROM receipts_cashiersession WHERE id BETWEEN %(first)s AND %(last)s
    ) AS s
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount) FILTER (WHERE kind = 'cash'), 0) AS cash,
            coalesce(sum(amount) FILTER (WHERE kind = 'card'), 0) AS cards,
            coalesce(bool_or(at < s.opened_at OR at > s.closed_at), false) AS is_outside,
            coalesce(bool_or(by_id <> s.cashier_id OR desk_id <> s.desk_id), false) AS is_of_another
        FROM (
            SELECT method AS kind, amount, taken_at AS at, taken_by_id AS by_id, taken_at_desk_id AS desk_id
            FROM receipts_payment WHERE session_id = s.id
            UNION ALL
            SELECT 'cash', CASE WHEN kind = 'change' THEN amount ELSE -amount END, at, s.cashier_id, s.desk_id
            FROM receipts_cashmovement WHERE session_id = s.id
            UNION ALL
            SELECT 'cash', -amount, paid_at, paid_by_id, s.desk_id FROM receipts_refund WHERE session_id = s.id
        ) AS every
    ) AS money
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(note::bigint * number::bigint), 0) AS worth FROM jsonb_each_text(s.count) AS n (note, number)
    ) AS noted
    LEFT JOIN receipts_differenceacknowledged a ON a.session_id = s.id
    WHERE money.is_outside OR money.is_of_another
        OR (s.closed_at IS NOT NULL AND (
            s.expected_cash <> s.opening_balance + money.cash OR s.expected_cards <> money.cards
            OR s.counted_cash <> noted.worth OR (s.is_different AND s.explanation = '')))
        OR (a.id IS NOT NULL AND (NOT s.is_different OR a.by_id IN (s.cashier_id, s.closed_by_id)))
    ORDER BY s.id
"""
