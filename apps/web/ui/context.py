"""What the frame of every page needs: who acts, and the navigation that follows from their posts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import Actor
from apps.cases.policies import posts_of_casework
from apps.procedures.policies import can_change_catalogue
from apps.receipts.policies import (
    can_print_receipts,
    has_to_do_with_drawers,
    keeps_series_somewhere,
    reads_books,
)
from apps.supervision.policies import oversees, reads_money_reports
from apps.web.ui.parts import NavItem, Text

Entry = tuple[Text, str]

PUBLIC: tuple[Entry, ...] = (
    (_("Find a procedure"), "portal:procedures"),
    (_("Track a case"), "portal:track"),
    (_("Check a receipt"), "portal:check_receipt"),
    (_("Check a paper"), "portal:check_paper"),
)
OWN_CASES: Entry = (_("My cases"), "portal:my_cases")
OWN_RECEIPTS: Entry = (_("My receipts"), "portal:receipts")
DAY_RECEIPTS: Entry = (_("Receipts of the day"), "desk:receipts")
DESK: tuple[Entry, ...] = (
    (_("Inbox"), "desk:inbox"),
    (_("Take an application"), "desk:take_application"),
    (_("Register"), "desk:register"),
)
DRAWER: Entry = (_("Cash drawer"), "desk:drawer")
OVERSIGHT: tuple[Entry, ...] = (
    (_("Wards"), "oversight:wards"),
    (_("Registers"), "oversight:register"),
)
MONEY: Entry = (_("Reports on receipts"), "oversight:day_lists")
AUDIT: tuple[Entry, ...] = (
    (_("Money"), "audit:home"),
    (_("Differences"), "audit:differences"),
    (_("Bank statements"), "audit:statements"),
)
SERIES: Entry = (_("Series of receipts"), "administration:series_bodies")
ADMINISTRATION: tuple[Entry, ...] = (
    (_("Catalogue"), "administration:procedures"),
    (_("National list"), "administration:imports"),
    (_("Calendar"), "administration:calendar"),
    SERIES,
    (_("Notices"), "administration:notices"),
    (_("Unsent notices"), "administration:unsent"),
    (_("Bank accounts"), "administration:accounts"),
)


def entries_for(actor: Actor | None) -> tuple[Entry, ...]:
    """What an actor may go to: the portal for the public, the desk and the oversight by their posts."""
    if actor is None:
        return PUBLIC
    if not actor.is_staff:
        return (PUBLIC[0], OWN_CASES, OWN_RECEIPTS, *PUBLIC[1:])
    desk = DESK if posts_of_casework(actor) else ()
    if has_to_do_with_drawers(actor):
        desk = (*desk, DRAWER)
    if can_print_receipts(actor):
        desk = (*desk, DAY_RECEIPTS)
    oversight = OVERSIGHT if oversees(actor) else ()
    money = (MONEY,) if reads_money_reports(actor) else ()
    audit = AUDIT if reads_books(actor) else ()
    keeps = (SERIES,) if keeps_series_somewhere(actor) else ()
    administration = ADMINISTRATION if can_change_catalogue(actor) else keeps
    return (*desk, *oversight, *audit, *money, *administration, *PUBLIC)


def navigation(actor: Actor | None, path: str) -> list[NavItem]:
    """The entries of an actor with their addresses; the longest that the path begins with is current."""
    found = [(label, url) for label, name in entries_for(actor) if (url := _address(name))]
    # Every path begins with "/": the first page is current only where it is the page itself.
    over_path = (url for _label, url in found if path == url or (url != "/" and path.startswith(url)))
    current = max(over_path, key=len, default="")
    return [NavItem(label, url, is_current=url == current) for label, url in found]


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `actor`, `nav_items`, and `here` to come back to after the language switch."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None and actor.user_id is None:
        actor = None
    return {
        "actor": actor,
        "nav_items": navigation(actor, request.path),
        "here": request.get_full_path() if request.method == "GET" else request.path,
    }


def _address(name: str) -> str:
    """The address of a page; none where the site is served without that section."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
