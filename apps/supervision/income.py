"""What collecting bodies took and gave back: by agency, procedure, channel, way of payment or month, grouped by the database.

Money counts on the day in Hanoi on which it was taken, or paid back. A payment counts for the case whose fees it settles, or
for which its order was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import Actor
from apps.core.tables_written import SheetColumn, write_table
from apps.procedures.choices import Channel
from apps.receipts.choices import PaymentMethod
from apps.supervision.errors import NoMoneyRead, PeriodWrong
from apps.supervision.policies import money_in_sight, reads_money_reports
from apps.units.models import Agency

LONGEST = timedelta(days=366)


class Dimension(models.TextChoices):
    """By what income is told apart."""

    AGENCY = "agency", _("Collecting body")
    PROCEDURE = "procedure", _("Procedure")
    CHANNEL = "channel", _("Channel")
    METHOD = "method", _("Way of payment")
    MONTH = "month", _("Month")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Taken:
    """What came in and went back, in đồng, and in how many payments and refunds."""

    label: str
    note: str
    paid: int
    payments: int
    refunded: int
    refunds: int

    @property
    def net(self) -> int:
        return self.paid - self.refunded


_MONTH = "to_char(m.at AT TIME ZONE %(zone)s, 'YYYY-MM')"
# What rows are told apart by, how it is called, and what stands smaller under it.
_KEYS = {
    Dimension.AGENCY: ("a.identification_code", "a.{name}", "a.identification_code"),
    Dimension.PROCEDURE: ("pr.code", "pr.{name}", "pr.code"),
    Dimension.CHANNEL: ("ap.channel", "ap.channel", "''"),
    Dimension.METHOD: ("m.method", "m.method", "''"),
    Dimension.MONTH: (_MONTH, _MONTH, "''"),
}

_MONEY = """
    WITH m AS (
        SELECT p.id AS payment_id, p.collecting_body_id AS body_id, p.method, p.taken_at AS at, p.amount AS paid,
            1 AS payments, 0 AS refunded, 0 AS refunds
        FROM receipts_payment p
        WHERE p.taken_at >= %(begin)s AND p.taken_at < %(end)s AND p.collecting_body_id = ANY(%(bodies)s)
        UNION ALL
        SELECT p.id, p.collecting_body_id, p.method, r.paid_at, 0, 0, r.amount, 1
        FROM receipts_refund r JOIN receipts_refundproposal q ON q.id = r.proposal_id
        JOIN receipts_payment p ON p.id = q.payment_id
        WHERE r.paid_at >= %(begin)s AND r.paid_at < %(end)s AND p.collecting_body_id = ANY(%(bodies)s)
    )
"""
_JOINED = """
    FROM m JOIN units_agency a ON a.id = m.body_id
    LEFT JOIN LATERAL (
        SELECT coalesce(
            (SELECT co.case_id FROM receipts_payment p JOIN cases_caseorder co ON co.order_id = p.order_id
                WHERE p.id = m.payment_id),
            (SELECT cf.case_id FROM receipts_paymentline l JOIN cases_casefee cf ON cf.fee_id = l.fee_id
                WHERE l.payment_id = m.payment_id LIMIT 1)
        ) AS case_id
    ) AS o ON true
    LEFT JOIN cases_case c ON c.id = o.case_id
    LEFT JOIN applications_application ap ON ap.id = c.application_id
    LEFT JOIN procedures_procedureversion v ON v.id = c.version_id
    LEFT JOIN procedures_procedure pr ON pr.id = v.procedure_id
"""
_SUMS = "sum(m.paid), sum(m.payments), sum(m.refunded), sum(m.refunds)"


def bodies_in_sight(*, seen_by: Actor) -> list[Agency]:
    """The collecting bodies whose money the actor reads and that ever opened a series. Raises NoMoneyRead."""
    if not reads_money_reports(seen_by):
        raise NoMoneyRead()
    bodies = Agency.objects.filter(money_in_sight(seen_by), receipt_series__isnull=False)
    return list(bodies.order_by("identification_code").distinct())


def income(
    by: Dimension, period: Period, *, seen_by: Actor, today: date, body_id: int | None = None
) -> list[Taken]:
    """One row for each value of the dimension, most first (months in order). Raises NoMoneyRead, PeriodWrong.

    Of all bodies in sight, or of one; one that is not in sight gives nothing.
    """
    key, label, note = (part.format(name=_name()) for part in _KEYS[by])
    order = "1" if by == Dimension.MONTH else "4 DESC, 1"
    sql = f"{_MONEY} SELECT {key}, {label}, {note}, {_SUMS} {_JOINED} GROUP BY 1, 2, 3 ORDER BY {order}"
    with connection.cursor() as cursor:
        cursor.execute(sql, _parameters(period, seen_by, today, body_id))
        rows = cursor.fetchall()
    return [
        Taken(_said(by, title or code), said or "", *(int(figure) for figure in figures))
        for code, title, said, *figures in rows
    ]


def rows_of_income(
    period: Period, *, seen_by: Actor, today: date, body_id: int | None = None
) -> Iterator[list[Any]]:
    """Every combination of body, procedure, channel, way of payment and month, read as it is written: for a spreadsheet.

    Raises NoMoneyRead, PeriodWrong.
    """
    month = _KEYS[Dimension.MONTH][0]
    sql = f"""{_MONEY} SELECT a.identification_code, a.name, pr.code, pr.name, ap.channel, m.method, {month}, {_SUMS}
        {_JOINED} GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 3, 5, 6, 7"""
    parameters = _parameters(period, seen_by, today, body_id)
    return _streamed(sql, parameters)


def _streamed(sql: str, parameters: dict[str, Any]) -> Iterator[list[Any]]:
    """A cursor of the server gives the rows in pieces."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(1_000):
            for (
                code,
                body,
                procedure,
                name,
                channel,
                method,
                month,
                paid,
                payments,
                refunded,
                refunds,
            ) in rows:
                yield [
                    code,
                    body,
                    procedure,
                    name,
                    _said(Dimension.CHANNEL, channel),
                    _said(Dimension.METHOD, method),
                    _said(Dimension.MONTH, month),
                    int(paid),
                    int(payments),
                    int(refunded),
                    int(refunds),
                    int(paid - refunded),
                ]


def _parameters(period: Period, seen_by: Actor, today: date, body_id: int | None) -> dict[str, Any]:
    if not reads_money_reports(seen_by):
        raise NoMoneyRead()
    if not period.starts_on <= period.ends_on <= today or period.ends_on - period.starts_on >= LONGEST:
        raise PeriodWrong(field="ends_on")
    bodies = Agency.objects.filter(money_in_sight(seen_by))
    if body_id is not None:
        bodies = bodies.filter(pk=body_id)
    zone = timezone.get_current_timezone()
    return {
        "zone": settings.TIME_ZONE,
        "begin": datetime.combine(period.starts_on, time.min, zone),
        "end": datetime.combine(period.ends_on + timedelta(days=1), time.min, zone),
        "bodies": list(bodies.values_list("pk", flat=True)),
    }


def _name() -> str:
    return "name_en" if get_language() == "en" else "name"


def _said(by: Dimension, value: str | None) -> str:
    if not value:
        return "–"
    if by == Dimension.CHANNEL:
        return str(Channel(value).label)
    if by == Dimension.METHOD:
        return str(PaymentMethod(value).label)
    if by == Dimension.MONTH:
        year, month = value.split("-")
        return f"{month}/{year}"
    return value


_COLUMNS = (
    SheetColumn("Mã cơ quan", 22),
    SheetColumn("Tổ chức thu", 40),
    SheetColumn("Mã thủ tục", 14),
    SheetColumn("Thủ tục hành chính", 44),
    SheetColumn("Kênh nộp", 16),
    SheetColumn("Hình thức thanh toán", 18),
    SheetColumn("Tháng", 10),
    SheetColumn("Đã thu (đồng)", 16),
    SheetColumn("Số khoản nộp", 12),
    SheetColumn("Đã hoàn trả (đồng)", 16),
    SheetColumn("Số lần hoàn trả", 12),
    SheetColumn("Thực thu (đồng)", 16),
)


def write_income(
    path: Path, period: Period, *, seen_by: Actor, at: datetime, body_id: int | None = None
) -> int:
    """Writes every combination as a spreadsheet, in memory that does not grow with them; how many there were.

    Raises NoMoneyRead, PeriodWrong.
    """
    rows = rows_of_income(period, seen_by=seen_by, today=timezone.localdate(at), body_id=body_id)
    with translation.override("vi"):
        return write_table(
            path,
            title="THU PHÍ, LỆ PHÍ",
            said=[
                f"Từ {period.starts_on:%d/%m/%Y} đến hết {period.ends_on:%d/%m/%Y}",
                f"Lập lúc {timezone.localtime(at):%H:%M %d/%m/%Y}",
            ],
            columns=_COLUMNS,
            rows=rows,
            made_at=at,
            name="Thu phí, lệ phí",
        )
