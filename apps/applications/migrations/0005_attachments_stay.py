"""An uploaded file is handed out only as it was hashed: neither its hash nor where it lies is ever edited."""

from django.db import migrations

from apps.core.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("applications", "0004_papers_held")]

    operations = [*append_only("applications_attachment")]
