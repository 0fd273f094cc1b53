"""The papers of a case as snapshots: one function for each form, and the receipt."""

from apps.cases.papers.control_sheet import issue_control_sheet
from apps.cases.papers.corrections import issue_corrected
from apps.cases.papers.forms import (
    issue_form_01,
    issue_form_01_again,
    issue_form_02,
    issue_form_03,
    issue_form_04,
    issue_form_05,
)
from apps.cases.papers.parts import NOTE_AGENCY_CODE, NOTE_SECOND_HAND
from apps.cases.papers.receipt_notices import issue_form_04ss
from apps.cases.papers.receipts import receipt_paper, receipt_snapshot, replacement_snapshot

__all__ = [
    "NOTE_AGENCY_CODE",
    "NOTE_SECOND_HAND",
    "issue_control_sheet",
    "issue_corrected",
    "issue_form_01",
    "issue_form_01_again",
    "issue_form_02",
    "issue_form_03",
    "issue_form_04",
    "issue_form_04ss",
    "issue_form_05",
    "receipt_paper",
    "receipt_snapshot",
    "replacement_snapshot",
]
