"""One application of linked procedures on one page: every case in order, where it stands and what its applicant must do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from apps.accounts.actors import Actor
from apps.cases.selectors import SeenCase, group_of, owed_by_case
from apps.cases.transitions import OPEN_IN
from apps.interface.actors import actor_of_request
from apps.web.portal.access import for_citizens, own_case
from apps.web.portal.shown import to_do_of
from apps.web.ui.linked import linked_rows


def linked_of(seen: SeenCase, *, by: Actor, current: str = "") -> dict[str, Any]:
    """The cases of the same application with what their applicant must do; nothing for a case opened alone."""
    group = group_of(seen.case, seen_by=by)
    if group is None:
        return {}
    cases = [each.case for each in group.cases]
    owed = owed_by_case(cases)
    to_do = {case.pk: to_do_of(case, owed[case.pk]) for case in cases}
    rows = linked_rows(group, current=current, url_name="portal:case", to_do=to_do)
    return {"group": group, "linked": rows}


@for_citizens
@require_safe
def linked(request: HttpRequest, code: str) -> HttpResponse:
    """The one page of an application of linked procedures; a case opened alone has no other page than its own."""
    actor = actor_of_request(request)
    seen = own_case(code, seen_by=actor)
    shown_of_group = linked_of(seen, by=actor)
    if not shown_of_group:
        return redirect("portal:case", code=seen.case.code)
    cases = [each.case for each in shown_of_group["group"].cases]
    to_withdraw = next((case.code for case in cases if case.status in OPEN_IN["request_withdrawal"]), "")
    context = {"case": seen.case, "to_withdraw": to_withdraw, **shown_of_group}
    return render(request, "portal/linked.html", context)
