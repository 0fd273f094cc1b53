"""A bundle is a file that somebody asked for, whole or not there like every such file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bundles", "0002_guards")]

    operations = [
        migrations.RemoveConstraint(
            model_name="bundle",
            name="bundle_ready_is_whole",
        ),
        migrations.RemoveConstraint(
            model_name="bundle",
            name="bundle_done_fits",
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("made_at__isnull", True),
                        ("sha256__isnull", True),
                        ("size__isnull", True),
                        ("state__in", ["asked", "failed"]),
                        ("storage_name__isnull", True),
                    ),
                    models.Q(
                        ("made_at__isnull", False),
                        ("sha256__isnull", False),
                        ("size__isnull", False),
                        ("state", "ready"),
                        ("storage_name__isnull", False),
                    ),
                    ("state", "cleared"),
                    _connector="OR",
                ),
                name="bundle_ready_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("total__gte", 1),
                    ("done__lte", models.F("total")),
                    models.Q(
                        models.Q(("state", "ready"), _negated=True),
                        ("done", models.F("total")),
                        _connector="OR",
                    ),
                ),
                name="bundle_done_fits",
            ),
        ),
    ]
