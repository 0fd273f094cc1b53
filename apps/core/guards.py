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
