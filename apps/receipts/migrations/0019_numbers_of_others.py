"""A gateway's number is of one order at that gateway; a bank's is of one line of an account on one day."""

from django.db import migrations, models
from django.db.models.functions import TruncDate

_TRANSACTION = """
    CREATE FUNCTION refuse_transaction_of_another_order() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        at_gateway text;
    BEGIN
        SELECT gateway INTO at_gateway FROM receipts_paymentorder WHERE id = NEW.order_id;
        -- One at a time: two that are told at once would not see each other.
        PERFORM pg_advisory_xact_lock(hashtextextended('transaction ' || at_gateway || ' ' || NEW.reference, 0));
        IF EXISTS (
            SELECT FROM receipts_payment p JOIN receipts_paymentorder o ON o.id = p.order_id
            WHERE p.reference = NEW.reference AND p.method = 'online' AND o.gateway = at_gateway
        ) THEN
            RAISE EXCEPTION 'transaction % of gateway % is recorded', NEW.reference, at_gateway
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_of_one_order';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER transaction_of_one_order BEFORE INSERT ON receipts_payment
        FOR EACH ROW WHEN (NEW.method = 'online') EXECUTE FUNCTION refuse_transaction_of_another_order();
"""
_TRANSACTION_BACK = """
    DROP TRIGGER transaction_of_one_order ON receipts_payment;
    DROP FUNCTION refuse_transaction_of_another_order();
"""


class Migration(migrations.Migration):
    dependencies = [("receipts", "0018_explained_of_no_body")]

    operations = [
        migrations.RemoveConstraint("payment", "transaction_of_one_order"),
        migrations.AddIndex(
            "payment",
            models.Index(
                condition=models.Q(("method", "online")), fields=["reference"], name="payment_transaction"
            ),
        ),
        migrations.RunSQL(_TRANSACTION, reverse_sql=_TRANSACTION_BACK),
        migrations.RemoveConstraint("bankline", "bank_line_once"),
        migrations.AddConstraint(
            "bankline",
            models.UniqueConstraint(
                models.F("account"), models.F("reference"), TruncDate("booked_at"), name="bank_line_once"
            ),
        ),
    ]
