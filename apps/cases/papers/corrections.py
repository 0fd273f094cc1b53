"""A corrected paper: what it took from the application and from its agency is taken anew, all else stays as it was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.accounts.choices import Role
from apps.applications.choices import PartyRole
from apps.cases.models import CaseDocument, CaseEvent
from apps.cases.papers.parts import (
    components_of,
    desk_of,
    issue,
    name_in,
    officer_of,
    party_in,
    party_of,
    representative_of,
    request_of,
    return_to,
    spelled,
)

if TYPE_CHECKING:
    from apps.cases.actions.acting import Act

# What a paper says of how it came to be; a corrected one says it of itself.
_OF_ITSELF = frozenset({"check", "replaces", "correction"})


def issue_corrected(
    act: Act, event: CaseEvent, before: CaseDocument, *, reason: str, note: str
) -> CaseDocument:
    """The same form again, from a new snapshot: it names the one that it replaces, with number, date, reason and note.

    Times, grounds and promises are those of the act that issued it: they are no matter of a correction.
    """
    old = before.document.snapshot
    taken = {name: value for name, value in _taken_anew(act, before).items() if name in old}
    snapshot: dict[str, Any] = {
        **{name: value for name, value in old.items() if name not in _OF_ITSELF},
        **taken,
        "issued_at": spelled(act.at),
        "signature": None,
        "correction": {
            "number": old["number"],
            "symbol": old["symbol"],
            "issued_at": old["issued_at"],
            "reason": reason,
            "note": note,
            "corrected_by": officer_of(act, Role.HEAD),
        },
    }
    return issue(act, event, before.document.kind, snapshot, replaces=before)  # type: ignore[arg-type]


def _taken_anew(act: Act, before: CaseDocument) -> dict[str, Any]:
    return {
        "desk": desk_of(before.issuer),
        "applicant": party_of(party_in(act, PartyRole.APPLICANT), act),
        "representative": representative_of(act),
        "request": request_of(act),
        "components": components_of(act),
        "return_to": return_to(act),
        "filed_by": name_in(act, PartyRole.FILER),
    }
