"""The words of notices become rows, and each way by which a notice goes a sending; what was sent or owed stays so."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.guards import append_only

# What went by e-mail, and what is still owed by it, under the name that a sending has in the outbox.
MOVE = [
    migrations.RunSQL(
        """
        UPDATE core_outboxrow
        SET effect = 'notice:' || (payload ->> 'notice') || ':email',
            payload = payload || '{"channel": "email"}'::jsonb
        WHERE task = 'apps.cases.tasks.send_notice';
        INSERT INTO notifications_sending
            (notice_id, channel, address, state, attempts, last_error, sent_at, failed_at)
        SELECT n.id, 'email', n.email,
            CASE WHEN n.sent_at IS NOT NULL THEN 'sent' WHEN o.failed_at IS NOT NULL THEN 'failed' ELSE 'waiting' END,
            coalesce(o.attempts, 1), '', n.sent_at, CASE WHEN n.sent_at IS NULL THEN o.failed_at END
        FROM notifications_notice n
        LEFT JOIN core_outboxrow o ON o.effect = 'notice:' || n.uuid || ':email'
        WHERE n.email <> '';
        SET CONSTRAINTS ALL IMMEDIATE;
        """,
        reverse_sql=migrations.RunSQL.noop,
    )
]


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_administration_guards"),
        ("notifications", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NoticeTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("number", models.PositiveSmallIntegerField()),
                ("subject", models.CharField(blank=True, default="", max_length=200)),
                ("subject_en", models.CharField(blank=True, default="", max_length=200)),
                ("body", models.TextField()),
                ("body_en", models.TextField()),
                ("short", models.CharField(blank=True, default="", max_length=400)),
                ("short_en", models.CharField(blank=True, default="", max_length=400)),
                ("is_for_phone", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "E-mail"), ("sms", "SMS"), ("zalo", "Zalo")], max_length=5
                    ),
                ),
                ("address", models.CharField(max_length=254)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Not sent yet"),
                            ("sent", "Sent"),
                            ("failed", "Could not be sent"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, default="", max_length=40)),
                ("sent_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="noticetemplate",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sendings",
                to="notifications.notice",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticetemplate",
            constraint=models.UniqueConstraint(fields=("kind", "number"), name="notice_template_key"),
        ),
        migrations.AddConstraint(
            model_name="noticetemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("changed_at__isnull", True), ("number", 1)),
                    models.Q(("changed_at__isnull", False), ("number__gt", 1)),
                    _connector="OR",
                ),
                name="notice_template_first_is_undated",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticetemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_for_phone", False),
                    models.Q(
                        models.Q(("short", ""), _negated=True), models.Q(("short_en", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="notice_template_for_phone_has_short",
            ),
        ),
        migrations.AddIndex(
            model_name="sending",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["channel", "id"], name="sending_failed"
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.UniqueConstraint(fields=("notice", "channel"), name="sending_once_a_channel"),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["email", "sms", "zalo"])), name="sending_channel_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "sent", "failed"])), name="sending_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "sent"), ("sent_at__isnull", True), _connector="XOR"),
                name="sending_sent_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "failed"), ("failed_at__isnull", True), _connector="XOR"),
                name="sending_failed_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.CheckConstraint(
                condition=models.Q(("address", ""), _negated=True), name="sending_has_an_address"
            ),
        ),
        *MOVE,
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_sent_to_an_address",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="email",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="sent_at",
        ),
        *append_only("notifications_noticetemplate"),
    ]
