"""Keys and outbox rows may be cleared away; the access log may only grow; a new outbox row wakes the relay."""

from django.db import migrations

from apps.core.guards import append_only, deletable


class Migration(migrations.Migration):
    dependencies = [("core", "0002_tables"), ("sessions", "0001_initial")]

    operations = [
        *append_only("core_accessrecord"),
        *deletable("core_requestkey", "core_outboxrow", "django_session"),
        migrations.RunSQL(
            """
            CREATE FUNCTION wake_relay() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_notify('outbox', '');
                RETURN NULL;
            END $$;
            CREATE TRIGGER wake_relay AFTER INSERT ON core_outboxrow
                FOR EACH STATEMENT EXECUTE FUNCTION wake_relay();
            """,
            reverse_sql="DROP TRIGGER wake_relay ON core_outboxrow; DROP FUNCTION wake_relay();",
        ),
    ]
