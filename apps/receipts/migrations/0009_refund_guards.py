"""Never more is proposed to go back than was paid; a refund is paid in the way that was decided last."""

from django.db import migrations

from apps.core.guards import append_only

AS_DECIDED_LAST = """
    CREATE OR REPLACE FUNCTION refuse_too_much_refunded() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM receipts_refundproposal p JOIN receipts_refunddecision d ON d.proposal_id = p.id
            WHERE p.id = NEW.proposal_id AND d.is_granted AND p.amount = NEW.amount AND NEW.method = coalesce(
                (SELECT method FROM receipts_refundotherway w WHERE w.proposal_id = p.id ORDER BY w.id DESC LIMIT 1),
                d.method)
        ) THEN
            RAISE EXCEPTION 'refund of proposal % was not granted so', NEW.proposal_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
"""
AS_DECIDED = """
    CREATE OR REPLACE FUNCTION refuse_too_much_refunded() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("receipts", "0008_drawer_guards")]

    operations = [
        *append_only("receipts_refundfailure", "receipts_refundotherway"),
        migrations.RunSQL(AS_DECIDED_LAST, reverse_sql=AS_DECIDED),
        migrations.RunSQL(
            """
            CREATE FUNCTION refuse_too_much_proposed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.fee_id IS NULL AND NEW.amount <> (
                    SELECT p.amount - coalesce((SELECT sum(f.amount) FROM receipts_paymentline l
                        JOIN receipts_feedue f ON f.id = l.fee_id WHERE l.payment_id = p.id), 0)
                    FROM receipts_payment p WHERE p.id = NEW.payment_id
                ) THEN
                    RAISE EXCEPTION 'not what payment % did not settle', NEW.payment_id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                IF NEW.fee_id IS NOT NULL AND (
                    NOT EXISTS (SELECT FROM receipts_paymentline
                        WHERE payment_id = NEW.payment_id AND fee_id = NEW.fee_id)
                    OR (SELECT sum(p.amount) FROM receipts_refundproposal p
                        LEFT JOIN receipts_refunddecision d ON d.proposal_id = p.id
                        WHERE p.fee_id = NEW.fee_id AND coalesce(d.is_granted, true))
                        > (SELECT amount FROM receipts_feedue WHERE id = NEW.fee_id)
                ) THEN
                    RAISE EXCEPTION 'more than line % was settled with', NEW.fee_id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER refund_within_what_was_paid AFTER INSERT ON receipts_refundproposal
                FOR EACH ROW EXECUTE FUNCTION refuse_too_much_proposed();

            CREATE FUNCTION refuse_other_way() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (SELECT FROM receipts_refunddecision d WHERE d.proposal_id = NEW.proposal_id
                        AND d.is_granted AND (d.method <> 'gateway'
                            OR EXISTS (SELECT FROM receipts_refundfailure WHERE proposal_id = NEW.proposal_id)))
                    OR EXISTS (SELECT FROM receipts_refund WHERE proposal_id = NEW.proposal_id)
                THEN
                    RAISE EXCEPTION 'refund of proposal % may not go another way', NEW.proposal_id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER other_way_while_not_paid BEFORE INSERT ON receipts_refundotherway
                FOR EACH ROW EXECUTE FUNCTION refuse_other_way();
            """,
            reverse_sql="""
            DROP TRIGGER other_way_while_not_paid ON receipts_refundotherway;
            DROP FUNCTION refuse_other_way();
            DROP TRIGGER refund_within_what_was_paid ON receipts_refundproposal;
            DROP FUNCTION refuse_too_much_proposed();
            """,
        ),
    ]
