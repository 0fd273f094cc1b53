"""Roles of posts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    RECEPTIONIST = "receptionist", _("Receptionist")
    CASHIER = "cashier", _("Cashier")
    HANDLER = "handler", _("Handler")
    HEAD = "head", _("Head of division")
    APPROVER = "approver", _("Approver")
    REGISTRAR = "registrar", _("Registrar")
    RESULT_DESK = "result_desk", _("Result desk")
    SUPERVISOR = "supervisor", _("District supervisor")
    INSPECTOR = "inspector", _("City inspector")
    ACCOUNTANT = "accountant", _("Accountant")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
