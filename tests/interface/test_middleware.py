"""Around every request: a GET writes nothing, refusals become answers, guessing is slowed, passwords are not for citizens."""

from __future__ import annotations

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.core.errors import NotFound, TooManyGuesses
from apps.core.models import AccessRecord, RequestKey
from apps.interface import middleware
from apps.interface.actors import NOBODY, actor_of
from apps.interface.request_keys import RequestKeyMissing, key_of, new_key
from apps.interface.sign_in import AccountAdapter
from apps.interface.throttling import slowing_guesses
from tests import given
from tests.factories import PostFactory, UserFactory

http = RequestFactory()


def writing(model, **fields):
    def view(request):
        model.objects.create(**fields)
        return HttpResponse("done")

    return middleware.ReadOnlyGetMiddleware(view)


KEY = {"actor_id": 1, "key": "k", "verb": "v", "fingerprint": b"", "answer": "a", "created_at": given.NOW}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_reading_request_that_writes_is_a_fault_and_writes_nothing(method):
    with pytest.raises(middleware.GetWrites, match="core_requestkey"), transaction.atomic():
        writing(RequestKey, **KEY)(getattr(http, method)("/"))
    assert not RequestKey.objects.exists()


@pytest.mark.django_db
def test_a_reading_request_may_leave_the_trace_of_a_download():
    writing(AccessRecord, actor_id=1, action="download", subject="x", at=given.NOW)(http.get("/"))
    assert AccessRecord.objects.count() == 1


@pytest.mark.django_db
def test_a_post_may_write():
    writing(RequestKey, **KEY)(http.post("/"))
    assert RequestKey.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_requestkey SET answer = ''",
        'DELETE FROM "core_requestkey"',
        "  insert into core_requestkey (key) values ('x')",
    ],
)
def test_no_spelling_of_a_write_gets_through_a_get(sql):
    def view(request):
        connection.cursor().execute(sql)
        return HttpResponse()

    with pytest.raises(middleware.GetWrites):
        middleware.ReadOnlyGetMiddleware(view)(http.get("/"))


@pytest.mark.django_db
def test_the_actor_is_nobody_until_signed_in_and_is_read_once():
    request = http.get("/")
    request.user = AnonymousUser()
    middleware.ActorMiddleware(lambda request: HttpResponse())(request)
    assert request.actor == NOBODY
    post = PostFactory(agency=given.ward_committee(), role=Role.HEAD)
    request.user = User.objects.get(pk=post.user_id)
    with time_machine.travel(given.NOW, tick=False):
        middleware.ActorMiddleware(lambda request: HttpResponse())(request)
        assert request.actor.holds(post.agency_id, Role.HEAD)


@pytest.mark.django_db
def test_posts_count_from_their_first_day_to_the_day_before_their_last():
    from datetime import date

    post = PostFactory(
        agency=given.ward_committee(),
        role=Role.HEAD,
        valid_from=date(2026, 11, 1),
        valid_to=date(2026, 11, 23),
    )
    for day, holds in [(date(2026, 10, 31), False), (date(2026, 11, 22), True), (date(2026, 11, 23), False)]:
        assert actor_of(post.user, day).holds(post.agency_id, Role.HEAD) is holds


@pytest.mark.django_db
def test_a_citizen_holds_no_posts_even_when_rows_say_so():
    post = PostFactory(user=UserFactory(is_staff_member=False), agency=given.ward_committee(), role=Role.HEAD)
    assert actor_of(post.user, given.NOW.date()).posts == ()


def test_every_answer_carries_the_content_policy():
    response = middleware.ContentSecurityMiddleware(lambda request: HttpResponse())(http.get("/"))
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_an_error_that_is_no_refusal_is_left_alone():
    handler = middleware.RefusalMiddleware(lambda request: HttpResponse())
    assert handler.process_exception(http.get("/"), ValueError("x")) is None


# Keys


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "with space", "semi;colon!", "đđđđđđđđ "])
def test_a_request_without_a_sound_key_is_refused(key):
    with pytest.raises(RequestKeyMissing) as told:
        key_of(http.post("/", headers={"Idempotency-Key": key} if key.isascii() else {}))
    assert told.value.field == "Idempotency-Key"


def test_a_key_comes_from_the_header_or_from_the_form():
    key = new_key()
    assert key_of(http.post("/", headers={"Idempotency-Key": key})) == key
    assert key_of(http.post("/", {"request_key": key})) == key
    assert new_key() != key


# Guessing


def fail():
    raise NotFound()


def test_guessing_is_slowed_after_too_many_failures_of_one_address(settings):
    settings.GUESS_LIMIT = 3
    here, there = http.get("/", REMOTE_ADDR="10.0.0.1"), http.get("/", REMOTE_ADDR="10.0.0.2")
    for _ in range(3):
        with pytest.raises(NotFound):
            slowing_guesses(here, "status", fail)
    with pytest.raises(TooManyGuesses):
        slowing_guesses(here, "status", fail)
    for request, what in ((there, "status"), (here, "receipt")):
        with pytest.raises(NotFound):
            slowing_guesses(request, what, fail)


def test_whoever_knows_is_never_stopped_nor_counted(settings):
    settings.GUESS_LIMIT = 2
    here = http.get("/", REMOTE_ADDR="10.0.0.3")
    for _ in range(9):
        assert slowing_guesses(here, "status", lambda: "known") == "known"
    for _ in range(2):
        with pytest.raises(NotFound):
            slowing_guesses(here, "status", fail)
    with pytest.raises(TooManyGuesses):
        slowing_guesses(here, "status", fail)
    assert slowing_guesses(here, "status", lambda: "known") == "known"


# Signing in


def test_nobody_signs_up():
    assert AccountAdapter().is_open_for_signup(http.get("/")) is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_staff", "is_allowed", "is_let_in"),
    [(False, True, True), (False, False, False), (True, False, True)],
    ids=["citizen where it is allowed", "citizen where it is not", "staff"],
)
def test_a_citizen_signs_in_by_password_only_where_it_is_allowed(
    client, settings, is_staff, is_allowed, is_let_in
):
    settings.CITIZEN_PASSWORD_SIGN_IN = is_allowed
    user = UserFactory(is_staff_member=is_staff)
    user.set_password("mat-khau-dung-2026")
    user.save()
    given_in = {"login": user.username, "password": "mat-khau-dung-2026"}
    answer = client.post("/account/login/", given_in, headers={"Accept-Language": "en"}, follow=True)
    assert answer.status_code == 200
    assert ("_auth_user_id" in client.session) is is_let_in
    assert ("electronic identity" in answer.content.decode()) is not is_let_in


def test_production_refuses_to_start_with_passwords_for_citizens(settings):
    from django.apps import apps

    settings.CITIZEN_PASSWORD_SIGN_IN = True
    settings.CITIZEN_PASSWORD_SIGN_IN_ALLOWED = False
    with pytest.raises(ImproperlyConfigured, match="electronic identity"):
        apps.get_app_config("interface").ready()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/procedures/%00/", "/procedures/?q=%00", "/track/a%00b", "/r/%00", "/p/?code=%00", "/payments/%00/"],
)
def test_an_address_with_what_no_database_stores_names_nothing(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_a_cookie_with_what_no_database_stores_is_none(client):
    client.cookies["sessionid"] = "a\x00bcdefghij"
    assert client.get("/").status_code == 200
    assert client.get("/account/login/").status_code == 200
