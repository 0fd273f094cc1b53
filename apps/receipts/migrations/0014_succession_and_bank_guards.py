"""Who succeeds a body stands itself, and what has ended opens no series; a line lies within its statement, a match is what it can be."""

from datetime import date

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Nobody could record one before.
_NONE_YET = 1

_SUCCESSION = """
    CREATE FUNCTION refuse_successor_that_ended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- One at a time: two that are recorded at once would not see each other.
        PERFORM pg_advisory_xact_lock(254, 19);
        IF EXISTS (SELECT FROM receipts_collectingsuccession WHERE body_id = NEW.successor_id) THEN
            RAISE EXCEPTION 'body % has itself been succeeded', NEW.successor_id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'succeeded_by_who_stands';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER succeeded_by_who_stands BEFORE INSERT ON receipts_collectingsuccession
        FOR EACH ROW EXECUTE FUNCTION refuse_successor_that_ended();

    CREATE FUNCTION refuse_series_of_ended_body() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(254, 19);
        IF EXISTS (SELECT FROM receipts_collectingsuccession WHERE body_id = NEW.collecting_body_id) THEN
            RAISE EXCEPTION 'body % has been succeeded', NEW.collecting_body_id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'series_of_a_body_that_stands';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER series_of_a_body_that_stands BEFORE INSERT ON receipts_receiptseries
        FOR EACH ROW EXECUTE FUNCTION refuse_series_of_ended_body();
"""
_SUCCESSION_BACK = """
    DROP TRIGGER series_of_a_body_that_stands ON receipts_receiptseries;
    DROP FUNCTION refuse_series_of_ended_body();
    DROP TRIGGER succeeded_by_who_stands ON receipts_collectingsuccession;
    DROP FUNCTION refuse_successor_that_ended();
"""

_LINE = """
    CREATE OR REPLACE FUNCTION refuse_line_of_another_account() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM receipts_bankstatement WHERE id = NEW.statement_id AND account_id = NEW.account_id {within}
        ) THEN
            RAISE EXCEPTION 'line % is not of the account and the days of its statement', NEW.reference
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
"""
_WITHIN = f"AND (NEW.booked_at AT TIME ZONE '{settings.TIME_ZONE}')::date BETWEEN starts_on AND ends_on"

_MATCH = """
    CREATE FUNCTION refuse_match_of_what_it_is_not() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        line record;
        ours record;
    BEGIN
        SELECT l.amount, a.agency_id INTO line FROM receipts_bankline l
            JOIN receipts_collectionaccount a ON a.id = l.account_id WHERE l.id = NEW.line_id;
        SELECT * INTO ours FROM (
            SELECT collecting_body_id AS body, amount, method, order_id IS NOT NULL AS has_order,
                method IN ('online', 'transfer', 'card') AS is_at_bank
            FROM receipts_payment WHERE id = NEW.payment_id
            UNION ALL
            SELECT s.desk_id, m.amount, m.kind, false, m.kind = 'deposit'
            FROM receipts_cashmovement m JOIN receipts_cashiersession s ON s.id = m.session_id WHERE m.id = NEW.deposit_id
            UNION ALL
            SELECT p.collecting_body_id, -r.amount, r.method, p.order_id IS NOT NULL, r.method <> 'cash'
            FROM receipts_refund r JOIN receipts_refundproposal q ON q.id = r.proposal_id
                JOIN receipts_payment p ON p.id = q.payment_id WHERE r.id = NEW.refund_id
        ) AS each_of_them;
        IF NOT coalesce(ours.is_at_bank AND CASE NEW.how
                WHEN 'order_code' THEN line.amount > 0 AND ours.method = 'transfer' AND ours.has_order
                WHEN 'payout' THEN line.amount > 0 AND ours.method IN ('online', 'gateway') AND ours.has_order
                WHEN 'reference' THEN line.amount = ours.amount
                ELSE true END, false)
            -- Of its own body, or of one that it has succeeded.
            OR NOT EXISTS (
                WITH RECURSIVE stands_for (body) AS (
                    SELECT line.agency_id
                    UNION SELECT c.body_id FROM receipts_collectingsuccession c
                        JOIN stands_for s ON s.body = c.successor_id
                ) SELECT FROM stands_for WHERE body = ours.body)
            -- What a person took back, no worker says again.
            OR (NEW.how <> 'by_hand' AND EXISTS (
                SELECT FROM receipts_bankmatch m WHERE m.line_id = NEW.line_id AND m.withdrawn_at IS NOT NULL
                    AND (m.payment_id = NEW.payment_id OR m.deposit_id = NEW.deposit_id OR m.refund_id = NEW.refund_id)))
        THEN
            RAISE EXCEPTION 'line % cannot be this of ours', NEW.line_id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'match_of_what_it_can_be';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER match_of_what_it_can_be BEFORE INSERT ON receipts_bankmatch
        FOR EACH ROW EXECUTE FUNCTION refuse_match_of_what_it_is_not();
"""
_MATCH_BACK = """
    DROP TRIGGER match_of_what_it_can_be ON receipts_bankmatch;
    DROP FUNCTION refuse_match_of_what_it_is_not();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("receipts", "0013_drawers_and_numbers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="collectingsuccession",
            name="decided_on",
            field=models.DateField(default=date(2026, 7, 1)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="collectingsuccession",
            name="recorded_by",
            field=models.ForeignKey(
                default=_NONE_YET,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="bankmatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("how__in", ["order_code", "reference"]), ("withdrawn_at__isnull", True)),
                fields=("line",),
                name="match_of_line_known_once",
            ),
        ),
        migrations.AddIndex(
            model_name="legacyreceipt",
            index=models.Index(fields=["number", "series"], name="legacy_receipt_by_number"),
        ),
        migrations.RunSQL(_SUCCESSION, reverse_sql=_SUCCESSION_BACK),
        migrations.RunSQL(_LINE.format(within=_WITHIN), reverse_sql=_LINE.format(within="")),
        migrations.RunSQL(_MATCH, reverse_sql=_MATCH_BACK),
    ]
