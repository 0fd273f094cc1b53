"""The code under which anybody may ask whether a paper is ours; papers from before have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="check_code",
            field=models.CharField(max_length=12, null=True, unique=True),
        ),
    ]
