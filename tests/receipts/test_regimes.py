"""The law of a receipt is that of the day of its issue."""

from __future__ import annotations

from datetime import date

import pytest

from apps.receipts.regimes import ELECTRONIC, LEGACY, is_legacy_possible, regime_of


@pytest.mark.parametrize(
    ("day", "regime"),
    [
        (date(2018, 1, 1), LEGACY),
        (date(2026, 6, 30), LEGACY),
        (date(2026, 7, 1), ELECTRONIC),
        (date(2027, 1, 1), ELECTRONIC),
    ],
)
def test_the_regime_follows_the_date_of_issue(day, regime):
    assert regime_of(day) is regime


@pytest.mark.parametrize(
    ("regime", "form", "series", "number", "fits"),
    [
        (LEGACY, "01BLP0-001", "BL-18E", "0000001", True),
        (LEGACY, "02BLP2-003", "DT-20P", "9999999", True),
        (LEGACY, "01BLP0-001", "BL-18E", "0000000", False),
        (LEGACY, "01BLP0-001", "BL-18E", "1", False),
        (LEGACY, "01BLP0-001", "BL-18E", "00000001", False),
        (LEGACY, "EBL01", "BL-18E", "0000001", False),
        (LEGACY, "01BLP0-001", "26TAA", "0000001", False),
        (ELECTRONIC, "EBL01", "26TAA", "1", True),
        (ELECTRONIC, "EBL02", "26TXY", "99999999", True),
        (ELECTRONIC, "EBL01", "26TAA", "01", False),
        (ELECTRONIC, "EBL01", "26TAA", "100000000", False),
        (ELECTRONIC, "EBL03", "26TAA", "1", False),
        (ELECTRONIC, "EBL01", "26TAI", "1", False),
    ],
)
def test_each_law_has_its_shapes(regime, form, series, number, fits):
    assert regime.fits(form, series, number) is fits


@pytest.mark.parametrize(
    ("series", "day", "possible"),
    [
        ("BL-18E", date(2026, 6, 30), True),
        ("BL-18E", date(2026, 7, 1), False),
        ("BL-18P", date(2026, 7, 1), True),
        ("BL-18P", date(2026, 12, 31), True),
        ("BL-18P", date(2027, 1, 1), False),
    ],
)
def test_paper_ones_may_be_used_up_until_the_end_of_2026(series, day, possible):
    assert is_legacy_possible(series, day) is possible
