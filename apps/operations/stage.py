"""Where the stories of the demo are played: the server, the people, the drawers of the cashiers, what became of each case."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from pypdf import PdfReader

from apps.operations.client import Person
from apps.operations.people import PASSWORD
from apps.receipts.drawers import notes_of

Tell = Callable[[str], None]
Found = TypeVar("Found")


@dataclass
class Told:
    """What became of one case, for the last line of JSON."""

    code: str
    procedure: str
    group: str = ""
    status: int = 0
    agencies: dict[str, str] = field(default_factory=dict)
    due_at: str = ""
    receipt: str | None = None
    pdfs: list[dict[str, Any]] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def expect(self, what: str, found: Any, wanted: Any) -> None:
        """Notes a difference from what the rules say."""
        if found != wanted:
            self.differences.append(f"{what}: {found!r}, not {wanted!r}")


# What a cashier begins the day with, in đồng.
IN_DRAWER = 200_000


@dataclass
class Drawer:
    """A drawer that was opened for the demo, and what was paid into it, in đồng."""

    uuid: str
    taken: int = 0
    banked: int = 0


class Stage:
    """Where the stories are played: the server, the people, the folder for papers, the narrator."""

    def __init__(self, base_url: str, papers: Path, fixtures: Path, tell: Tell) -> None:
        self.base_url = base_url
        self.papers = papers
        self.fixtures = fixtures
        self.tell = tell
        self._people: dict[str, Person] = {}
        self._drawers: dict[str, Drawer] = {}

    def person(self, username: str) -> Person:
        """Somebody signed in, once."""
        if username not in self._people:
            self._people[username] = Person(self.base_url, username, PASSWORD)
        return self._people[username]

    def take_cash(self, who: str, code: str, amount: int) -> None:
        """A cashier records what is paid in cash, in the drawer that they open for the first payment of the demo."""
        if who not in self._drawers:
            self._drawers[who] = self._open_drawer(self.person(who))
        self.person(who).act(code, "record-payment", amount=amount, method="cash")
        self._drawers[who].taken += amount

    def bank_cash(self, who: str, reference: str) -> int:
        """A cashier takes to the bank what was paid into the drawer since it was opened; how much, in đồng."""
        drawer = self._drawers[who]
        amount = drawer.taken - drawer.banked
        self.person(who).post(
            f"cashier-sessions/{drawer.uuid}/movements",
            {"kind": "deposit", "amount": amount, "reference": reference},
        )
        drawer.banked += amount
        return amount

    def _open_drawer(self, cashier: Person) -> Drawer:
        for standing in cashier.get("cashier-sessions")["results"]:
            # Of a demo that was stopped before its end.
            if standing["closed_at"] is None:
                self._count(cashier, standing["uuid"])
        desk = cashier.get("me")["posts"][0]["agency"]
        opened = cashier.post("cashier-sessions", {"desk": desk, "opening_balance": IN_DRAWER})
        return Drawer(opened["uuid"])

    def close_drawers(self) -> list[str]:
        """Every cashier counts and closes; what a drawer differs from what was paid into it."""
        differences = []
        for who, drawer in self._drawers.items():
            closed = self._count(self.person(who), drawer.uuid)
            wanted = IN_DRAWER + drawer.taken - drawer.banked
            if closed["counted_cash"] != wanted:
                differences.append(f"drawer of {who}: {closed['counted_cash']!r}, not {wanted!r}")
            self.tell(
                f"   {closed['cashier']['name']} counted {dong(closed['counted_cash'])} and closed the drawer: no difference."
            )
        return differences

    def _count(self, cashier: Person, session: str) -> dict[str, Any]:
        """Finds in the drawer what must be there, and closes it."""
        drawer = cashier.get(f"cashier-sessions/{session}")["drawer"]
        count = {str(note): number for note, number in notes_of(drawer["expected_cash"]).items()}
        closed: dict[str, Any] = cashier.post(
            f"cashier-sessions/{session}/close", {"count": count, "counted_cards": drawer["expected_cards"]}
        )
        return closed

    def until(
        self, who: str, code: str, holds: Callable[[dict[str, Any]], bool], what: str
    ) -> dict[str, Any]:
        """The case, with all that belongs to it, once something that the workers do has happened. Raises TimeoutError naming what did not."""

        def look() -> dict[str, Any] | None:
            case: dict[str, Any] = self.person(who).get(f"cases/{code}")
            return case if holds(case) else None

        return self.eventually(look, f"{code}: {what}")

    def eventually(self, look: Callable[[], Found | None], what: str) -> Found:
        """What `look` finds once the workers have done their part. Raises TimeoutError naming what did not happen."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = look()
            if found is not None:
                return found
            time.sleep(0.1)
        raise TimeoutError(f"{what} did not happen within a minute")

    def keep(self, told: Told, who: str, path: str, name: str) -> None:
        """Downloads a paper as its holder would, and looks whether it is a PDF with pages."""
        content = self.person(who).download(path)
        target = self.papers / told.code / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        pages = len(PdfReader(BytesIO(content)).pages)
        told.expect(f"{name} is a PDF with pages", content.startswith(b"%PDF-") and pages > 0, True)
        told.pdfs.append({"path": str(target), "size": len(content)})
        self.tell(f"   {name}: {len(content) / 1024:.0f} KB, {pages} page(s) → {target}")


def dong(amount: int) -> str:
    return f"{amount:,} đ".replace(",", ".")
