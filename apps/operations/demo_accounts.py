"""Bank accounts for the demo, so that the page of payment can show a VietQR code. No bank knows them, and the page says so."""

from __future__ import annotations

from datetime import date

from apps.receipts.models import CollectionAccount, ReceiptSeries

# No bank has this number in Napas' list: a code that is scanned by mistake moves nothing.
_NO_BANK = "999999"
_SINCE = date(2024, 7, 1)
_NOTE = (
    "Tài khoản mô phỏng của bản trình diễn, không thuộc ngân hàng nào. Không chuyển tiền vào tài khoản này."
)


def ensure_accounts() -> int:
    """One for each body that collects and has none; how many were new."""
    bodies = (
        ReceiptSeries.objects.exclude(
            collecting_body__in=CollectionAccount.objects.filter(valid_to__isnull=True).values("agency")
        )
        .order_by("collecting_body_id")
        .values_list("collecting_body_id", "collecting_body__name")
        .distinct()
    )
    new = [
        CollectionAccount(
            agency_id=body,
            bank_bin=_NO_BANK,
            bank_name="Ngân hàng mô phỏng",
            number=f"MP{body:08d}",
            holder=name,
            valid_from=_SINCE,
            is_established=False,
            note=_NOTE,
        )
        for body, name in bodies
    ]
    CollectionAccount.objects.bulk_create(new)
    return len(new)
