"""Receipts in one file as pages: how far it is made, its download, and the list of those asked for; portal and desk share them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.bundles.choices import BundleOf
from apps.bundles.selectors import bundle_seen
from apps.core.spoken import day, moment
from apps.documents.choices import FileState
from apps.interface.actors import actor_of_request
from apps.web.ui.parts import Cell, Column

if TYPE_CHECKING:
    from apps.bundles.models import Bundle

# Under which address a bundle stands in each area.
_PAGES = {"portal": "portal:receipts_file", "desk": "desk:receipts_printed"}


def bundle_address(bundle: Bundle, area: str) -> str:
    return reverse(_PAGES[area], args=[bundle.uuid])


def bundle_page(request: HttpRequest, uuid: UUID, *, area: str) -> HttpResponse:
    """How far a bundle is, or its download. Raises BundleUnknown."""
    bundle = bundle_seen(uuid, seen_by=actor_of_request(request))
    context = {
        "bundle": bundle,
        "title": bundle_title(bundle),
        "is_running": bundle.state == FileState.ASKED,
        "is_ready": bundle.state == FileState.READY,
        "is_failed": bundle.state == FileState.FAILED,
        "size": filesizeformat(bundle.size or 0),
        "back": reverse(f"{area}:receipts"),
        "download": reverse(f"{_PAGES[area]}_download", args=[bundle.uuid]),
    }
    return render(request, "registers/bundle.html", context)


def bundle_title(bundle: Bundle) -> str:
    match bundle.of:
        case BundleOf.YEAR:
            if bundle.business is not None:
                return _("Receipts of %(year)s: %(name)s") % {
                    "year": bundle.year,
                    "name": bundle.business.name,
                }
            return _("Receipts of %(year)s") % {"year": bundle.year}
        case BundleOf.DAY:
            assert bundle.agency is not None
            return _("Receipts of %(day)s: %(agency)s") % {
                "day": day(bundle.day),
                "agency": bundle.agency.title,
            }
    assert bundle.session is not None
    return _("Receipts of the session of %(name)s, opened at %(at)s") % {
        "name": bundle.session.cashier.full_name,
        "at": moment(bundle.session.opened_at),
    }


def bundle_columns() -> list[Column]:
    return [
        Column(_("File")),
        Column(_("Receipts"), is_number=True),
        Column(_("Asked for")),
        Column(_("State")),
    ]


def bundle_rows(bundles: Iterable[Bundle], area: str) -> list[list[Cell]]:
    """Those asked for; what was cleared away stays in the list and says so."""
    return [
        [
            Cell(
                f"{bundle_title(bundle)} ({bundle.get_medium_display()})",
                href="" if bundle.state == FileState.CLEARED else bundle_address(bundle, area),
            ),
            Cell(bundle.total),
            Cell(moment(bundle.asked_at)),
            Cell(
                bundle.get_state_display(),
                note=_("kept until %(when)s") % {"when": moment(bundle.cleared_from)}
                if bundle.state == FileState.READY
                else "",
                tone="danger" if bundle.state == FileState.FAILED else "",
            ),
        ]
        for bundle in bundles
    ]
