"""The ledger: append-only, each event chained to the one before it, its columns true to its body."""

from django.db import migrations

from apps.core.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        *append_only("cases_caseevent"),
        migrations.RunSQL(
            """
            ALTER TABLE cases_caseevent
                ADD CONSTRAINT event_hash_is_true CHECK (hash = sha256(previous_hash || body)),
                ADD CONSTRAINT event_chain_begins_once CHECK ((sequence = 1) = (previous_hash = ''::bytea)),
                ADD CONSTRAINT event_columns_are_true CHECK (
                    (convert_from(body, 'UTF8')::jsonb ->> 'kind') = kind
                    AND (convert_from(body, 'UTF8')::jsonb ->> 'sequence')::int = sequence
                    AND (convert_from(body, 'UTF8')::jsonb ->> 'at')::timestamptz = at
                    AND (convert_from(body, 'UTF8')::jsonb ->> 'by')::bigint IS NOT DISTINCT FROM by_id
                    AND (convert_from(body, 'UTF8')::jsonb ->> 'to_status')::int = to_status
                    AND (convert_from(body, 'UTF8')::jsonb ->> 'to_agency')::bigint = to_agency_id
                    AND (convert_from(body, 'UTF8')::jsonb ->> 'handler')::bigint IS NOT DISTINCT FROM handler_id
                    AND (convert_from(body, 'UTF8')::jsonb ->> 'due_at')::timestamptz = due_at
                );

            CREATE FUNCTION refuse_broken_chain() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.sequence > 1 AND NEW.previous_hash IS DISTINCT FROM (
                    SELECT hash FROM cases_caseevent WHERE case_id = NEW.case_id AND sequence = NEW.sequence - 1
                ) THEN
                    RAISE EXCEPTION 'event % of case % does not follow the one before it', NEW.sequence, NEW.case_id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refuse_broken_chain BEFORE INSERT ON cases_caseevent
                FOR EACH ROW EXECUTE FUNCTION refuse_broken_chain();
            """,
            reverse_sql="""
            DROP TRIGGER refuse_broken_chain ON cases_caseevent;
            DROP FUNCTION refuse_broken_chain();
            ALTER TABLE cases_caseevent
                DROP CONSTRAINT event_hash_is_true,
                DROP CONSTRAINT event_chain_begins_once,
                DROP CONSTRAINT event_columns_are_true;
            """,
        ),
    ]
