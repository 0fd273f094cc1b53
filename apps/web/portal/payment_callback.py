"""Where a payment gateway tells by itself what happened: no session, a bounded body, an answer at once."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.cases.actions.settling import hear_callback
from apps.receipts.actions.orders import keep_forged
from apps.receipts.choices import MessageOutcome
from apps.receipts.gateways import gateway_named

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
    """Hears a message; sent again it is answered again. Where it was kept, 200: the gateway need not repeat it."""
    known = gateway_named(gateway)
    if known is None:
        return JsonResponse({"outcome": "no_such_gateway"}, status=404)
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES or request.content_type != "application/json":
        keep_forged(known.name, body, at=timezone.now())
        outcome = MessageOutcome.FORGED
    else:
        outcome = hear_callback(known, body, request.headers, at=timezone.now())
    if outcome in _STATUS:
        logger.warning("callback of gateway %s: %s", known.name, outcome.value)
    return JsonResponse({"outcome": outcome.value}, status=_STATUS.get(outcome, 200))
