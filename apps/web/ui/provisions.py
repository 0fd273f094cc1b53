"""Reasons with the provision of the law on which they rest, as pages show them; what is not established is said."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.cases.choices import Certainty, ProvisionSubject
from apps.cases.selectors import Provision, provisions_of
from apps.web.ui.parts import Text


def provision_shown(provision: Provision | None) -> str:
    """The provision with how sure it is: “… article 17 (read second-hand)”, “not established”."""
    if provision is None or provision.certainty == Certainty.UNSET:
        return str(Certainty.UNSET.label)
    if provision.is_established:
        return provision.text
    return f"{provision.text} ({provision.certainty.label})"


def with_provisions(subject: ProvisionSubject, reasons: Iterable[tuple[str, Text]]) -> list[tuple[str, str]]:
    """Choices of reasons, each with its provision behind it."""
    known = provisions_of(subject)
    return [
        (
            code,
            _("%(reason)s – provision: %(provision)s")
            % {"reason": label, "provision": provision_shown(known.get(code))},
        )
        for code, label in reasons
    ]
