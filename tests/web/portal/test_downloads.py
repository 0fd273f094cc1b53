"""Files of a case: for whom, as what, and the trace that a download leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from apps.cases.models import CaseDocument, CaseReceipt, CaseResult
from apps.core.models import AccessRecord
from tests import given
from tests.api.calls import Caller
from tests.api.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def files():
    """A finished case with a paper, a receipt, a result and an attachment; its applicant and their addresses."""
    who = given.citizen()
    case = given.resolved_case(given.FOOD_SAFETY, by=who)
    given.carry_out(given.NOW, "render_paper", "render_receipt")
    of_case = f"/cases/{case.code}"
    attachment = case.application.revisions.get().attachments.get().attachment
    return (
        who,
        case,
        {
            "paper": f"{of_case}/papers/{CaseDocument.objects.get(case=case).document.uuid}/",
            "receipt": f"{of_case}/receipts/{CaseReceipt.objects.get(case=case).receipt_id}/",
            "receipt data": f"{of_case}/receipts/{CaseReceipt.objects.get(case=case).receipt_id}/data/",
            "result": f"{of_case}/results/{CaseResult.objects.get(case=case).pk}/",
            "attachment": f"{of_case}/attachments/{attachment.uuid}/",
        },
    )


def test_files_go_to_the_applicant_as_attachments_and_leave_a_trace(files, as_actor, nobody) -> None:
    who, case, addresses = files
    client, stranger = as_actor(who), as_actor(given.citizen())
    for kind, address in addresses.items():
        answer = client.get(address)
        assert answer.status_code == 200, kind
        assert answer.content.startswith(b"<?xml" if kind == "receipt data" else b"%PDF"), kind
        assert answer.headers["Content-Disposition"].startswith("attachment"), kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer.headers["Cache-Control"]
        assert stranger.get(address).status_code == 404, kind
        assert nobody.get(address).url.startswith("/account/login/"), kind
    traces = AccessRecord.objects.order_by("id")
    assert [trace.actor_id for trace in traces] == [who.user_id] * 5
    assert all(trace.subject.startswith(case.code) for trace in traces)


def test_a_file_is_not_had_through_another_case(files, as_actor) -> None:
    _who, case, addresses = files
    other = given.citizen()
    own = given.filed_online(by=other)
    for address in addresses.values():
        assert as_actor(other).get(address.replace(case.code, own.code)).status_code == 404


def test_a_paper_that_is_not_made_yet_says_so(as_actor) -> None:
    who = given.citizen()
    case = given.accepted_case(by=who)
    uuid = CaseDocument.objects.get(case=case).document.uuid
    answer = as_actor(who).get(f"/cases/{case.code}/papers/{uuid}/")
    assert answer.status_code == 409 and "still being made" in answer.content.decode()
    assert not AccessRecord.objects.exists()


def test_an_upload_of_which_one_byte_is_altered_or_that_is_gone_goes_to_nobody(
    files, as_actor, caplog
) -> None:
    who, case, addresses = files
    result = CaseResult.objects.get(case=case)
    attachment = case.application.revisions.get().attachments.get().attachment
    uploads = {
        addresses["result"]: (result.attachment, f"/cases/{case.code}/results/{result.pk}"),
        addresses["attachment"]: (attachment, f"/cases/{case.code}/attachments/{attachment.uuid}"),
    }
    for page, (upload, api) in uploads.items():
        path = Path(default_storage.path(upload.storage_name))
        content = path.read_bytes()
        for spoilt in (content[:-1] + bytes([content[-1] ^ 1]), None):
            if spoilt is None:
                path.unlink()
            else:
                path.write_bytes(spoilt)
            caplog.clear()
            answer = as_actor(who).get(page)
            assert answer.status_code == 500 and "%PDF" not in answer.content.decode()
            assert "is not handed out" in answer.content.decode()
            refused(Caller(who).get(api), 500, "file_damaged")
            told = [each.getMessage() for each in caplog.records if each.name == "apps.documents.actions"]
            said = "is gone" if spoilt is None else "does not match its hash"
            assert told == [f"{upload.storage_name}: the stored file {said}"] * 2
        path.write_bytes(content)
    assert not AccessRecord.objects.exists()
    assert all(as_actor(who).get(page).status_code == 200 for page in uploads)
