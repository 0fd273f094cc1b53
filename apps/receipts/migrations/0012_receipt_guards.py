"""Notices, legacy receipts and successions are never edited; a receipt is issued in the year of its series."""

from django.conf import settings
from django.db import migrations

from apps.core.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("receipts", "0011_bank_guards")]

    operations = [
        *append_only(
            "receipts_receiptnotice",
            "receipts_legacyreceipt",
            "receipts_collectingsuccession",
        ),
        migrations.RunSQL(
            f"""
            CREATE FUNCTION refuse_other_year() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (
                    SELECT FROM receipts_receiptseries WHERE id = NEW.series_id
                    AND year = extract(year FROM NEW.issued_at AT TIME ZONE '{settings.TIME_ZONE}')
                ) THEN
                    RAISE EXCEPTION 'a receipt of series % is issued in another year', NEW.series_id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER receipt_of_its_year BEFORE INSERT ON receipts_receipt
                FOR EACH ROW EXECUTE FUNCTION refuse_other_year();
            """,
            reverse_sql="""
            DROP TRIGGER receipt_of_its_year ON receipts_receipt;
            DROP FUNCTION refuse_other_year();
            """,
        ),
    ]
