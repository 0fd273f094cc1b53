"""What administrators did is never edited."""

from django.db import migrations

from apps.core.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("core", "0004_administration")]

    operations = [*append_only("core_administrativeact")]
