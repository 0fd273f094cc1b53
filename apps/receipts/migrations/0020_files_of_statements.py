"""A bank's statement is kept as the bank gave it. Of those that were taken in before, only the hash is known, and nothing is made up."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("receipts", "0019_numbers_of_others")]

    operations = [
        migrations.AddField(
            "bankstatement", "storage_name", models.CharField(max_length=200, null=True, unique=True)
        ),
        migrations.AddField("bankstatement", "size", models.PositiveIntegerField(null=True)),
        migrations.AddField("bankstatement", "stored_at", models.DateTimeField(null=True)),
        # Asked of every row from now on, and never of those that are there: they stay without a file, and cannot be edited.
        AddConstraintNotValid(
            "bankstatement",
            models.CheckConstraint(
                condition=models.Q(storage_name__isnull=False, size__isnull=False, stored_at__isnull=False),
                name="statement_has_its_file",
            ),
        ),
    ]
