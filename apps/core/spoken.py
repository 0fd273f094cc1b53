"""How a moment, a day, a span of counted time and an amount are said in the reader's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language, ngettext

WORKING_DAY_HOURS = 8

WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def moment(value: datetime | None) -> str:
    """A point in time in the local zone: `17:00 thứ Năm 26/11/2026`, `Thursday 26 November 2026, 17:00`."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    clock = f"{local:%H:%M}"
    return f"{clock} {day(local)}" if in_vietnamese() else f"{day(local)}, {clock}"


def day(value: date | None) -> str:
    """A day with its weekday: `thứ Năm 26/11/2026`, `Thursday 26 November 2026`."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    if in_vietnamese():
        return f"{WEEKDAYS_VI[value.weekday()]} {value:%d/%m/%Y}"
    return f"{WEEKDAYS_EN[value.weekday()]} {value.day} {MONTHS_EN[value.month - 1]} {value.year}"


def working_time(value: timedelta | None) -> str:
    """Counted time in working days of 8 hours: `2 working days 3 hours`; under an hour in minutes."""
    if value is None:
        return ""
    minutes = int(abs(value).total_seconds()) // 60
    if minutes < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    days, hours = divmod(minutes // 60, WORKING_DAY_HOURS)
    parts = []
    if days:
        parts.append(ngettext("%(count)d working day", "%(count)d working days", days) % {"count": days})
    if hours:
        parts.append(ngettext("%(count)d working hour", "%(count)d working hours", hours) % {"count": hours})
    return " ".join(parts)


def dong(amount: int | None) -> str:
    """An amount in đồng, thousands with a dot: `1.234.567 đ`. Nothing for None: an unset fee is not 0."""
    if amount is None:
        return ""
    return f"{amount:,}".replace(",", ".").replace("-", "\N{MINUS SIGN}") + "\N{NO-BREAK SPACE}đ"


def in_vietnamese() -> bool:
    """Whether the reader reads Vietnamese, which is the language of the city."""
    return (get_language() or "vi").startswith("vi")
