"""Receipts in one file while workers are killed and people ask at once: nothing twice, nothing lost, nothing left."""

from __future__ import annotations

from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from pypdf import PdfReader

from apps.bundles import actions
from apps.bundles.actions import ask_year
from apps.bundles.choices import Medium
from apps.bundles.models import Bundle, BundlePart
from apps.documents.choices import FileState
from apps.operations.integrity import check
from tests import given
from tests.bundles.paid import paid_by
from tests.drills import die_binding
from tests.drills.at_once import at_once, errors
from tests.drills.die_binding import LINES
from tests.drills.dying import killed_in

pytestmark = pytest.mark.commits

RECEIPTS = 5


@pytest.fixture
def killed(committing_db):
    files = str(settings.MEDIA_ROOT)
    with killed_in(die_binding.__name__, database=committing_db, MEDIA_ROOT=files) as killed:
        yield killed


@pytest.mark.parametrize("medium", list(Medium))
def test_a_worker_killed_at_any_line_is_followed_by_one_that_goes_on(killed, monkeypatch, medium):
    monkeypatch.setattr(actions, "RECEIPTS_IN_PART", 2)
    at = timezone.now()
    by, business = given.representative()
    for _ in range(RECEIPTS):
        paid_by(by, business_id=business, at=at)
    bundle = ask_year(timezone.localdate(at).year, medium, by=by, at=at)
    stored: dict[int, str] = {}
    # A part that is stored once stays that one.
    for line in LINES:
        ended = killed(str(line))
        if ended == 0:
            break
        assert ended == -9
        now = dict(BundlePart.objects.filter(made_at__isnull=False).values_list("position", "storage_name"))
        assert stored.items() <= now.items()
        stored = now
    assert killed("no line") == 0
    bundle.refresh_from_db()
    assert (bundle.state, bundle.done, bundle.total) == (FileState.READY, RECEIPTS, RECEIPTS)
    with default_storage.open(bundle.storage_name) as file:
        if medium == Medium.PDF:
            assert len(PdfReader(file, strict=True).pages) == 1 + 3 + RECEIPTS
        else:
            names = ZipFile(file).namelist()
            assert len(names) == len(set(names)) == 2 * RECEIPTS + 1 + 3
    assert check(at=timezone.now()).broken == {}


def test_who_asks_several_times_at_one_moment_has_one(committing_db):
    by, business = given.representative()
    paid_by(by, business_id=business)
    answers = at_once(*[lambda: ask_year(2026, Medium.ZIP, by=by, at=given.NOW).pk] * 4)
    assert errors(answers) == [] and len(set(answers)) == 1
    assert Bundle.objects.count() == 1 and BundlePart.objects.count() == 1
