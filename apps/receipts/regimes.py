"""Which law a receipt follows: that of the day on which it is issued."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from apps.receipts.choices import ReceiptForm

ELECTRONIC_SINCE = date(2026, 7, 1)
# Paper ones bought before may be used up until then, and are destroyed from the day after on.
PAPER_UNTIL = date(2026, 12, 31)


@dataclass(frozen=True, slots=True)
class Regime:
    """A law of receipts: what form, series and number look like."""

    name: str
    law: str
    form: str
    series: str
    number: str

    def fits(self, form: str, series: str, number: str) -> bool:
        """Whether the three have the shapes that this law gives them."""
        shapes = ((self.form, form), (self.series, series), (self.number, number))
        return all(re.fullmatch(shape, text) is not None for shape, text in shapes)


ELECTRONIC = Regime(
    name="electronic",
    law="Nghị định 254/2026/NĐ-CP, Thông tư 91/2026/TT-BTC",
    form="|".join(ReceiptForm.values),
    series=r"[0-9]{2}T[ABCDEGHKLMNPQRSTUVXY]{2}",
    number=r"[1-9][0-9]{0,7}",
)
LEGACY = Regime(
    name="legacy",
    law="Thông tư 303/2016/TT-BTC",
    # Kind and number of copies, then the serial of the form; letters and the year, E for electronic.
    form=r"[0-9]{2}BLP[0-9]-[0-9]{3}",
    series=r"[A-Z]{2}-[0-9]{2}[EPT]",
    # Consecutive in its series, the first is 0000001.
    number=r"(?!0000000)[0-9]{7}",
)


def regime_of(day: date) -> Regime:
    """The law of receipts issued on a day, in Hanoi."""
    return ELECTRONIC if day >= ELECTRONIC_SINCE else LEGACY


def is_legacy_possible(series: str, day: date) -> bool:
    """Whether a legacy series may have been used on a day: an electronic one until the new law, paper until it is used up."""
    return regime_of(day) is LEGACY or (not series.endswith("E") and day <= PAPER_UNTIL)
