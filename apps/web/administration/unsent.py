"""What could not be sent: how much, by which channel, since when and why; and sent again, one or all that are shown."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from apps.core.errors import Refusal
from apps.interface.actors import actor_of_request
from apps.notifications.actions import send_again
from apps.notifications.channels import error_in_words
from apps.notifications.choices import Channel, NoticeKind
from apps.notifications.models import Sending
from apps.notifications.selectors import unsent as failed_sendings
from apps.notifications.selectors import unsent_by_channel
from apps.web.administration.access import for_administrators
from apps.web.ui.faults import mendable
from apps.web.ui.paging import page_by_number
from apps.web.ui.parts import NavItem, Stat
from apps.web.ui.templatetags.ui import masked


@for_administrators
@require_safe
def unsent(request: HttpRequest) -> HttpResponse:
    """Sendings that have failed for good, oldest first; no case is named and every address is masked."""
    actor = actor_of_request(request)
    named = request.GET.get("channel", "")
    chosen = Channel(named) if named in Channel.values else None
    by_channel = unsent_by_channel(seen_by=actor)
    page = page_by_number(failed_sendings(seen_by=actor, channel=chosen), request, by="id")
    here = reverse("administration:unsent")
    all_of_them = sum(each.count for each in by_channel)
    context = {
        "channel": chosen.value if chosen else "",
        "stats": [
            Stat(
                each.channel.label,
                each.count,
                oldest=each.oldest,
                href=f"{here}?channel={each.channel.value}",
                tone="warning" if each.count else "",
            )
            for each in by_channel
        ],
        "tabs": [
            NavItem(_("All (%(count)d)") % {"count": all_of_them}, here, is_current=chosen is None),
            *(
                NavItem(
                    f"{each.channel.label} ({each.count})",
                    f"{here}?channel={each.channel.value}",
                    is_current=each.channel == chosen,
                )
                for each in by_channel
            ),
        ],
        "rows": [_row(each) for each in page.rows],
        "pages": page.pages,
    }
    return render(request, "administration/unsent.html", context)


def _row(sending: Sending) -> dict[str, object]:
    return {
        "id": sending.pk,
        "what": NoticeKind(sending.notice.template).label,
        "channel": Channel(sending.channel).label,
        "address": masked(sending.address),
        "told_at": sending.notice.created_at,
        "failed_at": sending.failed_at,
        "why": error_in_words(sending.last_error) or "–",
        "attempts": sending.attempts,
    }


@for_administrators
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Sends one again, or all that were shown."""
    named = request.POST.getlist("one") or request.POST.getlist("shown")
    wanted = [int(each) for each in named[:1000] if each.isdecimal() and len(each) < 19]
    try:
        count = send_again(wanted, by=actor_of_request(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, mendable(refusal).message)
    else:
        said = ngettext("%(count)d message is sent again.", "%(count)d messages are sent again.", count)
        messages.success(request, said % {"count": count})
    channel = request.POST.get("channel", "")
    back = reverse("administration:unsent")
    return redirect(f"{back}?channel={channel}" if channel in Channel.values else back)
