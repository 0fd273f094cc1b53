"""`load_city`: repeatable, all or nothing, and it names what is wrong by file, row and field."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.calendars.models import Calendar, CalendarDay, CalendarVersion
from apps.cases.models import LegalProvision
from apps.core.loading import LoadRefused, Tally
from apps.operations.loading import load_city
from apps.procedures.models import Competence, FeeRule, Procedure, ProcedureVersion
from apps.units.models import AdministrativeUnit, Agency, AgencyKind
from tests import given
from tests.operations.places import FIXTURES, change_document, change_row, copy_of_fixtures, faults_of

pytestmark = [pytest.mark.usefixtures("empty_database"), pytest.mark.django_db]

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
MODELS = (
    AdministrativeUnit,
    AgencyKind,
    Agency,
    Calendar,
    CalendarVersion,
    CalendarDay,
    Procedure,
    ProcedureVersion,
    Competence,
    FeeRule,
    LegalProvision,
)


def stored() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in MODELS}


def load(folder: Path = FIXTURES, **options: Any) -> dict[str, Tally]:
    _city, tallies = load_city(folder, at=AT, **options)
    return {tally.kind: tally for tally in tallies}


# The 40 of the sources, and the four parts of linked procedures that have no row of their own there.
PROCEDURES = 44


def test_the_whole_city_is_stored() -> None:
    load()
    assert [
        AdministrativeUnit.objects.filter(level=level).count() for level in ("city", "district", "ward")
    ] == [1, 30, 579]
    assert Procedure.objects.count() == PROCEDURES
    assert ProcedureVersion.objects.in_force_on(date(2026, 11, 23)).count() == PROCEDURES - 1


def test_units_are_stored_without_an_end_since_reorganisations_come_later() -> None:
    load()
    assert not AdministrativeUnit.objects.exclude(valid_from=None, valid_to=None).exists()


def test_every_competent_agency_is_found_by_kind_and_unit() -> None:
    load()
    missing = [
        f"{competence.version.procedure.code}: {competence.agency_kind.code} of {unit.name}"
        for competence in Competence.objects.select_related("agency_kind", "version__procedure").order_by(
            "pk"
        )
        for unit in AdministrativeUnit.objects.filter(level=competence.agency_kind.level)
        .exclude(agencies__kind=competence.agency_kind)
        .order_by("pk")
    ]
    assert missing == []


def test_a_second_run_changes_nothing_and_says_so() -> None:
    first = load()
    before = stored()
    second = load()
    assert stored() == before
    assert all(tally.new == 0 and tally.different == [] for tally in second.values())
    assert {kind: tally.unchanged for kind, tally in second.items()} == {
        kind: tally.new for kind, tally in first.items()
    }


def test_a_load_takes_a_few_queries_and_a_second_one_fewer() -> None:
    with CaptureQueriesContext(connection) as first:
        load()
    with CaptureQueriesContext(connection) as second:
        load()
    assert len(first) < 40 + 8 * PROCEDURES
    assert len(second) < 27


def test_a_check_writes_nothing_and_tells_what_it_would_have_written() -> None:
    tallies = load(keep=False)
    assert tallies["units"].new == 610
    assert set(stored().values()) == {0}


def test_what_was_decided_in_the_program_is_kept_and_reported() -> None:
    load()
    agency = Agency.objects.get(identification_code="H26.001.00001")
    given.agency_changed(agency, identification_code="H26.77", is_code_established=True)
    AdministrativeUnit.objects.filter(code="00001").update(valid_to=date(2027, 1, 1))
    again = load()
    assert again["agencies"].different == ["ward_committee 00001 (identification_code, is_code_established)"]
    assert again["agencies"].new == again["units"].new == 0
    assert AdministrativeUnit.objects.get(code="00001").valid_to == date(2027, 1, 1)
    assert Agency.objects.filter(identification_code="H26.77", is_code_established=True).count() == 1


def test_a_published_version_is_never_edited_and_the_sentence_names_the_file(tmp_path: Path) -> None:
    load()
    before = stored()
    folder = copy_of_fixtures(tmp_path)
    change_document(
        folder / "procedures/2.000635.json",
        lambda it: it["versions"][0]["fee_rules"][0].update(unit_price=9000),
    )
    with pytest.raises(LoadRefused) as refused:
        load(folder)
    [fault] = refused.value.faults
    assert (fault.file, fault.row, fault.field) == ("procedures/2.000635.json", "versions/1", "fee_rules")
    assert stored() == before
    assert FeeRule.objects.filter(version__procedure__code="2.000635", unit_price=8000).count() == 2


def test_a_version_that_ended_since_is_no_difference() -> None:
    load()
    ProcedureVersion.objects.filter(procedure__code="2.000635").update(in_force_to=date(2027, 3, 1))
    assert load()["procedure_versions"].unchanged == PROCEDURES


def test_new_days_make_a_new_version_of_every_calendar_known_from_now(tmp_path: Path) -> None:
    load()
    folder = copy_of_fixtures(tmp_path)
    with (folder / "calendar/days.csv").open("a", encoding="utf-8") as days:
        days.write("2026-11-25,holiday,Ngày thử,A day of the test,Quyết định thử,2026-11-20,true,\n")
    assert load(folder)["calendar_versions"].new == 2
    newest = CalendarVersion.objects.get(calendar__code="standard", number=2)
    assert newest.known_from == AT
    assert (
        CalendarDay.objects.filter(version=newest).count()
        == 1 + CalendarDay.objects.filter(version__number=1, version__calendar__code="standard").count()
    )


def test_the_old_days_do_not_come_back_over_a_newer_decision() -> None:
    load()
    standard = Calendar.objects.get(code="standard")
    CalendarVersion.objects.create(
        calendar=standard, number=2, known_from=AT, fingerprint=b"decided since", answer_times={}
    )
    assert load()["calendar_versions"].new == 0


def test_the_first_version_of_a_calendar_is_known_from_its_first_year() -> None:
    load()
    known = CalendarVersion.objects.get(calendar__code="saturday_morning").known_from
    assert known == datetime(2023, 12, 31, 17, tzinfo=UTC)


def version(change: Callable[[Any], None]) -> Callable[[Path], None]:
    return lambda folder: change_document(
        folder / "procedures/2.000635.json", lambda it: change(it["versions"][0])
    )


def row(path: str, line: int, **cells: str) -> Callable[[Path], None]:
    return lambda folder: change_row(folder / path, line, lambda found: found.update(cells))


def document(path: str, change: Callable[[Any], None]) -> Callable[[Path], None]:
    return lambda folder: change_document(folder / path, change)


FAULTS: dict[str, tuple[Callable[[Path], None], tuple[str, str, str]]] = {
    "a ward without its district": (
        row("units/units.csv", 33, parent_code="099"),
        ("units/units.csv", "33", "parent_code"),
    ),
    "a level that does not exist": (
        row("units/units.csv", 33, level="hamlet"),
        ("units/units.csv", "33", "level"),
    ),
    "a code of the wrong shape": (row("units/units.csv", 33, code="1"), ("units/units.csv", "33", "code")),
    "a code used twice": (row("units/units.csv", 33, code="00004"), ("units/units.csv", "34", "code")),
    "a unit that ends before it begins": (
        row("units/units.csv", 33, valid_from="2024-01-01", valid_to="2023-01-01"),
        ("units/units.csv", "33", "valid_to"),
    ),
    "a date that is none": (
        row("units/units.csv", 33, valid_to="01/07/2025"),
        ("units/units.csv", "33", "valid_to"),
    ),
    "a unit without a name": (row("units/units.csv", 33, name=" "), ("units/units.csv", "33", "name")),
    "letters that are not composed": (
        row("units/units.csv", 33, name="Phu\u031bờng Phúc Xá"),
        ("units/units.csv", "33", ""),
    ),
    "a succession from nowhere": (
        row("units/successions.csv", 2, from_code="99999"),
        ("units/successions.csv", "2", "from_code"),
    ),
    "a kind of agency at no level": (
        document("agencies/kinds.json", lambda it: it[3].update(level="hamlet")),
        ("agencies/kinds.json", "4", "level"),
    ),
    "a template of an unknown kind": (
        document("agencies/templates.json", lambda it: it[5].update(kind="tea_house")),
        ("agencies/templates.json", "6", "kind"),
    ),
    "a code with letters in lower case": (
        document("agencies/templates.json", lambda it: it[5].update(identification_code="h26")),
        ("agencies/templates.json", "6 (01)", "identification_code"),
    ),
    "a name with an unknown place": (
        document("agencies/templates.json", lambda it: it[5].update(name="{mayor}")),
        ("agencies/templates.json", "6", "name"),
    ),
    "a calendar that nobody described": (
        document("agencies/templates.json", lambda it: it[5].update(calendar_code="lunar")),
        ("agencies/templates.json", "city_justice", "calendar_code"),
    ),
    "no finance division in the quận": (
        document(
            "agencies/templates.json",
            lambda it: next(t for t in it if t["kind"] == "district_finance").update(unit_kinds=["huyện"]),
        ),
        ("procedures/1.001612.json", "competences/1", "agency_kind"),
    ),
    "a session that ends before it begins": (
        document("calendar/calendars.json", lambda it: it[0]["counted"].__setitem__(0, [["12:00", "08:00"]])),
        ("calendar/calendars.json", "1", "counted"),
    ),
    "a withdrawal that need never be answered": (
        document("calendar/answer_times.json", lambda it: it.update(withdrawal=None)),
        ("calendar/answer_times.json", "", "withdrawal"),
    ),
    "a case on paper that may be entered after no time": (
        document("calendar/answer_times.json", lambda it: it.update(late_entry={"value": 0, "unit": "day"})),
        ("calendar/answer_times.json", "", "late_entry"),
    ),
    "a window without a unit": (
        version(lambda it: it.update(supplement_window=7)),
        ("procedures/2.000635.json", "versions/1", "supplement_window"),
    ),
    "a window in hours": (
        version(lambda it: it.update(payment_window=7, payment_window_unit="clock_hour")),
        ("procedures/2.000635.json", "versions/1", "payment_window_unit"),
    ),
    "verification without a number": (
        version(lambda it: it["time_limits"][0].update(verified_unit="working_day")),
        ("procedures/2.000635.json", "versions/1/time_limits/1", "verified_value"),
    ),
    "verification that gives no more time": (
        version(
            lambda it: it["time_limits"][0].update(
                unit="working_day", value=3, verified_value=3, verified_unit="working_day"
            )
        ),
        ("procedures/2.000635.json", "versions/1/time_limits/1", "verified_value"),
    ),
    "times to answer that say nothing of a withdrawal": (
        document("calendar/answer_times.json", lambda it: it.pop("withdrawal")),
        ("calendar/answer_times.json", "", ""),
    ),
    "a reason without its row": (
        document("reasons/provisions.json", lambda it: it.pop(0)),
        ("reasons/provisions.json", "", "decline"),
    ),
    "a reason that nobody gives": (
        document("reasons/provisions.json", lambda it: it[0].update(code="too_late")),
        ("reasons/provisions.json", "1", "code"),
    ),
    "a provision that is named and not established": (
        document("reasons/provisions.json", lambda it: it[0].update(certainty="unset")),
        ("reasons/provisions.json", "1", "certainty"),
    ),
    "a certainty of no article": (
        document("reasons/provisions.json", lambda it: it[4].update(certainty="established")),
        ("reasons/provisions.json", "5", "certainty"),
    ),
    "a doubt that does not say why": (
        document("reasons/provisions.json", lambda it: it[0].update(note="")),
        ("reasons/provisions.json", "1", "note"),
    ),
    "a day of an unknown kind": (
        row("calendar/days.csv", 2, kind="feast"),
        ("calendar/days.csv", "2", "kind"),
    ),
    "an established day without a decision": (
        row("calendar/days.csv", 2, decision=""),
        ("calendar/days.csv", "2", "decision"),
    ),
    "a day twice": (row("calendar/days.csv", 3, date="2024-01-01"), ("calendar/days.csv", "3", "date")),
    "a working day swapped in on a weekday": (
        row("calendar/days.csv", 2, kind="swapped_work"),
        ("calendar/days.csv", "2", "kind"),
    ),
    "a file that is not JSON": (
        lambda folder: (folder / "procedures/2.000635.json").write_text("{", encoding="utf-8") and None,
        ("procedures/2.000635.json", "1", ""),
    ),
    "a file under another code": (
        lambda folder: (
            (folder / "procedures/2.000635.json").rename(folder / "procedures/2.000636.json") and None
        ),
        ("procedures/2.000636.json", "", "code"),
    ),
    "a field that does not exist": (
        version(lambda it: it.update(colour="red")),
        ("procedures/2.000635.json", "versions/1", "colour"),
    ),
    "a field that is missing": (
        version(lambda it: it.pop("channels")),
        ("procedures/2.000635.json", "versions/1", "channels"),
    ),
    "a channel that does not exist": (
        version(lambda it: it.update(channels=["pigeon"])),
        ("procedures/2.000635.json", "versions/1", "channels"),
    ),
    "presence at a channel that is closed": (
        version(lambda it: it.update(channels=["online"], presence_channels=["counter"])),
        ("procedures/2.000635.json", "versions/1", "presence_channels"),
    ),
    "a note in one language": (
        version(lambda it: it["competences"][0].pop("note_en")),
        ("procedures/2.000635.json", "versions/1/competences/1", "note"),
    ),
    "an unknown kind of competent agency": (
        version(lambda it: it["competences"][0].update(agency_kind="tea_house")),
        ("procedures/2.000635.json", "versions/1/competences/1", "agency_kind"),
    ),
    "no competence at all": (
        version(lambda it: it.update(competences=[])),
        ("procedures/2.000635.json", "versions/1", "competences"),
    ),
    "a competence that may not hold": (
        version(
            lambda it: it["competences"][0].update(condition={"fact": "channel", "op": "eq", "value": "post"})
        ),
        ("procedures/2.000635.json", "versions/1/competences/1", "condition"),
    ),
    "a limit without a value in an open version": (
        version(lambda it: it["time_limits"][0].update(value=None, is_established=False)),
        ("procedures/2.000635.json", "versions/1/time_limits/1", "value"),
    ),
    "a price that is unset and called established": (
        version(lambda it: it["fee_rules"][0].update(unit_price=None)),
        ("procedures/2.000635.json", "versions/1/fee_rules/1", "is_established"),
    ),
    "a price that is not whole": (
        version(lambda it: it["fee_rules"][0].update(unit_price=8000.5)),
        ("procedures/2.000635.json", "versions/1/fee_rules/1", "unit_price"),
    ),
    "a condition on a fact that nobody knows": (
        version(
            lambda it: it["fee_rules"][0].update(condition={"fact": "weather", "op": "eq", "value": "fine"})
        ),
        ("procedures/2.000635.json", "versions/1/fee_rules/1", "condition"),
    ),
    "a condition on a value that never is": (
        version(
            lambda it: it["fee_rules"][0].update(
                condition={"fact": "channel", "op": "in", "value": ["counter", "pots"]}
            )
        ),
        ("procedures/2.000635.json", "versions/1/fee_rules/1", "condition"),
    ),
    "a condition that is none": (
        version(lambda it: it["fee_rules"][0].update(condition={"maybe": True})),
        ("procedures/2.000635.json", "versions/1/fee_rules/1", "condition"),
    ),
    "a price by pages that nobody asks for": (
        version(lambda it: it["fee_rules"][0].update(quantity="first_pages")),
        ("procedures/2.000635.json", "versions/1/fee_rules/1", "quantity"),
    ),
    "two papers under one code": (
        version(lambda it: it["components"][1].update(code=it["components"][0]["code"])),
        ("procedures/2.000635.json", "versions/1/components/2", "code"),
    ),
    "steps that take more than the time there is": (
        version(lambda it: it["steps"][1].update(share=8)),
        ("procedures/2.000635.json", "versions/1/steps", "share"),
    ),
    "approval before the proposal": (
        version(lambda it: it["steps"].insert(1, it["steps"].pop(2))),
        ("procedures/2.000635.json", "versions/1/steps", "act"),
    ),
    "a role that nobody has": (
        version(lambda it: it["steps"][0].update(role="king")),
        ("procedures/2.000635.json", "versions/1/steps/1", "role"),
    ),
    "a question outside the order": (
        version(lambda it: it["form_schema"]["x-order"].pop()),
        ("procedures/2.000635.json", "versions/1/form_schema", "x-order"),
    ),
    "a question in a keyword outside the dialect": (
        version(lambda it: it["form_schema"]["properties"]["copies"].update(multipleOf=2)),
        ("procedures/2.000635.json", "versions/1/form_schema/copies", "multipleOf"),
    ),
    "a form that is no JSON Schema": (
        version(lambda it: it["form_schema"]["properties"]["copies"].update(minimum="one")),
        ("procedures/2.000635.json", "versions/1/form_schema", ""),
    ),
    "a choice without its words": (
        version(lambda it: it["form_schema"]["properties"]["record_kind"]["x-options"].pop()),
        ("procedures/2.000635.json", "versions/1/form_schema/record_kind", "x-options"),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    spoil, (file, place, field) = FAULTS[name]
    folder = copy_of_fixtures(tmp_path)
    spoil(folder)
    with pytest.raises(LoadRefused) as refused:
        load(folder)
    named = [(fault.file, fault.row, fault.field) for fault in refused.value.faults]
    assert any(fault[0] == file and place in fault[1] and fault[2] == field for fault in named), named
    assert set(stored().values()) == {0}


@pytest.mark.parametrize(
    "path",
    [
        "units/units.csv",
        "agencies/kinds.json",
        "agencies/templates.json",
        "calendar/days.csv",
        "calendar/calendars.json",
    ],
)
def test_a_missing_file_is_named(path: str, tmp_path: Path) -> None:
    folder = copy_of_fixtures(tmp_path)
    (folder / path).unlink()
    assert path in {fault.file for fault in faults_of(folder)}


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = copy_of_fixtures(tmp_path)
    for name in ("a unit without a name", "a day of an unknown kind", "a role that nobody has"):
        FAULTS[name][0](folder)
    files = {fault.file for fault in faults_of(folder)}
    assert {"units/units.csv", "calendar/days.csv", "procedures/2.000635.json"} <= files


def test_the_command_ends_with_one_line_of_json() -> None:
    out = StringIO()
    call_command("load_city", stdout=out)
    last = json.loads(out.getvalue().splitlines()[-1])
    assert last["units"] == {"city": 1, "district": 30, "ward": 579}
    assert last["procedures"] == PROCEDURES
    assert last["new"]["agencies"] == last["agencies"] == Agency.objects.count()


def test_the_command_fails_with_the_faults_on_its_error_stream(tmp_path: Path) -> None:
    folder = copy_of_fixtures(tmp_path)
    FAULTS["a unit without a name"][0](folder)
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("load_city", "--from", str(folder), stderr=errors, stdout=StringIO())
    assert "units/units.csv" in errors.getvalue()
    assert "33" in errors.getvalue()
