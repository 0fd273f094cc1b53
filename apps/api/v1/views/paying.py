"""Paying online over HTTP: the orders of a case, opening what is due, cancelling what is not paid."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import Actor
from apps.api.base import ApiView, actor, request_key
from apps.api.v1.serializers.paying import PaymentOrderOut
from apps.api.v1.views.applications import KEY, REPLAY, REPLAY_HEADER
from apps.cases.actions.online_payment import cancel_order, open_order
from apps.cases.selectors import case_to_pay, orders_of
from apps.core.printed_codes import as_stored
from apps.core.request_keys import Replayed


class PaymentOrders(ApiView):
    @extend_schema(operation_id="payment_orders", responses=PaymentOrderOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """The payment orders of a case, newest first: for the applicant's side and a payer who was named."""
        return Response(_orders(code, actor(request)))

    @extend_schema(
        operation_id="open_payment_orders",
        parameters=[KEY, REPLAY_HEADER],
        request=None,
        responses={200: OpenApiResponse(PaymentOrderOut(many=True), "The orders of the case, newest first.")},
    )
    def post(self, request: Request, code: str) -> Response:
        """Opens what is due now, one order for each collecting body; an open one for the same lines is given again.

        Where `pay_url` is empty the gateway has not answered: post again with a new key in a moment.
        """
        by, key = actor(request), request_key(request)
        to_pay = case_to_pay(code, seen_by=by)
        try:
            open_order(to_pay.case.code, by=by, at=timezone.now(), request_key=key)
        except Replayed:
            return Response(_orders(code, by), headers={REPLAY: "true"})
        return Response(_orders(code, by))


class CancelPaymentOrder(ApiView):
    @extend_schema(
        operation_id="cancel_payment_order",
        parameters=[KEY, REPLAY_HEADER],
        request=None,
        responses={200: OpenApiResponse(PaymentOrderOut(many=True), "The orders of the case, newest first.")},
    )
    def post(self, request: Request, code: str, order: str) -> Response:
        """Ends an order that will not be paid; what is due can then be opened anew.

        The gateway is told first: one for which money has come (`order_ended`) or is on its way (`payment_under_way`) is not
        cancelled. Money that comes for it all the same is recorded, and settles what is still due or is proposed to go back.
        """
        by, key = actor(request), request_key(request)
        to_pay = case_to_pay(code, seen_by=by)
        try:
            cancel_order(to_pay.case.code, as_stored(order), by=by, at=timezone.now(), request_key=key)
        except Replayed:
            return Response(_orders(code, by), headers={REPLAY: "true"})
        return Response(_orders(code, by))


def _orders(code: str, by: Actor) -> list[dict[str, object]]:
    return list(PaymentOrderOut(orders_of(case_to_pay(code, seen_by=by).case), many=True).data)
