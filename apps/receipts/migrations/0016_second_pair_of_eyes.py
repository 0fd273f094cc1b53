"""Nobody says by hand which line of the bank money is that went through their own hands."""

from django.db import migrations

_MATCH = """
    CREATE FUNCTION refuse_match_of_own_money() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM receipts_payment WHERE id = NEW.payment_id AND taken_by_id = NEW.matched_by_id)
            OR EXISTS (SELECT FROM receipts_cashmovement m JOIN receipts_cashiersession s ON s.id = m.session_id
                WHERE m.id = NEW.deposit_id AND s.cashier_id = NEW.matched_by_id)
            OR EXISTS (SELECT FROM receipts_refund WHERE id = NEW.refund_id AND paid_by_id = NEW.matched_by_id)
        THEN
            RAISE EXCEPTION 'line % is matched by who had the money in their hands', NEW.line_id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'match_by_another';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER match_by_another BEFORE INSERT ON receipts_bankmatch
        FOR EACH ROW EXECUTE FUNCTION refuse_match_of_own_money();
"""
_MATCH_BACK = """
    DROP TRIGGER match_by_another ON receipts_bankmatch;
    DROP FUNCTION refuse_match_of_own_money();
"""


class Migration(migrations.Migration):
    dependencies = [("receipts", "0015_orders_cancelled_and_gateway_statements")]

    operations = [migrations.RunSQL(_MATCH, reverse_sql=_MATCH_BACK)]
