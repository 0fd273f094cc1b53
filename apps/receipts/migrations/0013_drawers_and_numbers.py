"""More kinds of difference, of drawers and statements; the last number of a series is that of its last receipt, and no other."""

from django.db import migrations, models

_GAP = """
    CREATE OR REPLACE FUNCTION refuse_gap() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.number > 1 AND NOT EXISTS (
            SELECT FROM receipts_receipt WHERE series_id = NEW.series_id AND number = NEW.number - 1
        ) {or_beyond} THEN
            RAISE EXCEPTION 'receipt % of series % would leave a gap', NEW.number, NEW.series_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$;
"""
# A number that the series has not given, or one given without a receipt: either would leave the next issuer before a gap.
_BEYOND = "OR NEW.number > (SELECT last_number FROM receipts_receiptseries WHERE id = NEW.series_id)"
_GIVEN = """
    CREATE FUNCTION refuse_number_without_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.last_number <> (
            SELECT coalesce(max(number), 0) FROM receipts_receipt WHERE series_id = NEW.id
        ) AND NEW.last_number = (SELECT last_number FROM receipts_receiptseries WHERE id = NEW.id) THEN
            RAISE EXCEPTION 'number % of series % has no receipt', NEW.last_number, NEW.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER number_has_its_receipt AFTER INSERT OR UPDATE OF last_number ON receipts_receiptseries
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_number_without_receipt();
"""
_GIVEN_BACK = """
    DROP TRIGGER number_has_its_receipt ON receipts_receiptseries;
    DROP FUNCTION refuse_number_without_receipt();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("receipts", "0012_receipt_guards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="differenceexplanation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("line_without_payment", "Bank line without anything of ours"),
                    ("payment_without_line", "Payment not seen at the bank"),
                    ("amounts_differ", "The bank's amount is another than ours"),
                    ("statement_jumps", "Statement that does not follow the one before"),
                    ("unknown_here", "Paid at the gateway and unknown here"),
                    ("deposit_not_arrived", "Cash taken to the bank and not seen there"),
                    ("refund_not_seen", "Refund not seen at the bank"),
                    ("session_difference", "Cash counted otherwise than expected"),
                    ("cards_difference", "Card slips counted otherwise than expected"),
                    ("opened_otherwise", "Drawer opened with another sum than was left in it"),
                    ("session_left_open", "Cashier's session not closed"),
                    ("no_receipt", "Payment without a receipt in force"),
                    ("receipt_differs", "Receipt of another amount than was settled"),
                    ("receipt_unsigned", "Receipt without its signed file"),
                    ("receipt_not_reported", "Receipt on no day's list"),
                    ("refund_undecided", "Refund proposed and not decided"),
                    ("refund_unpaid", "Refund granted and not paid out"),
                ],
                max_length=24,
            ),
        ),
        migrations.RunSQL(_GAP.format(or_beyond=_BEYOND), reverse_sql=_GAP.format(or_beyond="")),
        migrations.RunSQL(_GIVEN, reverse_sql=_GIVEN_BACK),
    ]
