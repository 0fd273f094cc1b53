"""Requests and the outbox: each answered once, each effect owed once, due or visibly failed."""

from __future__ import annotations

from apps.core.outbox import MOST_ATTEMPTS, wait_after
from config.celery import app

LONGEST_WAIT = wait_after(MOST_ATTEMPTS)


def tasks_known() -> list[str]:
    """The names of all tasks that a worker of this installation knows."""
    app.loader.import_default_modules()
    return sorted(app.tasks)


ANSWERED = """
    SELECT k.id, k.verb || ' ' || k.answer, CASE
        WHEN c.id IS NULL THEN 'no_answer'
        ELSE 'case_answered_twice' END
    FROM core_requestkey k LEFT JOIN cases_case c ON c.code = k.answer
    WHERE k.id BETWEEN %(first)s AND %(last)s
        AND NOT CASE
            WHEN k.verb IN ('open_session', 'move_cash', 'close_session', 'acknowledge_difference')
                THEN k.answer IN (SELECT s.uuid::text FROM receipts_cashiersession s)
            WHEN k.verb IN ('propose_statement', 'start_statement')
                THEN k.answer IN (SELECT j.id::text FROM core_job j WHERE j.kind LIKE 'bank_statement:%%')
            WHEN k.verb IN ('match_line', 'withdraw_match')
                THEN k.answer IN (SELECT l.uuid::text FROM receipts_bankline l JOIN receipts_bankmatch m ON m.line_id = l.id)
            WHEN k.verb = 'explain_difference'
                THEN (k.answer, k.actor_id) IN (SELECT e.subject, e.explained_by_id FROM receipts_differenceexplanation e)
            ELSE false END
        AND (c.id IS NULL OR (k.verb = 'submit_application' AND EXISTS (
            SELECT FROM core_requestkey other JOIN cases_caseevent e ON e.case_id = c.id AND e.sequence = 1
            WHERE other.actor_id = e.by_id AND other.verb = k.verb AND other.answer = k.answer AND other.id <> k.id
        )))
    ORDER BY k.id
"""


OUTBOX = """
    SELECT id, effect, CASE
        WHEN done_at IS NOT NULL AND failed_at IS NOT NULL THEN 'done_and_failed'
        WHEN NOT task = ANY(%(tasks)s) THEN 'task_unknown'
        WHEN attempts > %(most)s THEN 'sent_too_often'
        ELSE 'never_due' END
    FROM core_outboxrow
    WHERE id BETWEEN %(first)s AND %(last)s AND (
        (done_at IS NOT NULL AND failed_at IS NOT NULL)
        OR NOT task = ANY(%(tasks)s)
        OR attempts > %(most)s
        OR (done_at IS NULL AND failed_at IS NULL AND next_attempt_at > greatest(created_at, %(at)s) + %(longest)s))
    ORDER BY id
"""


# An effect is looked for where its consumer leaves it; a row that was cleared away says nothing any more.
EFFECTS = """
    SELECT o.id, o.effect, CASE
        WHEN twice THEN 'owed_twice'
        WHEN o.done_at IS NULL THEN 'open_after_effect'
        ELSE 'done_without_effect' END
    FROM core_outboxrow o
    CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM core_outboxrow other WHERE other.effect = o.effect AND other.id <> o.id) AS twice,
        CASE o.task
            WHEN 'apps.cases.tasks.render_receipt' THEN EXISTS (
                SELECT FROM receipts_receiptdocument d JOIN receipts_receipt r ON r.id = d.receipt_id
                WHERE r.uuid = (o.payload ->> 'receipt')::uuid)
            WHEN 'apps.cases.tasks.render_paper' THEN EXISTS (
                SELECT FROM documents_storedfile f WHERE f.document_id = (o.payload ->> 'document')::bigint)
            WHEN 'apps.supervision.tasks.render_register' THEN EXISTS (
                SELECT FROM supervision_register r
                WHERE r.id = (o.payload ->> 'register')::bigint AND r.state = 'ready')
            WHEN 'apps.supervision.tasks.render_quarter_report' THEN EXISTS (
                SELECT FROM supervision_quarterreport r
                WHERE r.id = (o.payload ->> 'report')::bigint AND r.state = 'ready')
            WHEN 'apps.receipts.tasks.render_day_report' THEN EXISTS (
                SELECT FROM receipts_dayreportfile f WHERE f.edition_id = (o.payload ->> 'edition')::bigint)
            WHEN 'apps.receipts.tasks.send_day_report' THEN EXISTS (
                SELECT FROM receipts_dayreportanswer a
                WHERE a.edition_id = (o.payload ->> 'edition')::bigint AND a.outcome IN ('accepted', 'rejected'))
            -- Of a bundle that was cleared away nothing is left to look for.
            WHEN 'apps.bundles.tasks.make_part' THEN (
                SELECT p.made_at IS NOT NULL FROM bundles_bundlepart p
                WHERE p.bundle_id = (o.payload ->> 'bundle')::bigint AND p.position = (o.payload ->> 'position')::int)
            WHEN 'apps.bundles.tasks.bind_parts' THEN (
                SELECT b.state = 'ready' FROM bundles_bundle b
                WHERE b.id = (o.payload ->> 'bundle')::bigint AND b.state <> 'cleared')
            WHEN 'apps.cases.tasks.send_notice' THEN EXISTS (
                SELECT FROM notifications_sending s JOIN notifications_notice n ON n.id = s.notice_id
                WHERE n.uuid = (o.payload ->> 'notice')::uuid AND s.channel = o.payload ->> 'channel'
                    AND s.state = 'sent')
            WHEN 'apps.cases.tasks.refund_at_gateway' THEN EXISTS (
                SELECT FROM receipts_refundproposal p LEFT JOIN receipts_refundfailure x ON x.proposal_id = p.id
                LEFT JOIN receipts_refund r ON r.proposal_id = p.id
                WHERE p.uuid = (o.payload ->> 'refund')::uuid AND (x.id IS NOT NULL OR r.method = 'gateway'))
        END AS has_happened
    ) AS effect
    WHERE o.id BETWEEN %(first)s AND %(last)s AND (twice OR has_happened <> (o.done_at IS NOT NULL))
    ORDER BY o.id
"""
