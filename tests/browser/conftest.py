"""A real browser on a real server: the program in a thread of this process, on a database where commits are real.

The server shares the test's clock (`given.NOW`, ticking), its files and its cache, so a test may play a clerk's verb
with `given` while a citizen's page is open. `CHROMIUM` names another browser than Debian's.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
import time_machine
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from apps.accounts.actors import Actor
from apps.accounts.models import User
from tests import given

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PASSWORD = "mot-cua-kiem-thu-2026"
PATIENCE_MS = 15_000

SignIn = Callable[[Page, str, str], None]
Axe = Callable[[Page], None]


class _Quiet(WSGIRequestHandler):
    """Requests are not news; faults still reach the log."""

    def log_message(self, format: str, *args: object) -> None:
        return


class _Server(ThreadedWSGIServer):
    """One thread a connection; ending waits for every one of them, so that none still holds the database."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Quiet)
        self.opened: list[socket.socket] = []
        self.set_app(get_wsgi_application())

    def get_request(self) -> tuple[socket.socket, object]:
        request, address = super().get_request()
        self.opened.append(request)
        return request, address

    def end(self) -> None:
        """Finishes what is being answered, hears nothing more on connections kept alive, and waits."""
        self.shutdown()
        for connection in self.opened:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RD)
        self.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module; it has no sandbox where the tests run as root."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "no Chromium: apt-get install --no-install-recommends chromium"
    # Playwright keeps an event loop running in this thread, which Django would take for asynchronous code.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(
                executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
            )
            yield opened
            opened.close()


@pytest.fixture
def site(committing_db: str) -> Iterator[str]:
    """The address of the running program, without a slash at its end."""
    with time_machine.travel(given.NOW, tick=True):
        server = _Server()
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.end()
            thread.join()


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """One person's browser, in English so that tests can name what they press by its msgid."""
    opened = browser.new_context(
        base_url=site, viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="Asia/Ho_Chi_Minh"
    )
    opened.set_default_timeout(PATIENCE_MS)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page at the width of a desk; faults of scripts, of the content policy and of the server fail the test."""
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if _is_fault(said.type, said.text) else None)
    opened.on("response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 500 else None)
    yield opened
    assert not faults, faults


def _is_fault(kind: str, text: str) -> bool:
    """A refused form answers 422, which the browser reports too: that is no fault."""
    return kind == "error" and not text.startswith("Failed to load resource")


@pytest.fixture
def sign_in() -> SignIn:
    """Signs a person in by password through the page for it."""

    def play(page: Page, username: str, password: str) -> None:
        page.goto("/account/login/")
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", password)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/account/login/" not in url)

    return play


@pytest.fixture
def axe() -> Axe:
    """Fails with every rule that the open page breaks and where, by axe-core."""
    source = AXE.read_text()

    def check(page: Page) -> None:
        # A page that a click has opened is judged with its styles, not while they are on their way.
        page.wait_for_load_state("load")
        page.evaluate("document.fonts.ready")
        page.evaluate(source)
        found = page.evaluate(
            "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
            ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(' | ')))",
            RULES,
        )
        assert not found, f"{page.url}: {found}"

    return check


def with_password(actor: Actor) -> tuple[str, str]:
    """Gives the account of an actor a password; its username and the password, as `sign_in` wants them."""
    user = User.objects.get(pk=actor.user_id)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user.username, PASSWORD
