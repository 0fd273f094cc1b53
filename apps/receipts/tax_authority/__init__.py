"""The tax authority behind one interface: a day's list is handed over, and its answer is asked for.

What may go better later is TryAgain. Everything that was answered is kept, readable or not: what went wrong carries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from apps.receipts.choices import AnswerOutcome


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: the HTTP status, the body byte for byte, what it says, its number there, and reasons."""

    status: int
    body: bytes
    outcome: AnswerOutcome
    reference: str = ""
    reasons: tuple[str, ...] = ()


class TryAgain(Exception):
    """It may go better later; `kind` is a word for what went wrong, `answer` what was answered, if anything was."""

    def __init__(self, kind: str, answer: Answer | None = None) -> None:
        self.kind = kind
        self.answer = answer
        super().__init__(kind)


class Unknown(TryAgain):
    """The authority knows no message of this key: it was never handed over."""


class TaxAuthority(Protocol):
    """Where lists go. `key` names a message once for ever: handed over twice, it is taken once."""

    @property
    def is_on(self) -> bool:
        """Whether lists are sent at all."""

    def hand_over(self, key: str, xml: bytes) -> Answer:
        """Hands a list over; what is answered at once. Raises TryAgain."""

    def ask(self, key: str) -> Answer:
        """What became of a list that was handed over. Raises TryAgain, Unknown."""


def tax_authority() -> TaxAuthority:
    """The one that the settings name."""
    from apps.receipts.tax_authority.by_http import ByHttp

    return ByHttp()
