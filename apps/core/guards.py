"""SQL that migrations lay over tables which must never be edited: grants for the program, triggers for everybody."""

from __future__ import annotations

from django.conf import settings
from django.db.migrations import RunSQL


def program_role() -> str:
    """The program's database role, quoted."""
    return '"' + settings.DATABASE_PROGRAM_ROLE.replace('"', '""') + '"'


def append_only(*tables: str) -> list[RunSQL]:
    """Rows of these tables can be added and read; UPDATE, DELETE and TRUNCATE are refused to owner and program alike."""
    return [
        RunSQL(
            f"""
            REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {program_role()};
            CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            reverse_sql=f"""
            DROP TRIGGER append_only_rows ON {table};
            DROP TRIGGER append_only_table ON {table};
            GRANT UPDATE ON {table} TO {program_role()};
            """,
        )
        for table in tables
    ]


def deletable(*tables: str) -> list[RunSQL]:
    """Rows of these few tables may be deleted by the program: they are not part of any file."""
    return [
        RunSQL(
            f"GRANT DELETE ON {table} TO {program_role()}",
            reverse_sql=f"REVOKE DELETE ON {table} FROM {program_role()}",
        )
        for table in tables
    ]


def changes_only(table: str, columns: str, *, name: str, unless: str) -> RunSQL:
    """The program may change these columns of a table; never once `unless` (of OLD or NEW) holds, and no other column."""
    kept = " - ".join(f"'{column.strip()}'" for column in columns.split(","))
    return RunSQL(
        f"""
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {program_role()};
        GRANT UPDATE ({columns}) ON {table} TO {program_role()};
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'UPDATE' OR to_jsonb(NEW) - {kept} <> to_jsonb(OLD) - {kept} OR ({unless}) THEN
                RAISE EXCEPTION '% of row % of {table} is refused', TG_OP, OLD.id
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
        CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """,
        reverse_sql=f"""
        DROP TRIGGER append_only_table ON {table};
        DROP TRIGGER {name} ON {table};
        DROP FUNCTION {name}();
        REVOKE UPDATE ({columns}) ON {table} FROM {program_role()};
        GRANT UPDATE ON {table} TO {program_role()};
        """,
    )
