"""An account says who opened, confirmed and ended it, on which decision; one that nobody confirmed has no statement."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.guards import changes_only

_TABLE, _GUARD = "receipts_collectionaccount", "account_ends_once"
_ONCE = changes_only(
    _TABLE,
    "valid_to, is_established, note",
    name=_GUARD,
    unless="OLD.valid_to IS NOT NULL AND NEW.valid_to IS DISTINCT FROM OLD.valid_to",
)
_EACH_ONCE = changes_only(
    _TABLE,
    "confirmed_by_id, confirmed_at, confirming_decision, valid_to, ended_by_id, ended_at, ending_decision",
    name=_GUARD,
    unless="OLD.valid_to IS NOT NULL OR (OLD.confirmed_at IS NOT NULL AND"
    " (NEW.confirmed_by_id, NEW.confirmed_at, NEW.confirming_decision)"
    " IS DISTINCT FROM (OLD.confirmed_by_id, OLD.confirmed_at, OLD.confirming_decision))",
)
# Who opened and ended the accounts that there are stands in the record of administration. One of which nothing stands there
# was made by no act: a database of an earlier demo, which begins anew.
_AS_RECORDED = """
    UPDATE receipts_collectionaccount a SET opened_by_id = t.actor_id, opened_at = t.at, opening_decision = t.decision
    FROM core_administrativeact t
    WHERE t.kind = 'collection_account' AND t.subject = 'account:' || a.id AND t.body ->> 'act' = 'opened';
    UPDATE receipts_collectionaccount a SET ended_by_id = t.actor_id, ended_at = t.at, ending_decision = t.decision
    FROM core_administrativeact t
    WHERE t.kind = 'collection_account' AND t.subject = 'account:' || a.id AND t.body ->> 'act' = 'ended'
        AND a.valid_to IS NOT NULL;
    SET CONSTRAINTS ALL IMMEDIATE;
    DO $$ BEGIN
        IF EXISTS (SELECT FROM receipts_collectionaccount WHERE opened_by_id IS NULL) THEN
            RAISE EXCEPTION 'an account was opened by no act of administration; a database of the demo begins anew';
        END IF;
    END $$;
"""
_STATEMENT = """
    CREATE FUNCTION refuse_statement_of_unconfirmed_account() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM receipts_collectionaccount WHERE id = NEW.account_id AND confirmed_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'account % is not confirmed', NEW.account_id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'statement_of_a_confirmed_account';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER statement_of_a_confirmed_account BEFORE INSERT ON receipts_bankstatement
        FOR EACH ROW EXECUTE FUNCTION refuse_statement_of_unconfirmed_account();
"""
_STATEMENT_BACK = """
    DROP TRIGGER statement_of_a_confirmed_account ON receipts_bankstatement;
    DROP FUNCTION refuse_statement_of_unconfirmed_account();
"""


def _person(*, is_there: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        null=not is_there,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


def _added(name: str, field: models.Field, *, preserve_default: bool = True) -> migrations.AddField:
    return migrations.AddField("collectionaccount", name, field, preserve_default=preserve_default)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_administration_guards"),
        ("receipts", "0016_second_pair_of_eyes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(_ONCE.reverse_sql, reverse_sql=_ONCE.sql),
        migrations.RemoveField("collectionaccount", "is_established"),
        _added("opened_by", _person()),
        _added("opened_at", models.DateTimeField(null=True)),
        _added("opening_decision", models.CharField(default="", max_length=200), preserve_default=False),
        _added("confirmed_by", _person()),
        _added("confirmed_at", models.DateTimeField(null=True)),
        _added("confirming_decision", models.CharField(blank=True, default="", max_length=200)),
        _added("ended_by", _person()),
        _added("ended_at", models.DateTimeField(null=True)),
        _added("ending_decision", models.CharField(blank=True, default="", max_length=200)),
        migrations.RunSQL(_AS_RECORDED, reverse_sql=migrations.RunSQL.noop),
        migrations.AlterField("collectionaccount", "opened_by", _person(is_there=True)),
        migrations.AlterField("collectionaccount", "opened_at", models.DateTimeField()),
        migrations.AddConstraint(
            "collectionaccount",
            models.CheckConstraint(
                condition=~models.Q(opening_decision=""), name="account_opened_on_a_decision"
            ),
        ),
        migrations.AddConstraint(
            "collectionaccount",
            models.CheckConstraint(
                condition=models.Q(
                    confirmed_at__isnull=True, confirmed_by__isnull=True, confirming_decision=""
                )
                | (
                    models.Q(confirmed_at__gte=models.F("opened_at"), confirmed_by__isnull=False)
                    & ~models.Q(confirming_decision="")
                    & ~models.Q(confirmed_by=models.F("opened_by"))
                ),
                name="account_confirmed_by_another",
            ),
        ),
        migrations.AddConstraint(
            "collectionaccount",
            models.CheckConstraint(
                condition=models.Q(
                    valid_to__isnull=True, ended_at__isnull=True, ended_by__isnull=True, ending_decision=""
                )
                | (
                    models.Q(
                        valid_to__isnull=False, ended_at__gte=models.F("opened_at"), ended_by__isnull=False
                    )
                    & ~models.Q(ending_decision="")
                ),
                name="account_ended_on_a_decision",
            ),
        ),
        _EACH_ONCE,
        migrations.RunSQL(_STATEMENT, reverse_sql=_STATEMENT_BACK),
    ]
