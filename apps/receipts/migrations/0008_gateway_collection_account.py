"""Accounts of collecting bodies."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("receipts", "0007_signed_receipts"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CollectionAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bank_bin", models.CharField(max_length=6)),
                ("bank_name", models.CharField(max_length=120)),
                ("number", models.CharField(max_length=19)),
                ("holder", models.CharField(max_length=200)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("is_established", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
            ],
        ),
        migrations.AddField(
            model_name="collectionaccount",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="collection_accounts",
                to="units.agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="collectionaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to__isnull", True)),
                fields=("agency",),
                name="account_of_a_body_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="collectionaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("bank_bin__regex", "^[0-9]{6}$"), ("number__regex", "^[0-9A-Za-z]{1,19}$")
                ),
                name="account_has_its_shape",
            ),
        ),
        migrations.AddConstraint(
            model_name="collectionaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="account_ends_after_it_begins",
            ),
        ),
    ]
