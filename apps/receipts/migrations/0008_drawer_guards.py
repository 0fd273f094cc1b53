"""Who closed a drawer is set as it closes; its difference is acknowledged by somebody else, once, and never edited."""

from django.db import migrations

from apps.core.guards import append_only, program_role

_CLOSING = "closed_at, expected_cash, counted_cash, expected_cards, counted_cards, count, explanation"
_MORE = "closed_by_id, closing_reason"


def _closes_once(columns: str) -> str:
    kept = " - ".join(f"'{column.strip()}'" for column in columns.split(","))
    return f"""
        CREATE OR REPLACE FUNCTION session_closes_once() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'UPDATE' OR to_jsonb(NEW) - {kept} <> to_jsonb(OLD) - {kept} OR OLD.closed_at IS NOT NULL THEN
                RAISE EXCEPTION '% of row % of receipts_cashiersession is refused', TG_OP, OLD.id
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$;
    """


class Migration(migrations.Migration):
    dependencies = [("receipts", "0007_money_guards")]

    operations = [
        *append_only("receipts_differenceacknowledged"),
        migrations.RunSQL(
            f"""
            GRANT UPDATE ({_MORE}) ON receipts_cashiersession TO {program_role()};
            {_closes_once(f"{_CLOSING}, {_MORE}")}
            """,
            reverse_sql=f"""
            {_closes_once(_CLOSING)}
            REVOKE UPDATE ({_MORE}) ON receipts_cashiersession FROM {program_role()};
            """,
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION refuse_own_acknowledgement() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (
                    SELECT FROM receipts_cashiersession WHERE id = NEW.session_id AND closed_at IS NOT NULL
                        AND NEW.by_id NOT IN (cashier_id, closed_by_id)
                        AND (expected_cash <> counted_cash OR expected_cards <> counted_cards)
                ) THEN
                    RAISE EXCEPTION 'the difference of session % is not for user % to acknowledge', NEW.session_id, NEW.by_id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER acknowledged_by_another BEFORE INSERT ON receipts_differenceacknowledged
                FOR EACH ROW EXECUTE FUNCTION refuse_own_acknowledgement();
            """,
            reverse_sql="""
            DROP TRIGGER acknowledged_by_another ON receipts_differenceacknowledged;
            DROP FUNCTION refuse_own_acknowledgement();
            """,
        ),
    ]
