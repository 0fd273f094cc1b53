"""Lines of a bank and what was said of them are never edited; a match is withdrawn once, an account ends once."""

from django.db import migrations

from apps.core.guards import append_only, changes_only


class Migration(migrations.Migration):
    dependencies = [("receipts", "0010_day_list_guards")]

    operations = [
        *append_only("receipts_bankstatement", "receipts_bankline", "receipts_differenceexplanation"),
        changes_only(
            "receipts_bankmatch",
            "withdrawn_at, withdrawn_by_id, withdrawn_reason",
            name="match_withdrawn_once",
            unless="OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL",
        ),
        changes_only(
            "receipts_collectionaccount",
            "valid_to, is_established, note",
            name="account_ends_once",
            unless="OLD.valid_to IS NOT NULL AND NEW.valid_to IS DISTINCT FROM OLD.valid_to",
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION refuse_line_of_another_account() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (
                    SELECT FROM receipts_bankstatement WHERE id = NEW.statement_id AND account_id = NEW.account_id
                ) THEN
                    RAISE EXCEPTION 'line % is not of the account of its statement', NEW.reference
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER line_of_its_statement BEFORE INSERT ON receipts_bankline
                FOR EACH ROW EXECUTE FUNCTION refuse_line_of_another_account();
            """,
            reverse_sql="""
            DROP TRIGGER line_of_its_statement ON receipts_bankline;
            DROP FUNCTION refuse_line_of_another_account();
            """,
        ),
    ]
