"""Papers of 2018 are attached to their cases as they are: checked whole, without harm again, never issued by us."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import translation

from apps.accounts.choices import Role
from apps.cases.actions.correcting import correct_paper
from apps.cases.choices import EventKind
from apps.cases.errors import CaseUnknown, PaperNotCorrected
from apps.cases.models import Case, CaseDocument, CaseEvent, CaseNotice
from apps.cases.selectors import documents_of, paper_file
from apps.core.models import OutboxRow
from apps.operations.integrity import check
from tests import given
from tests.cases import doors
from tests.doors.cast import browser

pytestmark = pytest.mark.django_db

OLD_CODE = "000.00.01.H26-210105-0001"


@pytest.fixture(autouse=True)
def _at_nine():
    with time_machine.travel(given.NOW, tick=False):
        yield


def paper(case, **said) -> dict[str, str]:
    of = {
        "case_code": case.code,
        "form": "01",
        "number": "12/TNHS",
        "dated_on": "2021-01-05",
        "file": "a.pdf",
    }
    return {**of, **said}


def folder(at: Path, *rows: dict[str, str], as_table: bool = True, **files: bytes) -> Path:
    for name, content in {"a.pdf": given.a_pdf(1), "b.pdf": given.a_pdf(2), **files}.items():
        (at / name).write_bytes(content)
    if as_table:
        lines = ["case_code,form,number,dated_on,file", *(",".join(row.values()) for row in rows)]
        (at / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        (at / "manifest.json").write_text(json.dumps(list(rows)), encoding="utf-8")
    return at


def imported(at: Path, **options) -> dict[str, object]:
    out = StringIO()
    call_command("import_legacy_papers", str(at), stdout=out, stderr=StringIO(), **options)
    return json.loads(out.getvalue().splitlines()[-1])


def faults_of(at: Path) -> str:
    told = StringIO()
    with pytest.raises(CommandError), translation.override("en"):
        call_command("import_legacy_papers", str(at), stdout=StringIO(), stderr=told)
    assert not CaseDocument.objects.filter(document__kind__startswith="legacy").exists()
    assert not CaseEvent.objects.filter(kind=EventKind.PAPER_TAKEN_OVER).exists()
    return told.getvalue()


@pytest.mark.parametrize("as_table", [True, False])
def test_old_papers_are_read_in_the_case_with_their_old_names_and_their_bytes(tmp_path, as_table):
    case = given.accepted_case()
    rows = [paper(case), paper(case, form="04", number="3", file="b.pdf")]
    said = imported(folder(tmp_path, *rows, as_table=as_table))
    assert said == {"new": 2, "unchanged": 0, "refused": 0, "dry_run": False}
    applicant = given.act_as(case.application.filed_by)
    row = next(row for row in documents_of(case, with_internal=True) if row.document.kind == "legacy_04")
    assert paper_file(case.code, row.document.uuid, seen_by=applicant).content == given.a_pdf(2)
    assert row.document.check_code is None
    shown = browser(applicant).get(f"/cases/{case.code}/").content.decode()
    assert "Form 04 of 2018: Apology and new appointment for the result" in shown
    given.carry_out(given.NOW, "render_paper")
    assert check(at=given.NOW).broken == {}


def test_a_case_with_a_code_of_the_older_shape_gets_its_paper(tmp_path):
    case = given.accepted_case()
    Case.objects.filter(pk=case.pk).update(code=OLD_CODE)
    case.code = OLD_CODE
    assert imported(folder(tmp_path, paper(case)))["new"] == 1


def test_nobody_is_told_and_nothing_changes_but_one_line_of_the_ledger_for_each(tmp_path):
    case = given.accepted_case()
    before = (CaseNotice.objects.count(), OutboxRow.objects.count(), given.fresh(case).due_at)
    imported(folder(tmp_path, paper(case)))
    last = CaseEvent.objects.filter(case=case).latest("sequence")
    assert (last.kind, last.by, last.from_status, last.to_status) == (
        EventKind.PAPER_TAKEN_OVER,
        None,
        case.status,
        case.status,
    )
    assert (CaseNotice.objects.count(), OutboxRow.objects.count(), given.fresh(case).due_at) == before
    doors.adds_up(case)


def test_a_dry_run_attaches_nothing_and_the_same_folder_again_does_no_harm(tmp_path):
    case = given.accepted_case()
    at = folder(tmp_path, paper(case), paper(case, form="02", file="b.pdf"))
    assert imported(at, dry_run=True) == {"new": 2, "unchanged": 0, "refused": 0, "dry_run": True}
    assert CaseDocument.objects.count() == 1
    assert imported(at)["new"] == 2
    assert imported(at) == {"new": 0, "unchanged": 2, "refused": 0, "dry_run": False}
    assert CaseEvent.objects.filter(kind=EventKind.PAPER_TAKEN_OVER).count() == 2


def test_every_fault_is_named_and_nothing_is_attached(tmp_path):
    case = given.accepted_case()
    rows = [
        paper(case),
        paper(case, case_code="H26.001.00001-990101-9999", number="1"),
        paper(case, case_code="nonsense", number="2"),
        paper(case, form="07", number="3"),
        paper(case, number=" "),
        paper(case, dated_on="2027-01-01", number="4"),
        paper(case, dated_on="5/1/2021", number="5"),
        paper(case, file="../a.pdf", number="6"),
        paper(case, file="không-có.pdf", number="7"),
        paper(case, file="anh.pdf", number="8"),
        paper(case),
    ]
    told = faults_of(folder(tmp_path, *rows, **{"anh.pdf": b"GIF89a"}))
    for line in range(3, 13):
        assert f"line {line}" in told, told
    assert "H26.001.00001-990101-9999" in told and "line 2," not in told


def test_another_file_under_the_same_number_is_refused(tmp_path):
    case = given.accepted_case()
    imported(folder(tmp_path, paper(case)))
    (tmp_path / "a.pdf").write_bytes(given.a_pdf(3))
    told = StringIO()
    with pytest.raises(CommandError), translation.override("en"):
        call_command("import_legacy_papers", str(tmp_path), stdout=StringIO(), stderr=told)
    assert "other bytes" in told.getvalue()
    assert CaseDocument.objects.filter(document__kind="legacy_01").count() == 1


def test_a_manifest_of_another_shape_and_a_folder_that_is_none_are_refused(tmp_path):
    (tmp_path / "manifest.json").write_text('{"case_code": 1}', encoding="utf-8")
    assert "must be a list" in faults_of(tmp_path)
    (tmp_path / "manifest.json").write_text('[{"case_code": 1}, 7]', encoding="utf-8")
    assert "paper 2" in faults_of(tmp_path)
    with pytest.raises(CommandError):
        call_command("import_legacy_papers", str(tmp_path / "none"), stdout=StringIO())


def test_an_old_paper_is_never_issued_again_and_old_books_are_not_for_the_applicant(tmp_path):
    case = given.accepted_case()
    imported(folder(tmp_path, paper(case), paper(case, form="06", file="b.pdf")))
    first, book = CaseDocument.objects.filter(document__kind__startswith="legacy").order_by("id")
    with doors.refused(PaperNotCorrected):
        correct_paper(
            case.code,
            document=first.document.uuid,
            reason="Sai",
            by=given.staff(case.current_agency, Role.HEAD),
            at=given.NOW,
            request_key=given.key(),
        )
    applicant = given.act_as(case.application.filed_by)
    with pytest.raises(CaseUnknown):
        paper_file(case.code, book.document.uuid, seen_by=applicant)
    clerk = given.receptionist(case.current_agency)
    assert paper_file(case.code, book.document.uuid, seen_by=clerk).content == given.a_pdf(2)
