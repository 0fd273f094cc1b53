"""Registers and papers of quarters are files that somebody asked for, with the columns that every such file has."""

from django.db import migrations, models
from django.db.models import Q

STATES = [
    ("asked", "Being made"),
    ("ready", "Ready"),
    ("failed", "Could not be made"),
    ("cleared", "Cleared away"),
]
KINDS = {
    "register": ("sheet", "register_ready_is_whole", ("lines", "paper")),
    "quarterreport": ("file", "quarter_report_ready_is_whole", ("snapshot",)),
}


def _whole_or_none(*also: str) -> Q:
    columns = ("made_at", "storage_name", "sha256", "size", *also)
    nothing = Q(state__in=["asked", "failed"], **{f"{name}__isnull": True for name in columns})
    return nothing | Q(state="ready", **{f"{name}__isnull": False for name in columns})


def _operations(kind: str, prefix: str, constraint: str, also: tuple[str, ...]) -> list:
    return [
        migrations.RemoveConstraint(kind, constraint),
        migrations.RenameField(kind, f"{prefix}_name", "storage_name"),
        migrations.RenameField(kind, f"{prefix}_sha256", "sha256"),
        migrations.RenameField(kind, f"{prefix}_size", "size"),
        migrations.AlterField(kind, "size", models.PositiveBigIntegerField(null=True)),
        migrations.AlterField(kind, "state", models.CharField(choices=STATES, default="asked", max_length=8)),
        migrations.AddConstraint(
            kind, models.CheckConstraint(condition=_whole_or_none(*also), name=constraint)
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("supervision", "0004_quarter_report_guards")]

    operations = [each for kind, said in KINDS.items() for each in _operations(kind, *said)]
