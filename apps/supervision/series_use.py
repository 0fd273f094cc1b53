"""How a collecting body used its series in a quarter, told by the numbers themselves.

The columns are those of the report that Thông tư 303/2016/TT-BTC asked for (BC26). Whether receipts under Nghị định 254/2026
are still reported so is not established; an electronic number is never lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.cases.selectors import Download
from apps.core.tables_written import SheetColumn, write_table
from apps.documents.actions import read_file, require_ready
from apps.supervision.choices import QUARTER_DUE
from apps.supervision.errors import QuarterWrong, RegisterAgencyUnknown, RegisterUnknown
from apps.supervision.models import QuarterReport
from apps.supervision.policies import can_read_money_of
from apps.units.models import Agency

# The first year in which a series of this regime was opened.
FIRST_YEAR = 2026
NOTE_TAX_CODE = "Mã số thuế của tổ chức thu chưa xác lập."
NOTE_NOT_ENDED = "Quý chưa kết thúc; số liệu tính đến lúc lập."
NOTE = (
    "Mẫu theo Thông tư 303/2016/TT-BTC; việc áp dụng cho biên lai theo Nghị định 254/2026/NĐ-CP chưa xác lập."
)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year."""

    year: int
    number: int

    @property
    def starts_at(self) -> datetime:
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=timezone.get_current_timezone())

    @property
    def ends_at(self) -> datetime:
        """The moment at which the next one begins."""
        return self.next.starts_at

    @property
    def next(self) -> Quarter:
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def due_on(self) -> date:
        """The day by which it was to be reported."""
        month, day = QUARTER_DUE[self.number]
        return date(self.year + (self.number == 4), month, day)


@dataclass(frozen=True, slots=True)
class UsedSeries:
    """One series in a quarter. `first` and `last` are the numbers issued in it, None where there were none.

    `opening` is the first number that was free when the quarter began, `closing` the first that is free at its end.
    `replaced` counts its receipts that another replaced in the quarter; they are among the used ones of their own quarter.
    """

    form: str
    code: str
    opening: int
    first: int | None
    last: int | None
    used: int
    amount: int
    replaced: int
    lost: int
    closing: int

    @property
    def is_explained(self) -> bool:
        """Whether the numbers used are exactly those from the opening one to the one before the closing."""
        return self.closing - self.opening == self.used and (
            self.used == 0 or (self.first, self.last) == (self.opening, self.closing - 1)
        )


_USE = """
    SELECT s.form, s.code, before.numbers + 1, used.first, used.last, used.numbers, used.amount, replaced.numbers,
        before.numbers + used.numbers + 1
    FROM receipts_receiptseries s
    CROSS JOIN LATERAL (
        SELECT count(*) AS numbers FROM receipts_receipt r WHERE r.series_id = s.id AND r.issued_at < %(begin)s
    ) AS before
    CROSS JOIN LATERAL (
        SELECT min(r.number) AS first, max(r.number) AS last, count(*) AS numbers, coalesce(sum(r.amount), 0) AS amount
        FROM receipts_receipt r WHERE r.series_id = s.id AND r.issued_at >= %(begin)s AND r.issued_at < %(end)s
    ) AS used
    CROSS JOIN LATERAL (
        SELECT count(*) AS numbers FROM receipts_receipt n JOIN receipts_receipt w ON w.id = n.replaces_id
        WHERE w.series_id = s.id AND n.issued_at >= %(begin)s AND n.issued_at < %(end)s
    ) AS replaced
    WHERE s.collecting_body_id = %(body)s
        AND ((s.year = %(year)s AND s.opened_at < %(end)s) OR used.numbers > 0 OR replaced.numbers > 0)
    ORDER BY s.form, s.code
"""


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def use_of_series(body_id: int, quarter: Quarter, *, seen_by: Actor, today: date) -> list[UsedSeries]:
    """The series of a body in a quarter that has begun. Raises RegisterAgencyUnknown, QuarterWrong."""
    body_read(body_id, seen_by=seen_by)
    begun = quarter_of(today)
    if not 1 <= quarter.number <= 4 or not (FIRST_YEAR, 1) <= (quarter.year, quarter.number) <= (
        begun.year,
        begun.number,
    ):
        raise QuarterWrong(field="quarter")
    return used_in(body_id, quarter)


def used_in(body_id: int, quarter: Quarter) -> list[UsedSeries]:
    """The same for a worker, who was asked by somebody who may read it."""
    with connection.cursor() as cursor:
        cursor.execute(
            _USE,
            {
                "body": body_id,
                "year": quarter.year,
                "begin": quarter.starts_at,
                "end": quarter.ends_at,
            },
        )
        rows = cursor.fetchall()
    return [
        UsedSeries(form, code, opening, first, last, used, int(amount), replaced, 0, closing)
        for form, code, opening, first, last, used, amount, replaced, closing in rows
    ]


def body_read(body_id: int, *, seen_by: Actor) -> Agency:
    """Raises RegisterAgencyUnknown, also where the actor may not read the body's money."""
    body = Agency.objects.select_related("unit").filter(pk=body_id).first()
    if body is None or not can_read_money_of(body, seen_by):
        raise RegisterAgencyUnknown(field="agency")
    return body


def reports_of(body_id: int, quarter: Quarter, *, seen_by: Actor) -> QuerySet[QuarterReport]:
    """The papers that were asked for, newest first. Raises RegisterAgencyUnknown."""
    body_read(body_id, seen_by=seen_by)
    found = QuarterReport.objects.filter(body=body_id, year=quarter.year, quarter=quarter.number)
    return found.select_related("asked_by").order_by("-id")


def report_file(report_id: int, *, seen_by: Actor) -> Download:
    """A paper of a quarter. Raises RegisterUnknown, FileNotReady, FileFailed.

    Raises FileDamaged when the bytes are no longer those that were hashed.
    """
    report = QuarterReport.objects.select_related("body__unit").filter(pk=report_id).first()
    if report is None or not can_read_money_of(report.body, seen_by):
        raise RegisterUnknown(field="report")
    require_ready(report)
    name = f"su-dung-bien-lai-{report.body.identification_code}-{report.year}-Q{report.quarter}.pdf"
    return Download(name, "application/pdf", read_file(report))


def snapshot_of(
    body: Agency, quarter: Quarter, used: Sequence[UsedSeries], *, made_at: datetime
) -> dict[str, Any]:
    """What the paper says."""
    notes = [NOTE] if body.tax_code else [NOTE_TAX_CODE, NOTE]
    if made_at < quarter.ends_at:
        notes = [NOTE_NOT_ENDED, *notes]
    return {
        "body": {"name": body.name, "tax_code": body.tax_code or None, "address": body.address},
        "year": quarter.year,
        "quarter": quarter.number,
        "due_on": quarter.due_on.isoformat(),
        "issued_at": timezone.localtime(made_at).isoformat(timespec="seconds"),
        "lines": [asdict(each) for each in used],
        "used": sum(each.used for each in used),
        "amount": sum(each.amount for each in used),
        "replaced": sum(each.replaced for each in used),
        "notes": notes,
    }


_COLUMNS = (
    SheetColumn("Ký hiệu mẫu", 12),
    SheetColumn("Ký hiệu", 12),
    SheetColumn("Số đầu kỳ", 14, is_ordinal=True),
    SheetColumn("Sử dụng từ số", 14, is_ordinal=True),
    SheetColumn("đến số", 14, is_ordinal=True),
    SheetColumn("Số lượng đã dùng", 14),
    SheetColumn("Số tiền (đồng)", 18),
    SheetColumn("Bị thay thế", 14),
    SheetColumn("Mất", 10),
    SheetColumn("Số cuối kỳ", 14, is_ordinal=True),
)


def write_use(
    path: Path, body: Agency, quarter: Quarter, used: list[UsedSeries], *, made_at: datetime
) -> None:
    """Writes the report as a spreadsheet."""
    write_table(
        path,
        title="BÁO CÁO TÌNH HÌNH SỬ DỤNG BIÊN LAI",
        said=[
            f"Tổ chức thu: {body.name}",
            f"Mã số thuế: {body.tax_code or 'chưa xác lập'}",
            f"Quý {quarter.number} năm {quarter.year}, hạn báo cáo {quarter.due_on:%d/%m/%Y}",
            f"Lập lúc {timezone.localtime(made_at):%H:%M %d/%m/%Y}",
            NOTE,
        ],
        columns=_COLUMNS,
        rows=(
            [
                each.form,
                each.code,
                each.opening,
                each.first,
                each.last,
                each.used,
                each.amount,
                each.replaced,
                each.lost,
                each.closing,
            ]
            for each in used
        ),
        closing=[
            [
                "Cộng",
                "",
                "",
                "",
                "",
                sum(each.used for each in used),
                sum(each.amount for each in used),
                sum(each.replaced for each in used),
                0,
                "",
            ]
        ],
        made_at=made_at,
        name="Sử dụng biên lai",
    )
