"""Bank accounts for the demo, so that the page of payment can show a VietQR code. No bank knows them, and the page says so."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.interface.actors import actor_of
from apps.operations.people import Official, officials
from apps.receipts.actions.accounts import confirm_account, open_account
from apps.receipts.models import CollectionAccount, ReceiptSeries

# No bank has this number in Napas' list: a code that is scanned by mistake moves nothing.
_NO_BANK = "999999"
_SINCE = date(2024, 7, 1)
_DECISION = "Quyết định mô phỏng của bản trình diễn"
_NOTE = (
    "Tài khoản mô phỏng của bản trình diễn, không thuộc ngân hàng nào. Không chuyển tiền vào tài khoản này."
)


def ensure_accounts(at: datetime) -> int:
    """One for each body that collects, has none, and where somebody of the demo can confirm it; how many were new."""
    people = officials()
    city = _actor(next(each for each in people if Role.ADMINISTRATOR in each.roles), at)
    heads = {each.agency.pk: each for each in people if Role.HEAD in each.roles}
    collecting = set(
        ReceiptSeries.objects.filter(collecting_body__in=heads).values_list("collecting_body", flat=True)
    )
    has_one = CollectionAccount.objects.filter(agency__in=heads, valid_to__isnull=True)
    new = sorted(collecting - set(has_one.values_list("agency", flat=True)))
    for body in new:
        head = heads[body]
        account = CollectionAccount(
            agency_id=body,
            bank_bin=_NO_BANK,
            bank_name="Ngân hàng mô phỏng",
            number=f"MP{body:08d}",
            holder=head.agency.name,
            valid_from=_SINCE,
            note=_NOTE,
        )
        open_account(account, decision=_DECISION, by=city, at=at)
        confirm_account(account.pk, decision=_DECISION, by=_actor(head, at), at=at)
    return len(new)


def _actor(official: Official, at: datetime) -> Actor:
    return actor_of(User.objects.get(username=official.username), timezone.localdate(at))
