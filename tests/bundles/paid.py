"""Receipts to put together: paid at a ward's desk by a citizen, or for a business at the city's, with their files."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from pypdf import PdfReader

from apps.accounts.actors import Actor
from apps.bundles.models import Bundle
from apps.cases.models import Case, CaseReceipt
from apps.core.outbox import owe
from apps.interface.downloads import send_bundle
from apps.receipts.actions.numbering import Unnumbered, take_numbers
from apps.receipts.models import Receipt
from tests import given

RENDER, MAKE = "render_receipt", ("make_part", "bind_parts")


def paid_by(by: Actor, *, at: datetime = given.NOW, is_stored: bool = True, **filing: object) -> Case:
    """A case of somebody's, paid in cash at the desk where it was filed."""
    case = given.paid(given.case_at_intake(given.FOOD_SAFETY, by=by, at=at, **filing), at=at)
    if is_stored:
        given.carry_out(at, RENDER)
    return case


def receipt_of(case: Case) -> Receipt:
    return Receipt.objects.select_related("series__collecting_body", "payment").get(
        uuid=case.receipts.get().receipt_id
    )


def made(bundle: Bundle, *, at: datetime = given.NOW) -> Bundle:
    """What workers make of it."""
    given.carry_out(at, *MAKE)
    return Bundle.objects.get(pk=bundle.pk)


def bytes_of(bundle: Bundle, by: Actor) -> bytes:
    """As it is downloaded."""
    return b"".join(send_bundle(bundle.uuid, by=by).streaming_content)


def zip_of(bundle: Bundle, by: Actor) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(bytes_of(bundle, by)))


def pdf_of(bundle: Bundle, by: Actor) -> PdfReader:
    return PdfReader(io.BytesIO(bytes_of(bundle, by)), strict=True)


def replaced(case: Case, *, at: datetime = given.NOW) -> Receipt:
    """The receipt of a case replaced by another of the same money, with its file; the one that stands for it."""
    wrong = receipt_of(case)
    named = {
        "form": wrong.series.form,
        "series": wrong.series.code,
        "number": wrong.number,
        "issued_at": wrong.snapshot["issued_at"],
        "reason": "Ghi sai đơn giá",
    }
    right = Unnumbered(
        series=wrong.series,
        payment=wrong.payment,
        amount=wrong.amount,
        snapshot={**wrong.snapshot, "replaces": named},
        uuid=uuid4(),
        replaces=wrong,
    )
    with transaction.atomic():
        CaseReceipt.objects.create(case=case, receipt_id=right.uuid)
        owe("apps.cases.tasks.render_receipt", f"receipt:{right.uuid}", at, receipt=str(right.uuid)).save()
        take_numbers([right], at=at)
    given.carry_out(at, RENDER)
    return Receipt.objects.get(uuid=right.uuid)
