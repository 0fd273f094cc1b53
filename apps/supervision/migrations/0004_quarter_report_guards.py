"""The paper of a quarter that is ready stays as it was made."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0003_quarter_reports"), ("core", "0003_guards")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER ready_stays BEFORE UPDATE OR DELETE ON supervision_quarterreport
                FOR EACH ROW WHEN (OLD.state = 'ready') EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER append_only_table BEFORE TRUNCATE ON supervision_quarterreport
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            reverse_sql="""
            DROP TRIGGER ready_stays ON supervision_quarterreport;
            DROP TRIGGER append_only_table ON supervision_quarterreport;
            """,
        )
    ]
