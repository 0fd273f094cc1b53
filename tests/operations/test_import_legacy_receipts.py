"""Receipts of the old regime are taken over as they were printed, whole or not at all, and are found by their number."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, transaction

from apps.core.models import AdministrativeAct
from apps.operations.integrity.receipts import LEGACY
from apps.operations.integrity.walking import rows_of
from apps.operations.legacy_receipts import COLUMNS
from apps.receipts.models import LegacyReceipt
from tests import given
from tests.workbooks import fill, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_the_time_of_the_tests():
    with time_machine.travel(given.NOW, tick=False):
        yield


def a_row(**fields) -> dict:
    return {
        "collecting_body": given.ward_committee().identification_code,
        "form": "01BLP0-001",
        "series": "BL-18E",
        "number": "0000123",
        "payer": "Trần Thị Bưởi",
        "fee_name": "Phí cung cấp thông tin hộ tịch",
        "amount": "8000",
        "issued_on": "2018-05-17",
        **fields,
    }


def as_csv(folder: Path, *rows: dict) -> Path:
    path = folder / "bien-lai.csv"
    lines = [",".join(COLUMNS), *(",".join(str(row[name]) for name in COLUMNS) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def play(path: Path, *options: str) -> dict:
    out = StringIO()
    call_command("import_legacy_receipts", str(path), *options, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def refused(path: Path) -> list[str]:
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("import_legacy_receipts", str(path), stdout=StringIO(), stderr=err)
    assert not LegacyReceipt.objects.exists()
    return err.getvalue().splitlines()


def test_a_list_is_taken_over_once_and_found_by_what_is_printed(tmp_path):
    path = as_csv(tmp_path, a_row(), a_row(number="0000124"))
    assert play(path, "--dry-run") == {"new": 2, "unchanged": 0, "refused": 0, "dry_run": True}
    assert not LegacyReceipt.objects.exists()
    assert play(path)["new"] == 2
    assert play(path) == {"new": 0, "unchanged": 2, "refused": 0, "dry_run": False}
    found = LegacyReceipt.objects.get(form="01BLP0-001", series="BL-18E", number="0000123")
    assert (found.number, found.amount, found.issued_on) == ("0000123", 8000, date(2018, 5, 17))
    assert (found.collecting_body, found.source) == (given.ward_committee(), "bien-lai.csv")
    act = AdministrativeAct.objects.get(kind="import_legacy_receipts")
    assert (act.subject, act.body) == ("bien-lai.csv", {"new": 2})


def test_a_workbook_whose_cells_lost_their_zeros_is_read(tmp_path):
    path = tmp_path / "bien-lai.xlsx"
    row = a_row(number=123, amount=8000)

    def write(book):
        sheet = book.add_worksheet("Biên lai")
        fill(sheet, [[names[1] for names in COLUMNS.values()], [row[name] for name in COLUMNS]], first=0)

    path.write_bytes(workbook(write))
    assert play(path)["new"] == 1
    assert LegacyReceipt.objects.get().number == "0000123"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"collecting_body": "H26.999"}, "collecting_body"),
        ({"form": "EBL01"}, "number"),
        ({"series": "26TAA"}, "number"),
        ({"number": "0000000"}, "number"),
        ({"number": "12345678"}, "number"),
        ({"number": "-5"}, "number"),
        ({"amount": "-8000"}, "amount"),
        ({"amount": "8000.5"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"issued_on": "2026-07-01"}, "issued_on"),
        ({"issued_on": "31/02/2018"}, "issued_on"),
        ({"payer": ""}, "payer"),
    ],
)
def test_what_the_old_law_did_not_have_is_refused_and_nothing_is_taken_over(tmp_path, fields, field):
    faults = refused(as_csv(tmp_path, a_row(), a_row(number="0000124") | fields))
    assert len(faults) == 1 and f"{field}" in faults[0]


def test_a_receipt_twice_and_one_with_other_contents_are_refused(tmp_path):
    assert len(refused(as_csv(tmp_path, a_row(), a_row()))) == 1
    play(as_csv(tmp_path, a_row()))
    with pytest.raises(CommandError):
        call_command(
            "import_legacy_receipts",
            str(as_csv(tmp_path, a_row(amount="9000"))),
            stdout=StringIO(),
            stderr=StringIO(),
        )
    assert LegacyReceipt.objects.get().amount == 8000


def test_the_database_keeps_no_other_shape_and_changes_none(tmp_path):
    play(as_csv(tmp_path, a_row()))
    row = LegacyReceipt.objects.get()
    with pytest.raises(IntegrityError, match="legacy_number_has_7_digits"), transaction.atomic():
        LegacyReceipt.objects.create(
            **{
                name: getattr(row, name)
                for name in ("collecting_body", "form", "series", "payer", "fee_name", "amount", "issued_on")
            },
            number="123",
            source="tay",
            imported_at=given.NOW,
        )
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        LegacyReceipt.objects.update(amount=1)


def test_one_that_was_added_to_a_list_that_was_taken_over_is_found(tmp_path):
    play(as_csv(tmp_path, a_row(), a_row(number="0000124")))
    assert rows_of(LEGACY, first=1, last=10**9) == []
    first = LegacyReceipt.objects.order_by("pk").first()
    true = LegacyReceipt.objects.filter(pk=first.pk).values().get()
    LegacyReceipt.objects.create(**{**true, "id": None, "number": "0000999"})
    [(pk, _name, wrong)] = rows_of(LEGACY, first=1, last=10**9)
    assert (pk, wrong) == (first.pk, "taken_over_by_no_act")
