"""Refusals: the typed answers of a verb that will not act. Each app declares its own beside its verbs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A verb did nothing, and says why: a stable code, a sentence in the reader's language, the field, data.

    `text` may hold %(name)s places that `data` fills, as may `further`, a second sentence that one refusal has and
    not its kind. `status` is what an HTTP interface answers.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    text: ClassVar[str | Promise] = _("This cannot be done.")

    def __init__(self, *, field: str | None = None, **data: Any) -> None:
        self.field = field
        self.data = data
        self.further: str | Promise = ""
        super().__init__(self.code)

    @property
    def message(self) -> str:
        """The sentence, in the language that is active where it is read."""
        sentence = f"{self.text} {self.further}" if self.further else str(self.text)
        return sentence % self.data if self.data else sentence


class Invalid(Refusal):
    """What was sent cannot be understood or breaks a rule that the sender can mend."""

    code = "invalid"
    status = 422
    text = _("This value cannot be accepted.")


class Faults(Refusal):
    """Several faults in one submission, each a refusal of its own, told together."""

    code = "invalid"
    status = 422
    text = _("Some answers need to be corrected.")

    def __init__(self, faults: list[Refusal]) -> None:
        super().__init__()
        self.faults = faults


class NotAllowed(Refusal):
    """The actor may see the thing but may not do this to it."""

    code = "not_allowed"
    status = 403
    text = _("Your posts do not give you the right to do this.")


class NotFound(Refusal):
    """It does not exist, or the actor may not know that it does."""

    code = "not_found"
    status = 404
    text = _("Nothing was found under this address or code.")


class TooManyGuesses(Refusal):
    """The throttle of failed look-ups has closed for a while."""

    code = "too_many_guesses"
    status = 429
    text = _("Too many failed attempts. Wait a few minutes and try again.")


class Busy(Refusal):
    """A lock was not had in time: somebody else is acting on the same thing."""

    code = "busy"
    status = 503
    text = _("Somebody else is acting on this right now. Try again in a moment.")


class KeyReused(Refusal):
    """The same request key came with another body or another verb."""

    code = "request_key_reused"
    status = 409
    text = _("This request key was already used for a different request. Send a new key.")


_BY_CONSTRAINT: dict[str, type[Refusal]] = {}


def refuses_constraint(name: str, refusal: type[Refusal]) -> None:
    """Declares which refusal a violated database constraint means."""
    _BY_CONSTRAINT[name] = refusal


def refusal_of_constraint(name: str | None) -> type[Refusal] | None:
    """The refusal declared for a constraint; None where none was: then it is a fault of ours."""
    return _BY_CONSTRAINT.get(name or "")
