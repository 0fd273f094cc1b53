"""One person at a browser or a program: signs in, keeps the session, speaks to the API and reads the pages over HTTP."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from lxml import html


class Refused(Exception):
    """The server answered with a refusal."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        try:
            self.body = response.json()
        except ValueError:
            self.body = {"code": "not_json", "message": response.text[:200]}
        super().__init__(f"{response.request.method} {response.request.url.path}: {self.status} {self.body}")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as somebody reads it: where it stands, its text, the addresses that its main part links to."""

    path: str
    text: str
    links: tuple[str, ...]

    def every(self, address: str) -> list[str]:
        """The links of the page to addresses of this form, a regular expression."""
        return [link for link in self.links if re.fullmatch(address, link)]

    def to(self, address: str) -> str:
        """The first of them. Raises LookupError naming the page and the form where there is none."""
        found = self.every(address)
        if not found:
            raise LookupError(f"{self.path} has no link to {address}")
        return found[0]


class Person:
    """Somebody signed in to the running server."""

    def __init__(self, base_url: str, username: str, password: str) -> None:
        self.username = username
        self.http = httpx.Client(base_url=base_url, follow_redirects=True, timeout=30)
        page = self.http.get("/account/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        if token is None:
            raise RuntimeError("the sign-in page has no form")
        answer = self.http.post(
            "/account/login/",
            data={"csrfmiddlewaretoken": token[1], "login": username, "password": password},
            headers={"Referer": f"{base_url}/account/login/"},
        )
        if "sessionid" not in self.http.cookies or answer.status_code >= 400:
            raise RuntimeError(f"{username} could not sign in: {answer.status_code}")

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of a resource. Raises Refused."""
        response = self.http.get(f"/api/v1/{path}", params=params)
        if response.status_code >= 400:
            raise Refused(response)
        return response.json()

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Acts, with a request key of its own. Raises Refused."""
        response = self.http.post(f"/api/v1/{path}", json=body or {}, headers=self._headers())
        if response.status_code >= 400:
            raise Refused(response)
        return response.json() if response.content else None

    def upload(self, name: str, content: bytes) -> str:
        """Uploads a PDF and returns its uuid."""
        response = self.http.post(
            "/api/v1/attachments", files={"file": (name, content, "application/pdf")}, headers=self._headers()
        )
        if response.status_code >= 400:
            raise Refused(response)
        return str(response.json()["uuid"])

    def page(self, path: str) -> Page:
        """Opens a page. Raises Refused."""
        return _read(self.http.get(path))

    def send(
        self, path: str, fields: dict[str, Any], files: dict[str, tuple[str, bytes, str]] | None = None
    ) -> Page:
        """Sends the form of a page, with a request key of its own; the page that comes of it.

        Raises Refused, also for a form with faults.
        """
        sent = {"request_key": str(uuid4()), **fields}
        return _read(self.http.post(path, data=sent, files=files, headers=self._headers()))

    def save(self, path: str) -> bytes:
        """The bytes of a file that a page links to. Raises Refused."""
        response = self.http.get(path)
        if response.status_code >= 400:
            raise Refused(response)
        return response.content

    def download(self, path: str, *, patience: float = 60) -> bytes:
        """The bytes of a paper, waiting while the workers make it. Raises Refused."""
        deadline = time.monotonic() + patience
        while True:
            response = self.http.get(f"/api/v1/{path}")
            if response.status_code < 400:
                return response.content
            if time.monotonic() > deadline or Refused(response).body.get("code") != "file_not_ready":
                raise Refused(response)
            time.sleep(0.2)

    def act(self, code: str, verb: str, **body: Any) -> Any:
        """Plays a verb on a case and returns the case as it stands."""
        return self.post(f"cases/{code}/{verb}", body)

    def _headers(self) -> dict[str, str]:
        return {
            "X-CSRFToken": self.http.cookies.get("csrftoken") or "",
            "Referer": str(self.http.base_url),
            "Idempotency-Key": str(uuid4()),
            "Accept-Language": "vi",
        }


def _read(response: httpx.Response) -> Page:
    if response.status_code >= 400:
        raise Refused(response)
    main = html.fromstring(response.text).find(".//main")
    links = tuple(str(each.get("href")) for each in main.iter("a") if each.get("href"))
    return Page(response.url.path, " ".join(main.text_content().split()), links)
