"""The day's lists to the tax authority: every receipt on exactly one, told as it was issued, each list the sum of its lines and answered as it says."""

from __future__ import annotations

from collections.abc import Iterator

from apps.operations.integrity.papers import wrong_bytes
from apps.operations.integrity.walking import SMALL, Fault
from apps.receipts.models import DayReportFile

# A day is told by the run after its midnight; two days on it must be there.
TOLD = """
    SELECT r.id, 'receipt ' || s.code || ' ' || r.number || ' of agency ' || s.collecting_body_id, 'on_no_list'
    FROM receipts_receipt r JOIN receipts_receiptseries s ON s.id = r.series_id
    WHERE r.id BETWEEN %(first)s AND %(last)s AND s.form = ANY(%(forms)s)
        AND (r.issued_at AT TIME ZONE %(zone)s)::date < %(day)s::date - 1
        AND NOT EXISTS (
            SELECT FROM receipts_dayreportline l WHERE l.source = r.uuid AND l.kind IN ('issued', 'replacement'))
    ORDER BY r.id
"""


TOLD_NOTICES = """
    SELECT n.id, 'notice ' || n.number || ' of ' || n.year || ' of agency ' || n.body_id, 'on_no_list'
    FROM receipts_receiptnotice n
    WHERE n.id BETWEEN %(first)s AND %(last)s
        AND (n.noticed_at AT TIME ZONE %(zone)s)::date < %(day)s::date - 1
        AND NOT EXISTS (SELECT FROM receipts_dayreportline l WHERE l.source = n.uuid AND l.kind = 'notice')
    ORDER BY n.id
"""


LINES = """
    SELECT l.id, 'line ' || l.position || ' of list ' || d.uuid, 'line_differs'
    FROM receipts_dayreportline l
    JOIN receipts_dayreport d ON d.id = l.report_id
    JOIN receipts_receipt r ON r.id = l.receipt_id
    JOIN receipts_receiptseries s ON s.id = r.series_id
    LEFT JOIN receipts_receiptnotice n ON l.kind = 'notice' AND n.uuid = l.source
    WHERE l.id BETWEEN %(first)s AND %(last)s AND (
        (l.form, l.series, l.number) <> (s.form, s.code, r.number)
        OR l.issued_on <> (r.issued_at AT TIME ZONE %(zone)s)::date
        OR (l.kind IN ('issued', 'replacement') AND (
            d.collecting_body_id <> s.collecting_body_id OR l.amount <> r.amount OR l.source <> r.uuid OR d.day <> l.issued_on
            OR l.related_id IS DISTINCT FROM r.replaces_id
            OR (l.kind = 'replacement') <> (r.replaces_id IS NOT NULL)))
        OR (l.kind = 'notice' AND (
            n.id IS NULL OR n.receipt_id <> r.id OR n.body_id <> d.collecting_body_id OR l.explanation <> n.reason
            OR d.day <> (n.noticed_at AT TIME ZONE %(zone)s)::date))
    )
    ORDER BY l.id
"""


LISTS = """
    SELECT d.id, 'list ' || d.uuid, CASE
        WHEN told.lines <> d.lines_in_all OR told.last <> d.lines_in_all OR told.total <> d.total THEN 'list_differs'
        WHEN edition.is_answered_otherwise OR NOT coalesce(heard.is_so, false) THEN 'answered_otherwise'
        ELSE 'list_has_no_files' END
    FROM receipts_dayreport d
    CROSS JOIN LATERAL (
        SELECT count(*) AS lines, coalesce(max(position), 0) AS last, coalesce(sum(amount), 0) AS total
        FROM receipts_dayreportline l WHERE l.report_id = d.id
    ) AS told
    LEFT JOIN LATERAL (
        SELECT e.id, e.number, d.state IN ('accepted', 'rejected') AND NOT EXISTS (
            SELECT FROM receipts_dayreportanswer a WHERE a.edition_id = e.id AND a.outcome = d.state) AS is_answered_otherwise
        FROM receipts_dayreportedition e WHERE e.report_id = d.id ORDER BY e.number DESC LIMIT 1
    ) AS edition ON true
    -- It was not sent before anything was heard of it, and answered when it was heard.
    CROSS JOIN LATERAL (
        SELECT (d.sent_at IS NULL OR min(a.received_at) <= d.sent_at) AND (d.answered_at IS NULL OR (
            d.sent_at <= d.answered_at AND bool_or(a.received_at = d.answered_at AND a.outcome = d.state))) AS is_so
        FROM receipts_dayreportanswer a JOIN receipts_dayreportedition e ON e.id = a.edition_id WHERE e.report_id = d.id
    ) AS heard
    WHERE d.id BETWEEN %(first)s AND %(last)s AND (
        told.lines <> d.lines_in_all OR told.last <> d.lines_in_all OR told.total <> d.total
        OR edition.is_answered_otherwise OR NOT coalesce(heard.is_so, false)
        OR ((SELECT count(*) FROM receipts_dayreportfile f WHERE f.edition_id = edition.id) <> 3
            AND NOT EXISTS (
                SELECT FROM core_outboxrow o
                WHERE o.effect = 'day-report:' || d.uuid || ':' || edition.number AND o.done_at IS NULL)))
    ORDER BY d.id
"""


def stored_lists(first: int, last: int) -> Iterator[Fault]:
    """Files of lists whose bytes are not those that were hashed."""
    files = DayReportFile.objects.filter(pk__range=(first, last)).order_by("pk")
    for file in files.iterator(chunk_size=SMALL):
        wrong = wrong_bytes(file.storage_name, bytes(file.sha256), file.size)
        if wrong:
            yield Fault("stored_files", file.pk, f"{file.medium} of a list, {file.pk}", wrong)
