"""What was declared stays as declared."""

from django.db import migrations

from apps.core.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]

    operations = [*append_only("applications_applicationrevision", "applications_revisionattachment")]
