"""Where a payment gateway tells by itself what happened: no session, a bounded body, an answer at once.

Forging is slowed as guessing is (`docs/adr/0007-whoever-knows-the-secret-is-never-throttled.md`): what the gateway has signed
is heard always, from wherever it comes.
"""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.cases.actions.settling import hear_callback
from apps.core.errors import TooManyGuesses
from apps.interface.throttling import slowing_guesses
from apps.receipts.actions.orders import keep_forged
from apps.receipts.choices import MessageOutcome
from apps.receipts.gateways import Forged, PaymentGateway, gateway_named

logger = logging.getLogger(__name__)

MOST_BYTES = 16 * 1024
_STATUS = {
    MessageOutcome.FORGED: 400,
    MessageOutcome.UNKNOWN: 404,
    MessageOutcome.CONTRADICTS: 409,
}


@csrf_exempt
@require_POST
def callback(request: HttpRequest, gateway: str) -> HttpResponse:
    """Hears a message; sent again it is answered again. Where it was kept, 200: the gateway need not repeat it.

    A forged one is kept, but not once too many have come from its address.
    """
    known = gateway_named(gateway)
    if known is None:
        return JsonResponse({"outcome": "no_such_gateway"}, status=404)
    body = request.read(MOST_BYTES + 1)
    try:
        outcome = slowing_guesses(request, "callback", lambda: _heard(known, body, request), failure=Forged)
    except TooManyGuesses as refusal:
        logger.warning("callback of gateway %s: forged once more from one address, not kept", known.name)
        return JsonResponse({"outcome": refusal.code}, status=refusal.status)
    except Forged:
        keep_forged(known.name, body, at=timezone.now())
        outcome = MessageOutcome.FORGED
    if outcome in _STATUS:
        logger.warning("callback of gateway %s: %s", known.name, outcome.value)
    return JsonResponse({"outcome": outcome.value}, status=_STATUS.get(outcome, 200))


def _heard(gateway: PaymentGateway, body: bytes, request: HttpRequest) -> MessageOutcome:
    """Raises Forged."""
    if len(body) > MOST_BYTES or request.content_type != "application/json":
        raise Forged()
    return hear_callback(gateway, body, request.headers, at=timezone.now())
