"""Finding a procedure, and everything that its page must say."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.procedures.models import FeeRule
from apps.procedures.selectors import rules_of
from apps.web.portal.catalogue import may_hold
from apps.web.ui.places import name_first
from tests import given

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_first_page_leads_to_filing_tracking_and_checking(nobody: Client) -> None:
    page = text_of(nobody.get("/"))
    for name in ("procedures", "track", "check_receipt"):
        assert f'href="{reverse(f"portal:{name}")}"' in page


def test_pages_are_in_vietnamese_unless_another_language_is_asked_for() -> None:
    assert '<html lang="vi"' in Client().get("/").content.decode()
    assert '<html lang="en"' in Client(HTTP_ACCEPT_LANGUAGE="en").get("/").content.decode()


def test_a_procedure_is_found_by_its_code(nobody: Client) -> None:
    page = text_of(nobody.get("/procedures/", {"words": given.HOUSEHOLD}))
    assert "1 procedure found" in page and "Business household registration" in page


def test_a_procedure_is_found_by_words_in_either_spelling_of_their_letters(nobody: Client) -> None:
    import unicodedata

    words = unicodedata.normalize("NFD", "hộ kinh doanh")
    assert given.HOUSEHOLD in text_of(nobody.get("/procedures/", {"words": words}))


def test_the_catalogue_is_narrowed_by_field_and_audience(nobody: Client) -> None:
    everything = text_of(nobody.get("/procedures/"))
    businesses = text_of(nobody.get("/procedures/", {"audience": "businesses"}))
    assert "1.000656" in everything and "1.000656" not in businesses
    one_field = text_of(nobody.get("/procedures/", {"field": "Quản lý chất lượng nông lâm sản và thủy sản"}))
    assert given.FOOD_SAFETY in one_field and given.HOUSEHOLD not in one_field


def test_nothing_found_says_so(nobody: Client) -> None:
    assert "No procedure matches" in text_of(nobody.get("/procedures/", {"words": "zzzz"}))


@pytest.mark.parametrize("odd", [{"field": "nowhere"}, {"page": "999"}, {"page": "x"}, {"words": "x" * 500}])
def test_odd_searches_are_answered(nobody: Client, odd: dict[str, str]) -> None:
    assert nobody.get("/procedures/", odd).status_code == 200


def test_closed_procedures_are_marked_in_the_list(nobody: Client) -> None:
    page = text_of(nobody.get("/procedures/", {"words": "2.002913"}))
    assert "Not open" in page and "Can be filed online" not in page


def test_the_list_takes_the_same_few_queries_however_long(
    nobody: Client, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(8):
        nobody.get("/procedures/")


def test_the_page_of_a_procedure_says_what_it_asks_costs_and_takes(nobody: Client) -> None:
    page = text_of(nobody.get(f"/procedures/{given.HOUSEHOLD}/"))
    for said in (
        "Certificate of business household registration",
        "3 working days",
        "Division of Finance and Planning",
        "Authority of the person who files",
        "100.000 đ",
        "Nghị quyết 78/2026/NQ-HĐND",
        "At a counter, by post",
        "The applicant",
        "not established",
        "Our division of the time",
    ):
        assert said in page, said
    assert f'href="/procedures/{given.HOUSEHOLD}/apply/"' in page


def test_the_list_says_what_can_be_filed_online_and_what_at_a_counter(nobody: Client) -> None:
    assert "Can be filed online" in text_of(nobody.get("/procedures/", {"words": given.HOUSEHOLD}))
    counter_only = text_of(nobody.get("/procedures/", {"words": "2.000815"}))
    assert "Filed at a counter" in counter_only and "Can be filed online" not in counter_only


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (given.HOUSEHOLD, "100.000 đ (at a counter, by post) 0 đ (online)"),
        ("1.001193", "0 đ to 8.000 đ"),
        (given.PERMIT, "not established (at a counter, by post) 0 đ (online)"),
        (given.CIVIL_EXTRACT, "8.000 đ (for each copy; online; borne by the city's budget)"),
    ],
)
def test_what_a_procedure_costs_is_said_at_its_head(nobody: Client, code: str, said: str) -> None:
    page = unescape(text_of(nobody.get(f"/procedures/{code}/")))
    head = page[page.index("In short") : page.index("See every fee")]
    assert said in head.replace("\N{NO-BREAK SPACE}", " ").replace("<br>", " ").replace("  ", " "), head


def test_a_procedure_that_is_not_in_force_says_so_and_speaks_of_no_case(nobody: Client) -> None:
    page = text_of(nobody.get("/procedures/1.009994/"))
    assert "This cannot be shown" in page and "not in force" in page and "look at the case" not in page


def test_a_closed_procedure_says_why_and_offers_no_filing(nobody: Client) -> None:
    page = text_of(nobody.get("/procedures/2.002913/"))
    assert "Nobody can file this now" in page and "/apply/" not in page


def test_a_counter_only_procedure_offers_no_filing_online(nobody: Client) -> None:
    page = text_of(nobody.get("/procedures/2.000815/"))
    assert "This procedure is filed at a counter" in page and "/apply/" not in page


def test_an_unknown_procedure_is_not_found(nobody: Client) -> None:
    assert nobody.get("/procedures/9.999999/").status_code == 404


def test_every_procedure_of_the_catalogue_has_a_page(nobody: Client) -> None:
    from apps.procedures.models import Procedure

    for code in Procedure.objects.values_list("code", flat=True):
        page = nobody.get(f"/procedures/{code}/")
        assert page.status_code in (200, 422), code


def test_a_fee_that_is_not_established_is_never_shown_as_0(nobody: Client) -> None:
    unset = FeeRule.objects.filter(unit_price__isnull=True).select_related("version__procedure").first()
    if unset is None:
        without = next(v for v in _versions() if not rules_of(v).fee_rules)
        code = rules_of(without).procedure.code
        assert "fee of this procedure is not established" in text_of(nobody.get(f"/procedures/{code}/"))
    else:
        page = text_of(nobody.get(f"/procedures/{unset.version.procedure.code}/"))
        assert "not established" in page


def _versions() -> list[int]:
    from apps.procedures.models import ProcedureVersion

    return list(ProcedureVersion.objects.values_list("id", flat=True))


def test_a_condition_may_hold_while_facts_are_unknown() -> None:
    online = {"fact": "channel", "op": "eq", "value": "online"}
    poor = {"fact": "is_poor", "op": "eq", "value": True}
    known = {"channel": "online"}
    assert may_hold(None, known) is True
    assert may_hold({"all": [online, poor]}, known) is None
    assert may_hold({"all": [{"not": online}, poor]}, known) is False
    assert may_hold({"any": [online, poor]}, known) is True
    assert may_hold({"any": [{"not": online}, poor]}, known) is None
    assert may_hold({"not": poor}, known) is None


def test_wards_are_listed_by_name_before_their_type() -> None:
    with translation.override("vi"):
        assert name_first(given.ward("Phường Phúc Xá")) == "Phúc Xá (phường)"
    with translation.override("en"):
        assert name_first(given.ward("Phường Phúc Xá")) == "Phuc Xa Ward"
