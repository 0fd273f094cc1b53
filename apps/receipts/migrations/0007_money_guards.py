"""Money that came or went is never edited; drawers, orders and series change only as they end, and only once."""

from django.db import migrations

from apps.core.guards import append_only, changes_only


class Migration(migrations.Migration):
    dependencies = [("receipts", "0006_money")]

    operations = [
        *append_only(
            "receipts_cashmovement",
            "receipts_gatewaymessage",
            "receipts_paymentorderline",
            "receipts_refundproposal",
            "receipts_refunddecision",
            "receipts_refund",
        ),
        changes_only(
            "receipts_cashiersession",
            "closed_at, expected_cash, counted_cash, expected_cards, counted_cards, count, explanation",
            name="session_closes_once",
            unless="OLD.closed_at IS NOT NULL",
        ),
        changes_only(
            "receipts_paymentorder",
            "gateway_reference, pay_url, closed_at, outcome",
            name="order_closes_once",
            # What the gateway gave is kept; an order that ended without money may still be found paid.
            unless="OLD.outcome = 'settled' OR (OLD.gateway_reference <> ''"
            " AND NEW.gateway_reference <> OLD.gateway_reference)"
            " OR (OLD.closed_at IS NOT NULL AND NEW.outcome <> 'settled')",
        ),
        changes_only(
            "receipts_receiptseries",
            "acceptance_number, accepted_on, closed_at, last_number",
            name="series_goes_forward",
            unless="OLD.closed_at IS NOT NULL OR NEW.last_number < OLD.last_number"
            " OR (OLD.acceptance_number <> '' AND NEW.acceptance_number <> OLD.acceptance_number)",
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION refuse_money_outside_session() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.session_id IS NOT NULL THEN
                    -- The lock keeps the drawer open until the money in it is committed.
                    PERFORM FROM receipts_cashiersession WHERE id = NEW.session_id AND closed_at IS NULL FOR SHARE;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'session % is closed', NEW.session_id
                            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'money_in_an_open_session';
                    END IF;
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER money_in_an_open_session BEFORE INSERT ON receipts_payment
                FOR EACH ROW EXECUTE FUNCTION refuse_money_outside_session();
            CREATE TRIGGER money_in_an_open_session BEFORE INSERT ON receipts_refund
                FOR EACH ROW EXECUTE FUNCTION refuse_money_outside_session();
            CREATE TRIGGER money_in_an_open_session BEFORE INSERT ON receipts_cashmovement
                FOR EACH ROW EXECUTE FUNCTION refuse_money_outside_session();

            CREATE FUNCTION refuse_too_much_settled() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (SELECT sum(f.amount) FROM receipts_paymentline l JOIN receipts_feedue f ON f.id = l.fee_id
                    WHERE l.payment_id = NEW.payment_id) > (SELECT amount FROM receipts_payment WHERE id = NEW.payment_id)
                THEN
                    RAISE EXCEPTION 'payment % does not cover its lines', NEW.payment_id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER payment_covers_its_lines AFTER INSERT ON receipts_paymentline
                FOR EACH ROW EXECUTE FUNCTION refuse_too_much_settled();

            CREATE FUNCTION refuse_too_much_refunded() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (
                    SELECT FROM receipts_refundproposal p JOIN receipts_refunddecision d ON d.proposal_id = p.id
                    WHERE p.id = NEW.proposal_id AND d.is_granted AND p.amount = NEW.amount AND d.method = NEW.method
                ) THEN
                    RAISE EXCEPTION 'refund of proposal % was not granted so', NEW.proposal_id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refund_as_granted BEFORE INSERT ON receipts_refund
                FOR EACH ROW EXECUTE FUNCTION refuse_too_much_refunded();

            CREATE FUNCTION refuse_other_face_value() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (
                    SELECT FROM receipts_receiptseries WHERE id = NEW.series_id AND face_value <> NEW.amount
                ) THEN
                    RAISE EXCEPTION 'a receipt of series % has another amount than its face value', NEW.series_id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER receipt_of_its_face_value BEFORE INSERT ON receipts_receipt
                FOR EACH ROW EXECUTE FUNCTION refuse_other_face_value();
            """,
            reverse_sql="""
            DROP TRIGGER receipt_of_its_face_value ON receipts_receipt;
            DROP FUNCTION refuse_other_face_value();
            DROP TRIGGER refund_as_granted ON receipts_refund;
            DROP FUNCTION refuse_too_much_refunded();
            DROP TRIGGER payment_covers_its_lines ON receipts_paymentline;
            DROP FUNCTION refuse_too_much_settled();
            DROP TRIGGER money_in_an_open_session ON receipts_cashmovement;
            DROP TRIGGER money_in_an_open_session ON receipts_refund;
            DROP TRIGGER money_in_an_open_session ON receipts_payment;
            DROP FUNCTION refuse_money_outside_session();
            """,
        ),
    ]
