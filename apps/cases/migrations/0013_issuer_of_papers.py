"""In whose name each paper stands."""

import django.db.models.deletion
from django.db import migrations, models

# Until now every paper was issued where the case was; one that replaces another is still that other's.
_WHERE_THE_CASE_WAS = """
    WITH RECURSIVE first AS (
        SELECT d.id, d.event_id FROM cases_casedocument d WHERE d.replaces_id IS NULL
        UNION ALL
        SELECT d.id, first.event_id FROM cases_casedocument d JOIN first ON first.id = d.replaces_id
    )
    UPDATE cases_casedocument d SET issuer_id = e.to_agency_id
    FROM first JOIN cases_caseevent e ON e.id = first.event_id
    WHERE first.id = d.id
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_event_kinds"), ("units", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="casedocument",
            name="issuer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.agency",
            ),
        ),
        migrations.RunSQL(_WHERE_THE_CASE_WAS, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="casedocument",
            name="issuer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.agency"
            ),
        ),
    ]
