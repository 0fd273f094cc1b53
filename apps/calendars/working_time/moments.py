"""Moments on Hanoi's wall clock, as aware datetimes and as positions in microseconds."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MICROSECOND = timedelta(microseconds=1)
DAY = 86_400_000_000
_EPOCH = datetime(2000, 1, 1, tzinfo=HANOI)
_EPOCH_DAY = _EPOCH.toordinal()


def in_hanoi(moment: datetime) -> datetime:
    """The same moment by Hanoi's clock. Raises ValueError when it does not say its time zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment must say its time zone.")
    return moment.astimezone(HANOI)


def time_of_day(clock: time) -> int:
    """Microseconds since midnight."""
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond


def position_of(local: datetime) -> int:
    """A moment of Hanoi's clock as microseconds: its day's ordinal in whole days, then its time of day."""
    seconds = (local.hour * 60 + local.minute) * 60 + local.second
    return local.toordinal() * DAY + seconds * 1_000_000 + local.microsecond


def moment_at(position: int) -> datetime:
    """The moment at a position; the other way round."""
    return _EPOCH + timedelta(microseconds=position - _EPOCH_DAY * DAY)
