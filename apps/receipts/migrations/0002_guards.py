"""Receipts are never edited, and a number is never given before the one below it."""

from django.db import migrations

from apps.core.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("receipts", "0001_initial")]

    operations = [
        *append_only(
            "receipts_receipt", "receipts_receiptdocument", "receipts_payment", "receipts_paymentline"
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION refuse_gap() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.number > 1 AND NOT EXISTS (
                    SELECT FROM receipts_receipt WHERE series_id = NEW.series_id AND number = NEW.number - 1
                ) THEN
                    RAISE EXCEPTION 'receipt % of series % would leave a gap', NEW.number, NEW.series_id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER refuse_gap AFTER INSERT ON receipts_receipt
                FOR EACH ROW EXECUTE FUNCTION refuse_gap();
            """,
            reverse_sql="DROP TRIGGER refuse_gap ON receipts_receipt; DROP FUNCTION refuse_gap();",
        ),
    ]
