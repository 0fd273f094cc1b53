"""The first migration of all: what the program's role may do, the extensions, and the function that refuses edits.

The program owns nothing. It may read, add and change rows; it may delete none unless a later migration says so.
"""

from django.db import migrations

from apps.core.guards import program_role


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    run_before = [
        ("contenttypes", "0001_initial"),
        ("sessions", "0001_initial"),
        ("units", "0001_initial"),
        ("calendars", "0001_initial"),
        ("documents", "0001_initial"),
        ("notifications", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            f"""
            CREATE EXTENSION IF NOT EXISTS btree_gist;
            GRANT USAGE ON SCHEMA public TO {program_role()};
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE ON TABLES TO {program_role()};
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {program_role()};
            GRANT SELECT ON django_migrations TO {program_role()};

            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% on % is refused: its rows are never changed', TG_OP, TG_TABLE_NAME
                    USING ERRCODE = 'insufficient_privilege';
            END $$;
            """,
            reverse_sql=f"""
            DROP FUNCTION refuse_change();
            ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {program_role()};
            ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM {program_role()};
            """,
        )
    ]
