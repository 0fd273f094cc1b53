"""Money: what is due and by which rule, what was paid or went back, and receipts whose numbers run 1…n without a gap.

The program may add to almost all of this and change next to nothing. All amounts are whole đồng.
"""

from apps.receipts.models.accounts import (
    CollectionAccount,
)
from apps.receipts.models.bank import (
    MEMO_AT_MOST,
    BankLine,
    BankMatch,
    BankStatement,
    DifferenceExplanation,
)
from apps.receipts.models.cashiers import (
    CashierSession,
    CashMovement,
    DifferenceAcknowledged,
)
from apps.receipts.models.fees import (
    FeeDue,
    FeeDueQuerySet,
)
from apps.receipts.models.legacy import (
    LegacyReceipt,
)
from apps.receipts.models.notices import (
    ReceiptNotice,
)
from apps.receipts.models.payments import (
    ORDER_CODE_LENGTH,
    REFERENCE_AT_MOST,
    GatewayMessage,
    GatewayStatementLine,
    Payment,
    PaymentLine,
    PaymentOrder,
    PaymentOrderLine,
)
from apps.receipts.models.receipts import (
    LOOKUP_CODE_LENGTH,
    Receipt,
    ReceiptDocument,
    UnsignedAlarm,
)
from apps.receipts.models.refunds import (
    Refund,
    RefundDecision,
    RefundFailure,
    RefundOtherWay,
    RefundProposal,
    RefundProposalQuerySet,
)
from apps.receipts.models.reports import (
    DayReport,
    DayReportAnswer,
    DayReportEdition,
    DayReportFile,
    DayReportLine,
)
from apps.receipts.models.series import (
    CollectingSuccession,
    ReceiptSeries,
)

__all__ = [
    "LOOKUP_CODE_LENGTH",
    "MEMO_AT_MOST",
    "ORDER_CODE_LENGTH",
    "REFERENCE_AT_MOST",
    "BankLine",
    "BankMatch",
    "BankStatement",
    "CashMovement",
    "CashierSession",
    "CollectingSuccession",
    "CollectionAccount",
    "DayReport",
    "DayReportAnswer",
    "DayReportEdition",
    "DayReportFile",
    "DayReportLine",
    "DifferenceAcknowledged",
    "DifferenceExplanation",
    "FeeDue",
    "FeeDueQuerySet",
    "GatewayMessage",
    "GatewayStatementLine",
    "LegacyReceipt",
    "Payment",
    "PaymentLine",
    "PaymentOrder",
    "PaymentOrderLine",
    "Receipt",
    "ReceiptDocument",
    "ReceiptNotice",
    "ReceiptSeries",
    "Refund",
    "RefundDecision",
    "RefundFailure",
    "RefundOtherWay",
    "RefundProposal",
    "RefundProposalQuerySet",
    "UnsignedAlarm",
]
