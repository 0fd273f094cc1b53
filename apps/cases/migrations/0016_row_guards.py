"""What the ledger names beside it, papers, notices, results, obligations and texts, is written once as well."""

from django.db import migrations

from apps.core.guards import append_only, changes_only


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_money_of_a_case")]

    operations = [
        *append_only("cases_casedocument", "cases_casenotice", "cases_caseresult", "cases_lateentry"),
        changes_only(
            "cases_obligation",
            "voucher, fulfilled_at, fulfilled_by_id",
            name="obligation_fulfilled_once",
            unless="OLD.fulfilled_at IS NOT NULL OR NEW.fulfilled_at IS NULL",
        ),
        changes_only(
            "cases_eventtext",
            "text, redacted_at",
            name="text_redacted_once",
            # It is taken away, and says nothing else instead.
            unless="OLD.redacted_at IS NOT NULL OR NEW.redacted_at IS NULL OR NEW.text NOT IN ('', OLD.text)",
        ),
    ]
