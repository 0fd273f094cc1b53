"""A fee line is never changed: the program may withdraw one that is not settled, once, and settle one that stands."""

from django.db import migrations

from apps.core.guards import program_role


class Migration(migrations.Migration):
    dependencies = [("receipts", "0002_guards")]

    operations = [
        migrations.RunSQL(
            f"""
            REVOKE UPDATE, DELETE, TRUNCATE ON receipts_feedue FROM {program_role()};
            GRANT UPDATE (withdrawn_at) ON receipts_feedue TO {program_role()};

            CREATE FUNCTION refuse_fee_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP <> 'UPDATE' OR OLD.withdrawn_at IS NOT NULL
                    OR to_jsonb(NEW) - 'withdrawn_at' <> to_jsonb(OLD) - 'withdrawn_at'
                THEN
                    RAISE EXCEPTION '% of fee line % is refused: it can only be withdrawn, once', TG_OP, OLD.id
                        USING ERRCODE = 'insufficient_privilege';
                END IF;
                IF EXISTS (SELECT FROM receipts_paymentline WHERE fee_id = OLD.id) THEN
                    RAISE EXCEPTION 'fee line % is settled and is not withdrawn', OLD.id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER withdrawn_once BEFORE UPDATE OR DELETE ON receipts_feedue
                FOR EACH ROW EXECUTE FUNCTION refuse_fee_change();
            CREATE TRIGGER append_only_table BEFORE TRUNCATE ON receipts_feedue
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

            CREATE FUNCTION refuse_settling() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (
                    SELECT FROM receipts_feedue
                    WHERE id = NEW.fee_id AND (withdrawn_at IS NOT NULL OR amount IS NULL)
                ) THEN
                    RAISE EXCEPTION 'fee line % is withdrawn or has no price, and is not settled', NEW.fee_id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refuse_settling BEFORE INSERT ON receipts_paymentline
                FOR EACH ROW EXECUTE FUNCTION refuse_settling();
            """,
            reverse_sql=f"""
            DROP TRIGGER refuse_settling ON receipts_paymentline;
            DROP FUNCTION refuse_settling();
            DROP TRIGGER append_only_table ON receipts_feedue;
            DROP TRIGGER withdrawn_once ON receipts_feedue;
            DROP FUNCTION refuse_fee_change();
            REVOKE UPDATE (withdrawn_at) ON receipts_feedue FROM {program_role()};
            GRANT UPDATE ON receipts_feedue TO {program_role()};
            """,
        ),
    ]
