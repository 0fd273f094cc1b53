"""Which paper took the place of which: corrected, issued again with a new secret, or made anew of a longer ledger."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

# Each form 01 that was issued again with a new secret has replaced the one before it.
_ISSUED_AGAIN = """
    UPDATE cases_casedocument AS later SET replaces_id = told.before
    FROM (
        SELECT d.id, e.kind, lag(d.id) OVER (PARTITION BY d.case_id ORDER BY e.sequence, d.id) AS before
        FROM cases_casedocument d
        JOIN cases_caseevent e ON e.id = d.event_id
        JOIN documents_document p ON p.id = d.document_id AND p.kind = 'form_01'
    ) AS told
    WHERE told.id = later.id AND told.kind = 'secret_issued_again' AND told.before IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_steps_and_opinions"), ("documents", "0003_check_codes")]

    operations = [
        migrations.AddField(
            model_name="casedocument",
            name="replaces",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="cases.casedocument",
            ),
        ),
        migrations.RunSQL(_ISSUED_AGAIN, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="casedocument",
            constraint=models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="paper_replaces_another"
            ),
        ),
    ]
