"""An alarm of a receipt that was not signed in time stays as it was raised, and is cleared once."""

from django.db import migrations

from apps.core.guards import changes_only


class Migration(migrations.Migration):
    dependencies = [("receipts", "0020_files_of_statements")]

    operations = [
        changes_only(
            "receipts_unsignedalarm",
            "cleared_at",
            name="alarm_cleared_once",
            unless="OLD.cleared_at IS NOT NULL",
        )
    ]
