"""Receipts: chains of corrections of one payment, numbers ascending in time, face values, the year of the series, notices."""

from datetime import timedelta

CHAINS = """
    SELECT r.id, s.code || ' of agency ' || s.collecting_body_id || ', number ' || r.number, CASE
        WHEN wrong.payment_id <> r.payment_id THEN 'replaces_of_another_payment'
        WHEN wrong.issued_at > r.issued_at THEN 'replaces_a_later_one'
        WHEN r.replaces_id IS NULL THEN 'two_in_force'
        ELSE 'replaced_otherwise_than_said' END
    FROM receipts_receipt r JOIN receipts_receiptseries s ON s.id = r.series_id
    LEFT JOIN receipts_receipt wrong ON wrong.id = r.replaces_id
    LEFT JOIN receipts_receiptseries ws ON ws.id = wrong.series_id
    WHERE r.id BETWEEN %(first)s AND %(last)s AND (
        wrong.payment_id <> r.payment_id
        OR wrong.issued_at > r.issued_at
        OR (r.replaces_id IS NULL AND EXISTS (
            SELECT FROM receipts_receipt other
            WHERE other.payment_id = r.payment_id AND other.replaces_id IS NULL AND other.id <> r.id))
        OR (r.replaces_id IS NOT NULL AND (
            (r.snapshot -> 'replaces' ->> 'number')::int IS DISTINCT FROM wrong.number
            OR r.snapshot -> 'replaces' ->> 'series' IS DISTINCT FROM ws.code
            OR r.snapshot -> 'replaces' ->> 'form' IS DISTINCT FROM ws.form))
    )
    ORDER BY r.id
"""

# How long an act may last: its moment is that of its beginning, its number that of its end.
LONGEST_ACT = timedelta(minutes=10)
# A receipt is compared with the one before it in its series.
IN_TIME = """
    SELECT r.id, s.code || ' of agency ' || s.collecting_body_id || ', number ' || r.number, CASE
        WHEN before.issued_at > r.issued_at + %(slack)s THEN 'issued_before_its_number'
        WHEN s.year <> extract(year FROM r.issued_at AT TIME ZONE %(zone)s) THEN 'of_another_year'
        WHEN s.closed_at + %(slack)s < r.issued_at THEN 'after_its_series_closed'
        ELSE 'other_face_value' END
    FROM receipts_receipt r JOIN receipts_receiptseries s ON s.id = r.series_id
    LEFT JOIN receipts_receipt before ON before.series_id = r.series_id AND before.number = r.number - 1
    WHERE r.id BETWEEN %(first)s AND %(last)s AND (
        s.year <> extract(year FROM r.issued_at AT TIME ZONE %(zone)s)
        OR s.closed_at + %(slack)s < r.issued_at
        OR s.face_value <> r.amount
        OR before.issued_at > r.issued_at + %(slack)s)
    ORDER BY r.id
"""

NOTICES = """
    SELECT n.id, 'notice ' || n.number || ' of ' || n.year || ' of agency ' || n.body_id, CASE
        WHEN NOT n.is_next THEN 'gap_or_double'
        ELSE 'notice_without_its_paper' END
    FROM (
        SELECT m.*, d.kind, m.number = coalesce((
            SELECT max(o.number) FROM receipts_receiptnotice o
            WHERE o.body_id = m.body_id AND o.year = m.year AND o.number < m.number), 0) + 1 AS is_next
        FROM receipts_receiptnotice m JOIN documents_document d ON d.id = m.document_id
        WHERE m.id BETWEEN %(first)s AND %(last)s
    ) AS n
    WHERE NOT n.is_next OR n.kind <> 'form_04ss'
        OR NOT EXISTS (SELECT FROM cases_casedocument c WHERE c.document_id = n.document_id)
    ORDER BY n.id
"""
