"""Receipts: chains of corrections of one payment, numbers ascending in time, face values, the year of the series, notices;
what a receipt says, and what series and successions stand on."""

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

# In figures and line by line a receipt says what it is of, and when it was issued.
SAID = """
    SELECT r.id, s.code || ' of agency ' || s.collecting_body_id || ', number ' || r.number, 'says_otherwise'
    FROM receipts_receipt r JOIN receipts_receiptseries s ON s.id = r.series_id
    WHERE r.id BETWEEN %(first)s AND %(last)s AND NOT coalesce(
        (r.snapshot ->> 'total')::bigint = r.amount
        AND r.amount = (SELECT sum((line ->> 'amount')::bigint) FROM jsonb_array_elements(r.snapshot -> 'lines') AS line)
        AND (r.snapshot ->> 'issued_at')::timestamptz = date_trunc('second', r.issued_at), false)
    ORDER BY r.id
"""

# The tax authority's acceptance and the end of a series stand in the record of administration, as the series has them.
SERIES = """
    SELECT told.id, told.code || ' of agency ' || told.collecting_body_id, CASE
        WHEN told.claims_acceptance AND NOT told.is_accepted THEN 'series_accepted_by_no_act'
        ELSE 'series_closed_by_no_act' END
    FROM (
        SELECT s.id, s.code, s.collecting_body_id, s.closed_at,
            s.acceptance_number <> '' OR s.accepted_on IS NOT NULL AS claims_acceptance,
            coalesce(bool_or(t.kind IN ('open_series', 'record_acceptance')
                AND t.body ->> 'acceptance' = s.acceptance_number
                AND (t.body ->> 'accepted_on')::date = s.accepted_on), false) AS is_accepted,
            coalesce(bool_or(t.kind = 'close_series' AND t.at = s.closed_at), false) AS is_closed
        FROM receipts_receiptseries s
        LEFT JOIN core_administrativeact t ON t.subject = 'series:' || s.collecting_body_id
            AND (t.body ->> 'series')::bigint = s.id
        WHERE s.id BETWEEN %(first)s AND %(last)s
        GROUP BY s.id
    ) AS told
    WHERE (told.claims_acceptance AND NOT told.is_accepted) OR (told.closed_at IS NOT NULL AND NOT told.is_closed)
    ORDER BY told.id
"""

# Who stands for a body that has ended is what the record of administration says.
SUCCESSIONS = """
    SELECT c.id, 'succession of agency ' || c.body_id, 'succeeded_by_no_act'
    FROM receipts_collectingsuccession c
    WHERE c.id BETWEEN %(first)s AND %(last)s AND NOT EXISTS (
        SELECT FROM core_administrativeact t
        WHERE t.subject = 'series:' || c.body_id AND t.kind = 'succeed_body' AND t.at = c.recorded_at
            AND t.decision = c.decision AND t.actor_id = c.recorded_by_id
            AND (t.body ->> 'successor')::bigint = c.successor_id
            AND (t.body ->> 'decided_on')::date = c.decided_on)
    ORDER BY c.id
"""

# Receipts of the old regime came from a file at a moment, as many as the record of administration says of it.
LEGACY = """
    SELECT r.id, 'legacy receipts of ' || r.source, 'taken_over_by_no_act'
    FROM (
        SELECT min(id) AS id, source, imported_at FROM receipts_legacyreceipt
        WHERE id BETWEEN %(first)s AND %(last)s GROUP BY source, imported_at
    ) AS r
    WHERE (SELECT count(*) FROM receipts_legacyreceipt o WHERE (o.source, o.imported_at) = (r.source, r.imported_at))
        <> (SELECT coalesce(sum((t.body ->> 'new')::int), 0) FROM core_administrativeact t
            WHERE t.kind = 'import_legacy_receipts' AND t.at = r.imported_at AND t.subject = left(r.source, 120))
    ORDER BY r.id
"""
