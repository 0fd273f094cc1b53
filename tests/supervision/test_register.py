"""The register, form 07: asked for by whoever may read it, made once, whole as a spreadsheet, never a formula."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import ProgrammingError, transaction
from python_calamine import CalamineWorkbook

from apps.accounts.choices import Role
from apps.cases.actions.decision import hand_over_result
from apps.cases.models import EventText
from apps.cases.selectors import paper_by_check_code
from apps.core import outbox
from apps.core.errors import Refusal
from apps.core.models import AccessRecord, OutboxRow
from apps.documents.choices import FileState
from apps.documents.errors import FileDamaged, FileFailed, FileNotReady
from apps.interface.downloads import send_register
from apps.operations.integrity import check
from apps.operations.specimens.books import register_line
from apps.supervision import tasks
from apps.supervision.actions import ask_register
from apps.supervision.errors import (
    FieldUnknown,
    PeriodWrong,
    RegisterAgencyUnknown,
    RegisterUnknown,
)
from apps.supervision.models import Register
from apps.supervision.papers import cases_of, lines_of
from apps.supervision.registers import (
    agencies_kept,
    agencies_overseen,
    register_file,
    registers_kept,
    registers_overseen,
)
from apps.supervision.rendering import write_sheet
from tests import given
from tests.cases.doors import other_ward, supervisor
from tests.documents.reading import squeezed, text_of

pytestmark = pytest.mark.django_db

FIRST, TODAY = date(2026, 11, 1), given.NOW.date()


def refused(refusal: type[Refusal], ask):
    with pytest.raises(refusal) as told:
        ask()
    assert told.value.message
    assert not Register.objects.exists() and not OutboxRow.objects.filter(task__contains="register").exists()


def made(of=None, *, at=given.NOW, **asked):
    register = given.register_asked(of or given.ward_committee(), at=at, **asked)
    given.carry_out(at, "render_register")
    return Register.objects.select_related("agency", "paper__file").get(pk=register.pk)


def cells(register):
    content = register_file(
        register.pk, "xlsx", seen_by=given.staff(register.agency, Role.RECEPTIONIST)
    ).content
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def delivered():
    """Fetched at the counter of the ward that received it."""
    case = given.released(given.approved_case())
    hand_over_result(
        case.code,
        delivery="counter",
        recipient="Trần Thị Bưởi, căn cước đã xem",
        by=given.receptionist(case.returning_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return given.fresh(case)


def test_it_holds_each_case_that_the_agency_received_in_the_period_and_no_other():
    inside = [given.case_at_intake(), given.accepted_case(given.HOUSEHOLD)]
    given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch"))
    given.case_at_intake(at=given.after(given.NOW, days=-30))
    register = made()
    assert {case.code for case in inside} == {line["case_code"] for _field, line in lines_of(register)}
    assert register.lines == 2
    only = made(field=inside[0].version.procedure.field)
    assert [line["case_code"] for _field, line in lines_of(only)] == [inside[0].code]


def test_each_line_says_what_the_circular_asks_for():
    case = delivered()
    [(field, line)] = lines_of(made())
    applicant = given.act_as(case.application.filed_by)
    assert field == case.version.procedure.field
    assert line["applicant"] == applicant.name
    assert line["procedure"] == case.version.procedure.name
    assert line["agency"] == case.competent_agency.name
    assert (line["received_at"], line["promised_at"]) == (
        "2026-11-23T09:00:00+07:00",
        "2026-11-23T17:00:00+07:00",
    )
    assert (line["returned"], line["delivery"], line["signed"]) == (
        "09:00 23/11/2026",
        "Tại quầy",
        "Trần Thị Bưởi, căn cước đã xem",
    )


def test_a_name_that_was_redacted_is_not_in_it():
    delivered()
    EventText.objects.filter(text__contains="Bưởi").update(redacted_at=given.NOW)
    [(_field, line)] = lines_of(made())
    assert line["signed"] == ""


def test_it_is_read_in_one_statement_however_many_there_are(django_assert_num_queries):
    register = given.register_asked(given.ward_committee())
    for _ in range(2):
        given.case_at_intake()
    with django_assert_num_queries(1):
        assert len(list(cases_of(register).values("code", "applicant"))) == 2
    for _ in range(3):
        given.case_at_intake()
    with django_assert_num_queries(1):
        assert len(list(lines_of(register))) == 5


def test_the_spreadsheet_has_every_line_and_the_paper_the_first_and_both_are_what_was_hashed(monkeypatch):
    monkeypatch.setattr(tasks, "MOST_PRINTED", 2)
    codes = [given.case_at_intake().code for _ in range(3)]
    register = made()
    written = [row[1] for row in cells(register)]
    assert [code for code in written if code in codes] == codes
    reader = given.staff(register.agency, Role.RECEPTIONIST)
    text = squeezed(text_of(register_file(register.pk, "pdf", seen_by=reader).content))
    assert [code in text for code in codes] == [True, True, False]
    assert squeezed("3; bản in này chỉ gồm 2 hồ sơ đầu") in text
    assert bytes(register.sha256).hex() in text
    checked = paper_by_check_code(register.paper.check_code)
    assert (checked.kind, checked.case_code, checked.issued_by) == ("form_07", "", register.agency.name)
    assert check(at=given.NOW).broken == {}


def test_what_a_person_typed_never_becomes_a_formula_a_link_or_a_number(tmp_path: Path):
    typed = ['=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "http://x.example", "0123", "\t=1", "{=1}"]
    lines = [("Hộ tịch", {**register_line(), "applicant": text, "signed": text}) for text in typed]
    path = tmp_path / "so.xlsx"
    head = dict.fromkeys(("title", "agency", "period", "field", "made"), "=1+1")
    assert write_sheet(path, lines, head=head, made_at=given.NOW) == len(typed)
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    names = [row[3] for row in sheet.to_python() if isinstance(row[0], float)]
    assert names == typed
    with zipfile.ZipFile(path) as book:
        content = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in content and "hyperlink" not in content


def test_twenty_times_as_many_lines_take_no_more_memory(tmp_path: Path):
    head = dict.fromkeys(("title", "agency", "period", "field", "made"), "Sổ")

    def most_held(lines: int) -> int:
        stream = (("Hộ tịch", register_line(number)) for number in range(lines))
        tracemalloc.start()
        assert write_sheet(tmp_path / f"{lines}.xlsx", stream, head=head, made_at=given.NOW) == lines
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    most_held(10)
    assert most_held(4_000) < 2 * most_held(200)


def test_who_asks_while_the_same_is_being_made_is_given_that_one():
    first = given.register_asked(given.ward_committee())
    assert given.register_asked(given.ward_committee()).pk == first.pk
    assert OutboxRow.objects.filter(effect=f"register:{first.pk}").count() == 1
    given.carry_out(given.NOW, "render_register")
    assert given.register_asked(given.ward_committee()).pk != first.pk


def test_one_that_was_given_up_has_failed_and_stands_in_nobodys_way():
    first = given.register_asked(given.ward_committee())
    row = OutboxRow.objects.get(effect=f"register:{first.pk}")
    outbox.give_up(row.pk, given.NOW, OSError())
    reader = given.staff(first.agency, Role.RECEPTIONIST)
    with pytest.raises(FileFailed):
        register_file(first.pk, "pdf", seen_by=reader)
    second = given.register_asked(given.ward_committee())
    assert second.pk != first.pk
    given.carry_out(given.NOW, "render_register")
    assert register_file(second.pk, "pdf", seen_by=reader).content
    outbox.send_again(row.pk, given.NOW)
    given.carry_out(given.NOW, "render_register")
    assert register_file(first.pk, "pdf", seen_by=reader).content


def test_a_period_that_cannot_be_a_field_that_is_none_and_an_agency_of_others_are_refused():
    agency = given.ward_committee()
    by = given.staff(agency, Role.HEAD)

    def ask(of=agency, starts_on=FIRST, ends_on=TODAY, field="", by=by):
        return lambda: ask_register(
            of.pk, starts_on=starts_on, ends_on=ends_on, field=field, by=by, at=given.NOW
        )

    refused(PeriodWrong, ask(starts_on=TODAY, ends_on=FIRST))
    refused(PeriodWrong, ask(ends_on=date(2026, 11, 24)))
    refused(PeriodWrong, ask(starts_on=date(2025, 11, 1)))
    refused(FieldUnknown, ask(field="Không có lĩnh vực này"))
    refused(RegisterAgencyUnknown, ask(of=other_ward()))
    refused(RegisterAgencyUnknown, ask(by=given.citizen()))
    refused(RegisterAgencyUnknown, ask(by=supervisor(given.ward("Phường Hàng Bạc"))))
    refused(RegisterAgencyUnknown, ask(by=given.staff(agency, Role.ADMINISTRATOR)))


def test_staff_read_their_agencys_supervisors_their_districts_inspectors_all_and_nobody_else():
    register = made()
    clerk = given.staff(register.agency, Role.RECEPTIONIST)
    above = supervisor(register.agency.unit)
    inspector = given.staff(given.city_agency("city_inspectorate"), Role.INSPECTOR)
    elsewhere = supervisor(given.ward("Phường Hàng Bạc"))
    for reader in (clerk, above, inspector):
        assert register_file(register.pk, "pdf", seen_by=reader).content.startswith(b"%PDF")
    for stranger in (elsewhere, given.staff(other_ward(), Role.HEAD), given.citizen()):
        with pytest.raises(RegisterUnknown):
            register_file(register.pk, "xlsx", seen_by=stranger)
    assert [row.pk for row in registers_kept(seen_by=clerk)] == [register.pk]
    assert list(registers_kept(seen_by=above)) == []
    assert [[*registers_overseen(seen_by=by)] != [] for by in (above, inspector, elsewhere, clerk)] == [
        True,
        True,
        False,
        False,
    ]
    assert agencies_kept(seen_by=clerk) == [register.agency]
    assert register.agency in agencies_overseen(seen_by=above, day=TODAY)
    assert agencies_overseen(seen_by=inspector, day=TODAY, words="Phúc Xá")
    assert agencies_overseen(seen_by=clerk, day=TODAY) == []


def test_each_download_is_in_the_access_log_and_asking_for_what_is_not_made_is_not():
    register = given.register_asked(given.ward_committee())
    reader = given.staff(register.agency, Role.RECEPTIONIST)
    with pytest.raises(FileNotReady):
        send_register(register.pk, "pdf", by=reader)
    assert not AccessRecord.objects.exists()
    given.carry_out(given.NOW, "render_register")
    answer = send_register(register.pk, "xlsx", by=reader)
    assert "attachment" in answer["Content-Disposition"] and answer["Cache-Control"] == "private, no-store"
    record = AccessRecord.objects.get()
    assert (record.actor_id, record.action, record.subject) == (
        reader.user_id,
        "download register",
        f"register:{register.pk}/xlsx",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"lines": 7},
        {"state": FileState.ASKED},
        {"ends_on": TODAY, "field": "Khác"},
    ],
)
def test_the_database_refuses_to_change_one_that_is_ready(change):
    register = made()
    with pytest.raises(ProgrammingError, match="is refused"), transaction.atomic():
        Register.objects.filter(pk=register.pk).update(**change)
    assert Register.objects.get(pk=register.pk).lines == 0


def test_a_spreadsheet_that_is_no_more_the_one_that_was_hashed_is_found_and_not_handed_out():
    register = made()
    with open(default_storage.path(register.storage_name), "ab") as file:
        file.write(b"!")
    with pytest.raises(FileDamaged):
        register_file(register.pk, "xlsx", seen_by=given.staff(register.agency, Role.HEAD))
    assert set(check(at=given.NOW).broken) == {"stored_files"}


def test_one_that_nobody_will_make_is_found():
    register = given.register_asked(given.ward_committee())
    assert check(at=given.NOW).broken == {}
    OutboxRow.objects.filter(effect=f"register:{register.pk}").delete()
    assert set(check(at=given.NOW).broken) == {"papers"}
