"""Where a request comes from: what a client writes into a header is never believed."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from apps.core.errors import NotFound, TooManyGuesses
from apps.interface.client_address import address_counted, client_address
from apps.interface.sign_in import AccountAdapter
from apps.interface.throttling import slowing_guesses

http = RequestFactory()
PROXY, CLIENT, FORGED = "10.0.0.9", "203.0.113.7", "198.51.100.1"


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, None, PROXY),
        (0, FORGED, PROXY),
        (1, CLIENT, CLIENT),
        (1, f"{FORGED}, {CLIENT}", CLIENT),
        (1, f"{FORGED},{FORGED},  {CLIENT} ", CLIENT),
        (2, f"{FORGED}, {CLIENT}, 10.0.0.8", CLIENT),
        (2, CLIENT, CLIENT),
        (1, "2001:DB8::7", "2001:db8::7"),
        (1, None, PROXY),
        (1, "", PROXY),
        (1, "unknown", PROXY),
        (1, f"{FORGED}, guess:status:1\r\n", PROXY),
    ],
)
def test_the_header_is_read_from_the_right_as_far_as_our_own_proxies_wrote_it(
    settings, proxies, header, address
):
    settings.TRUSTED_PROXIES = proxies
    headers = {} if header is None else {"HTTP_X_FORWARDED_FOR": header}
    request = http.get("/", REMOTE_ADDR=PROXY, **headers)
    assert client_address(request) == address


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        (CLIENT, CLIENT),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2::", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        (f"::ffff:{CLIENT}", CLIENT),
        ("", ""),
    ],
)
def test_a_client_is_counted_by_what_it_is_given_whole(address, counted):
    request = http.get("/", REMOTE_ADDR=address)
    assert address_counted(request) == counted
    if address:
        assert AccountAdapter().get_client_ip(request) == counted


def fail():
    raise NotFound()


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_new_forged_header_for_each_guess_opens_no_new_account_of_guesses(settings, proxies):
    settings.TRUSTED_PROXIES, settings.GUESS_LIMIT = proxies, 2
    raised = []
    for number in range(4):
        forged = f"198.51.100.{number}, {CLIENT}"
        request = http.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=forged)
        with pytest.raises((NotFound, TooManyGuesses)) as told:
            slowing_guesses(request, "status", fail)
        raised.append(told.type)
    assert raised == [NotFound, NotFound, TooManyGuesses, TooManyGuesses]


def test_another_address_of_the_same_64_opens_no_new_account_of_guesses_and_a_neighbour_has_their_own(
    settings,
):
    settings.GUESS_LIMIT = 2
    raised = []
    for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3", "2001:db8:0:1::1"):
        with pytest.raises((NotFound, TooManyGuesses)) as told:
            slowing_guesses(http.get("/", REMOTE_ADDR=address), "status", fail)
        raised.append(told.type)
    assert raised == [NotFound, NotFound, TooManyGuesses, NotFound]


def test_behind_a_proxy_each_client_has_an_account_of_guesses(settings):
    settings.TRUSTED_PROXIES, settings.GUESS_LIMIT = 1, 1
    for client in ("203.0.113.1", "203.0.113.2"):
        request = http.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=client)
        with pytest.raises(NotFound):
            slowing_guesses(request, "status", fail)
