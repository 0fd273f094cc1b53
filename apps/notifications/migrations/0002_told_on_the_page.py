"""A notice without an address is told on the page only: it has no time of sending."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE notifications_notice SET sent_at = NULL WHERE email = ''",
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sent_at__isnull", True), models.Q(("email", ""), _negated=True), _connector="OR"
                ),
                name="notice_sent_to_an_address",
            ),
        ),
    ]
