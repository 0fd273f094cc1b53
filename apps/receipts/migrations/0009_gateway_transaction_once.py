"""A gateway's transaction is recorded for one order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("receipts", "0008_gateway_collection_account")]

    operations = [
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("method", "online")),
                fields=("reference",),
                name="transaction_of_one_order",
            ),
        ),
    ]
