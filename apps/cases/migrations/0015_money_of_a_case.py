"""Fees, receipts, orders and refunds stay those of their case: what ties them to it is never edited."""

from django.db import migrations

from apps.core.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_money")]

    operations = append_only("cases_casefee", "cases_casereceipt", "cases_caseorder", "cases_caserefund")
