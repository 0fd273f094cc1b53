"""A result's number is given once by the agency that released it, in one year of dates."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import ExtractYear


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_guards"), ("units", "0001_initial")]

    operations = [
        migrations.AddField(
            "caseresult",
            "agency",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="results_released",
                to="units.agency",
            ),
        ),
        # Its checks are made at once: a table with checks outstanding cannot be altered.
        migrations.RunSQL(
            """
            SET CONSTRAINTS ALL IMMEDIATE;
            UPDATE cases_caseresult AS result SET agency_id = c.competent_agency_id
                FROM cases_case AS c WHERE c.id = result.case_id;
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            "caseresult",
            "agency",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="results_released",
                to="units.agency",
            ),
        ),
        migrations.AddConstraint(
            "caseresult",
            models.UniqueConstraint(
                models.F("agency"), ExtractYear("dated_on"), models.F("number"), name="result_number_once"
            ),
        ),
    ]
