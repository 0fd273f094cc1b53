"""What a gateway told of and no order of ours knows is of no body, and is explained as such."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("receipts", "0017_accounts_are_confirmed")]

    operations = [
        migrations.AlterField(
            "differenceexplanation",
            "body",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.agency",
            ),
        ),
        migrations.AddConstraint(
            "differenceexplanation",
            models.CheckConstraint(
                condition=models.Q(("body__isnull", False), ("kind", "unknown_here"), _connector="OR"),
                name="explanation_of_a_body",
            ),
        ),
    ]
