"""The forms about opinions: what another agency is asked, what it answers, which request is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.cases.actions.opinions import MOST_HOURS
from apps.cases.policies import opinions_answered_by
from apps.web.desk.forms import AgencySearchForm, VerbForm, offer, words
from apps.web.desk.uploads import add_file_fields

if TYPE_CHECKING:
    from apps.cases.models import OpinionRequest


class RequestOpinionForm(AgencySearchForm):
    hours = forms.IntegerField(
        label=_("Time to answer, in working hours"),
        min_value=1,
        max_value=MOST_HOURS,
        initial=24,
        help_text=_("8 working hours are one working day."),
    )
    question = words(_("What is asked"), help_text=_("The agency sees the case, with particulars masked."))


class OpinionForm(VerbForm):
    """Which of the requests that wait is meant."""

    number = forms.TypedChoiceField(label=_("Which request"), coerce=int)

    def waiting(self) -> list[OpinionRequest]:
        return list(self.seen.standing.open_opinions)

    def prepare(self) -> None:
        asked = self.waiting()
        blank = [("", "—")] if len(asked) != 1 else []
        offer(
            self,
            "number",
            [*blank, *((each.number, f"{each.number}. {each.to_agency.title}") for each in asked)],
        )


class GiveOpinionForm(OpinionForm):
    """The answer in words, and a signed paper where there is one."""

    def waiting(self) -> list[OpinionRequest]:
        return opinions_answered_by(self.actor, self.seen.standing)

    def prepare(self) -> None:
        super().prepare()
        self.fields["text"] = words(_("The opinion"))
        self.papers = add_file_fields(self, [("opinion", str(_("The signed paper, if there is one")))])

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "number": given["number"],
            "text": given["text"],
            "attachment": next(iter(self.kept.get("opinion", [])), None),
        }


class RevokeOpinionForm(OpinionForm):
    reason = words(_("Reason"))
