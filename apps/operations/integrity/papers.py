"""Papers and files: each is stored, or will be, with the hash that was kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from django.core.files.storage import default_storage

from apps.applications.models import Attachment
from apps.core.canonical import fingerprint
from apps.documents.choices import FileState
from apps.documents.models import AskedFile, StoredData, StoredFile
from apps.operations.integrity.walking import SMALL, Fault

# A receipt is available with both its files, signed with the certificate that its paper names; or it is still owed. Its paper
# says all that the receipt says, and no other number.
RECEIPT_PAPERS = """
    SELECT r.id, 'receipt ' || s.code || ' ' || r.number || ' of agency ' || s.collecting_body_id,
        CASE WHEN paper.id IS NULL THEN 'no_file' WHEN NOT paper.is_signed THEN 'other_certificate'
            ELSE 'paper_of_another' END
    FROM receipts_receipt r JOIN receipts_receiptseries s ON s.id = r.series_id
    LEFT JOIN LATERAL (
        SELECT d.id, encode(d.certificate, 'hex') = p.snapshot -> 'signature' ->> 'certificate' AS is_signed,
            p.snapshot @> (r.snapshot - 'signature') AND p.snapshot @> jsonb_build_object(
                'form', s.form, 'series', s.code, 'number', r.number,
                'check', jsonb_build_object('code', r.lookup_code)) AS is_its_own
        FROM receipts_receiptdocument d
        JOIN documents_document p ON p.id = d.document_id
        JOIN documents_storedfile f ON f.document_id = d.document_id
        JOIN documents_storeddata x ON x.document_id = d.document_id
        WHERE d.receipt_id = r.id
    ) AS paper ON true
    WHERE r.id BETWEEN %(first)s AND %(last)s
        AND NOT coalesce(paper.is_signed AND paper.is_its_own, false)
        AND (paper.id IS NOT NULL OR NOT EXISTS (
            SELECT FROM core_outboxrow o
            WHERE o.effect = 'receipt:' || r.uuid AND o.done_at IS NULL AND o.failed_at IS NULL))
    ORDER BY r.id
"""


PAPERS = """
    SELECT d.id, d.kind || ' ' || d.uuid, 'no_file'
    FROM documents_document d
    WHERE d.id BETWEEN %(first)s AND %(last)s
        AND NOT EXISTS (SELECT FROM documents_storedfile f WHERE f.document_id = d.id)
        AND NOT EXISTS (
            SELECT FROM core_outboxrow o
            WHERE o.effect = 'paper:' || d.uuid AND o.done_at IS NULL AND o.failed_at IS NULL)
    ORDER BY d.id
"""


# Another paper of the same form and case, and the earlier of the two.
REPLACED = """
    SELECT d.id, p.kind || ' ' || p.uuid, 'replaces_another_kind'
    FROM cases_casedocument d
    JOIN documents_document p ON p.id = d.document_id
    JOIN cases_casedocument b ON b.id = d.replaces_id
    JOIN documents_document o ON o.id = b.document_id
    WHERE d.id BETWEEN %(first)s AND %(last)s
        AND (b.case_id <> d.case_id OR o.kind <> p.kind OR b.id >= d.id)
    ORDER BY d.id
"""


REGISTERS = """
    SELECT r.id, 'register ' || r.id, 'no_file'
    FROM supervision_register r
    WHERE r.id BETWEEN %(first)s AND %(last)s AND r.state = 'asked'
        AND NOT EXISTS (SELECT FROM core_outboxrow o WHERE o.effect = 'register:' || r.id AND o.done_at IS NULL)
    ORDER BY r.id
"""


BUNDLES = """
    SELECT b.id, 'bundle ' || b.uuid, 'no_file'
    FROM bundles_bundle b
    WHERE b.id BETWEEN %(first)s AND %(last)s AND b.state = 'asked'
        AND NOT EXISTS (
            SELECT FROM core_outboxrow o
            WHERE o.task LIKE 'apps.bundles.%%' AND (o.payload ->> 'bundle')::bigint = b.id AND o.done_at IS NULL)
    ORDER BY b.id
"""


# Which of these events are told is in `apps.cases.told`; where a result was put into the applicant's account, with its release.
NOTICES = """
    SELECT e.id, c.code || ' ' || e.sequence, CASE
        WHEN n.id IS NULL THEN 'not_told' WHEN never_sent THEN 'never_sent' ELSE 'sending_differs' END
    FROM cases_caseevent e JOIN cases_case c ON c.id = e.case_id
    LEFT JOIN cases_casenotice cn ON cn.event_id = e.id LEFT JOIN notifications_notice n ON n.id = cn.notice_id
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(s.state <> 'sent' AND (o.id IS NULL OR o.done_at IS NOT NULL)), false) AS never_sent,
            coalesce(bool_or(s.state <> 'sent' AND (s.state = 'failed') <> (o.failed_at IS NOT NULL)), false) AS differs
        FROM notifications_sending s
        LEFT JOIN core_outboxrow o ON o.effect = 'notice:' || n.uuid || ':' || s.channel
        WHERE s.notice_id = n.id
    ) AS sendings
    WHERE e.id BETWEEN %(first)s AND %(last)s AND e.kind = ANY(%(kinds)s)
        AND CASE WHEN n.id IS NULL
            THEN CASE
                WHEN e.kind = ANY(%(with_status)s) THEN e.from_status IS DISTINCT FROM e.to_status
                WHEN e.kind = 'result_handed_over'
                    THEN convert_from(e.body, 'UTF8')::jsonb -> 'data' ->> 'delivery' <> 'electronic'
                WHEN e.kind = 'due_times_rederived'
                    THEN convert_from(e.body, 'UTF8')::jsonb -> 'data' ? 'promised'
                WHEN e.kind = 'version_changed'
                    THEN convert_from(e.body, 'UTF8')::jsonb -> 'data' ->> 'is_promise_changed' = 'true'
                ELSE true END
            ELSE never_sent OR differs END
    ORDER BY e.id
"""


def stored_data(first: int, last: int) -> Iterator[Fault]:
    """Structured data of papers whose bytes are not those that were hashed."""
    files = StoredData.objects.filter(pk__range=(first, last)).select_related("document").order_by("pk")
    for stored in files.iterator(chunk_size=SMALL):
        wrong = wrong_bytes(stored.storage_name, bytes(stored.sha256), stored.size)
        if wrong:
            yield Fault(
                "stored_files", stored.pk, f"data of {stored.document.kind} {stored.document.uuid}", wrong
            )


def stored_papers(first: int, last: int) -> Iterator[Fault]:
    """Stored papers whose snapshot or bytes are not those that were hashed."""
    files = StoredFile.objects.filter(pk__range=(first, last)).select_related("document").order_by("pk")
    for stored in files.iterator(chunk_size=SMALL):
        document = stored.document
        row = f"{document.kind} {document.uuid}"
        if fingerprint(document.snapshot) != bytes(document.snapshot_hash):
            yield Fault("stored_files", stored.pk, row, "snapshot_wrong")
        wrong = wrong_bytes(stored.storage_name, bytes(stored.sha256), stored.size)
        if wrong:
            yield Fault("stored_files", stored.pk, row, wrong)


def asked_files(kind: type[AskedFile]) -> Callable[[int, int], Iterator[Fault]]:
    """Files of a kind that somebody asked for whose bytes are not those that were hashed."""

    def read(first: int, last: int) -> Iterator[Fault]:
        ready = kind._default_manager.filter(pk__range=(first, last), state=FileState.READY).order_by("pk")
        for row in ready.iterator(chunk_size=SMALL):
            assert row.storage_name and row.sha256 is not None and row.size is not None
            wrong = wrong_bytes(row.storage_name, bytes(row.sha256), row.size)
            if wrong:
                yield Fault("stored_files", row.pk, f"{kind._meta.verbose_name} {row.pk}", wrong)

    return read


def stored_attachments(first: int, last: int) -> Iterator[Fault]:
    """Attachments whose bytes are not those that were hashed."""
    for file in Attachment.objects.filter(pk__range=(first, last)).order_by("pk").iterator(chunk_size=SMALL):
        wrong = wrong_bytes(file.storage_name, bytes(file.sha256), file.size)
        if wrong:
            yield Fault("stored_files", file.pk, f"attachment {file.uuid}", wrong)


def wrong_bytes(storage_name: str, sha256: bytes, size: int) -> str:
    """What is wrong with a stored file, or nothing; read in pieces, so that a large one takes no more memory than a small one."""
    digest, length = hashlib.sha256(), 0
    try:
        with default_storage.open(storage_name) as file:
            for piece in file.chunks():
                digest.update(piece)
                length += len(piece)
    except OSError:
        return "file_unreadable"
    if digest.digest() != sha256 or length != size:
        return "file_wrong"
    return ""
