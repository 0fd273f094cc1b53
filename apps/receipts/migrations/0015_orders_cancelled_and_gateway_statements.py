"""An order says who cancelled it; answers to refunds and the gateway's own lists are kept, and never edited."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.guards import append_only, changes_only

_CLOSED_ONCE = {"table": "receipts_paymentorder", "name": "order_closes_once"}
_BEFORE = changes_only(
    **_CLOSED_ONCE,
    columns="gateway_reference, pay_url, closed_at, outcome",
    unless="OLD.outcome = 'settled' OR (OLD.gateway_reference <> ''"
    " AND NEW.gateway_reference <> OLD.gateway_reference)"
    " OR (OLD.closed_at IS NOT NULL AND NEW.outcome <> 'settled')",
)


class Migration(migrations.Migration):
    dependencies = [
        ("receipts", "0014_succession_and_bank_guards"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GatewayStatementLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=20)),
                ("order_code", models.CharField(max_length=80)),
                ("number", models.CharField(max_length=80)),
                ("amount", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="gatewaymessage",
            name="refund",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="receipts.refundproposal",
            ),
        ),
        migrations.AddField(
            model_name="paymentorder",
            name="cancelled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="gatewaymessage",
            name="kind",
            field=models.CharField(
                choices=[
                    ("created", "Answer to a new order"),
                    ("callback", "Callback"),
                    ("answer", "Answer to a query"),
                    ("cancelled", "Answer to a cancellation"),
                    ("refund", "Answer to a refund"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="gatewaymessage",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("settled", "Settled the order"),
                    ("not_applied", "Recorded as money that settles nothing"),
                    ("repeated", "Nothing: it was known already"),
                    ("closed", "Closed the order without money"),
                    ("paid_back", "Recorded as paid back"),
                    ("not_paid_back", "Recorded as not paid back; another way is decided"),
                    ("noted", "Nothing"),
                    ("asked", "The gateway is asked"),
                    ("forged", "Refused: the signature is wrong"),
                    ("unknown", "Refused: no such order"),
                    ("contradicts", "Refused: it contradicts the order"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="gatewaymessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refund__isnull", True),
                    models.Q(("kind", "refund"), ("order__isnull", False)),
                    _connector="OR",
                ),
                name="message_of_a_refund",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_by__isnull", True), ("outcome__in", ["cancelled", "settled"]), _connector="OR"
                ),
                name="order_cancelled_by_whom",
            ),
        ),
        migrations.AddIndex(
            model_name="gatewaystatementline",
            index=models.Index(fields=["at"], name="gateway_line_at"),
        ),
        migrations.AddConstraint(
            model_name="gatewaystatementline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="gateway_line_of_money"
            ),
        ),
        migrations.AddConstraint(
            model_name="gatewaystatementline",
            constraint=models.UniqueConstraint(
                fields=("gateway", "number", "amount", "order_code"), name="gateway_line_once"
            ),
        ),
        *append_only("receipts_gatewaystatementline"),
        migrations.RunSQL(_BEFORE.reverse_sql, reverse_sql=_BEFORE.sql),
        changes_only(
            **_CLOSED_ONCE,
            columns="gateway_reference, pay_url, closed_at, outcome, cancelled_by_id",
            # Who ended it is said as it ends, and stays, also where money came all the same.
            unless="OLD.outcome = 'settled' OR (OLD.gateway_reference <> ''"
            " AND NEW.gateway_reference <> OLD.gateway_reference)"
            " OR (OLD.closed_at IS NOT NULL AND (NEW.outcome <> 'settled'"
            " OR NEW.cancelled_by_id IS DISTINCT FROM OLD.cancelled_by_id))",
        ),
    ]
