"""What the national list does not give is entered, and who entered it is recorded."""

from __future__ import annotations

import pytest

from apps.core.models import AdministrativeAct
from apps.procedures.actions.drafting import describe_procedure
from apps.procedures.errors import EnglishMissing, PartUnknown, ProcedureUnknown
from apps.procedures.models import Procedure
from tests import given
from tests.procedures.refusals import only_an_administrator_of_the_city, refused
from tests.procedures.test_draft_version import listed

pytestmark = pytest.mark.django_db
SAID = {
    "name_en": " Licence of a test ",
    "field_en": "Tests",
    "level": "ward",
    "for_citizens": True,
    "for_businesses": False,
}


def play(code, *, by=None, **changed):
    return describe_procedure(code, **(SAID | changed), by=by or given.administrator(), at=given.NOW)


def test_it_is_stored_and_what_changed_is_recorded():
    play(listed().code)
    stored = Procedure.objects.get(code="1.777777")
    assert (stored.name_en, stored.field_en, stored.level, stored.for_citizens) == (
        "Licence of a test",
        "Tests",
        "ward",
        True,
    )
    act = AdministrativeAct.objects.get()
    assert act.body["changed"] == {
        "name_en": ["", "Licence of a test"],
        "field_en": ["", "Tests"],
        "level": ["district", "ward"],
        "for_citizens": [False, True],
    }


def test_blank_words_and_levels_that_do_not_exist_are_refused():
    code = listed().code
    with refused(EnglishMissing, field="name_en"):
        play(code, name_en="  ")
    with refused(EnglishMissing, field="field_en"):
        play(code, field_en="")
    with refused(PartUnknown, field="level"):
        play(code, level="hamlet")
    with refused(ProcedureUnknown):
        play("9.999999")


def test_only_an_administrator_of_the_city_describes():
    code = listed().code
    only_an_administrator_of_the_city(lambda by: play(code, by=by))
