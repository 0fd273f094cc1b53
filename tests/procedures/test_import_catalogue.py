"""The national list into the catalogue: read whole, shown, decided, and then done row by row, whatever happens between."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from apps.accounts.choices import Role
from apps.core import jobs
from apps.core.errors import NotAllowed
from apps.core.models import AdministrativeAct, Job, JobRow, JobState, OutboxRow
from apps.procedures.actions.importing import TASK, drop_import, propose_import, settle, start_import
from apps.procedures.choices import Channel
from apps.procedures.errors import ListRefused, ProcedureClosed
from apps.procedures.models import Procedure
from apps.procedures.national_list import Outcome
from apps.procedures.selectors import rules_for_filing
from apps.procedures.selectors.imports import counts_of
from apps.procedures.tasks import import_catalogue
from tests import given
from tests.workbooks import BIRTH, LAWYER, NOTARY, national_list

pytestmark = pytest.mark.django_db
DECISION = "1234/QĐ-UBND 20/11/2026"


@pytest.fixture
def administrator():
    return given.staff(given.city_agency("city_inspectorate"), Role.ADMINISTRATOR)


def proposed(*rows, by, is_whole=True) -> Job:
    return propose_import(national_list(*rows), "list.xlsx", is_whole=is_whole, by=by, at=given.NOW)


def imported(*rows, by, is_whole=True) -> Job:
    job = proposed(*rows, by=by, is_whole=is_whole)
    start_import(job.pk, decision=DECISION, by=by, at=given.NOW)
    given.carry_out(given.NOW, "import_catalogue")
    return Job.objects.get(pk=job.pk)


def outcomes(job: Job) -> dict[str, str]:
    return dict(job.rows.values_list("key", "outcome"))


def catalogue() -> list:
    return list(Procedure.objects.order_by("pk").values())


def test_a_proposal_tells_every_difference_and_changes_nothing(administrator):
    before = catalogue()
    job = proposed(BIRTH, LAWYER, by=administrator)
    assert outcomes(job) == {BIRTH[0]: Outcome.CHANGED, LAWYER[0]: Outcome.NEW}
    birth = job.rows.get(key=BIRTH[0])
    assert birth.difference["issued_by"] == ["", "Bộ Tư pháp"]
    assert birth.difference["carried_out_by"] == [[], ["Ủy ban nhân dân cấp xã"]]
    assert catalogue() == before
    assert job.state == JobState.PROPOSED and job.total == 2
    assert not OutboxRow.objects.filter(task=TASK).exists()
    assert not AdministrativeAct.objects.exists()


def test_what_was_decided_is_done_by_a_worker_and_recorded(administrator):
    job = imported(BIRTH, LAWYER, NOTARY, by=administrator)
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    lawyer = Procedure.objects.get(code=LAWYER[0])
    assert lawyer.carried_out_by == ["Sở Tư pháp", "Chủ tịch ủy ban nhân dân cấp tỉnh"]
    assert (lawyer.level, lawyer.field, lawyer.name_en) == ("city", "Luật sư", "")
    assert Procedure.objects.get(code=NOTARY[0]).carried_out_by == ["Sở Tư pháp"]
    act = AdministrativeAct.objects.get()
    assert (act.kind, act.decision, act.actor_id) == ("import_catalogue", DECISION, administrator.user_id)
    assert not JobRow.objects.filter(done_at__isnull=True).exists()


def test_the_same_list_again_changes_nothing(administrator):
    imported(BIRTH, LAWYER, by=administrator)
    before = catalogue()
    assert set(outcomes(imported(BIRTH, LAWYER, by=administrator)).values()) == {Outcome.UNCHANGED}
    assert catalogue() == before


def test_what_left_the_list_is_closed_for_filing_and_never_deleted(administrator):
    imported(BIRTH, LAWYER, by=administrator)
    case = given.case_at_intake(BIRTH[0])
    job = imported(LAWYER, by=administrator)
    assert outcomes(job) == {LAWYER[0]: Outcome.UNCHANGED, BIRTH[0]: Outcome.GONE}
    assert Procedure.objects.get(code=BIRTH[0]).left_list_on == given.NOW.date()
    with pytest.raises(ProcedureClosed), translation.override("en"):
        rules_for_filing(BIRTH[0], Channel.ONLINE, given.NOW.date())
    assert given.accepted(case).status == 2


def test_what_is_on_the_list_again_is_open_again(administrator):
    imported(BIRTH, LAWYER, by=administrator)
    imported(LAWYER, by=administrator)
    assert outcomes(imported(BIRTH, LAWYER, by=administrator))[BIRTH[0]] == Outcome.BACK
    assert Procedure.objects.get(code=BIRTH[0]).left_list_on is None
    assert rules_for_filing(BIRTH[0], Channel.ONLINE, given.NOW.date())


def test_a_part_of_a_list_closes_nothing(administrator):
    imported(BIRTH, LAWYER, by=administrator)
    assert outcomes(imported(LAWYER, by=administrator, is_whole=False)) == {LAWYER[0]: Outcome.UNCHANGED}
    assert Procedure.objects.get(code=BIRTH[0]).left_list_on is None


def test_a_list_of_one_ministry_says_nothing_of_another(administrator):
    imported(BIRTH, LAWYER, by=administrator)
    other = ("1.004222", "Đăng ký thường trú", "Bộ Công an", "Công an cấp xã", "Đăng ký, quản lý cư trú")
    imported(other, by=administrator)
    assert not Procedure.objects.filter(left_list_on__isnull=False).exists()


def test_a_code_that_the_sheet_took_for_a_number_keeps_its_last_zero(administrator):
    imported((1.00119, *LAWYER[1:]), by=administrator)
    assert Procedure.objects.filter(code="1.001190").exists()


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ([BIRTH, LAWYER, BIRTH], "row 5"),
        ([("1.2", *BIRTH[1:])], "row 3"),
        ([("", *BIRTH[1:])], "row 3"),
        ([(BIRTH[0], "", *BIRTH[2:])], "row 3"),
        ([(BIRTH[0], "x" * 1001, *BIRTH[2:])], "row 3"),
        ([(*BIRTH[:2], "", *BIRTH[3:])], "row 3"),
        ([(*BIRTH[:4], "x" * 161)], "row 3"),
        ([(*BIRTH[:3], "x" * 401, BIRTH[4])], "row 3"),
        ([], "empty"),
    ],
    ids=[
        "doubled",
        "malformed",
        "no code",
        "no name",
        "long name",
        "no ministry",
        "long field",
        "long agency",
        "empty",
    ],
)
def test_a_faulty_list_is_refused_whole_by_its_rows(administrator, rows, where):
    before = catalogue()
    with translation.override("en"), pytest.raises(ListRefused) as refused:
        proposed(LAWYER[:0] or NOTARY, *rows, by=administrator) if rows else proposed(by=administrator)
    told = [str(fault) for fault in refused.value.faults]
    assert len(told) == 1 and (where == "empty" or "row" in told[0])
    assert catalogue() == before and not Job.objects.exists()


def test_all_faults_are_told_at_once(administrator):
    with translation.override("en"), pytest.raises(ListRefused) as refused:
        proposed(("1.2", *BIRTH[1:]), (BIRTH[0], "", *BIRTH[2:]), by=administrator)
    assert ["row 3" in str(refused.value.faults[0]), "row 4" in str(refused.value.faults[1])] == [True, True]


def test_nothing_is_done_without_a_decision(administrator):
    job = proposed(LAWYER, by=administrator)
    with pytest.raises(jobs.DecisionMissing):
        start_import(job.pk, decision="  ", by=administrator, at=given.NOW)
    assert Job.objects.get().state == JobState.PROPOSED
    assert not OutboxRow.objects.filter(task=TASK).exists()


def test_a_job_is_started_once(administrator):
    job = imported(LAWYER, by=administrator)
    with pytest.raises(jobs.JobNotOpen):
        start_import(job.pk, decision=DECISION, by=administrator, at=given.NOW)
    with pytest.raises(jobs.JobNotOpen):
        drop_import(job.pk, by=administrator, at=given.NOW)
    assert AdministrativeAct.objects.count() == 1


def test_a_second_job_waits_until_the_first_has_ended(administrator):
    first, second = proposed(LAWYER, by=administrator), proposed(NOTARY, by=administrator)
    start_import(first.pk, decision=DECISION, by=administrator, at=given.NOW)
    with pytest.raises(jobs.JobUnderWay):
        start_import(second.pk, decision=DECISION, by=administrator, at=given.NOW)
    assert Job.objects.get(pk=second.pk).state == JobState.PROPOSED
    given.carry_out(given.NOW, "import_catalogue")
    assert start_import(second.pk, decision=DECISION, by=administrator, at=given.NOW)


def test_a_dropped_proposal_changes_nothing(administrator):
    before = catalogue()
    job = drop_import(proposed(LAWYER, by=administrator).pk, by=administrator, at=given.NOW)
    assert job.state == JobState.DROPPED and catalogue() == before


def test_what_changed_since_the_proposal_is_compared_again(administrator):
    job = proposed(LAWYER, by=administrator)
    imported(LAWYER, by=administrator)
    start_import(job.pk, decision=DECISION, by=administrator, at=given.NOW)
    given.carry_out(given.NOW, "import_catalogue")
    assert outcomes(Job.objects.get(pk=job.pk)) == {LAWYER[0]: Outcome.UNCHANGED}
    assert Procedure.objects.filter(code=LAWYER[0]).count() == 1


def test_a_worker_that_dies_between_two_chunks_loses_no_row_and_doubles_none(administrator, monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 2)
    many = [(f"1.5{n:05d}", *LAWYER[1:]) for n in range(7)]
    job = proposed(*many, by=administrator)
    start_import(job.pk, decision=DECISION, by=administrator, at=given.NOW)
    row = OutboxRow.objects.get(task=TASK)

    def dies(rows, at):
        if Job.objects.get(pk=job.pk).done >= 4:
            raise MemoryError
        settle(rows, at)

    with pytest.raises(MemoryError):
        jobs.carry_out(job.pk, row.pk, dies, clock=lambda: given.NOW)
    half = Job.objects.get(pk=job.pk)
    assert (half.state, half.done) == (JobState.RUNNING, 4)
    import_catalogue(row.pk)
    import_catalogue(row.pk)
    whole = Job.objects.get(pk=job.pk)
    assert (whole.state, whole.done) == (JobState.DONE, 7)
    assert Procedure.objects.filter(code__startswith="1.5").count() == 7


def test_three_thousand_rows_take_a_few_queries_a_chunk(administrator, django_assert_max_num_queries):
    many = [(f"1.{n:06d}", *LAWYER[1:]) for n in range(500_000, 503_000)]
    with django_assert_max_num_queries(30):
        job = proposed(*many, by=administrator)
    start_import(job.pk, decision=DECISION, by=administrator, at=given.NOW)
    with django_assert_max_num_queries(100):
        given.carry_out(given.NOW, "import_catalogue")
    assert counts_of(job) == {Outcome.NEW: 3000}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_of_the_city_may(role, administrator):
    job = proposed(LAWYER, by=administrator)
    other = given.staff(given.city_agency("city_inspectorate"), role)
    for attempt in (
        lambda: proposed(LAWYER, by=other),
        lambda: start_import(job.pk, decision=DECISION, by=other, at=given.NOW),
        lambda: drop_import(job.pk, by=other, at=given.NOW),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert Job.objects.get().state == JobState.PROPOSED


def test_an_administrator_of_a_ward_may_not():
    with pytest.raises(NotAllowed):
        proposed(LAWYER, by=given.staff(given.ward_committee(), Role.ADMINISTRATOR))
    assert not Job.objects.exists()


def test_the_command_imports_and_ends_with_one_line_of_json(tmp_path):
    file, out = tmp_path / "list.xlsx", StringIO()
    file.write_bytes(national_list(BIRTH, LAWYER))
    call_command("import_catalogue", str(file), stdout=out)
    said = json.loads(out.getvalue().splitlines()[-1])
    assert {name: said[name] for name in ("new", "changed", "gone", "refused")} == {
        "new": 1,
        "changed": 1,
        "gone": 0,
        "refused": 0,
    }
    assert Procedure.objects.filter(code=LAWYER[0]).exists()
    assert Job.objects.get().state == JobState.DONE


def test_a_dry_run_of_the_command_changes_nothing(tmp_path):
    before = catalogue()
    file, out = tmp_path / "list.xlsx", StringIO()
    file.write_bytes(national_list(BIRTH, LAWYER))
    call_command("import_catalogue", str(file), "--dry-run", stdout=out)
    said = json.loads(out.getvalue().splitlines()[-1])
    assert (said["new"], said["dry_run"]) == (1, True)
    assert catalogue() == before and not AdministrativeAct.objects.exists()


def test_the_command_fails_with_the_faults_on_its_error_stream(tmp_path):
    file, out, err = tmp_path / "list.xlsx", StringIO(), StringIO()
    file.write_bytes(national_list(BIRTH, BIRTH))
    with pytest.raises(CommandError):
        call_command("import_catalogue", str(file), stdout=out, stderr=err)
    assert BIRTH[0] in err.getvalue()
    assert json.loads(out.getvalue().splitlines()[-1])["refused"] == 1


def test_a_day_off_the_list_is_told_in_the_sentence(administrator):
    Procedure.objects.filter(code=BIRTH[0]).update(left_list_on=date(2026, 11, 20))
    with pytest.raises(ProcedureClosed) as refused:
        rules_for_filing(BIRTH[0], Channel.ONLINE, given.NOW.date())
    assert "20/11/2026" in str(refused.value.message)
