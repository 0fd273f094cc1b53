"""Every address that is written to, verbs apart, by every actor; and that what is refused leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core.models import AccessRecord
from tests import given
from tests.api.calls import online
from tests.doors.attempts import (
    address,
    everything,
    marked,
    numbers_of,
    secrets_out_of_place,
    told,
    unknown_of,
    without,
    written,
)
from tests.doors.scenes import NAME, Scene, at_intake, names_in_addresses, secrets_of
from tests.doors.table import ACTORS, STRANGERS, WRITING
from tests.workbooks import LAWYER, national_list

pytestmark = pytest.mark.django_db

REVEAL = {"reason": "Đối chiếu giấy tờ của người nộp"}


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("giay-to.pdf", given.a_pdf(), "application/pdf")


def filed_online() -> dict[str, Any]:
    """What a citizen declares on the second page of filing."""
    return {
        "request_key": given.key(),
        "connecting_unit": given.ward().pk,
        "delivery": "electronic",
        "contact_email": "nguoi.nop@example.vn",
        **given.typed(given.answers(given.HOUSEHOLD)),
        "declared": "yes",
        "action": "submit",
    }


def taken(scene: Scene) -> dict[str, Any]:
    """What is typed at the counter of the right agency for the person who stands there."""
    return {
        "request_key": given.key(),
        "receiving_agency": scene.at.pk,
        "filer-name": "Trần Thị Bưởi",
        "filer-identity_kind": "personal_id",
        "filer-identity_number": "001185000001",
        "filer-residence": "Phường Phúc Xá, Quận Ba Đình",
        "connecting_unit": "Phường Phúc Xá, Quận Ba Đình",
        **given.typed(given.answers(given.CIVIL_EXTRACT)),
        "has_consent": "on",
        "delivery": "counter",
    }


def sent(scene: Scene) -> dict[str, Callable[[], dict[str, Any]]]:
    """What is sent to each address."""
    secret = secrets_of(scene.case)[0]
    tracked = {"code": scene.case.code, "secret": secret}
    return {
        "/procedures/<str:code>/apply/": filed_online,
        "/cases/<str:code>/payment/": lambda: {"request_key": given.key()},
        "/cases/<str:code>/payment/<str:order>/cancel/": lambda: {"request_key": given.key()},
        "/api/v1/cases/<words:code>/payment-orders/<words:order>/cancel": dict,
        "/payments/callback/<slug:gateway>": dict,
        "/api/v1/cases/<words:code>/payment-orders": dict,
        "/track/": lambda: tracked,
        "/track/<str:code>": lambda: tracked,
        "/p/<str:check_code>": lambda: {"file": a_file()},
        # A file that is no receipt would count as a guess.
        "/r/file/": dict,
        "/desk/pools/": lambda: {"agency": scene.at.pk, "name": "Tổ hộ tịch"},
        "/desk/pools/<int:pool>/": lambda: {"action": "close"},
        "/receipts/": lambda: {"year": "2026", "medium": "zip"},
        "/desk/receipts/": lambda: {
            "agency": scene.at.pk,
            "day_day": "23",
            "day_month": "11",
            "day_year": "2026",
        },
        "/api/v1/receipt-bundles": lambda: {"of": "day", "agency": scene.at.pk, "day": "2026-11-23"},
        "/desk/register/": lambda: register_typed(scene),
        **drawers(scene),
        "/oversight/register/": lambda: register_typed(scene),
        "/oversight/receipts/lists/<uuid:report>/<slug:act>/": dict,
        "/oversight/receipts/series/ask/": lambda: {"body": scene.at.pk, "year": "2026", "quarter": "4"},
        "/desk/cases/<str:code>/control-sheet/": dict,
        "/api/v1/cases/<words:code>/control-sheet": dict,
        "/api/v1/registers": lambda: {
            "agency": scene.at.pk,
            "starts_on": "2026-11-01",
            "ends_on": "2026-11-23",
        },
        "/desk/take-application/<str:procedure>/": lambda: taken(scene),
        "/desk/cases/<str:code>/reveal/": lambda: REVEAL,
        "/oversight/cases/<str:code>/reveal/": lambda: REVEAL,
        "/administration/calendar/propose/": dict,
        "/administration/calendar/<int:job>/start/": lambda: {"decision": "1/QĐ-UBND"},
        "/administration/calendar/<int:job>/drop/": dict,
        "/api/v1/procedures/<words:code>/quote": lambda: {"answers": given.answers(given.HOUSEHOLD)},
        "/api/v1/status": lambda: tracked,
        "/api/v1/attachments": lambda: {"file": a_file()},
        "/api/v1/applications": online,
        "/api/v1/cases/<words:code>/reveal": lambda: REVEAL,
        **administration(),
        **of_the_books(),
        "/account/login/": lambda: {"login": "khong-ai", "password": "sai-mat-khau"},
        "/account/logout/": dict,
        "/i18n/setlang/": lambda: {"language": "en", "next": "//elsewhere.example/"},
    }


def drawers(scene: Scene) -> dict[str, Callable[[], dict[str, Any]]]:
    """What is typed and sent for the drawer at the desk: it holds one note of 200.000."""
    page, api = "/desk/drawer/<uuid:session>/", "/api/v1/cashier-sessions"
    opened = {"desk": scene.at.pk, "opening_balance": 0}
    moved = {"kind": "deposit", "amount": 1_000, "reference": "GNT 15"}
    counted = {"counted_cards": 0, "reason": "Thủ quỹ vắng"}
    found = {"note": "Đã kiểm lại"}
    return {
        "/desk/drawer/": lambda: {"request_key": given.key(), **opened},
        f"{page}move/": lambda: {"request_key": given.key(), **moved},
        f"{page}close/": lambda: {"request_key": given.key(), "note_200000": "1", **counted},
        f"{page}acknowledge/": lambda: {"request_key": given.key(), **found},
        api: lambda: opened,
        f"{api}/<uuid:session>/movements": lambda: moved,
        f"{api}/<uuid:session>/close": lambda: {"count": {"200000": 1}, **counted},
        f"{api}/<uuid:session>/acknowledge-difference": lambda: found,
    }


def register_typed(scene: Scene) -> dict[str, Any]:
    """What is typed to ask for a register of the agency that holds the case."""
    first = {"starts_on_day": "1", "starts_on_month": "11", "starts_on_year": "2026"}
    last = {"ends_on_day": "23", "ends_on_month": "11", "ends_on_year": "2026"}
    return {"agency": scene.at.pk, **first, **last, "field": ""}


def of_the_books() -> dict[str, Callable[[], dict[str, Any]]]:
    """What an accountant or an auditor would send; nobody of the table is one."""
    line, job = "/audit/lines/<uuid:uuid>/", "/audit/statements/proposed/<int:job>/"
    api, explained = "/api/v1/books/", {"reason": "Đã đối chiếu"}
    return {
        "/audit/statements/": lambda: {"account": 1},
        "/audit/statements/<uuid:uuid>/file/": lambda: REVEAL,
        f"{job}start/": dict,
        f"{job}drop/": dict,
        f"{line}reveal/": lambda: REVEAL,
        f"{line}match/": lambda: {"ours": ["payment:1"], **explained},
        f"{line}withdraw/": lambda: {"match": 1, **explained},
        "/audit/receipts/<uuid:uuid>/reveal/": lambda: REVEAL,
        "/audit/legacy-receipts/<int:pk>/reveal/": lambda: REVEAL,
        "/audit/differences/<slug:kind>/<str:subject>/": lambda: explained,
        f"{api}bank-statements": dict,
        f"{api}bank-statements/<uuid:uuid>/file": lambda: REVEAL,
        f"{api}statement-jobs/<int:job>/start": dict,
        f"{api}bank-lines/<uuid:uuid>/match": lambda: {"ours": [f"payment:{UUID(int=1)}"], **explained},
        f"{api}bank-lines/<uuid:uuid>/withdraw": lambda: {"match": 1, **explained},
        f"{api}differences/<slug:kind>/<words:subject>/explain": lambda: explained,
        "/administration/accounts/": lambda: {"agency": "H26", "decision": given.DECISION},
        "/administration/accounts/<int:account>/confirm/": lambda: {"decision": given.DECISION},
        "/administration/accounts/<int:account>/end/": lambda: {"decision": given.DECISION},
    }


def administration() -> dict[str, Callable[[], dict[str, Any]]]:
    """What an administrator of the city would send; nobody of the table is one."""
    decided = {"decision": given.DECISION}
    procedure, version = (
        "/administration/procedures/<str:procedure>/",
        "/administration/versions/<int:version>/",
    )
    described = {"name_en": "Other", "field_en": "Other", "level": "ward", "for_citizens": "on"}
    return {
        f"{procedure}describe/": lambda: described,
        f"{procedure}draft/": lambda: {"based_on": "1"},
        f"{procedure}filing/": lambda: {**decided, "note": "Tạm dừng", "note_en": "Paused"},
        f"{version}publish/": lambda: {
            **decided,
            "in_force_from_day": "1",
            "in_force_from_month": "12",
            "in_force_from_year": "2026",
            "revision": "0",
            "published_before": "1",
        },
        f"{version}discard/": dict,
        f"{version}move-cases/": dict,
        f"{version}parts/<slug:part>/": lambda: {"rows": "0", "revision": "0", "action": "save"},
        **{
            f"{version}form/{rest}": lambda: {"revision": "0", "action": "save", "kind": "text"}
            for rest in ("", "add/", "try/", "lists/<slug:name>/", "questions/<str:path>/")
        },
        "/administration/moves/<int:job>/start/": lambda: decided,
        "/administration/moves/<int:job>/drop/": dict,
        "/administration/notices/<str:kind>/": lambda: {"action": "save", "number": "1", **WORDS},
        "/administration/notices/<str:kind>/preview/": lambda: WORDS,
        "/administration/unsent/send-again/": lambda: {"shown": ["1", "2"]},
        "/administration/series/<int:agency>/": dict,
        "/administration/series/<int:agency>/succession/": dict,
        "/api/v1/agencies/<int:agency_id>/succession": dict,
        "/administration/series/<int:agency>/<int:series>/": dict,
        "/api/v1/agencies/<int:agency_id>/receipt-series": dict,
        "/api/v1/receipt-series/<int:series_id>/acceptance": dict,
        "/api/v1/receipt-series/<int:series_id>/close": dict,
        "/administration/imports/": lambda: {"file": a_list()},
        "/administration/imports/<int:job>/start/": lambda: decided,
        "/administration/imports/<int:job>/drop/": dict,
    }


WORDS = {
    "subject": "Hồ sơ {{ code }}",
    "subject_en": "Case {{ code }}",
    "body": "Đã được tiếp nhận.",
    "body_en": "It was accepted.",
}


def a_list() -> SimpleUploadedFile:
    return SimpleUploadedFile("danh-sach.xlsx", national_list(LAWYER))


# What an act that is let through adds, and nothing besides.
ADDS: dict[str, set[str]] = {
    "/procedures/<str:code>/apply/": {"Application", "Case", "CaseEvent", "OutboxRow"},
    # Who stands there has given no address: the notice is on their page only.
    "/desk/take-application/<str:procedure>/": {"Application", "Case", "CaseEvent", "CaseNotice"},
    "/api/v1/applications": {"Application", "Case", "CaseEvent", "OutboxRow"},
    "/api/v1/attachments": {"attachments"},
    "/desk/pools/": {"pools"},
    "/desk/drawer/": {"sessions"},
    "/desk/drawer/<uuid:session>/close/": {"sessions", "keys"},
    "/api/v1/cashier-sessions": {"sessions"},
    "/api/v1/cashier-sessions/<uuid:session>/close": {"sessions", "keys"},
    "/receipts/": {"OutboxRow", "bundles"},
    "/desk/receipts/": {"OutboxRow", "bundles"},
    "/api/v1/receipt-bundles": {"OutboxRow", "bundles"},
    "/desk/register/": {"OutboxRow", "registers"},
    "/oversight/register/": {"OutboxRow", "registers"},
    "/api/v1/registers": {"OutboxRow", "registers"},
    "/oversight/receipts/series/ask/": {"OutboxRow", "quarters"},
    "/desk/cases/<str:code>/reveal/": {"access"},
    "/oversight/cases/<str:code>/reveal/": {"access"},
    "/api/v1/cases/<words:code>/reveal": {"access"},
}


def post(client: Client, route: str, url: str, body: dict[str, Any]) -> Any:
    if route.startswith("/api/") and route != "/api/v1/attachments":
        return client.post(
            url, body, content_type="application/json", headers={"Idempotency-Key": given.key()}
        )
    return client.post(url, body)


def test_who_writes_what():
    scene = at_intake()
    case, cast = scene.case, scene.cast()
    names, bodies = names_in_addresses(case), sent(scene)
    private = (NAME, *numbers_of(case), *secrets_of(case))
    before, wrong = everything(), []
    for door in WRITING:
        url = address(door.route, names)
        for who in ACTORS:
            with cast.acting(who) as client:
                client.raise_request_exception = False
                body, said = bodies[door.route](), []
                with written() as tables:
                    answer = post(client, door.route, url, body)
                # What was not even tried need not be looked for.
                left = everything() if tables else before
                changed = {name for name in left if left[name] != before[name]}
                if marked(answer) != door.marks[who]:
                    said.append(f"{marked(answer)} instead of {door.marks[who]}")
                is_let_in = answer.status_code in (200, 201, 302) and marked(answer) != "in"
                adds = ADDS.get(door.route, set()) if is_let_in else set()
                if (adds - changed) or (changed and not adds):
                    said.append(f"changed {sorted(changed)}, not {sorted(adds)}")
                if adds == {"access"} and AccessRecord.objects.get().reason != REVEAL["reason"]:
                    said.append("the reason is not in the access log")
                if not is_let_in and who not in ("filer", "both"):
                    said += [f"tells {word}" for word in told(answer, private)]
                said += [f"address or title holds {word}" for word in secrets_out_of_place(answer, case)]
                if "//" in answer.headers.get("Location", ""):
                    said.append(f"leads to {answer['Location']}")
                if who in STRANGERS and "/cases/" in url:
                    other = unknown_of(case.code)
                    again = post(client, door.route, url.replace(case.code, other), body)
                    if without(again, other) != without(answer, case.code):
                        said.append("tells that the case exists")
                wrong += [f"{door}, {who}: {each}" for each in said]
    assert wrong == [], "\n".join(wrong)
