"""A procedure whose fees are collected for several bodies."""

from __future__ import annotations

from tests import given

AUTHORISED = {
    "collector_kind": "district_committee",
    "collector_factor": "receiving_agency",
    "collector_basis": "Văn bản ủy quyền 12/UQ-UBND ngày 20/11/2026",
}


def fee_rules(*changes):
    """A new version in force: its one fee rule, once for each of these changes."""

    def change(rows):
        [first] = [row for row in rows if row["borne_by"] == "applicant"][:1]
        plain = {**first, "condition": None, "quantity": "one", "unit_price": 8000, "is_established": True}
        rows[:] = [{**plain, "name": f"Phí {n}", **fields} for n, fields in enumerate(changes, 1)]

    return given.new_version(given.CIVIL_EXTRACT, fee_rules=change)
