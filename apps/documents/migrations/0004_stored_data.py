"""The structured data of a document, stored beside its PDF and as immutable."""

import django.db.models.deletion
from django.db import migrations, models

from apps.core.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_check_codes")]

    operations = [
        migrations.CreateModel(
            name="StoredData",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("storage_name", models.CharField(max_length=200, unique=True)),
                ("sha256", models.BinaryField()),
                ("size", models.PositiveIntegerField()),
                ("stored_at", models.DateTimeField()),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data",
                        to="documents.document",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        *append_only("documents_storeddata"),
    ]
