"""Orders to pay online, and the case of each, for whoever may pay: the applicant's side and a payer that was named."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from apps.accounts.actors import Actor
from apps.cases.codes import read_case_code
from apps.cases.errors import CaseUnknown
from apps.cases.models import Case, CaseOrder, CaseReceipt
from apps.cases.policies import Standing, can_pay_online
from apps.cases.selectors.money import readable_among
from apps.cases.selectors.sight import WITH_NAMES, standing_of
from apps.cases.transitions import OPEN_IN
from apps.core.printed_codes import can_be_code
from apps.receipts.errors import OrderUnknown
from apps.receipts.models import ORDER_CODE_LENGTH, Payment, PaymentOrder


@dataclass(frozen=True, slots=True)
class CaseToPay:
    """A case as who may pay for it sees it: what is due, and nothing of the matter."""

    case: Case
    standing: Standing

    @property
    def is_open(self) -> bool:
        """Whether anything is still collected in it."""
        return self.case.status in OPEN_IN["record_payment"]


def case_to_pay(code: str, *, seen_by: Actor) -> CaseToPay:
    """Raises CaseUnknown for everybody who may not pay in it; CaseCodeMalformed."""
    case = Case.objects.select_related(*WITH_NAMES).filter(code=read_case_code(code)).first()
    if case is not None:
        standing = standing_of(case, seen_by)
        if can_pay_online(seen_by, standing):
            return CaseToPay(case, standing)
    raise CaseUnknown(field="code")


def orders_of(case: Case) -> list[PaymentOrder]:
    """The orders of a case with their lines and what was paid for each, newest first."""
    payments = Payment.objects.prefetch_related("lines", "receipts__paper", "receipts__series")
    orders = (
        PaymentOrder.objects.filter(pk__in=CaseOrder.objects.filter(case=case).values("order"))
        .select_related("collecting_body")
        .prefetch_related("lines__fee", Prefetch("payments", queryset=payments))
    )
    return list(orders.order_by("-id"))


def order_to_pay(code: str, order_code: str, *, seen_by: Actor) -> PaymentOrder:
    """An order of a case as who may pay for it sees it. Raises CaseUnknown, CaseCodeMalformed, OrderUnknown."""
    of = _of_order(order_code).filter(case=case_to_pay(code, seen_by=seen_by).case)
    found = of.select_related("order").first()
    if found is None:
        raise OrderUnknown(field="order")
    return found.order


def case_code_of_order(order_code: str) -> str:
    """The code of the case that an order belongs to. Raises OrderUnknown."""
    code = _of_order(order_code).values_list("case__code", flat=True).first()
    if code is None:
        raise OrderUnknown(field="order")
    return str(code)


def _of_order(code: str) -> QuerySet[CaseOrder]:
    found = CaseOrder.objects.filter(order__code=code)
    return found if can_be_code(code, ORDER_CODE_LENGTH) else found.none()


def receipts_of_payer(to_pay: CaseToPay, *, seen_by: Actor) -> frozenset[UUID]:
    """The receipts of the case that this payer may read."""
    rows = CaseReceipt.objects.filter(case=to_pay.case).select_related("receipt__payment")
    return readable_among(rows, to_pay.case, to_pay.standing, seen_by)
