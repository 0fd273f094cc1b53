"""Papers of receipts from before were trials and not signed: they lose their place, and workers make signed ones."""

from django.db import migrations

SIGN_AGAIN = """
    ALTER TABLE receipts_receiptdocument DISABLE TRIGGER append_only_rows;
    DELETE FROM receipts_receiptdocument;
    ALTER TABLE receipts_receiptdocument ENABLE TRIGGER append_only_rows;
    INSERT INTO core_outboxrow (task, effect, payload, created_at, next_attempt_at, attempts, last_error)
    SELECT 'apps.cases.tasks.render_receipt', 'receipt:' || uuid, jsonb_build_object('receipt', uuid), now(), now(), 0, ''
    FROM receipts_receipt
    ON CONFLICT (effect) DO UPDATE
        SET done_at = NULL, failed_at = NULL, attempts = 0, next_attempt_at = excluded.next_attempt_at, last_error = '';
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_tables"), ("receipts", "0004_exemptions")]

    operations = [migrations.RunSQL(SIGN_AGAIN, migrations.RunSQL.noop)]
