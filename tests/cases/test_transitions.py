"""The table of statuses is the law's own, no more and no less."""

from __future__ import annotations

import itertools

import pytest

from apps.cases.choices import EventKind, Status
from apps.cases.transitions import OPEN_IN, TRANSITIONS, TransitionUnlawful, refuse_unlawful

# National status codes: 1→2,3,5,6,8 · 2→4,5,6,7,9 · 4→5,6,7,8,9 · 5→back,7,8 · 6→back,7,8 · 7→8 or back · 9→10,
# and the ways back of reopening (3→1, 8→where it was, 9 and 10→4) and of undoing (4→2).
LAW = {
    1: {2, 3, 5, 6, 8},
    2: {4, 5, 6, 7, 9},
    3: {1},
    4: {2, 5, 6, 7, 8, 9},
    5: {1, 2, 4, 7, 8},
    6: {1, 2, 4, 7, 8},
    7: {2, 4, 5, 6, 8},
    8: {1, 2, 4, 5, 6},
    9: {10, 4},
    10: {4},
}


def test_no_event_leads_where_the_law_does_not():
    for kind, pairs in TRANSITIONS.items():
        for before, after in pairs:
            assert before is None or after in LAW[before], f"{kind}: {before} → {after}"


def test_only_filing_begins_a_case():
    assert [kind for kind, pairs in TRANSITIONS.items() if any(before is None for before, _ in pairs)] == [
        EventKind.APPLICATION_SUBMITTED
    ]


@pytest.mark.parametrize("kind", EventKind)
def test_every_change_that_the_table_does_not_have_is_refused(kind):
    for before, after in itertools.product([None, *Status], Status):
        lawful = before == after or (before, after) in TRANSITIONS.get(kind, ())
        if lawful:
            refuse_unlawful(kind, before, after)
        else:
            with pytest.raises(TransitionUnlawful):
                refuse_unlawful(kind, before, after)


def test_an_ended_case_can_only_be_reopened_followed_or_after_its_result_handed_over():
    for status, verbs in {
        Status.DECLINED: {"reopen_case", "give_back_originals"},
        Status.STOPPED: {"reopen_case", "give_back_originals", "issue_secret_again"},
        Status.DELIVERED: {"reopen_case", "give_back_originals", "issue_secret_again"},
        Status.RESOLVED: {"reopen_case", "hand_over_result", "record_payment", "issue_secret_again"},
    }.items():
        assert {verb for verb, statuses in OPEN_IN.items() if status in statuses} == verbs | {
            "correct_paper",
            "decide_refund",
            "notify_receipt_error",
            "pay_refund",
            "replace_receipt",
        }
