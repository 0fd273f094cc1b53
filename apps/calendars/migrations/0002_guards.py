"""A version of a calendar is frozen: due times are derived from it again."""

from django.db import migrations

from apps.core.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]

    operations = [*append_only("calendars_calendarversion", "calendars_calendarday")]
