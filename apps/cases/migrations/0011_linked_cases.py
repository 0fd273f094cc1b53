"""Cases of one application that wait for one another: never for themselves, never for one of another application."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0004_papers_held"),
        ("cases", "0010_papers_replaced"),
        ("procedures", "0009_linked_parts"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("delivered_at", models.DateTimeField(null=True)),
                ("acknowledge_by", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_links",
                        to="applications.application",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prerequisites",
                        to="cases.case",
                    ),
                ),
                (
                    "prerequisite",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dependants",
                        to="cases.case",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delivered_to",
                        to="cases.caseresult",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("acknowledge_by__isnull", False)),
                        fields=["acknowledge_by"],
                        name="case_link_delivered",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "prerequisite"), name="case_link_once"),
                    models.CheckConstraint(
                        condition=models.Q(("prerequisite__lt", models.F("case"))),
                        name="case_link_to_one_opened_before",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("acknowledge_by__isnull", True),
                                ("delivered_at__isnull", True),
                                ("result__isnull", True),
                            ),
                            models.Q(
                                ("acknowledge_by__gte", models.F("delivered_at")),
                                ("delivered_at__isnull", False),
                                ("result__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="case_link_delivered_with_its_result",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            """
            ALTER TABLE cases_case ADD CONSTRAINT case_of_application UNIQUE (id, application_id);
            ALTER TABLE cases_caselink
                ADD CONSTRAINT case_link_of_application FOREIGN KEY (case_id, application_id)
                    REFERENCES cases_case (id, application_id) DEFERRABLE INITIALLY DEFERRED,
                ADD CONSTRAINT case_link_within_application FOREIGN KEY (prerequisite_id, application_id)
                    REFERENCES cases_case (id, application_id) DEFERRABLE INITIALLY DEFERRED;
            """,
            reverse_sql="""
            ALTER TABLE cases_caselink
                DROP CONSTRAINT case_link_of_application,
                DROP CONSTRAINT case_link_within_application;
            ALTER TABLE cases_case DROP CONSTRAINT case_of_application;
            """,
        ),
    ]
