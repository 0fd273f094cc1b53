"""Receipts to put together: paid at a ward's desk by a citizen, or for a business at the city's, with their files."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

from pypdf import PdfReader

from apps.accounts.actors import Actor
from apps.bundles.models import Bundle
from apps.cases.models import Case
from apps.interface.downloads import send_bundle
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
