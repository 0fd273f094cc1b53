"""A published version and its parts are frozen, for the program and for the owner; a draft is rewritten and discarded."""

from django.db import migrations

from apps.core.guards import deletable

PARTS = (
    "procedures_competence",
    "procedures_timelimit",
    "procedures_component",
    "procedures_feerule",
    "procedures_step",
)
VERSIONS = "procedures_procedureversion"

FREEZE_VERSION = """
    CREATE FUNCTION refuse_change_of_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.state = 'draft' THEN RETURN NEW; END IF;
        ELSIF OLD.state = 'draft' THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            IF NEW.procedure_id = OLD.procedure_id AND NEW.number = OLD.number THEN RETURN NEW; END IF;
        ELSIF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'in_force_to' = to_jsonb(OLD) - 'in_force_to' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '% on % is refused: a version begins as a draft and is frozen once published',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END $$;

    CREATE FUNCTION refuse_change_of_published_part() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        touched bigint[] := ARRAY[]::bigint[];
        its_version bigint;
    BEGIN
        IF TG_OP <> 'INSERT' THEN touched := touched || OLD.version_id; END IF;
        IF TG_OP <> 'DELETE' THEN touched := touched || NEW.version_id; END IF;
        FOREACH its_version IN ARRAY touched LOOP
            -- Waits for whoever is publishing it at this moment.
            PERFORM FROM procedures_procedureversion
                WHERE id = its_version AND state = 'draft' FOR SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION '% on % is refused: its version is published', TG_OP, TG_TABLE_NAME
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
        END LOOP;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END $$;
"""
THAW = "DROP FUNCTION refuse_change_of_published_part(); DROP FUNCTION refuse_change_of_version();"


def guarded(table: str, function: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER frozen_rows BEFORE INSERT OR UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {function}();
        CREATE TRIGGER frozen_table BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """,
        reverse_sql=f"DROP TRIGGER frozen_rows ON {table}; DROP TRIGGER frozen_table ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("procedures", "0004_versions")]

    operations = [
        migrations.RunSQL(FREEZE_VERSION, reverse_sql=THAW),
        guarded(VERSIONS, "refuse_change_of_version"),
        *(guarded(table, "refuse_change_of_published_part") for table in PARTS),
        *deletable(VERSIONS, *PARTS),
    ]
