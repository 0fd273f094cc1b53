"""The applicant confirms a draft of the result, where the version says so; silence until the window ends is consent."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.actors import Actor
from apps.cases.actions.acting import Act, acting, answered_at
from apps.cases.choices import EventKind, Status
from apps.cases.errors import DraftMissing, NotProvidedFor, ReasonMissing
from apps.cases.models import CaseEvent
from apps.core.canonical import read_moment, spell_moment
from apps.procedures.selectors import window_of


def ask_confirmation(code: str, *, draft: str, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """Sends the applicant the wording of the result to be confirmed; the clock stands until they answer.

    Raises NotProvidedFor where the version does not say so, DraftMissing, ConfirmationAwaited, and what all verbs raise.
    """
    with acting(
        "ask_confirmation", code, by=by, at=at, request_key=request_key, body={"draft": draft}
    ) as act:
        if window_of(act.rules.version, "confirmation") is None:
            raise NotProvidedFor()
        if not draft.strip():
            raise DraftMissing(field="draft")
        return act.record(EventKind.CONFIRMATION_ASKED, changes={"status": Status.IN_PROGRESS}, text=draft)


def confirm_draft(
    code: str, *, is_correct: bool, text: str = "", by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """The applicant's side says that the draft is right, or what in it is wrong; the office goes on either way.

    Raises NothingToConfirm, ReasonMissing when it is wrong and nobody says in what, and what all verbs raise.
    """
    body = {"is_correct": is_correct, "text": text}
    with acting("confirm_draft", code, by=by, at=at, request_key=request_key, body=body) as act:
        if not is_correct and not text.strip():
            raise ReasonMissing(field="text")
        return _answered(act, is_correct=is_correct, is_deemed=False, text=text)


def take_as_confirmed(act: Act) -> CaseEvent:
    """The window has ended without an answer: consent, and marked as deemed. The program plays it."""
    return _answered(act, is_correct=True, is_deemed=True, text="")


def _answered(act: Act, *, is_correct: bool, is_deemed: bool, text: str) -> CaseEvent:
    """The office's time counts again from the answer, and from the end of the window at the latest."""
    answered, ends_at = read_moment(answered_at(act)), act.case.applicant_due_at
    assert ends_at is not None
    return act.record(
        EventKind.DRAFT_CONFIRMED,
        data={
            "is_correct": is_correct,
            "is_deemed": is_deemed,
            "complete_at": spell_moment(ends_at if is_deemed else min(answered, ends_at)),
        },
        text=text,
    )
