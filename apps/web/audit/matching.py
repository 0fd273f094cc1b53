"""Matching by hand: an accountant says what a line of the bank is, among what waits for one, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.cases.selectors.to_match import Offered, offered
from apps.core.spoken import dong, moment
from apps.interface.actors import actor_of_request
from apps.receipts import books
from apps.receipts.actions.bank_matches import match_line
from apps.receipts.policies import may_keep_accounts_of
from apps.web.audit.access import for_auditors
from apps.web.audit.parts import Sheet, payment_name, receipt_name, when
from apps.web.ui.keyed_forms import KeyedForm, played
from apps.web.ui.parts import NavItem


class SubjectsField(forms.MultipleChoiceField):
    """Things of ours by their subjects. Whether each still waits is the verb's to say, which knows a form that comes again."""

    def valid_value(self, value: object) -> bool:
        return bool(re.match(books.SUBJECT, str(value)))


class MatchForm(KeyedForm):
    """What a line is, chosen among what of the body no line is matched to and did not go through the reader's hands, and why."""

    ours = SubjectsField(label=gettext_lazy("What of ours is it?"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=gettext_lazy("Why is it this?"), max_length=300)

    def ticked(self) -> list[str]:
        """What was ticked, whether or not the form stands; it is offered again."""
        return [each for each in self["ours"].value() or () if re.match(books.SUBJECT, each)]

    def offer(self, rows: Iterable[Offered]) -> None:
        """Fills in what the line may be."""
        ours = self.fields["ours"]
        assert isinstance(ours, forms.ChoiceField)
        ours.choices = [(row.subject, _label(row)) for row in rows]


def _label(row: Offered) -> str:
    """The amount, what it is, and beneath it what it is known by."""
    of = row.row
    said = [moment(row.at)]
    if row.side == "payment":
        name = _("Payment %(name)s") % {"name": payment_name(of)}
        said += [
            of.get_method_display(),
            of.order.code if of.order else "",
            of.case_code or "",
            *(receipt_name(receipt) for receipt in of.receipts.all()),
        ]
    elif row.side == "deposit":
        name = _("Deposit %(name)s") % {"name": of.reference}
    else:
        name = _("Refund %(name)s") % {"name": of.reference}
        said += [of.get_method_display(), of.case_code or ""]
    same = format_html("<strong>{}</strong> · ", _("the line's own amount")) if row.of_amount else ""
    note = " · ".join(filter(None, said))
    return format_html(
        '<strong>{}</strong> {}<span class="mc-note">{}{}</span>', dong(row.amount), name, same, note
    )


@for_auditors
@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An accountant says what a line is; what it may be is searched with GET."""
    actor = actor_of_request(request)
    line = books.line_of(uuid, seen_by=actor)
    may_keep_accounts_of(line.account.agency_id, actor)
    form = MatchForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and played(
        request,
        form,
        lambda **act: match_line(
            uuid, books.chosen_of(line, form.cleaned_data["ours"]), reason=form.cleaned_data["reason"], **act
        ),
        done=_("The line is matched."),
    ):
        return redirect("audit:line", uuid=uuid)
    typed = request.GET.get("q", "")[:100]
    offer = offered(line, typed=typed, chosen=form.ticked(), seen_by=actor)
    form.offer(offer.rows)
    page = reverse("audit:line", args=[uuid])
    sheet = Sheet(
        _("Match by hand"),
        line.reference,
        above=[NavItem(_("Bank lines"), reverse("audit:lines")), NavItem(line.reference, page)],
    )
    context = sheet.context(
        form=form,
        typed=typed,
        offer=offer,
        line=line,
        booked=when(line.booked_at),
        memo=books.memos_masked([line])[line.pk],
        match_url=reverse("audit:match_line", args=[uuid]),
    )
    return render(request, "audit/match.html", context, status=form.status)
