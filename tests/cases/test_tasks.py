"""What workers do: papers, receipts and notices are made once, however often and by however many they are asked for."""

from __future__ import annotations

import hashlib
import shutil

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.files.storage import default_storage

from apps.cases import tasks
from apps.cases.models import CaseDocument, CaseNotice, CaseReceipt
from apps.cases.selectors import paper_file, receipt_data_file, receipt_file, receipt_said
from apps.cases.tracking import secret_of
from apps.core import outbox
from apps.core.models import OutboxRow
from apps.documents.actions import read_file
from apps.documents.errors import FileDamaged, FileNotReady
from apps.documents.models import Document, StoredData, StoredFile
from apps.documents.signing import trust_roots
from apps.documents.signing.examining import examine
from apps.documents.signing.test_authority import TestSigner
from apps.notifications.channels import TryAgain
from apps.notifications.models import Sending
from apps.receipts.models import Receipt, ReceiptDocument
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(given.NOW, tick=False):
        yield


def row_of(task: str) -> OutboxRow:
    return OutboxRow.objects.filter(task=f"apps.cases.tasks.{task}").order_by("pk").last()


def paid_case():
    return given.paid(given.taken_at_counter())


def test_a_receipt_is_made_stored_with_its_hash_and_can_be_downloaded():
    case = paid_case()
    row = row_of("render_receipt")
    tasks.render_receipt(row.pk)
    receipt = CaseReceipt.objects.get(case=case).receipt
    stored = receipt.paper.document.file
    with default_storage.open(stored.storage_name) as file:
        content = file.read()
    assert content.startswith(b"%PDF")
    assert (hashlib.sha256(content).digest(), len(content)) == (bytes(stored.sha256), stored.size)
    assert OutboxRow.objects.get(pk=row.pk).done_at == given.NOW
    download = receipt_file(case.code, receipt.uuid, seen_by=given.receptionist(case.current_agency))
    assert download.content == content
    assert download.media_type == "application/pdf"


def test_a_clock_set_back_after_the_number_was_taken_does_not_sign_before_the_issue():
    paid_case()
    with time_machine.travel(given.after(given.NOW, days=-1), tick=False):
        tasks.render_receipt(row_of("render_receipt").pk)
    receipt = Receipt.objects.get()
    assert receipt.paper.signed_at == receipt.issued_at == given.NOW
    assert receipt.paper.document.snapshot["signature"]["signed_at"] == "2026-11-23T09:00:00+07:00"


def test_a_receipt_asked_for_twice_is_made_once():
    paid_case()
    row = row_of("render_receipt")
    for _ in range(2):
        tasks.render_receipt(row.pk)
    assert ReceiptDocument.objects.count() == 1
    assert (StoredFile.objects.count(), StoredData.objects.count()) == (1, 1)


def test_the_second_of_two_workers_on_one_receipt_leaves_nothing_behind(monkeypatch):
    """Both have found the row open and both have made the file; only one effect happens."""
    paid_case()
    row = row_of("render_receipt")
    write_file = tasks.write_file
    inner = []

    def write_while_another_finishes(document, content):
        if not inner:
            inner.append(1)
            tasks.render_receipt(row.pk)
        return write_file(document, content)

    monkeypatch.setattr(tasks, "write_file", write_while_another_finishes)
    tasks.render_receipt(row.pk)
    assert (ReceiptDocument.objects.count(), StoredFile.objects.count(), StoredData.objects.count()) == (
        1,
        1,
        1,
    )
    assert Document.objects.filter(kind="receipt").count() == 1


def test_while_the_token_is_away_nothing_leaves_and_once_it_is_back_the_same_receipt_does(monkeypatch):
    case = paid_case()
    row = row_of("render_receipt")
    receipt = CaseReceipt.objects.get(case=case).receipt
    clerk = given.receptionist(case.current_agency)

    def away(_signer, _digest):
        raise ConnectionError("no token")

    with monkeypatch.context() as broken:
        broken.setattr(TestSigner, "sign_digest", away)
        with pytest.raises(ConnectionError):
            tasks.render_receipt(row.pk)
    row.refresh_from_db()
    assert (row.done_at, row.last_error) == (None, "ConnectionError")
    assert not Document.objects.filter(kind="receipt").exists()
    assert not (
        StoredFile.objects.exists() or StoredData.objects.exists() or ReceiptDocument.objects.exists()
    )
    for take in (receipt_file, receipt_data_file, receipt_said):
        with pytest.raises(FileNotReady):
            take(case.code, receipt.uuid, seen_by=clerk)
    tasks.render_receipt(row.pk)
    assert receipt_file(case.code, receipt.uuid, seen_by=clerk).content.startswith(b"%PDF")
    assert receipt_data_file(case.code, receipt.uuid, seen_by=clerk).content.startswith(b"<?xml")
    receipt.refresh_from_db()
    assert (receipt.number, receipt.paper.signed_at) == (1, given.NOW)


@pytest.mark.parametrize("which", [1, 2], ids=["PDF", "data"])
def test_a_disk_that_is_full_at_either_file_of_a_receipt_leaves_it_due_and_shows_nothing(monkeypatch, which):
    paid_case()
    row = row_of("render_receipt")
    save, saved = default_storage.save, []

    def full(name, content, **more):
        saved.append(name)
        if len(saved) == which:
            raise OSError(28, "No space left on device")
        return save(name, content, **more)

    with monkeypatch.context() as broken:
        broken.setattr(default_storage, "save", full, raising=False)
        with pytest.raises(OSError, match="No space left"):
            tasks.render_receipt(row.pk)
    row.refresh_from_db()
    assert (row.done_at, row.last_error) == (None, "OSError")
    assert not (
        StoredFile.objects.exists() or StoredData.objects.exists() or ReceiptDocument.objects.exists()
    )
    tasks.render_receipt(row.pk)
    assert ReceiptDocument.objects.count() == 1


def test_a_receipt_is_signed_in_the_name_of_its_collecting_body_and_says_so_in_both_files():
    case = paid_case()
    tasks.render_receipt(row_of("render_receipt").pk)
    paper = CaseReceipt.objects.get(case=case).receipt.paper
    body = case.current_agency
    signature = paper.document.snapshot["signature"]
    assert signature["signed_by"] == body.name
    assert signature["certificate"] == bytes(paper.certificate).hex()
    found = examine(read_file(paper.document.data), trust_roots())
    assert (found.signed_by, found.certificate) == (body.name, bytes(paper.certificate).hex())


def test_a_form_is_made_from_its_snapshot_and_stored_once():
    case = given.accepted(given.taken_at_counter())
    row = row_of("render_paper")
    for _ in range(2):
        tasks.render_paper(row.pk)
    document = CaseDocument.objects.get(case=case).document
    assert StoredFile.objects.get(document=document).size > 1000
    download = paper_file(case.code, document.uuid, seen_by=given.receptionist(case.current_agency))
    assert download.content.startswith(b"%PDF")


def test_a_crash_between_file_and_row_leaves_the_row_open_and_the_next_attempt_succeeds(monkeypatch):
    given.accepted(given.taken_at_counter())
    row = row_of("render_paper")

    def crash(*_):
        raise OSError("the machine went")

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "effect", crash)
        with pytest.raises(OSError, match="the machine went"):
            tasks.render_paper(row.pk)
    row.refresh_from_db()
    assert (row.done_at, row.last_error, StoredFile.objects.count()) == (None, "OSError", 0)
    tasks.render_paper(row.pk)
    assert StoredFile.objects.count() == 1


def test_a_disk_that_takes_no_file_leaves_the_row_open(monkeypatch):
    given.accepted(given.taken_at_counter())
    row = row_of("render_paper")

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(type(default_storage), "save", full, raising=False)
        with pytest.raises(OSError, match="No space left"):
            tasks.render_paper(row.pk)
    assert OutboxRow.objects.get(pk=row.pk).done_at is None


def test_a_stored_file_that_changed_is_not_handed_out():
    case = given.accepted(given.taken_at_counter())
    tasks.render_paper(row_of("render_paper").pk)
    document = CaseDocument.objects.get(case=case).document
    path = settings.MEDIA_ROOT / document.file.storage_name
    path.write_bytes(path.read_bytes() + b"!")
    with pytest.raises(FileDamaged):
        paper_file(case.code, document.uuid, seen_by=given.receptionist(case.current_agency))
    shutil.rmtree(settings.MEDIA_ROOT)


def test_a_notice_is_sent_once_under_an_id_of_its_own_and_its_time_is_kept():
    case = given.filed_online(contact_email="an@example.vn")
    notice = CaseNotice.objects.get(case=case).notice
    row = row_of("send_notice")
    for _ in range(2):
        tasks.send_notice(row.pk)
    assert [message.to for message in mail.outbox] == [["an@example.vn"]]
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{notice.uuid}@motcua>"
    sending = Sending.objects.get(notice=notice)
    assert (sending.state, sending.attempts, sending.last_error) == ("sent", 1, "")
    assert sending.sent_at == OutboxRow.objects.get(pk=row.pk).done_at == given.NOW


def test_a_message_sent_again_after_a_crash_has_the_same_id(monkeypatch):
    given.filed_online(contact_email="an@example.vn")
    row = row_of("send_notice")

    def crash(*_):
        raise OSError("the machine went")

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "effect", crash)
        with pytest.raises(OSError, match="the machine went"):
            tasks.send_notice(row.pk)
    tasks.send_notice(row.pk)
    first, again = mail.outbox
    assert first.extra_headers == again.extra_headers
    assert (first.subject, first.body) == (again.subject, again.body)


def test_the_first_notice_carries_the_code_and_the_secret_and_no_name_in_its_subject():
    case = given.filed_online(contact_email="an@example.vn")
    tasks.send_notice(row_of("send_notice").pk)
    (message,) = mail.outbox
    assert case.code in message.subject + message.body
    secret = secret_of(case.code, 1)
    assert secret in message.body.replace(" ", "").replace("-", "")
    name = case.application.parties.first().particulars["name"]
    assert name not in message.subject


def test_a_mail_server_that_is_away_leaves_the_row_open_and_the_notice_on_the_page(monkeypatch):
    given.filed_online(contact_email="an@example.vn")
    row = row_of("send_notice")

    def away(*_args, **_more):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.message.EmailMessage.send", away)
        with pytest.raises(TryAgain):
            tasks.send_notice(row.pk)
    told = Sending.objects.get()
    assert (told.address, told.state, told.sent_at) == ("an@example.vn", "waiting", None)
    assert told.last_error == OutboxRow.objects.get(pk=row.pk).last_error == "no_connection"
    tasks.send_notice(row.pk)
    assert len(mail.outbox) == 1
    told.refresh_from_db()
    assert (told.state, told.sent_at, told.attempts) == ("sent", given.NOW, 2)


def test_a_row_that_was_given_up_is_not_carried_out():
    case = given.filed_online()
    row = row_of("route_case")
    OutboxRow.objects.filter(pk=row.pk).update(failed_at=given.NOW)
    tasks.route_case(row.pk)
    assert given.fresh(case).routing == "pending"
