"""A receipt's paper is signed. Trial papers from before were none: they lose their place, and workers make signed ones."""

import django.db.models.deletion
from django.db import migrations, models

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
    dependencies = [
        ("core", "0002_tables"),
        ("documents", "0004_stored_data"),
        ("receipts", "0006_guards_of_money"),
    ]

    operations = [
        migrations.RunSQL(SIGN_AGAIN, migrations.RunSQL.noop),
        migrations.AddField(
            "receiptdocument", "certificate", models.BinaryField(default=b""), preserve_default=False
        ),
        migrations.AddField(
            "receiptdocument",
            "signed_at",
            models.DateTimeField(default="2026-07-01T00:00:00+07:00"),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="UnsignedAlarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(null=True)),
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarm",
                        to="receipts.receipt",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cleared_at__isnull", True),
                            ("cleared_at__gte", models.F("raised_at")),
                            _connector="OR",
                        ),
                        name="alarm_cleared_after_raised",
                    )
                ]
            },
        ),
    ]
