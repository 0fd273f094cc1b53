"""The parts of a group: each opens a case under a procedure of its own; frozen with their version, none waits for itself."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from apps.core.guards import deletable


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0008_exemptions"),
    ]

    operations = [
        migrations.CreateModel(
            name="LinkedPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("condition", models.JSONField(blank=True, null=True)),
                ("is_established", models.BooleanField(default=True)),
                ("note", models.CharField(blank=True, default="", max_length=600)),
                ("note_en", models.CharField(blank=True, default="", max_length=600)),
                (
                    "waits_for",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "procedure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="procedures.procedure",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="linked_parts",
                        to="procedures.procedureversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "position"), name="linked_part_key"),
                    models.UniqueConstraint(fields=("version", "procedure"), name="linked_part_once"),
                ],
            },
        ),
        migrations.RunSQL(
            """
            ALTER TABLE procedures_linkedpart
                ADD CONSTRAINT linked_part_waits_for_those_before CHECK (position > ALL (waits_for));
            CREATE TRIGGER frozen_rows BEFORE INSERT OR UPDATE OR DELETE ON procedures_linkedpart
                FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_part();
            CREATE TRIGGER frozen_table BEFORE TRUNCATE ON procedures_linkedpart
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            reverse_sql="""
            DROP TRIGGER frozen_rows ON procedures_linkedpart;
            DROP TRIGGER frozen_table ON procedures_linkedpart;
            ALTER TABLE procedures_linkedpart DROP CONSTRAINT linked_part_waits_for_those_before;
            """,
        ),
        *deletable("procedures_linkedpart"),
    ]
