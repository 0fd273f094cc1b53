"""The secret of form 01: derived, never stored, and nothing is told apart when it is wrong."""

from __future__ import annotations

import pytest

from apps.cases.errors import TrackingFailed
from apps.cases.selectors import case_by_secret
from apps.cases.tracking import hash_of, is_secret, secret_of
from tests import given


def test_a_secret_is_16_letters_and_digits_of_80_bits():
    secret = secret_of("H26-261123-0001", 1)
    assert len(secret) == 16
    assert set(secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def test_the_same_case_and_generation_give_the_same_secret_and_others_another():
    secrets = {
        secret_of(code, generation)
        for code in ("H26-261123-0001", "H26-261123-0002")
        for generation in (1, 2)
    }
    assert len(secrets) == 4
    assert secret_of("H26-261123-0001", 1) in secrets


def test_another_key_of_the_installation_gives_another_secret(settings):
    before = secret_of("H26-261123-0001", 1)
    settings.TRACKING_KEY = "another"
    assert secret_of("H26-261123-0001", 1) != before


def test_a_secret_is_read_with_spaces_hyphens_and_small_letters():
    secret = secret_of("H26-261123-0001", 1)
    spelled = "-".join(secret[start : start + 4] for start in range(0, 16, 4)).lower()
    assert is_secret(f" {spelled} ", hash_of(secret))
    assert not is_secret(secret[:-1], hash_of(secret))
    assert not is_secret("", hash_of(secret))


@pytest.mark.django_db
def test_code_and_secret_together_find_the_case_and_the_database_holds_no_secret():
    case = given.filed_online()
    secret = secret_of(case.code, case.tracking_generation)
    assert case_by_secret(case.code.lower(), secret).pk == case.pk
    assert secret.encode() not in bytes(case.tracking_hash)


@pytest.mark.django_db
def test_a_wrong_secret_an_unknown_code_and_a_malformed_code_are_told_alike():
    case = given.filed_online()
    answers = set()
    for code, secret in [
        (case.code, "AAAAAAAAAAAAAAAA"),
        (case.code[:-4] + "9999", secret_of(case.code, 1)),
        ("nonsense", secret_of(case.code, 1)),
        (case.code, secret_of(case.code, 2)),
    ]:
        with pytest.raises(TrackingFailed) as told:
            case_by_secret(code, secret)
        answers.add((told.value.message, told.value.field, told.value.status))
    assert len(answers) == 1
