"""A paper is never edited: a corrected one is another paper."""

from django.db import migrations

from apps.core.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [*append_only("documents_document", "documents_storedfile")]
