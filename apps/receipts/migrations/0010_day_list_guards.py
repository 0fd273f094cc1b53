"""What was told to the tax authority stays told; a list changes only as it is sent and answered, and says what its lines say."""

from django.db import migrations

from apps.core.guards import append_only, changes_only


class Migration(migrations.Migration):
    dependencies = [("receipts", "0009_refund_guards")]

    operations = [
        *append_only(
            "receipts_dayreportline",
            "receipts_dayreportedition",
            "receipts_dayreportfile",
            "receipts_dayreportanswer",
        ),
        changes_only(
            "receipts_dayreport",
            "state, sent_at, answered_at, alarmed_at",
            name="day_report_goes_forward",
            unless="OLD.state = 'accepted'",
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION refuse_list_unlike_its_lines() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (
                    SELECT FROM receipts_dayreport d CROSS JOIN LATERAL (
                        SELECT count(*) AS lines, coalesce(sum(l.amount), 0) AS total, max(l.position) AS last
                        FROM receipts_dayreportline l WHERE l.report_id = d.id
                    ) AS told
                    WHERE d.id = NEW.id AND told.lines = d.lines_in_all AND told.last = d.lines_in_all
                        AND told.total = d.total
                ) THEN
                    RAISE EXCEPTION 'list % does not say what its lines say', NEW.id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER list_says_what_its_lines_say AFTER INSERT ON receipts_dayreport
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_list_unlike_its_lines();
            CREATE FUNCTION refuse_lines_added_later() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (
                    SELECT FROM (SELECT report_id, max(position) AS last FROM added GROUP BY report_id) AS a
                    JOIN receipts_dayreport d ON d.id = a.report_id
                    WHERE d.lines_in_all < a.last
                        OR d.lines_in_all < (SELECT count(*) FROM receipts_dayreportline l WHERE l.report_id = d.id)
                ) THEN
                    RAISE EXCEPTION 'a list takes no further lines' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER list_takes_no_further_lines AFTER INSERT ON receipts_dayreportline
                REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_lines_added_later();
            """,
            reverse_sql="""
            DROP TRIGGER list_takes_no_further_lines ON receipts_dayreportline;
            DROP FUNCTION refuse_lines_added_later();
            DROP TRIGGER list_says_what_its_lines_say ON receipts_dayreport;
            DROP FUNCTION refuse_list_unlike_its_lines();
            """,
        ),
    ]
