"""An identity paper is its kind, the country that issued it and its number; a personal number is of Viet Nam."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("citizens", "0001_initial")]

    operations = [
        # Of other papers nobody asked which country issued them: that is not known, and not guessed.
        migrations.RunSQL(
            "UPDATE citizens_citizen SET identity_country = 'VN' WHERE identity_kind = 'personal_id'",
            "UPDATE citizens_citizen SET identity_country = ''",
        ),
        migrations.AddConstraint(
            model_name="citizen",
            constraint=models.UniqueConstraint(
                fields=["identity_number", "identity_country", "identity_kind"],
                condition=Q(identity_kind__in=("personal_id", "passport")) & ~Q(identity_country=""),
                name="citizen_identity_paper_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="citizen",
            constraint=models.CheckConstraint(
                condition=Q(identity_kind="personal_id", identity_country="VN")
                | Q(identity_kind="none", identity_country="")
                | Q(
                    identity_kind__in=["passport", "other"],
                    identity_country__regex=r"^([A-Z]{2})?$",
                ),
                name="citizen_identity_country_fits",
            ),
        ),
        migrations.RemoveConstraint(model_name="citizen", name="citizen_personal_id_once"),
    ]
