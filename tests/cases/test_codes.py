"""Case codes as they are given and as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from apps.cases.codes import case_code, read_case_code
from apps.cases.errors import CaseCodeMalformed


def test_a_code_names_its_agency_its_day_and_its_serial():
    assert case_code("H26.001.00001", date(2026, 11, 24), 1) == "H26.001.00001-261124-0001"


def test_the_ten_thousandth_case_of_a_day_has_five_digits():
    code = case_code("H26", date(2026, 11, 24), 10_000)
    assert code == "H26-261124-10000"
    assert read_case_code(code) == code


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("H26.001.00001-261124-0001", "H26.001.00001-261124-0001"),
        (" h26.001.00001-261124-0001 ", "H26.001.00001-261124-0001"),
        ("H26.001 .00001-261124- 0001", "H26.001.00001-261124-0001"),
        ("000.00.01.H26-210105-0001", "000.00.01.H26-210105-0001"),
    ],
)
def test_a_code_is_read_as_people_write_it(typed, read):
    assert read_case_code(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "H26",
        "H26.001-261124",
        "H26.001-261124-1",
        "H26.001.00001-26112-0001",
        "h26/001-261124-0001",
        "000.00.01.G22-210105-0001",
        "H26.001.00001-261124-0001; DROP TABLE",
        "٠٠٠.00.01.H26-210105-0001",
        "H26.001.00001-261124-0001" * 3,
    ],
)
def test_what_can_never_be_a_code_is_refused(typed):
    with pytest.raises(CaseCodeMalformed) as told:
        read_case_code(typed)
    assert told.value.field == "code"
    assert told.value.status == 404
