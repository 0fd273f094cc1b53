"""Words of money."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentMethod(models.TextChoices):
    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    TRANSFER = "transfer", _("Bank transfer")


class ReceiptForm(models.TextChoices):
    """Forms of Nghị định 254/2026/NĐ-CP, in force for receipts issued from 2026-07-01."""

    NO_FACE_VALUE = "EBL01", _("Receipt without face value")
    FACE_VALUE = "EBL02", _("Receipt with face value")


class ReceiptState(models.TextChoices):
    """How a receipt stands to whoever holds it."""

    BEING_SIGNED = "being_signed", _("Being signed")
    AVAILABLE = "available", _("Signed and available")


class FileVerdict(models.TextChoices):
    """What a file is that somebody holds and takes for a receipt."""

    GENUINE = "genuine", _("Genuine and unchanged")
    OTHER_BYTES = "other_bytes", _("Signed by us, but not the file that was issued")
    OF_ANOTHER = "of_another", _("Signed by us, but another receipt")
    ALTERED = "altered", _("Altered")
