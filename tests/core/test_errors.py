"""Refusals: a code of their own, a sentence that can be filled, and an answer for every constraint that people can hit."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from django.db import IntegrityError
from django.utils import translation

import apps as all_apps
from apps.core.errors import Refusal, refusal_of_constraint
from apps.core.transactions import lock_one, verb_transaction


def refusals() -> list[type[Refusal]]:
    for module in pkgutil.walk_packages(all_apps.__path__, "apps."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)
    found, queue = [], [Refusal]
    while queue:
        kind = queue.pop()
        found.append(kind)
        queue += kind.__subclasses__()
    return [kind for kind in found if kind.__module__.startswith("apps.")]


def test_no_two_refusals_share_a_code_and_each_has_its_sentence_and_status():
    by_code: dict[str, set[str]] = {}
    for refusal in refusals():
        by_code.setdefault(refusal.code, set()).add(refusal.__name__)
        assert str(refusal.text).endswith((".", "”.", "%(paper)s", "%(reason)s", "%(faults)s")), refusal
        assert 400 <= refusal.status < 600
    assert {code: names for code, names in by_code.items() if len(names) > 1} == {
        "invalid": {"Invalid", "Faults"}
    }


def test_a_sentence_is_said_in_the_language_of_whoever_reads_it():
    from apps.cases.errors import ReasonMissing

    refusal = ReasonMissing(field="reason")
    with translation.override("en"):
        assert refusal.message == "Give the reason."


@pytest.mark.parametrize(
    "constraint",
    [
        "handover_open_once",
        "supplement_once_a_phase",
        "supplement_open_once",
        "case_approver_is_not_proposer",
        "citizen_identity_paper_once",
        "business_number_once",
        "series_open_once_a_year",
        "receipts_paymentline_fee_id_key",
    ],
)
@pytest.mark.django_db
def test_a_constraint_that_people_can_hit_has_a_refusal_and_exists(constraint):
    from django.db import connection

    assert refusal_of_constraint(constraint) is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_constraint WHERE conname = %s UNION SELECT 1 FROM pg_class WHERE relname = %s",
            [constraint, constraint],
        )
        assert cursor.fetchone()


def test_a_constraint_without_a_refusal_is_a_fault_of_ours():
    assert refusal_of_constraint("no_such_constraint") is None
    assert refusal_of_constraint(None) is None


@pytest.mark.django_db
def test_a_violated_constraint_is_told_as_its_refusal_and_others_stay_faults():
    from apps.citizens.errors import IdentityPaperTaken
    from apps.citizens.models import Citizen
    from tests.factories import CitizenFactory

    known = CitizenFactory()
    twice = {"full_name": "An", "identity_kind": "personal_id", "identity_country": "VN"}
    with pytest.raises(IdentityPaperTaken), verb_transaction():
        Citizen.objects.create(**twice, identity_number=known.identity_number)
    with pytest.raises(IntegrityError), verb_transaction():
        Citizen.objects.create(full_name="An", identity_kind="none", identity_number="1")


@pytest.mark.django_db
def test_locking_a_row_that_does_not_exist_is_a_refusal():
    from apps.cases.models import Case
    from apps.core.errors import NotFound

    with pytest.raises(NotFound), verb_transaction():
        lock_one(Case.objects.filter(code="H26-000000-0000"))


@pytest.mark.commits
def test_a_lock_that_is_not_had_in_time_says_that_somebody_else_is_acting(committing_db):
    import threading

    from django.db import connection, transaction

    from apps.cases.models import Case
    from apps.core.errors import Busy
    from tests import given

    case = given.filed_online()
    held, told = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock_one(Case.objects.filter(pk=case.pk))
            held.set()
            told.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    try:
        connection.cursor().execute("SET lock_timeout = '50ms'")
        with pytest.raises(Busy), verb_transaction():
            lock_one(Case.objects.filter(pk=case.pk))
    finally:
        told.set()
        holder.join(30)
